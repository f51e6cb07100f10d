# What is wrong with the inputs is said here, before a part of the scan starts.
cwlVersion: v1.2
class: CommandLineTool
label: slopeqtl check
doc: |
  Reads every input of a scan through, validates the model, and says what the scan would do and cost.
  Fits nothing. What the scan would refuse is refused with the same message and exit code.
$namespaces:
  edam: http://edamontology.org/
hints:
  SoftwareRequirement:
    packages:
      slopeqtl: {}
requirements:
  # Inputs stand in the working folder under their own names: messages and manifests have short
  # paths, and options can name further files.
  InitialWorkDirRequirement:
    listing:
      - $(inputs.vcf)
      - $(inputs.bed)
      - $(inputs.samples)
      - $(inputs.covariates)
      - $(inputs.files)
  ResourceRequirement:
    coresMin: $(inputs.threads)
    ramMin: $(inputs.memory_mb)
baseCommand: [slopeqtl, check, --json]
inputs:
  vcf:
    label: Genotypes
    doc: VCF or BCF; several files have chromosomes of their own. Columns are donors.
    type:
      type: array
      items: File
      inputBinding:
        prefix: --vcf
        valueFrom: $(self.basename)
    default: []
    secondaryFiles:
      - pattern: .tbi
        required: false
      - pattern: .csi
        required: false
  bed:
    label: Expression
    doc: BED with 4 or 6 leading columns, then one column per sample.
    type: File
    secondaryFiles:
      - pattern: .tbi
        required: false
    inputBinding:
      prefix: --bed
      valueFrom: $(self.basename)
  samples:
    label: Sample sheet
    doc: Table with sample_id, donor_id, time and any further columns.
    type: File
    inputBinding:
      prefix: --samples
      valueFrom: $(self.basename)
  covariates:
    label: Covariates
    doc: By donor or by sample, in either orientation.
    type: File?
    inputBinding:
      prefix: --cov
      valueFrom: $(self.basename)
  files:
    label: Further files
    doc: Files that options name, by their names without folders.
    type: File[]
    default: []
  options:
    label: Options
    doc: Further options of slopeqtl scan that slopeqtl check takes, too; one word an entry.
    type: string[]
    default: []
    inputBinding:
      position: 1
  threads:
    label: Threads
    type: int
    default: 1
    inputBinding:
      prefix: --threads
  memory_mb:
    label: Memory in MiB
    type: int
    default: 2000
outputs:
  report:
    label: What the scan would do
    doc: Donors, samples, model, variants, genes, pairs and estimated cost.
    type: stdout
    format: edam:format_3464
stdout: check.json
successCodes: [0]
permanentFailCodes: [64, 65, 66]
temporaryFailCodes: [74, 75]
