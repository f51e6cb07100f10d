# A page about a result.
cwlVersion: v1.2
class: CommandLineTool
label: slopeqtl report
doc: |
  One self-contained HTML page about a finished scan. The inputs are opened again, and proven to be those
  of the scan.
$namespaces:
  edam: http://edamontology.org/
hints:
  SoftwareRequirement:
    packages:
      slopeqtl: {}
requirements:
  # The manifest names inputs as they stood in the working folder of the scan; here they do again.
  InitialWorkDirRequirement:
    listing:
      - $(inputs.vcf)
      - $(inputs.bed)
      - $(inputs.samples)
      - $(inputs.covariates)
      - $(inputs.files)
      - $(inputs.result)
  ResourceRequirement:
    coresMin: 1
    ramMin: $(inputs.memory_mb)
baseCommand: [slopeqtl, report]
inputs:
  result:
    label: Rows of pairs, with the other files of the result
    type: File
    secondaryFiles:
      - pattern: .tbi
        required: true
      - pattern: ^^^.genes.tsv.gz
        required: true
      - pattern: ^^^.signals.tsv.gz
        required: false
      - pattern: ^^^.top.tsv.gz
        required: true
      - pattern: ^^^.pairs.idx
        required: true
      - pattern: ^^^.manifest.json
        required: true
  name:
    label: Name of the result
    doc: What names of its files begin with.
    type: string
    default: scan
    inputBinding:
      position: 1
  vcf:
    label: Genotypes
    doc: VCF or BCF; several files have chromosomes of their own. Columns are donors.
    type: File[]
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
  samples:
    label: Sample sheet
    doc: Table with sample_id, donor_id, time and any further columns.
    type: File
  covariates:
    label: Covariates
    doc: By donor or by sample, in either orientation.
    type: File?
  files:
    label: Further files
    doc: Files that options name, by their names without folders.
    type: File[]
    default: []
  report_options:
    label: Options of the report
    doc: Such as --time-unit, week; one word an entry.
    type: string[]
    default: []
    inputBinding:
      position: 2
  memory_mb:
    label: Memory in MiB
    type: int
    default: 2000
arguments:
  - prefix: --out
    valueFrom: $(inputs.name).html
outputs:
  page:
    label: The page
    type: File
    format: edam:format_2331
    outputBinding:
      glob: $(inputs.name).html
successCodes: [0]
permanentFailCodes: [64, 65, 66]
temporaryFailCodes: [74, 75]
