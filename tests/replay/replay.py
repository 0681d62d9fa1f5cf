#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden replay: capture + rules + configuration -> alerts, byte for byte.

usage: tests/replay/replay.py [--build DIR] [--bless] [--list] [CASE ...]

A case is a folder beside this file:

    case.json      what to replay and how; every key may be left out
        "generate": "--events 20000 --seed 3"  arguments of tools/make-capture.py, instead of a file
        "truncate": 5000      keep only so many bytes of the capture (negative: drop so many)
        "rules": ["..."]      rules files from the project's root, instead of rules.yaml
        "args": ["-o", ...]   further arguments
        "exit": 1             expected exit status, otherwise 0
        "keep": "REGEX"       compare only the lines of standard output that match
    capture.scap   a stored capture, where nothing is generated
    rules.yaml     the rules
    config.yaml    the configuration, otherwise ../default.yaml
    expected.out   standard output
    expected.err   standard error, compared only where this file exists

`make bless` rewrites what is expected; the diff is reviewed like code.
"""
import collections
import difflib
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import harness
from harness import SOURCE, expect

KEYS = {"generate", "truncate", "rules", "args", "exit", "keep"}


def make_capture(case, settings, folder):
    capture = case / "capture.scap"
    if "generate" in settings:
        capture = folder / "capture.scap"
        subprocess.run([sys.executable, SOURCE / "tools/make-capture.py", capture]
                       + settings["generate"].split(), check=True, stdout=subprocess.DEVNULL)
    expect(capture.exists(), f"{case.name} has neither capture.scap nor \"generate\"")
    if "truncate" in settings:
        cut = folder / "cut.scap"
        cut.write_bytes(capture.read_bytes()[:settings["truncate"]])
        capture = cut
    # One name in all messages, wherever the temporary folder is.
    link = folder / "input.scap"
    link.symlink_to(capture)
    return link


def replay(case, folder):
    """Exit status, standard output and standard error of one replay."""
    settings = {}
    if (case / "case.json").exists():
        settings = json.loads((case / "case.json").read_text())
        expect(set(settings) <= KEYS, f"case.json: unknown keys {set(settings) - KEYS}")
    make_capture(case, settings, folder)
    config = case / "config.yaml"
    command = [harness.falco(), "-c", str(config if config.exists() else HERE / "default.yaml"),
               "-o", "engine.kind=replay", "-o", "engine.replay.capture_file=input.scap"]
    for rules in settings.get("rules", []):
        command += ["-r", str(SOURCE / rules)]
    if "rules" not in settings:
        command += ["-r", str(case / "rules.yaml")]
    run = subprocess.run(command + settings.get("args", []), capture_output=True, cwd=folder,
                         stdin=subprocess.DEVNULL,
                         env={**os.environ, "TZ": "UTC", "FALCO_HOSTNAME": "replayed"})
    out = run.stdout.decode(errors="backslashreplace")
    err = run.stderr.decode(errors="backslashreplace").replace(str(SOURCE) + "/", "")
    if "keep" in settings:
        out = "".join(line for line in out.splitlines(keepends=True)
                      if re.search(settings["keep"], line))
    expect(run.returncode == settings.get("exit", 0),
           f"exit status {run.returncode}, expected {settings.get('exit', 0)}; it said:\n{err}")
    return out, err


def compare(path, got, bless):
    if bless:
        if not path.exists() or path.read_text() != got:
            path.write_text(got)
            print(f"rewrote {path.relative_to(SOURCE)}")
        return
    expect(path.exists(), f"{path} does not exist; `make bless` writes it")
    want = path.read_text()
    diff = difflib.unified_diff(want.splitlines(), got.splitlines(), str(path.name), "now",
                                lineterm="", n=1)
    expect(want == got, "\n".join(list(diff)[:40]))


def run_case(case):
    bless = harness.options.bless
    with harness.folder() as folder:
        out, err = replay(case, folder)
    compare(case / "expected.out", out, bless)
    if (case / "expected.err").exists():
        compare(case / "expected.err", err, bless)


def default_alerts(folder, *arguments):
    """The default rules on a generated capture: alerts by rule, and what was planted."""
    capture, truth = folder / "made.scap", folder / "truth.json"
    subprocess.run([sys.executable, SOURCE / "tools/make-capture.py", capture, "--truth", truth,
                    *arguments], check=True, stdout=subprocess.DEVNULL)
    run = subprocess.run([harness.falco(), "-c", HERE / "default.yaml",
                          "-r", SOURCE / "data/rules/saker_rules.yaml", "-o", "json_output=true",
                          "-o", "engine.kind=replay", "-o",
                          f"engine.replay.capture_file={capture}"],
                         capture_output=True, text=True, errors="replace")
    expect(run.returncode == 0, f"exit status {run.returncode}:\n{run.stderr}")
    rules = collections.Counter(json.loads(line)["rule"] for line in run.stdout.splitlines()
                                if line.startswith("{"))
    return rules, json.loads(truth.read_text())


@harness.case
def planted_truth():
    """Each planted act is found by its rule, as often as planted; decoys and all else are not."""
    if harness.options.bless:
        return
    with harness.folder() as folder:
        found, truth = default_alerts(folder, "--events", "1000000")
    wanted = collections.Counter(truth["rules"])
    expect(sum(wanted.values()) > 50, f"the generator planted too little: {wanted}")
    print(f"{sum(found.values())} alerts of {len(found)} rules")
    expect(found == wanted, f"missing: {wanted - found}; too many: {found - wanted}")


@harness.case
def quiet_host():
    """A host where nothing is planted gives no alert."""
    if harness.options.bless:
        return
    with harness.folder() as folder:
        found, _ = default_alerts(folder, "--events", "300000", "--quiet-host")
    expect(not found, f"false alerts: {found}")


for entry in sorted(HERE.iterdir()):
    if entry.is_dir() and not entry.name.startswith("_"):
        harness.add_case(entry.name, functools.partial(run_case, entry))

harness.main(lambda parser: parser.add_argument("--bless", action="store_true"))
