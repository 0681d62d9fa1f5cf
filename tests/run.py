#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every test of the project and prints one line for each, with its time.

usage: tests/run.py --build DIR [--build DIR ...] [-j N] [--list] [PATTERN ...]

Tests come from two places: programs that the build folder knows (`meson introspect --tests`), and
the scripts in SCRIPTS below, which name their cases themselves (`--list`). Every build folder gets
all of them, save those that do not look at a build; names of a second build carry its folder.
PATTERN is a shell pattern on names ('unit/*').

A test is a process: exit status 0 is passed, 77 is skipped (its last line says why), anything else
and a timeout is failed. Tests that share something of the machine run alone, after the others. Each
test's output is kept in BUILD/test-logs/. The last line is always the total; the exit status is 0
only if something passed and nothing failed.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import fnmatch
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
SKIP = 77
STILL_RUNNING_SECONDS = 30


@dataclasses.dataclass
class Script:
    suite: str
    path: str
    serial: bool = False
    every_build: bool = True
    timeout: int = 300


SCRIPTS = [
    Script("check", "tools/check.py", every_build=False),
    Script("replay", "tests/replay/replay.py"),
    Script("compat", "tests/compat/compat.py", timeout=600),
    Script("transcript", "tests/compat/transcripts.py"),
    Script("live", "tests/live/watch_test.py", serial=True),
    Script("container", "tests/container/container_test.py", serial=True),
    Script("bench", "tests/bench/bench_test.py", serial=True, every_build=False),
]


@dataclasses.dataclass
class Test:
    name: str
    command: list
    log: pathlib.Path
    environment: dict
    timeout: int
    serial: bool = False
    folder: pathlib.Path = SOURCE
    verdict: str = ""
    reason: str = ""
    seconds: float = 0.0


def meson_tests(build, prefix):
    text = subprocess.run(["meson", "introspect", "--tests", str(build)], check=True,
                          capture_output=True, text=True).stdout
    for t in json.loads(text):
        suite = t["suite"][0].split(":")[-1] if t["suite"] else "other"
        yield Test(prefix + suite + "/" + t["name"], t["cmd"],
                   build / "test-logs" / f"{suite}-{t['name']}.log".replace("/", "-"), t["env"],
                   # Sanitized programs are slower, and a busy machine is no failure.
                   2 * t["timeout"], not t["is_parallel"], pathlib.Path(t["workdir"] or build))


def script_tests(build, prefix, first):
    for script in SCRIPTS:
        path = SOURCE / script.path
        if not first and not script.every_build:
            continue
        command = [sys.executable, str(path), "--build", str(build)]
        names = subprocess.run(command + ["--list"], check=True, capture_output=True,
                               text=True).stdout.split()
        for name in names:
            yield Test(f"{prefix}{script.suite}/{name}", command + [name],
                       build / "test-logs" / f"{script.suite}-{name}.log".replace("/", "-"), {},
                       script.timeout, script.serial)


def end(process):
    """The test's whole process group: what it started must not outlive it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(test):
    started = time.monotonic()
    test.log.parent.mkdir(parents=True, exist_ok=True)
    with open(test.log, "wb") as log:
        process = subprocess.Popen(test.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   cwd=test.folder, env={**os.environ, **test.environment},
                                   start_new_session=True)
        try:
            status = process.wait(test.timeout)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end(process)
            process.wait()
    test.seconds = time.monotonic() - started
    lines = test.log.read_text(errors="replace").rstrip().splitlines()
    if status is None:
        test.verdict, test.reason = "FAIL", f"not done after {test.timeout} s"
    elif status == SKIP:
        test.verdict, test.reason = "SKIP", lines[-1] if lines else "no reason given"
    elif status != 0:
        test.verdict = "FAIL"
        test.reason = f"signal {-status}" if status < 0 else f"exit status {status}"
    else:
        test.verdict = "PASS"
    return test


class Progress:
    def __init__(self, total):
        self.total, self.done, self.running = total, 0, {}
        self.lock = threading.Lock()
        self.stop = threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while not self.stop.wait(STILL_RUNNING_SECONDS):
            with self.lock:
                now = time.monotonic()
                names = [f"{name} ({now - t:.0f} s)" for name, t in self.running.items()
                         if now - t >= STILL_RUNNING_SECONDS]
            if names:
                print("      ... still running: " + ", ".join(names), flush=True)

    def run(self, test):
        with self.lock:
            self.running[test.name] = time.monotonic()
        try:
            run(test)
        except OSError as error:
            test.verdict, test.reason = "FAIL", str(error)
        with self.lock:
            del self.running[test.name]
            self.done += 1
            reason = f": {test.reason}" if test.reason else ""
            print(f"[{self.done:3}/{self.total}] {test.verdict} {test.name}"
                  f" ({test.seconds:.2f} s){reason}", flush=True)
            if test.verdict == "FAIL" and test.log.exists():
                lines = test.log.read_text(errors="replace").splitlines()
                if len(lines) > 60:
                    print(f"      | ... {len(lines) - 60} lines before these in {test.log}")
                for line in lines[-60:]:
                    print("      | " + line)
                sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", action="append", required=True)
    parser.add_argument("-j", "--jobs", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--list", action="store_true")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    options = parser.parse_args()

    tests = []
    for nth, folder in enumerate(options.build):
        build = pathlib.Path(folder).resolve()
        prefix = "" if nth == 0 else build.name.removeprefix("build-") + "/"
        tests += meson_tests(build, prefix)
        tests += script_tests(build, prefix, nth == 0)
    if options.patterns:
        tests = [t for t in tests if any(fnmatch.fnmatch(t.name, p) for p in options.patterns)]
    if options.list:
        print("\n".join(t.name for t in tests))
        return 0

    started = time.monotonic()
    progress = Progress(len(tests))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in [pool.submit(progress.run, t) for t in tests if not t.serial]:
            future.result()
    for test in tests:
        if test.serial:
            progress.run(test)
    progress.stop.set()

    count = {v: sum(t.verdict == v for t in tests) for v in ("PASS", "FAIL", "SKIP")}
    print(f"\n{len(tests)} tests in {time.monotonic() - started:.0f} s")
    skipped = collections.Counter(t.reason for t in tests if t.verdict == "SKIP")
    for reason, number in skipped.items():
        print(f"SKIP {number}: {reason}")
    for test in tests:
        if test.verdict == "FAIL":
            print(f"FAIL {test.name}: {test.reason}")
    print(f"{count['PASS']} passed, {count['FAIL']} failed, {count['SKIP']} skipped")
    return 0 if count["PASS"] and not count["FAIL"] else 1


if __name__ == "__main__":
    sys.exit(main())
