#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/rules.md, the table of the default rules, from data/rules/saker_rules.yaml.

usage: rules-doc.py [--check]

--check writes nothing and ends with status 1 if the document is not what it should be. Only the subset of YAML in which that
file is written is understood (one key per line, folded text, tags in brackets), so that no library is needed. The sections
come from its comments "# ---- N. Rules: TITLE".
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RULES = ROOT / "data/rules/saker_rules.yaml"
DOC = ROOT / "docs/rules.md"

INTRO = """# Default rules

Made from `data/rules/saker_rules.yaml` by `tools/rules-doc.py`; do not edit.

{total} rules, {enabled} of them on. Rules that are off (marked so) fit some installations only; switch one on with
`- {{rule: NAME, enabled: true, override: {{enabled: replace}}}}`.
Names and tags are those that users of the existing ecosystem know; `maturity_*` says how much noise to expect. Rules are
listed in the order in which they are tried; with `rule_matching: first` the first that matches an event gives the alert.

## Common parts

Macros that your own rules can use:

| Macro | True for |
| --- | --- |
{macros}

Everything that starts with `user_`, `known_` or `allowed_` is a hook: empty or short in our file, and meant to be
redefined or extended in yours, for example

```yaml
- macro: user_known_package_manager_in_container
  condition: (proc.pname = my-image-builder)
- list: user_known_change_thread_namespace_binaries
  items: [my-cni-plugin]
  override: {{items: append}}
```
"""

# The macros worth knowing, with a word each; the test is that they exist.
MACROS = {
    "spawned_process": "a program was started",
    "open_read": "a file was opened for reading",
    "open_write": "a file was opened for writing, or created",
    "open_directory": "a directory was opened",
    "open_emptied": "a file lost its content by being opened",
    "open_created": "a new file was made",
    "rename": "`fs.path.source` became `fs.path.target`",
    "remove": "`fs.path.name` was unlinked",
    "mkdir": "the directory `fs.path.name` was made",
    "create_symlink": "a symbolic link `fs.path.source` was made",
    "create_hardlink": "a second name `fs.path.source` was made",
    "chmod": "the mode of a file was changed",
    "outbound": "a connection or first datagram to another host",
    "inbound": "a connection from another host was accepted",
    "container": "the process is in a container",
    "container_started": "the first process of a container runs its program",
    "container_entrypoint": "the parent is a container runtime: start, or `exec` into a container",
    "shell_procs": "the program is a shell, under whatever name",
    "package_mgmt_procs": "the program is a package manager, judged by its file",
    "sensitive_files": "the file holds passwords or rules of authentication",
    "interactive": "the process belongs to a login session",
    "full_capabilities": "the process has what only privileged containers get",
    "never_true": "nothing",
}


def parse(lines):
    """-> (rules: list of dicts with section, name, desc, priority, tags, enabled; names of macros)"""
    rules, macros, section, item, key = [], set(), "", None, None
    for line in lines:
        if m := re.match(r"# ---- \d+\. (?:Rules: )?(.*)", line):
            section = m[1]
        elif m := re.match(r"- (list|macro|rule): (.*)", line):
            item, key = {"section": section, "name": m[2], "enabled": "true"}, None
            if m[1] == "rule":
                rules.append(item)
            elif m[1] == "macro":
                macros.add(m[2])
        elif m := re.match(r"  ([a-z-]+): ?(.*)", line):
            key = m[1]
            item[key] = "" if m[2] in (">", "|") else m[2]
        elif key and line.startswith("    "):
            item[key] = (item[key] + " " + line.strip()).strip()
    return rules, macros


def make(rules, macros):
    missing = set(MACROS) - macros
    if missing:
        sys.exit("rules-doc: no such macro: " + ", ".join(sorted(missing)))
    enabled = sum(r["enabled"] == "true" for r in rules)
    table = "\n".join(f"| `{name}` | {what} |" for name, what in MACROS.items())
    out = [INTRO.format(total=len(rules), enabled=enabled, macros=table)]
    section = None
    for r in rules:
        if r["section"] != section:
            section = r["section"]
            out.append(f"## {section[0].upper()}{section[1:]}\n\n| Rule | Detects | Priority | Tags |\n| --- | --- | --- | --- |")
        off = "" if r["enabled"] == "true" else " (off)"
        desc = r["desc"].replace("|", "\\|")
        priority = r["priority"].capitalize()
        out.append(f"| {r['name']}{off} | {desc} | {priority} | {r['tags'].strip('[]')} |")
        if r is rules[-1] or rules[rules.index(r) + 1]["section"] != section:
            out[-1] += "\n"
    return "\n".join(out).rstrip() + "\n"


def main():
    text = make(*parse(RULES.read_text().splitlines()))
    if sys.argv[1:] == ["--check"]:
        if not DOC.exists() or DOC.read_text() != text:
            sys.exit("docs/rules.md is out of date: run tools/rules-doc.py")
        return
    if sys.argv[1:]:
        sys.exit(__doc__)
    DOC.write_text(text)


if __name__ == "__main__":
    main()
