# All parts to one result.
cwlVersion: v1.2
class: CommandLineTool
label: slopeqtl merge
doc: |
  Joins the parts of a scan and proves that nothing is missing: the files are those of a scan that was
  not made in parts, byte by byte.
$namespaces:
  edam: http://edamontology.org/
hints:
  SoftwareRequirement:
    packages:
      slopeqtl: {}
requirements:
  InitialWorkDirRequirement:
    listing:
      - $(inputs.shards)
  ResourceRequirement:
    coresMin: 1
    ramMin: $(inputs.memory_mb)
baseCommand: [slopeqtl, merge]
inputs:
  shards:
    label: Results of the parts
    type: File[]
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
  names:
    label: Names of the parts
    doc: What the names of the parts' files begin with, in any order.
    type: string[]
    inputBinding:
      position: 1
  name:
    label: Name of the result
    doc: What names of files begin with; none of the parts' names.
    type: string
    default: scan
    inputBinding:
      prefix: --out
  memory_mb:
    label: Memory in MiB
    type: int
    default: 2000
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
