#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replay speed and memory, beside sysdig and falco where they are installed.

usage: tests/bench/bench.py [--build DIR] [--events N] [--rounds N] [--cpu N] [--json FILE]

A generated capture, plain and gzip, is replayed with no rule, one rule and the default rules. All
programs run on one CPU, in turns (round 1 of each, round 2 of each, ...), so that a change of the
machine's load hits all alike. The table shows medians; the JSON has every run. Figures:

    events/s    events of the capture by wall time, start of the program included
    ns/event    its inverse
    cpu s       user and system time
    RSS         largest resident size

Below each of ours stands where the time goes: reading (file to event) and state from passes of
BUILD/tests/bench-stages over the same file, rules and alerts as the rest of the CPU time.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
CONFIG = SOURCE / "tests/replay/default.yaml"
DEFAULT_RULES = SOURCE / "data/rules/saker_rules.yaml"
NO_RULES = "# no rules\n[]\n"
ONE_RULE = """\
- rule: One
  desc: never true, and asked for each open
  condition: evt.type in (open, openat, openat2) and fd.name = /no/such/file
  output: "%fd.name"
  priority: INFO
"""


@dataclasses.dataclass
class Subject:
    program: str
    rules: str
    capture: str
    command: list
    runs: list = dataclasses.field(default_factory=list)
    stages: dict = dataclasses.field(default_factory=dict)


def measure(build, command, cpu):
    """Runs a command on one CPU: wall seconds, CPU seconds, largest RSS in bytes."""
    with tempfile.NamedTemporaryFile() as report, tempfile.TemporaryFile() as errors:
        subprocess.run([build / "tests/bench-measure", report.name, str(cpu)] + command, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        wall_ns, cpu_ns, rss_kib, status = map(int, report.read().split())
        errors.seek(0)
        if status:
            raise SystemExit(f"{' '.join(map(str, command))}: exit status {status}\n"
                             + errors.read().decode(errors="replace"))
    return {"wall_s": wall_ns / 1e9, "cpu_s": cpu_ns / 1e9, "rss_bytes": rss_kib * 1024}


def replay_command(program, capture, rules):
    return [*program, "-c", CONFIG, "-r", rules, "-o", "engine.kind=replay",
            "-o", f"engine.replay.capture_file={capture}"]


def subjects(build, captures, folder):
    rules = {"none": folder / "none.yaml", "one": folder / "one.yaml", "default": DEFAULT_RULES}
    rules["none"].write_text(NO_RULES)
    rules["one"].write_text(ONE_RULE)
    found = []
    falco = shutil.which("falco")
    if falco and os.path.realpath(falco) == os.path.realpath(build / "saker"):
        falco = None  # our own program under that name
    for kind, capture in captures.items():
        for name, path in rules.items():
            found.append(Subject("saker", name, kind,
                                 replay_command([build / "saker", "watch"], capture, path)))
            if falco:
                found.append(Subject("falco", name, kind, replay_command([falco], capture, path)))
        sysdig = shutil.which("sysdig")
        if sysdig:
            # A filter that never holds: everything is read and judged, nothing printed.
            found.append(Subject("sysdig", "one", kind, [
                sysdig, "-r", capture, "evt.type in (open, openat, openat2) and "
                "fd.name = /no/such/file"]))
    return found


def stages(build, captures, found, cpu):
    """CPU time per event of each stage of ours, in nanoseconds."""
    for kind, capture in captures.items():
        text = subprocess.run(["taskset", "-c", str(cpu), build / "tests/bench-stages", capture],
                              check=True, capture_output=True, text=True).stdout
        upto = {}
        for line in text.splitlines():
            name, ns, count = line.split()
            upto[name] = int(ns) / int(count)
        for s in found:
            if s.program == "saker" and s.capture == kind:
                cpu_ns = min(r["cpu_s"] for r in s.runs) / int(count) * 1e9
                s.stages = {"read": upto["read"], "state": upto["state"] - upto["read"],
                            "rules": cpu_ns - upto["state"]}


def table(found, events, out=sys.stdout):
    print(f"{'program':8} {'capture':8} {'rules':8} {'M events/s':>10} {'ns/event':>9} {'cpu s':>7} "
          f"{'RSS MiB':>8}  saker is", file=out)
    results = []
    ours = {(s.capture, s.rules): s for s in found if s.program == "saker"}
    for s in found:
        wall = statistics.median(r["wall_s"] for r in s.runs)
        result = {"program": s.program, "capture": s.capture, "rules": s.rules,
                  "events_per_s": events / wall, "ns_per_event": wall / events * 1e9,
                  "cpu_s": statistics.median(r["cpu_s"] for r in s.runs),
                  "rss_bytes": max(r["rss_bytes"] for r in s.runs),
                  "runs": s.runs, "stages": s.stages}
        ratio = ""
        if s.program != "saker" and (s.capture, s.rules) in ours:
            mine = statistics.median(r["wall_s"] for r in ours[s.capture, s.rules].runs)
            result["saker_times_faster"] = wall / mine
            ratio = f"{wall / mine:.1f} x faster"
        results.append(result)
        print(f"{s.program:8} {s.capture:8} {s.rules:8} {result['events_per_s'] / 1e6:10.2f} "
              f"{result['ns_per_event']:9.1f} {result['cpu_s']:7.2f} "
              f"{result['rss_bytes'] / 2**20:8.1f}  {ratio}", file=out)
        for stage, ns in s.stages.items():
            print(f"{'':26} {stage:>10} {ns:9.1f}", file=out)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(SOURCE / "build"))
    parser.add_argument("--events", type=int, default=3000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--json", help="default: BUILD/bench.json")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()

    with tempfile.TemporaryDirectory(prefix="saker-bench-") as path:
        folder = pathlib.Path(path)
        plain, packed = folder / "input.scap", folder / "input.scap.gz"
        print(f"== making a capture of {options.events} events", flush=True)
        subprocess.run([sys.executable, SOURCE / "tools/make-capture.py", plain, "--events",
                        str(options.events), "--truth", folder / "truth.json"], check=True,
                       stdout=subprocess.DEVNULL)
        with open(packed, "wb") as out:
            subprocess.run(["gzip", "-6", "-c", plain], stdout=out, check=True)
        events = json.loads((folder / "truth.json").read_text())["events"]
        print(f"   {events} events, {plain.stat().st_size / 1e6:.0f} MB plain, "
              f"{packed.stat().st_size / 1e6:.0f} MB gzip")
        subprocess.run(["cat", plain, packed], stdout=subprocess.DEVNULL, check=True)  # page cache
        found = subjects(build, {"plain": plain, "gzip": packed}, folder)
        for nth in range(options.rounds):
            print(f"== round {nth + 1} of {options.rounds}, CPU {options.cpu}", flush=True)
            for s in found:
                s.runs.append(measure(build, s.command, options.cpu))
        stages(build, {"plain": plain, "gzip": packed}, found, options.cpu)
        print()
        results = table(found, events)
    report = pathlib.Path(options.json) if options.json else build / "bench.json"
    report.write_text(json.dumps({
        "machine": {"cpus": os.cpu_count(), "kernel": platform.release(),
                    "arch": platform.machine()},
        "events": events, "rounds": options.rounds, "results": results}, indent=1) + "\n")
    print(f"\nall runs: {report}")


if __name__ == "__main__":
    main()
