"""Shared by the benchmark scripts: CPU time of a program, the core's dgemm rate, the machine."""

import datetime
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

# Rates are scaled to a core whose 1024^3 dgemm gives this many Gflop/s.
REFERENCE_GFLOPS = 45.0


@dataclass
class Usage:
    """Seconds that a program used."""

    cpu: float
    wall: float


def run(command):
    """Runs a program to its end; CPU time is user + system of all its threads."""
    with tempfile.TemporaryFile() as messages:
        before = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=messages)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - before
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            messages.seek(0)
            sys.stderr.write(messages.read().decode(errors="replace"))
            sys.exit(f"failed ({child.returncode}): {' '.join(command)}")
    return Usage(used.ru_utime + used.ru_stime, wall)


def dgemm_rate(benchmarks):
    """Gflop/s of a 1024^3 dgemm on one core now: the median of several."""
    output = subprocess.run(
        [benchmarks, "--filter", "peak/dgemm", "--repeats", "7", "--seconds", "0.01", "--tsv"],
        check=True, capture_output=True, text=True).stdout
    header, values = (line.split("\t") for line in output.splitlines()[:2])
    return float(values[header.index("per CPU s")])


def median(values):
    return statistics.median(values)


def spread(values, form="{:,.0f}"):
    """The median, with lowest and highest where there are several values."""
    if len(values) == 1:
        return form.format(values[0])
    lowest, highest = form.format(min(values)), form.format(max(values))
    return f"{form.format(median(values))} ({lowest} to {highest})"


def print_command(script, repeats, settings):
    """The command line as it was run, with the variables of `settings` that are set."""
    given = [f"{name}={shlex.quote(os.environ[name])} " for name in settings if name in os.environ]
    print(f"# {''.join(given)}bash reference/benchmarks/{script} {repeats}")


def print_machine(slopeqtl):
    """Date, processor, load and versions, one a line."""
    with open("/proc/cpuinfo") as file:
        words = dict(line.split(":", 1) for line in file if ":" in line)
    words = {name.strip(): text.strip() for name, text in words.items()}
    model = words.get("model name", "unknown")
    flags = [f for f in ("avx2", "fma", "avx512f") if f in words.get("flags", "").split()]
    version = subprocess.run([slopeqtl, "--version"], check=True, capture_output=True, text=True)
    print(f"date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}")
    print(f"processor: {model}, {os.cpu_count()} cores, {' '.join(flags) or 'baseline'}")
    print(f"load average: {' '.join(f'{x:.2f}' for x in os.getloadavg())}")
    print(f"system: {platform.system()} {platform.release()}, {openblas_version()}")
    print(f"program: {version.stdout.strip()}, commit {commit()}")


def openblas_version():
    answer = subprocess.run(
        ["pkg-config", "--modversion", "openblas"], capture_output=True, text=True)
    return f"OpenBLAS {answer.stdout.strip() or 'of unknown version'}"


def commit():
    folder = os.path.dirname(os.path.abspath(__file__))
    answer = subprocess.run(
        ["git", "-C", folder, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return answer.stdout.strip() or "unknown"


def print_table(header, rows):
    """Columns padded to equal width; numbers to the right."""
    widths = [max(len(row[i]) for row in [header] + rows) for i in range(len(header))]
    for row in [header] + rows:
        cells = (
            cell.ljust(width) if i < 3 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths)))
        print("  ".join(cells).rstrip(), flush=True)
