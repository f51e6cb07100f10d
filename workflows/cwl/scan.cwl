# One part of a scan, or a whole one.
cwlVersion: v1.2
class: CommandLineTool
label: slopeqtl scan
doc: |
  Tests genotype × time for every pair of a gene and a variant near it by a linear mixed model. Whole
  genes make a part; tables are the same bytes for any number of parts.
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
baseCommand: [slopeqtl, scan]
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
  scan_options:
    label: Options of the scan alone
    doc: Options that slopeqtl check does not take, such as --force; one word an entry.
    type: string[]
    default: []
    inputBinding:
      position: 2
  name:
    label: Name of the result
    doc: What names of files begin with; no folder.
    type: string
    default: scan
    inputBinding:
      prefix: --out
  shard:
    label: Part
    doc: k/K of K parts, as 1/8 to 8/8; without it all genes.
    type: string?
    inputBinding:
      prefix: --shard
  checkpoints:
    label: Folder of unfinished work
    doc: |
      Path of a folder that is there, the same on every machine, of this result alone. A part that is started
      again goes on from there; without it, it starts over, since engines give every attempt a new working
      folder.
    type: string?
    inputBinding:
      prefix: --checkpoint-dir
outputs:
  result:
    label: Rows of pairs, with the other files of the result
    type: File
    format: edam:format_3475
    outputBinding:
      glob: $(inputs.name).pairs.tsv.gz
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
successCodes: [0]
permanentFailCodes: [64, 65, 66]
temporaryFailCodes: [74, 75]
