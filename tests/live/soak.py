#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sensor under stress: its memory stays flat, and it still sees what it must.

usage: tests/live/soak.py [--build DIR] [--seconds N]

stress-ng forks and opens files all the time. RSS is read every second; after a start-up tenth the
largest value of the last third may not exceed that of the first third by more than 5 % or 1 MiB.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness
from harness import Sensor, expect


def rss_kib(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def soak():
    harness.need_root()
    stress = harness.need_program("stress-ng")
    seconds = harness.options.seconds
    with tempfile.TemporaryDirectory() as folder, Sensor() as sensor:
        # In a folder of its own: it leaves thousands of files behind when it is cut short.
        load = subprocess.Popen([stress, "--fork", "2", "--open", "2", "--timeout", f"{seconds}s"],
                                cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            seen = []
            started = time.monotonic()
            while load.poll() is None:
                expect(sensor.process.poll() is None, "the sensor ended:\n" + "".join(sensor.errors))
                seen.append(rss_kib(sensor.process.pid))
                if len(seen) % 30 == 0:
                    print(f"{time.monotonic() - started:5.0f} s: RSS {seen[-1] / 1024:.1f} MiB",
                          flush=True)
                time.sleep(1)
        finally:
            if load.poll() is None:
                load.terminate()
            load.wait()
        subprocess.run(["bash", "-c", "cat /etc/shadow >/dev/null; :"], check=True)
        sensor.wait_alerts("an alert after the storm", lambda a: (
            a["rule"] == "Read sensitive file untrusted"
            and a["output_fields"].get("proc.cmdline") == "cat /etc/shadow"))
        sensor.stop()
        print("".join(sensor.lines[-12:] + sensor.errors[-12:]))
    steady = seen[len(seen) // 10:]
    third = len(steady) // 3
    expect(third, "too short to tell")
    first, last = max(steady[:third]), max(steady[-third:])
    print(f"RSS after the start {first / 1024:.1f} MiB, at the end {last / 1024:.1f} MiB")
    expect(last <= max(first * 1.05, first + 1024), f"RSS grew from {first} to {last} KiB")


harness.add_case("soak", soak)
harness.main(lambda parser: parser.add_argument("--seconds", type=int, default=600))
