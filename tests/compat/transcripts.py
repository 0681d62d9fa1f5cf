#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules and conditions that the product was asked about once: what it answered, we answer.

usage: tests/compat/transcripts.py [--build DIR] [--list] [CASE ...]

The transcripts are recorded data outside the project (spec/transcripts below SAKER_SHARED or
../shared). Each file has a form of its own, described in its first lines. An answer of ours that is
meant to differ stands, with its reason, in the second table of docs/compatibility.md; an entry there
that does not differ any more is an error, too.
"""
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import harness
from harness import SOURCE, case, expect

CONFIG = SOURCE / "tests/replay/default.yaml"
DIFFERENCES = SOURCE / "docs/compatibility.md"
SHOWN = 40


def transcript(name):
    path = harness.shared() / f"spec/transcripts/{name}.txt"
    if not path.exists():
        harness.skip(f"no transcript {name}")
    return path.read_text().splitlines()


def known(name):
    """Inputs whose answers are meant to differ: rows 'transcript | input | reason'."""
    found = set()
    for line in DIFFERENCES.read_text().splitlines():
        # A bar within an input is written as \| in Markdown.
        cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and cells[0] == name:
            expect(cells[2], f"{DIFFERENCES.name}: {cells[1]} without a reason")
            found.add(cells[1].removeprefix("`").removesuffix("`"))
    return found


def judge(name, answers):
    """answers: (input, wanted, got). Fails with all that differ and are not listed."""
    listed = known(name)
    differ = [(i, w, g) for i, w, g in answers if not same(w, g)]
    new = [d for d in differ if d[0] not in listed]
    stale = listed - {d[0] for d in differ}
    print(f"{len(answers)} answers compared, {len(differ)} differ, {len(listed)} listed")
    expect(answers, f"{name}: nothing was compared")
    text = "\n".join(f"  {i}\n    wanted {w}\n    got    {g}" for i, w, g in new[:SHOWN])
    expect(not new, f"{len(new)} of {len(answers)} answers differ:\n{text}")
    expect(not stale, f"{DIFFERENCES.name} lists what does not differ: {stale}")


def same(wanted, got):
    """Equal; '...' in a recorded text stands for what was left out."""
    if isinstance(wanted, str) and "..." in wanted:
        parts = [re.escape(p) for p in wanted.split("...")]
        return re.fullmatch(".*".join(parts), got, re.S) is not None
    return wanted == got


def falco(folder, *arguments):
    run = subprocess.run([harness.falco(), "-c", str(CONFIG), *map(str, arguments)],
                         capture_output=True, text=True, errors="replace", cwd=folder,
                         stdin=subprocess.DEVNULL, timeout=60)
    expect(run.returncode in (0, 1), f"exit status {run.returncode} for {arguments}:\n{run.stderr}")
    return run


RULE = """\
- rule: r
  desc: d
  condition: {}
  output: {}
  priority: INFO
"""


def findings(folder, text):
    """What -V says about a rules file, in the transcripts' short form; and the exit status."""
    (folder / "t.yaml").write_text(text)
    run = falco(folder, "-V", "t.yaml", "-o", "json_output=true")
    start = run.stdout.find("{")
    if start < 0:
        return f"PROCESS ENDS rc={run.returncode}", run.returncode
    result = json.loads(run.stdout[start:])["falco_load_results"][0]
    found = []
    for letter, group in (("E", result["errors"]), ("W", result["warnings"])):
        for item in group:
            if item["code"] == "LOAD_NO_EVTTYPE":
                continue
            last = item["context"]["locations"][-1]
            where = f"{last['position']['line']}:{last['position']['column']}"
            found.append(f"{letter} {item['code']}: {item['message']}  @{last['item_type']} {where}")
    return " || ".join(found) or "ok", run.returncode


@case
def condition_load():
    answers = []
    output = "x"
    blank = iter(['""', '"  "'])  # the file shows two conditions that cannot be seen
    with harness.folder() as folder:
        for line in transcript("condition-load"):
            if line.startswith("#") or " | " not in line:
                continue
            asked, wanted = re.split(r" \| (?=ok$|E LOAD|W LOAD|PROCESS)", line, maxsplit=1)
            asked = asked.strip()
            # From here on the file is about the text of `output`.
            if asked == "x %proc.name":
                output = None
            if output is None:
                text = RULE.format("evt.type=open", json.dumps(asked))
            else:
                text = RULE.format(asked or next(blank), output)
            got, _ = findings(folder, text)
            if wanted.startswith("PROCESS ENDS"):
                # The product gives up without an answer; any error of ours is better.
                wanted, got = "error", "error" if got.startswith(("E ", "PROCESS")) else got
            answers.append((asked, wanted, got))
    judge("condition-load", answers)


def in_and_out(name):
    """(title, rules text, options, recorded answer) of the files with IN and OUT lines."""
    title, text, options, answer = "", "", "", None
    for line in transcript(name) + [""]:
        if answer is not None and line.startswith("       "):
            answer += " || " + line.strip()  # one finding a line
            continue
        if answer is not None:
            yield title, text + "\n", options.split(), answer
            answer = None
        if line.startswith("   IN"):
            text, _, options = line[6:].partition("OPTIONS ")
            text = re.sub(r" \| ?", "\n", text.strip())
        elif line.startswith("   OUT"):
            answer = line[6:].strip()
        elif line and not line.startswith("#"):
            title = line


BASE = """\
- rule: r
  desc: d
  condition: evt.type=open
  output: x
  priority: INFO"""


def load_cases(name):
    answers = []
    with harness.folder() as folder:
        for title, text, _, wanted in in_and_out(name):
            if "<" in text.replace("<BASE>", "") or "…" in text:
                continue  # not the whole text was recorded
            got, status = findings(folder, text.replace("<BASE>", BASE))
            if "no JSON" in wanted:
                # The product ends with a message on standard error only; any refusal will do.
                wanted, got = "refused", "refused" if status else got
            else:
                got = f"rc={status} {got}"
            answers.append((title, wanted, got))
    judge(name, answers)


@case
def rules_load():
    load_cases("rules-load")


@case
def rules_exceptions_override():
    load_cases("rules-exceptions-override")


def count_alerts(folder, rules, *options, capture="cat_write"):
    """Alerts by rule of a replay, or None where the rules do not load."""
    (folder / "t.yaml").write_text(rules)
    path = harness.shared() / f"testdata/captures/{capture}.scap"
    run = falco(folder, "-r", "t.yaml", "-o", "engine.kind=replay", "-o", "rule_matching=all", "-o",
                f"engine.replay.capture_file={path}", "-o", "json_output=true", *options)
    found = {}
    for line in run.stdout.splitlines():
        if line.startswith("{"):
            rule = json.loads(line)["rule"]
            found[rule] = found.get(rule, 0) + 1
    return found, run


@case
def lists_macros_order():
    answers = []
    with harness.folder() as folder:
        for title, text, options, wanted in in_and_out("lists-macros-order"):
            match = re.match(r"rc=(\d+) (\[.*?\])", wanted)
            if not match:
                continue
            lines = []
            for item in text.rstrip().split("\n- "):
                item = item if item.startswith("- ") or not lines else "- " + item
                if item.startswith("- rule:") and "\n  condition:" in item:
                    for key, value in (("desc", "d"), ("output", '"x"'), ("priority", "INFO")):
                        if f"\n  {key}:" not in item:
                            item += f"\n  {key}: {value}"
                lines.append(item)
            found, run = count_alerts(folder, "\n".join(lines) + "\n", *options)
            got = f"rc={run.returncode} {sorted(f'{r}: {n}' for r, n in found.items())}"
            counted = sorted(re.findall(r"'([^']*)'", match.group(2)))
            answers.append((title, f"rc={match.group(1)} {counted}", got))
    judge("lists-macros-order", answers)


@case
def condition_match():
    """How often each condition holds in a capture: the lines with a number or a dash in front."""
    lines = []
    for line in transcript("condition-match"):
        if line.startswith("# one run per condition"):
            break
        match = re.match(r"^ +(\d+|-)  (\S.*)$", line)
        if match:
            lines.append((match.group(2), 0 if match.group(1) == "-" else int(match.group(1))))
    rules = "".join(f"- rule: r{n}\n  desc: d\n  condition: {condition}\n  output: x\n"
                    "  priority: INFO\n" for n, (condition, _) in enumerate(lines))
    with harness.folder() as folder:
        found, run = count_alerts(folder, rules)
        expect(run.returncode == 0, f"exit status {run.returncode}:\n{run.stdout}{run.stderr}")
    judge("condition-match", [(condition, wanted, found.get(f"r{n}", 0))
                              for n, (condition, wanted) in enumerate(lines)])


@case
def condition_match_alone():
    """The second part of that file: one run for each condition, with the exit status."""
    answers = []
    part, capture, front = 0, "cat_write", "evt.type=open and proc.name=cat and "
    with harness.folder() as folder:
        for line in transcript("condition-match"):
            if line.startswith(("# one run per condition", "# modifiers on own")):
                part += 1
                capture, front = "cat_write", "evt.type=open and proc.name=cat and "
                continue
            match = re.match(r"^(\S.*?) +rc=(\d) (\d+|None) ", line)
            if not part or not match:
                continue
            condition, status, count = match.groups()
            # Sockets are asked for in the other capture; the file marks the change only in words.
            socket = re.match(r"fd\.(ip|net|port|sip|cip|snet|lip|rip|lport|rport|proto|rproto|sproto"
                              r"|name startswith 127)", condition)
            seen_sockets = part == 2 or (part == 1 and any(a[0].startswith("proc.aname != oneof")
                                                           for a in answers))
            if socket and seen_sockets:
                capture, front = "connect_localhost", "evt.type=connect and "
            else:
                capture, front = "cat_write", "evt.type=open and proc.name=cat and "
            text = (f"- rule: r\n  desc: d\n  condition: {front}{condition}\n  output: x\n"
                    "  priority: INFO\n")
            found, run = count_alerts(folder, text, capture=capture)
            wanted = 0 if count == "None" else int(count)
            answers.append((condition, f"rc={status} {wanted}",
                            f"rc={run.returncode} {found.get('r', 0)}"))
    judge("condition-match alone", answers)


def validate_text():
    """(files, [(arguments, stdout, status)]) of validate-text."""
    files, commands, name = {}, [], None
    where = None
    for line in transcript("validate-text"):
        if line.startswith("== "):
            name, where = line[3:], "file"
            files[name] = []
        elif line.startswith("$ falco "):
            commands.append([line[len("$ falco "):].split(), [], None])
            where = "command"
        elif line == "--- stdout":
            where = "stdout"
        elif line.startswith("--- stderr"):
            where = "stderr"
        elif line.startswith("--- rc="):
            commands[-1][2] = int(line[len("--- rc="):])
            where = None
        elif where == "file":
            files[name].append(line)
        elif where == "stdout":
            commands[-1][1].append(line)
    return files, commands


def without_known(text):
    """Leaves out what docs/formats/rules-files.md says is ours: where the caret stands, and the words
    of the YAML library (its place stays)."""
    text = re.sub(r"^ *\^$", "^", text, flags=re.M)
    return re.sub(r"yaml(-cpp)?: error at line (\d+), column (\d+): .*", r"yaml error at \2:\3", text)


@case
def validate_standard_output():
    """-V of several files: standard output, to the byte save for without_known(), and status."""
    files, commands = validate_text()
    answers = []
    with harness.folder() as folder:
        for name, lines in files.items():
            # The blank line before a command belongs to the transcript.
            (folder / name).write_text("\n".join(lines).rstrip("\n") + "\n")
        for arguments, wanted, status in commands:
            if arguments[:2] != ["-c", "m.yaml"] or "-V" not in arguments:
                continue
            if not all((folder / a).exists() for a in arguments[3::2]):
                continue
            run = falco(folder, *arguments[2:])
            answers.append((" ".join(arguments[2:]),
                            without_known("\n".join(wanted).rstrip("\n") + f"\nrc={status}"),
                            without_known(run.stdout.rstrip("\n") + f"\nrc={run.returncode}")))
    judge("validate-text", answers)


harness.main()
