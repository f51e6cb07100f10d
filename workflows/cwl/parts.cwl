# Numbers and names of the parts of a scan, without an expression language.
cwlVersion: v1.2
class: CommandLineTool
label: Parts of a scan
doc: Counts 1/K to K/K once the inputs were checked.
requirements:
  ResourceRequirement:
    coresMin: 1
    ramMin: 64
# Not in arguments, where $( ) would be a reference.
baseCommand:
  - sh
  - -euc
  - |
    [ "$1" -ge 1 ] || { echo "shards: found $1, expected a number from 1" >&2; exit 64; }
    shards= names= separator= k=1
    while [ "$k" -le "$1" ]; do
      shards="$shards$separator\"$k/$1\"" names="$names$separator\"part.$k""of$1\""
      separator=", " k=$((k + 1))
    done
    printf '{"shards": [%s], "names": [%s]}\n' "$shards" "$names" >cwl.output.json
  - parts
inputs:
  checked:
    label: What check said
    doc: Only so that nothing starts before.
    type: File
  count:
    label: Number of parts
    type: int
    inputBinding:
      position: 1
outputs:
  shards:
    label: Parts as the flag --shard takes them
    type: string[]
  names:
    label: Names of the parts
    type: string[]
successCodes: [0]
permanentFailCodes: [64]
