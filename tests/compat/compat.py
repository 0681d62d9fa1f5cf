#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What users have today gives the same results: rules, configuration and captures of the product.

usage: tests/compat/compat.py [--build DIR] [--list] [CASE ...]

The recorded data is not part of the project: it is looked for in SAKER_SHARED or ../shared, and what
needs it is skipped without it. `sysdig`, where installed, is an independent witness: it reads the
same captures with code of its own.
"""
import collections
import functools
import gzip
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import harness
from harness import SOURCE, case, expect

CAPTURES = ["502Error", "cat_write", "connect_localhost", "curl_google",
            "psp_run_as_user_0_container", "sample"]
DIFFERENCES = SOURCE / "docs/compatibility.md"

# What the public rule set's stable rules find among the planted acts: rule, and acts of the truth.
PLANTED = {
    "Read sensitive file untrusted": ["sensitive file read on the host",
                                      "sensitive file read in a container"],
    "Terminal shell in container": ["terminal shell in a container"],
    "Search Private Keys or Passwords": ["search for private keys"],
}

ALL_EVENTS = """\
- rule: all
  desc: every event
  condition: evt.num > 0
  output: "%evt.num %evt.time %evt.type %thread.tid %proc.name %fd.num"
  priority: DEBUG
"""

# sysdig 0.29 does not know them, or knows them by a name that the format has given up since.
SYSDIG_NAMES = {("<unknown>", "fadvise64"), ("accept", "accept4")}
# Events of one direction only, which sysdig prints as enter events or hides.
ONE_WAY = {"procinfo", "switch", "procexit", "signaldeliver", "scapevent", "drop", "cpu_hotplug",
           "container", "notification", "page_fault"}


def falco(folder, *arguments, status=0):
    """Runs our program under the old name; standard output. The exit status must be `status`."""
    run = subprocess.run([harness.falco(), *map(str, arguments)], capture_output=True, text=True,
                         errors="replace", cwd=folder, stdin=subprocess.DEVNULL)
    expect(run.returncode == status,
           f"exit status {run.returncode}, expected {status}:\n{run.stdout[-2000:]}{run.stderr}")
    return run.stdout


def replay(folder, capture, rules, config=SOURCE / "tests/replay/default.yaml"):
    """The alerts of one replay, as parsed JSON."""
    text = falco(folder, "-c", config, "-r", rules,
                 "-o", "engine.kind=replay", "-o", f"engine.replay.capture_file={capture}",
                 "-o", "json_output=true", "-o", "priority=debug")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def known_differences(capture):
    """Rows of the table in docs/compatibility.md for this capture: field -> events, or None: all."""
    known = {}
    for line in DIFFERENCES.read_text().splitlines():
        cells = [c.strip().strip("`") for c in line.strip("| ").split("|")]
        if not line.startswith("|") or len(cells) != 4 or cells[0] not in (capture, "every capture"):
            continue
        name, events, reason = cells[1:]
        expect(reason, f"{DIFFERENCES}: {name} without a reason")
        known[name] = None if events == "all" else {int(n) for n in events.split(",")}
    return known


def fields(capture):
    """Every value of every event equals the recorded one, or is a listed difference."""
    data = harness.shared() / "testdata"
    with harness.folder() as folder:
        # As recorded: with the shipped configuration, which appends the fields of containers.
        alerts = replay(folder, data / f"captures/{capture}.scap",
                        data / "expected/oracle_rule.yaml", SOURCE / "data/config/saker.yaml")
    got = {}
    for alert in alerts:
        values = alert.get("output_fields") or {}
        expect("evt.num" in values, f"an alert without evt.num: {json.dumps(alert)[:300]}")
        expect(values["evt.num"] not in got, f"event {values['evt.num']} is reported twice")
        got[values["evt.num"]] = values
    known = known_differences(capture)
    compared = 0
    wrong = collections.defaultdict(list)
    with gzip.open(data / f"expected/{capture}.fields.jsonl.gz", "rt") as lines:
        for line in lines:
            want = json.loads(line)
            have = got.pop(want["evt.num"], None)
            if have is None:
                wrong["(event missing)"].append((want["evt.num"], want["evt.type"], None))
                continue
            for name, value in want.items():
                compared += 1
                if name not in have or have[name] != value:
                    wrong[name].append((want["evt.num"], value, have.get(name, "(absent)")))
    for num, values in got.items():
        wrong["(event too many)"].append((num, None, values.get("evt.type")))
    expect(compared, "nothing was compared")
    problems = []
    for name, places in sorted(wrong.items(), key=lambda item: -len(item[1])):
        if name in known:
            places = [p for p in places if known[name] is not None and p[0] not in known[name]]
        if places:
            num, want, have = places[0]
            problems.append(f"{name}: {len(places)} differ, first at event {num}: "
                            f"expected {want!r}, got {have!r}"[:300])
    print(f"{compared} values compared, {sum(map(len, wrong.values()))} differ, "
          f"{len(known)} fields listed in {DIFFERENCES.name}")
    expect(not problems, "\n".join(problems))


def witness(capture):
    """sysdig sees the same exit events: time, thread and type of each, none more and none less."""
    sysdig = harness.need_program("sysdig")
    path = harness.shared() / f"testdata/captures/{capture}.scap"
    both_sides(sysdig, path, ())


def both_sides(sysdig, path, extra, generated=False):
    """Compares (time, tid, type) and the fields in `extra` of every exit event with sysdig's."""
    names = ["evt.rawtime", "thread.tid", "evt.type", "evt.dir", *extra]
    run = subprocess.run([sysdig, "-r", str(path), "-p", "\t".join("%" + n for n in names)],
                         capture_output=True, text=True, errors="replace")
    expect(run.returncode == 0, f"sysdig: {run.stderr}")
    theirs = collections.defaultdict(list)
    for line in run.stdout.splitlines():
        time, tid, kind, direction, *rest = line.split("\t")
        if direction == "<":
            theirs[int(time), int(tid)].append((kind, *rest))
    with harness.folder() as folder:
        rules = folder / "all.yaml"
        rules.write_text(ALL_EVENTS)
        alerts = replay(folder, path, rules)
    ours = collections.defaultdict(list)
    for alert in alerts:
        f = alert["output_fields"]
        values = ("<NA>" if f[n] is None else str(f[n]) for n in extra)
        ours[f["evt.time"], f["thread.tid"]].append((f["evt.type"], *values))
    missing = [(k, v) for k, v in theirs.items() if k not in ours]
    # Event codes that sysdig is too old for: it shows none of them.
    too_new = {e[0] for v in ours.values() for e in v} - {e[0] for v in theirs.values() for e in v}
    added = [(k, v) for k, v in ours.items() if k not in theirs
             and any(e[0] not in ONE_WAY | (too_new if generated else set()) for e in v)]
    other = []
    for key in theirs.keys() & ours.keys():
        mine = [e for e in ours[key] if e[0] not in ONE_WAY] or ours[key]
        if len(mine) != len(theirs[key]):
            other.append((key, theirs[key], mine))
            continue
        for a, b in zip(theirs[key], mine):
            if (a[0] != b[0] and (a[0], b[0]) not in SYSDIG_NAMES) or a[1:] != b[1:]:
                other.append((key, a, b))
    print(f"{sum(map(len, theirs.values()))} exit events of sysdig, {len(alerts)} events of ours")
    expect(theirs, "sysdig saw nothing")
    expect(not missing, f"{len(missing)} events only sysdig saw, first: {missing[:3]}")
    expect(not added, f"{len(added)} events only we saw, first: {added[:3]}")
    expect(not other, f"{len(other)} events differ (theirs, ours), first: {other[:5]}")


for capture_name in CAPTURES:
    harness.add_case(f"fields-{capture_name}", functools.partial(fields, capture_name))
    harness.add_case(f"sysdig-{capture_name}", functools.partial(witness, capture_name))


def make_capture(generator, folder, events):
    """A generated capture and the record of what was planted in it."""
    capture, truth = folder / "made.scap", folder / "made.json"
    subprocess.run([sys.executable, generator, capture, "--events", str(events), "--truth", truth],
                   check=True, stdout=subprocess.DEVNULL)
    return capture, json.loads(truth.read_text())


@case
def sysdig_generated():
    sysdig = harness.need_program("sysdig")
    with harness.folder() as folder:
        capture, _ = make_capture(SOURCE / "tools/make-capture.py", folder, 60000)
        both_sides(sysdig, capture, ("proc.name",), generated=True)


# Fields that need the metadata of a container runtime, which this version does not collect.
METADATA = re.compile(r"\b(container\.(?!id\b)|k8s\.(?!io\b))[a-z_.]+")


def public_rules(folder):
    """The public stable rule set, with container.id in place of fields that need metadata."""
    text = (harness.shared() / "testdata/rules/falco_rules.yaml").read_text()
    rules = folder / "public.yaml"
    rules.write_text(METADATA.sub("container.id", text))
    return rules


def load_results(folder, rules, status):
    text = falco(folder, "-c", SOURCE / "tests/replay/default.yaml", "-V", rules,
                 "-o", "json_output=true", status=status)
    return json.loads(text[text.index("{"):])["falco_load_results"][0]


@case
def public_rules_load():
    """The public stable rule set loads without an error."""
    with harness.folder() as folder:
        result = load_results(folder, public_rules(folder), 0)
    expect(result["successful"] and not result["errors"], f"errors: {result['errors']}")
    print(f"no errors, {len(result['warnings'])} warnings")


@case
def public_rules_unchanged():
    """The same as it is: what it refuses can only be a field that needs metadata."""
    rules = harness.shared() / "testdata/rules/falco_rules.yaml"
    names = set(METADATA.findall(rules.read_text()))
    with harness.folder() as folder:
        listed = falco(folder, "--list", "-N").split()
        missing = {m.group() for m in METADATA.finditer(rules.read_text())} - set(listed)
        result = load_results(folder, rules, 1 if missing else 0)
    expect(names, "the rule set names no field that needs metadata: this test has lost its object")
    for error in result["errors"]:
        expect(any(error["message"].endswith(f"nonexistent field {m}") for m in missing), f"{error}")
    print(f"fields that do not exist yet: {sorted(missing) or 'none'}")


@case
def public_rules_find_planted():
    """On the recorded generator's capture they find exactly the planted acts, and nothing else."""
    generator = harness.shared() / "tools/make_capture.py"
    with harness.folder() as folder:
        capture, truth = make_capture(generator, folder, 3000000)
        alerts = replay(folder, capture, public_rules(folder))
    wanted = {rule: sum(truth["planted"].get(act, {"count": 0})["count"] for act in acts)
              for rule, acts in PLANTED.items()}
    expect(all(wanted.values()), f"the generator planted too little: {wanted}")
    found = dict(collections.Counter(a["rule"] for a in alerts))
    print(f"found: {found}")
    expect(found == wanted, f"expected {wanted}, found {found}")


def load_config(version):
    """A configuration file of that release loads; what it names and we lack is not an error."""
    path = harness.shared() / f"testdata/config/{version}.yaml"
    with harness.folder() as folder:
        rules = folder / "one.yaml"
        rules.write_text(ALL_EVENTS)
        falco(folder, "-c", path, "-r", rules, "--dry-run", "-o", "config_files=[]")


for config_name in ("falco-0.31.0", "falco-0.36.0", "falco-0.40.0", "falco-0.44"):
    harness.add_case(f"config-{config_name}", functools.partial(load_config, config_name))


@case
def names_itself():
    """--version under the old name has the lines that scripts look for."""
    with harness.folder() as folder:
        text = falco(folder, "--version")
    expect(re.search(r"^(Falco|Saker) version: *\d+\.\d+\.\d+", text, re.M), text)


harness.main()
