#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sensor with the default rules on this machine: sees what it must, once, and leaves nothing.

usage: tests/live/watch_test.py [--build DIR] [--list] [CASE ...]
"""
import functools
import json
import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness
from harness import Sensor, case, expect

RULE = "Read sensitive file untrusted"


def read_shadow(path, cwd):
    """One `cat PATH` by a shell gives one alert, with user, command line, parent and true file."""
    harness.need_root()
    with harness.folder() as folder, Sensor() as sensor:
        link = folder / "link"
        link.symlink_to("/etc/shadow")
        path = path.replace("LINK", str(link))
        # The shell has more to do after cat, so it does not become cat itself.
        subprocess.run(["bash", "-c", f"cat {path} >/dev/null; :"], check=True, cwd=cwd)
        subprocess.run(["bash", "-c", "tail -n 1 /etc/shadow >/dev/null; :"], check=True)

        def of(program):
            return lambda a: (a["rule"] == RULE
                              and a["output_fields"].get("proc.cmdline", "").startswith(program))

        # Events come in order: once tail is reported, nothing of cat is still to come.
        sensor.wait_alerts("the alert of tail", of("tail "))
        alerts = sensor.alerts(of("cat "))
        expect(len(alerts) == 1, f"{len(alerts)} alerts instead of one: {json.dumps(alerts)}; all: "
               f"{json.dumps(sensor.all_alerts())}")
        fields = alerts[0]["output_fields"]
        wanted = {"proc.cmdline": f"cat {path}", "proc.pname": "bash", "fd.name": "/etc/shadow",
                  "user.name": "root"}
        for name, value in wanted.items():
            expect(fields.get(name) == value,
                   f"{name} is {fields.get(name)!r}, expected {value!r}: {json.dumps(alerts[0])}")


for name, (path, cwd) in {
    "read-plain": ("/etc/shadow", "/"),
    "read-symlink": ("LINK", "/"),
    "read-proc-self-root": ("/proc/self/root/etc/shadow", "/"),
    "read-relative": ("shadow", "/etc"),
    "read-dotdot": ("../etc/./shadow", "/usr"),
}.items():
    harness.add_case(name, functools.partial(read_shadow, path, cwd))


@case
def quiet():
    """Reading what is not sensitive gives no alert about it."""
    harness.need_root()
    with Sensor() as sensor:
        subprocess.run(["bash", "-c", "cat /etc/hostname /etc/passwd >/dev/null; :"], check=False)
        subprocess.run(["bash", "-c", "tail -n 1 /etc/shadow >/dev/null; :"], check=True)
        sensor.wait_alerts("the alert of tail", lambda a: a["rule"] == RULE)
        found = sensor.alerts(lambda a: "/etc/hostname" in json.dumps(a)
                              or "/etc/passwd" in json.dumps(a))
        expect(not found, json.dumps(found))


def bpf_ids(kind):
    """Ids of all of the kernel's BPF programs, links or maps."""
    text = subprocess.run([harness.need_program("bpftool"), "-j", kind, "show"], check=True,
                          capture_output=True, text=True).stdout
    return {o["id"] for o in json.loads(text or "[]")}


def held_ids(pid):
    """Ids of those that a process holds, from what its descriptors say (proc(5), fdinfo)."""
    held = {"prog": set(), "link": set(), "map": set()}
    for entry in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        for line in entry.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.endswith("_id") and name[:-3] in held:
                held[name[:-3]].add(int(value))
    return held


@case
def kill_leaves_nothing():
    """After kill -9 no program, link or map of the sensor exists any more: nothing is pinned."""
    harness.need_root()
    with Sensor() as sensor:
        held = held_ids(sensor.process.pid)
        for kind, ids in held.items():
            expect(ids, f"the sensor seems to hold no {kind}: {held}")
            expect(ids <= bpf_ids(kind), f"bpftool does not see the sensor's {kind}s: {held}")
        sensor.process.send_signal(signal.SIGKILL)
        sensor.process.wait()
        for kind, ids in held.items():
            # The kernel frees them after a grace period.
            harness.wait_for(f"the sensor's {kind}s {ids} are gone", 10,
                             lambda k=kind, i=ids: not (bpf_ids(k) & i))


@case
def ends_cleanly():
    """SIGINT ends the sensor with status 0, after it has said what was lost."""
    harness.need_root()
    with Sensor() as sensor:
        sensor.process.send_signal(signal.SIGINT)
        status = sensor.process.wait(harness.START_SECONDS)
        harness.wait_for("the report of drops", 5, lambda: any(
            "drop" in line.lower() for line in sensor.lines + sensor.errors))
    expect(status == 0, f"exit status {status}:\n" + "".join(sensor.errors))


@case
def not_root():
    """Without rights: one message with the cause and the cure, exit status 1."""
    harness.need_root()
    with harness.folder() as folder:
        # The build folder may be unreadable for others.
        copy = folder / "saker"
        copy.write_bytes(pathlib.Path(harness.saker()).read_bytes())
        copy.chmod(0o755)
        rules = folder / "rules.yaml"
        rules.write_text("- rule: r\n  desc: d\n  condition: evt.type = open\n  output: o\n"
                         "  priority: INFO\n")
        config = folder / "config.yaml"
        config.write_text("stdout_output: {enabled: true}\n")
        os.chmod(folder, 0o755)
        run = subprocess.run([harness.need_program("setpriv"), "--reuid", "65534", "--regid",
                              "65534", "--clear-groups", copy, "watch", "-c", config, "-r", rules],
                             capture_output=True, text=True, timeout=60, cwd="/")
    said = [line for line in run.stderr.splitlines()
            if "root" in line or "CAP_" in line or "rivilege" in line]
    expect(run.returncode == 1, f"exit status {run.returncode}:\n{run.stderr}")
    expect(len(said) == 1, f"{len(said)} messages name the cause:\n{run.stderr}")


harness.main()
