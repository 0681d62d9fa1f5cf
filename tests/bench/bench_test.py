#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The benchmark itself works, and memory does not grow with the capture.

usage: tests/bench/bench_test.py [--build DIR] [--list] [CASE ...]

Speed is not judged here: a busy machine must not fail a test. `make bench` measures it.
"""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE)]
import bench
import harness
from harness import SOURCE, case, expect


@case
def small_run():
    with harness.folder() as folder:
        report = folder / "report.json"
        run = subprocess.run([sys.executable, HERE / "bench.py", "--build", harness.build(),
                              "--events", "50000", "--rounds", "1", "--json", report],
                             capture_output=True, text=True)
        expect(run.returncode == 0, run.stdout + run.stderr)
        results = json.loads(report.read_text())["results"]
    ours = {(r["capture"], r["rules"]) for r in results if r["program"] == "saker"}
    expect(len(ours) == 6, f"expected two captures with three rule sets, got {ours}")
    expect(all(r["events_per_s"] > 0 and r["rss_bytes"] > 0 for r in results), f"{results}")
    print(run.stdout)


@case
def memory_does_not_grow():
    """Ten times the events: the same memory, within a few MiB for more live processes."""
    with harness.folder() as folder:
        rss = []
        for events in (100000, 1000000):
            capture = folder / f"{events}.scap"
            subprocess.run([sys.executable, SOURCE / "tools/make-capture.py", capture, "--events",
                            str(events)], check=True, stdout=subprocess.DEVNULL)
            command = bench.replay_command([harness.saker(), "watch"], capture,
                                           bench.DEFAULT_RULES)
            rss.append(bench.measure(harness.build(), command, max(os.sched_getaffinity(0)))["rss_bytes"])
    print(f"RSS {rss[0] / 2**20:.1f} MiB, with ten times the events {rss[1] / 2**20:.1f} MiB")
    expect(rss[1] < rss[0] + 4 * 2**20, f"RSS grew from {rss[0]} to {rss[1]} bytes")


harness.main()
