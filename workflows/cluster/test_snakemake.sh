#!/usr/bin/env bash
# Scans in parts by Snakemake, on this machine and on Slurm: the bytes of a single scan, whatever is
# killed on the way.
#
#   SLOPEQTL_BINARY=PATH bash workflows/cluster/test_snakemake.sh
#
# Needs snakemake with the executors slurm and cluster-generic on the PATH; cases of Slurm need a Slurm
# that answers, and are left out otherwise.
# shellcheck source=workflows/cluster/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
command -v snakemake > /dev/null || skip "no snakemake"

# `configure KEY: VALUE…`: the shipped configuration with the cohort's files and some lines replaced.
configure() {
  local line key
  sed -e 's#cohort\.#../cohort.#' -e "s#^slopeqtl: .*#slopeqtl: $slopeqtl#" \
    -e 's/^shards: .*/shards: 4/' "$workflows/snakemake/config.yaml" > config.yaml
  for line in "$@"; do
    key=${line%%:*}
    grep -q "^ *$key:" config.yaml || { echo "no key $key" >&2 && return 1; }
    sed -i "s#^\( *\)$key: .*#\1$line#" config.yaml
  done
}

# `run PROFILE FLAG…`: what Snakemake says is in `out`.
run() {
  local profile=$1
  shift
  local flags=()
  case $profile in
    # Polls more often than anybody should on a cluster that is shared.
    slurm) flags=(--slurm-status-command squeue --slurm-init-seconds-before-status-checks 1
      --seconds-between-status-checks 2 --latency-wait 5) ;;
    cluster-generic) flags=(--seconds-between-status-checks 1 --latency-wait 5) ;;
  esac
  snakemake --snakefile "$workflows/snakemake/Snakefile" \
    --profile "$workflows/snakemake/profiles/$profile" "${flags[@]}" "$@" > out 2>&1
}

said() { grep -q -- "$1" out || { tail -n 30 out && return 1; }; }

on_this_machine() {
  begin local
  configure
  check "local: parts give the bytes of a single scan" run local
  check "local: the tables" same results/scan fast
  check "local: a page" test -s results/scan.html
  check "local: a second run has nothing to do" run local
  check "local: which it says" said 'Nothing to be done'
  configure 'bed: lost.bed.gz'
  check "local: but not where an input is gone" not run local
  check "local: whose name it says" said 'not there: lost.bed.gz'
}

chromosomes() {
  begin chromosomes
  local chromosome
  for chromosome in chr1 chr2; do
    tabix -h ../cohort.vcf.gz $chromosome | bgzip > genotypes.$chromosome.vcf.gz
    tabix -p vcf genotypes.$chromosome.vcf.gz
  done
  # Automatic parts: as many as take a fortieth of the estimate each.
  configure 'vcf: genotypes.{chrom}.vcf.gz' 'shards: auto' 'hours_per_shard: 0.000002'
  check "chromosomes in files of their own, automatic parts" run local
  check "chromosomes: the tables" same results/scan fast
  local parts=(results/scan.shards/*.manifest.json)
  check "chromosomes: several parts" test ${#parts[@]} -gt 2
}

wrong_configuration() {
  begin configuration
  check "configuration: there must be one" not run local
  check "configuration: which it says" said 'copy .*/config.yaml here'
  configure 'hours_per_shard: soon'
  check "configuration: a wrong value is refused" not run local
  check "configuration: by its key" said hours_per_shard
  configure 'options: "--out elsewhere"'
  check "configuration: options of the workflow's own are refused" not run local
  check "configuration: which it says" said elsewhere
}

not() { ! "$@"; }

bad_input() {
  begin bad
  make_bad_genotypes
  configure 'vcf: bad.vcf.gz'
  check "bad input: refused" not run local
  check "bad input: with the file's name" said 'bad.vcf.gz'
  check "bad input: by one check" test "$(grep -c '^Error in rule check' out)" = 1
  check "bad input: and no part was started" test ! -e results/scan.logs/shard.1of4.log
  begin refused
  make_refusing_program
  configure "slopeqtl: $PWD/refusing"
  check "input refused by parts" not run local
  check "input refused by parts: every part was started once" test "$(wc -l < scans)" = 4
}

by_slurm() {
  begin slurm
  configure
  check "slurm: parts as array jobs" run slurm
  check "slurm: the tables" same results/scan fast
  check "slurm: one array" said 'Submitted array job'
  begin generic
  configure
  check "cluster-generic" run cluster-generic
  check "cluster-generic: the tables" same results/scan fast
}

killed() {
  begin killed
  configure "options: ${slow[*]}"
  run slurm &
  local snakemake=$!
  check "killed: a part is in its middle" wait_for 300 begun results/checkpoints
  pkill -KILL -P "$snakemake" || true
  kill -KILL "$snakemake" 2> /dev/null || true
  wait "$snakemake" 2> /dev/null || true
  scancel --user "$(id -un)"
  wait_for 300 no_jobs
  check "killed: not finished" test ! -e results/scan.manifest.json
  run slurm --unlock
  check "killed: the same command goes on" run slurm
  check "killed: the tables" same results/scan slow
  check "killed: from the chunks that were there" grep -q "finished by an earlier run" -r results/scan.logs
}

# Whether an unfinished part has chunks.
begun() { [ -n "$(find "$1" -name '*.ckpt' -size +20k)" ]; }

memory() {
  begin memory
  configure "options: ${slow[*]}" 'memory_mb: 100' 'shards: 2'
  check "memory: parts that take more than they may are started again with more" run slurm
  check "memory: the tables" same results/scan slow
  check "memory: by a second attempt" said 'attempt=2'
}

make_cohort
on_this_machine
chromosomes
wrong_configuration
bad_input
if sinfo > /dev/null 2>&1; then
  by_slurm
  killed
  memory
else
  echo "left out: cases of Slurm, which does not answer"
fi
finish
