#!/usr/bin/env bash
# A task of submit.sh: one part of a scan. Its argument is the configuration.
set -euo pipefail
# shellcheck source=workflows/slurm/scan.conf
source "$1"
k=$SLURM_ARRAY_TASK_ID
part=$result.parts/${k}of$parts
log=$result.logs/part.${k}of$parts.log

# How often a start had no end: what takes more memory than it may is killed without a word.
killed=$(cat "$part.killed" 2> /dev/null || echo 0)
echo $((killed + 1)) > "$part.killed"

"$slopeqtl" scan "${scan[@]}" --out "$part" --shard "$k/$parts" --threads "$threads" >> "$log" 2>&1 &
scan_process=$!
# The scan stops after the chunk in work, which is safe then.
near_limit=false
trap 'near_limit=true; kill -TERM $scan_process 2> /dev/null || true' USR1
trap 'kill -TERM $scan_process 2> /dev/null || true' TERM INT

# A signal ends `wait`, not the scan.
while kill -0 $scan_process 2> /dev/null; do wait $scan_process || true; done
status=0
wait $scan_process || status=$?

[ $status -eq 137 ] || rm -f "$part.killed"
case $status in
  0) ;;
  64 | 65 | 66) echo $status > "$part.refused" ;;
  143)
    # Slurm ends this job when it queues it again; an end of its own might count as a failure.
    if [ $near_limit = true ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_$k"; then sleep 60; fi
    ;;
esac
[ $status -eq 0 ] || tail -n 1 "$log" >&2
exit $status
