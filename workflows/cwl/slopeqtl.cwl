# cwltool --parallel --outdir results slopeqtl.cwl inputs.yml
cwlVersion: v1.2
class: Workflow
label: A scan for dynamic eQTLs in parts
doc: |
  check → parts of a scan → merge → report. Tables are the bytes of one slopeqtl scan, for any number of
  parts. No step needs JavaScript.
requirements:
  ScatterFeatureRequirement: {}
inputs:
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
  options:
    label: Options
    doc: Further options of slopeqtl scan that slopeqtl check takes, too; one word an entry.
    type: string[]
    default: []
  scan_options:
    label: Options of the scan alone
    doc: Options that slopeqtl check does not take, such as --force; one word an entry.
    type: string[]
    default: []
  name:
    label: Name of the result
    doc: What names of files begin with; no folder.
    type: string
    default: scan
  shards:
    label: Number of parts
    type: int
    default: 8
  threads:
    label: Threads of a part
    type: int
    default: 1
  memory_mb:
    label: Memory of a step in MiB
    type: int
    default: 2000
  checkpoints:
    label: Folder of unfinished work
    doc: |
      Path of a folder that is there, the same on every machine, of this result alone. A part that is started
      again goes on from there; without it, it starts over, since engines give every attempt a new working
      folder.
    type: string?
  report_options:
    label: Options of the report
    doc: Such as --time-unit, week; one word an entry.
    type: string[]
    default: []
steps:
  check:
    run: check.cwl
    in:
      vcf: vcf
      bed: bed
      samples: samples
      covariates: covariates
      files: files
      options: options
      threads: threads
      memory_mb: memory_mb
    out: [report]
  parts:
    run: parts.cwl
    in:
      checked: check/report
      count: shards
    out: [shards, names]
  scan:
    run: scan.cwl
    scatter: [shard, name]
    scatterMethod: dotproduct
    in:
      vcf: vcf
      bed: bed
      samples: samples
      covariates: covariates
      files: files
      options: options
      threads: threads
      memory_mb: memory_mb
      scan_options: scan_options
      checkpoints: checkpoints
      shard: parts/shards
      name: parts/names
    out: [result]
  merge:
    run: merge.cwl
    in:
      shards: scan/result
      names: parts/names
      name: name
      memory_mb: memory_mb
    out: [result]
  report:
    run: report.cwl
    in:
      result: merge/result
      name: name
      vcf: vcf
      bed: bed
      samples: samples
      covariates: covariates
      files: files
      report_options: report_options
      memory_mb: memory_mb
    out: [page]
outputs:
  checked:
    label: What check said
    type: File
    outputSource: check/report
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
    outputSource: merge/result
  page:
    label: The page about the result
    type: File
    outputSource: report/page
