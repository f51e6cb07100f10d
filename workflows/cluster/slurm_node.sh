#!/usr/bin/env bash
# One node of Slurm on this machine, without systemd, for tests. Needs root, munge, slurmctld, slurmd and
# the Slurm commands.
#
#   bash workflows/cluster/slurm_node.sh up DIR      starts it; state, logs and configuration in DIR
#   bash workflows/cluster/slurm_node.sh down DIR    stops it
#
# Partitions: `main` (default) and `spot`, whose jobs are requeued when `main` needs their cores. Jobs that
# take more memory than they asked for are killed. The configuration is linked from
# /etc/slurm/slurm.conf, since some programs drop SLURM_CONF; a configuration that is there is not replaced.
set -euo pipefail
export LC_ALL=C

fail() {
  printf 'slurm_node: error: %s\n' "$*" >&2
  exit 1
}

[ $# -eq 2 ] || fail "usage: bash workflows/cluster/slurm_node.sh up|down DIR"
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
configuration=/etc/slurm/slurm.conf

# Stops the process of a pid file and waits until it is gone.
stop() {
  local process
  process=$(cat "$1" 2> /dev/null) || return 0
  kill "$process" 2> /dev/null || return 0
  for _ in $(seq 100); do
    kill -0 "$process" 2> /dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$process" 2> /dev/null || true
}

down() {
  stop "$folder/run/slurmd.pid"
  stop "$folder/run/slurmctld.pid"
  stop "$folder/run/munged.pid"
  if [ "$(readlink "$configuration" 2> /dev/null)" = "$folder/slurm.conf" ]; then
    rm -f "$configuration"
  fi
}

up() {
  local host cores memory
  [ "$(id -u)" -eq 0 ] || fail "only root may start Slurm's daemons"
  if [ -e "$configuration" ]; then
    fail "$configuration is there already: this machine has a Slurm of its own"
  fi
  # A link that an earlier, killed run left.
  rm -f "$configuration"
  mkdir -p "$folder"/{state,spool,log,run} /etc/slurm
  # munged refuses folders that others may write to.
  chmod 755 "$folder" "$folder/run" "$folder/log"
  host=$(hostname -s)
  cores=$(nproc)
  memory=$(awk '/MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)
  (umask 077 && head -c 128 /dev/urandom > "$folder/munge.key")
  munged --force --key-file="$folder/munge.key" --socket="$folder/run/munge.sock" \
    --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged.log" \
    --seed-file="$folder/run/munge.seed"
  cat > "$folder/slurm.conf" << END
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.sock
SlurmctldPort=46817
SlurmdPort=46818
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
MinJobAge=600
KillWait=5
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP PriorityTier=10
PartitionName=spot Nodes=$host Default=NO MaxTime=INFINITE State=UP PriorityTier=1
END
  ln -s "$folder/slurm.conf" "$configuration"
  slurmctld
  slurmd
  for _ in $(seq 100); do
    if sinfo --noheader --format=%T 2> /dev/null | grep -q idle; then return; fi
    sleep 0.2
  done
  tail -n 5 "$folder"/log/*.log >&2
  down
  fail "Slurm did not come up"
}

case $action in
  up | down) "$action" ;;
  *) fail "'$action': expected up or down" ;;
esac
