# SPDX-License-Identifier: Apache-2.0
"""What the test scripts share: naming their cases for tests/run.py, skipping, and a sensor.

A script registers cases with @case (or add_case) and ends with `harness.main()`. It then takes
`--build DIR`, `--list`, and names of cases; without names it runs them all.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SKIP = 77
# Generous on purpose: two slow cores with sanitizers must not fail a test, only a dead sensor.
START_SECONDS = 60
ALERT_SECONDS = 15

options = None
cases = {}


class Skipped(Exception):
    pass


def skip(reason):
    raise Skipped(reason)


def add_case(name, function):
    assert name not in cases, f"two cases are called {name}"
    cases[name] = function


def case(function):
    add_case(function.__name__, function)
    return function


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def build():
    return pathlib.Path(options.build).resolve()


def saker():
    path = build() / "saker"
    expect(path.exists(), f"{path} is not built")
    return str(path)


def falco():
    path = build() / "compat" / "falco"
    expect(path.exists(), f"{path} is not built")
    return str(path)


def shared():
    """Folder with recorded data of the products that we stand in for; not part of the project."""
    path = pathlib.Path(os.environ.get("SAKER_SHARED") or SOURCE.parent / "shared")
    if not (path / "testdata").is_dir():
        skip("no recorded data here (SAKER_SHARED or ../shared)")
    return path


def need_program(name):
    path = shutil.which(name)
    if not path:
        skip(f"{name} is not installed")
    return path


def need_root():
    if os.geteuid() != 0:
        skip("needs root")


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="saker-test-") as path:
        yield pathlib.Path(path)


def wait_for(what, seconds, probe):
    """First true answer of probe(); fails with `what` when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        expect(time.monotonic() < end, f"{what}: not within {seconds} s")
        time.sleep(0.01)


class Sensor:
    """`saker watch` on this machine; its JSON alerts are read as they come.

    with Sensor(rules) as sensor: ... sensor.alerts(lambda alert: ...)
    """

    def __init__(self, *rules, arguments=(), environment=None):
        command = [saker(), "watch", "-c", str(SOURCE / "tests/support/sensor.yaml"), "--hint",
                   "-o", "json_output=true"]
        for rule in rules or [SOURCE / "data/rules/saker_rules.yaml"]:
            command += ["-r", str(rule)]
        self.command = command + list(arguments)
        self.environment = {**os.environ, **(environment or {})}
        self.lines, self.errors = [], []
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        errors="replace", env=self.environment)
        for stream, lines in ((self.process.stdout, self.lines), (self.process.stderr, self.errors)):
            threading.Thread(target=lambda s=stream, l=lines: l.extend(iter(s.readline, "")),
                             daemon=True).start()
        # The hint is the last thing said before the sensor watches.
        try:
            wait_for("the sensor's hint that it watches", START_SECONDS, self.watching)
        except AssertionError:
            self.stop()
            raise
        return self

    def watching(self):
        expect(self.process.poll() is None,
               f"the sensor ended with {self.process.returncode}:\n" + "".join(self.errors))
        return any("in another terminal" in line for line in self.lines + self.errors)

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def all_alerts(self):
        # A list of complete lines: readline() hands over a line only once it has ended.
        return [json.loads(line) for line in list(self.lines) if line.startswith("{")]

    def alerts(self, match):
        return [a for a in self.all_alerts() if match(a)]

    def wait_alerts(self, what, match, wanted=1):
        """At least `wanted` alerts that match; says what there was when they do not come."""
        try:
            return wait_for(what, ALERT_SECONDS,
                            lambda: (f := self.alerts(match)) and len(f) >= wanted and f)
        except AssertionError:
            raise AssertionError(f"{what}: {len(self.alerts(match))} of {wanted} alerts came; "
                                 f"all that came: {json.dumps(self.all_alerts()[-20:], indent=1)}\n"
                                 + "".join(self.errors[-20:])) from None


def run_case(name):
    try:
        cases[name]()
    except Skipped as reason:
        print(f"{name}: skipped: {reason}" if len(options.names) != 1 else f"{reason}")
        return SKIP
    except AssertionError as error:
        traceback.print_exc(limit=-2)
        print(f"{name}: FAILED: {error}")
        return 1
    print(f"{name}: passed")
    return 0


def main(add_options=None):
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=str(SOURCE / "build"))
    parser.add_argument("--list", action="store_true")
    if add_options:
        add_options(parser)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.list:
        print("\n".join(cases))
        return
    for name in options.names:
        if name not in cases:
            sys.exit(f"no case {name}; there are: {' '.join(cases)}")
    results = [run_case(name) for name in options.names or list(cases)]
    sys.stdout.flush()
    if any(r not in (0, SKIP) for r in results):
        sys.exit(1)
    sys.exit(0 if 0 in results else SKIP)
