#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every fuzz target for a while; what it finds new is kept in the build folder.

usage: tests/fuzz/fuzz.py --build DIR [--seconds N] [--jobs N] [TARGET ...]

The stored corpus is read and never written: BUILD/fuzz/TARGET/corpus grows instead, and inputs that
crash are BUILD/fuzz/TARGET/crash-*. A crash worth keeping is copied into tests/fuzz/corpus/TARGET,
where it is an ordinary test from then on.
"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def fuzz(program, seconds):
    name = program.name.removeprefix("fuzz-")
    work = program.parent.parent / "fuzz" / name
    (work / "corpus").mkdir(parents=True, exist_ok=True)
    command = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
               f"-artifact_prefix={work}/", "-print_final_stats=1"]
    dictionary = HERE / f"{name}.dict"
    if dictionary.exists():
        command.append(f"-dict={dictionary}")
    stored = HERE / "corpus" / name
    command += [work / "corpus"] + ([stored] if stored.is_dir() else [])
    with open(work / "log", "w") as log:
        status = subprocess.run(command, stdout=log, stderr=log).returncode
    lines = (work / "log").read_text(errors="replace").splitlines()
    runs = next((l.split()[-1] for l in lines if "number_of_executed_units" in l), "?")
    if status == 0:
        print(f"PASS {name}: {runs} inputs in {seconds} s, nothing found", flush=True)
    else:
        print(f"FAIL {name}: {work}/log, found: {[str(p) for p in work.glob('*-*')]}", flush=True)
        print("\n".join("      | " + line for line in lines[-40:]), flush=True)
    return status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args()
    programs = sorted(p for p in (pathlib.Path(options.build).resolve() / "tests").glob("fuzz-*")
                      if p.is_file() and p.suffix == "")
    if options.targets:
        programs = [p for p in programs if p.name.removeprefix("fuzz-") in options.targets]
    if not programs:
        sys.exit("no fuzz target is built")
    print(f"{len(programs)} targets, {options.seconds} s each, {options.jobs} at a time", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        good = list(pool.map(lambda p: fuzz(p, options.seconds), programs))
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    sys.exit(0 if all(good) else 1)


main()
