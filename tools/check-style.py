#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks of our own on every file: licence line, names, include guards, banned calls, line width.

usage: tools/check-style.py [ROOT]
"""
import os
import pathlib
import re
import subprocess
import sys

LICENCE = "SPDX-License-Identifier: "
WITH_LICENCE = {".c", ".h", ".cc", ".cpp", ".def", ".py", ".sh", ".build", ".dict"}
C_SOURCE = {".c", ".h", ".cc", ".cpp"}
# clang-format wraps code at 100; it leaves comments alone, and this is where they end at the latest.
COLUMNS = 108

# What to use instead stands beside each.
BANNED = {
    "strcpy": "struct buf", "strcat": "struct buf", "sprintf": "buf_printf or snprintf",
    "vsprintf": "vsnprintf", "strncpy": "memcpy with a checked length", "gets": "getline",
    "strncat": "struct buf", "strtok": "str_cut and friends", "strtok_r": "str_cut and friends",
    "atoi": "strtol with all its checks", "atol": "strtol with all its checks",
    "atoll": "strtoll with all its checks", "system": "posix_spawn without a shell",
    "popen": "posix_spawn without a shell", "alloca": "struct buf or an arena",
    "tmpnam": "mkstemp", "mktemp": "mkstemp",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
# Comments, strings and character constants, so that words in them are not taken for calls.
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
C_NAME = re.compile(r"[a-z][a-z0-9_]*(\.bpf|\.skel)?\.(c|h|cc|cpp|def)$")


def files(root):
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:  # a source archive without git
        names = [os.path.relpath(os.path.join(top, name), root)
                 for top, _, inside in os.walk(root) for name in inside]
        names = [n for n in names if not n.startswith(("build", ".git/"))]
    return [pathlib.Path(n) for n in sorted(names) if (root / n).is_file()]


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def guards_of(path):
    """The path in capitals, without lib/; elsewhere one of its folders may be left out."""
    def capitals(parts):
        return re.sub(r"[^A-Z0-9]", "_", "/".join(parts).upper())

    parts = path.parts
    if parts[0] == "lib":
        return [capitals(parts[1:])]
    return [capitals(parts[1:]), capitals(parts), capitals((parts[0], parts[-1]))]


def check_licence(path, text, problems):
    head = "\n".join(text.splitlines()[:3])
    wanted = "Apache-2.0"
    if path.parts[0] == "bpf" and path.suffix in C_SOURCE:
        wanted = "(GPL-2.0-only OR BSD-2-Clause)"  # the kernel asks for a GPL-compatible licence
    named = head.partition(LICENCE)[2].split("\n")[0].removesuffix("*/").strip()
    if named.strip("()") != wanted.strip("()"):
        problems.append(f"{path}:1: expected '{LICENCE}{wanted}' within the first three lines"
                        + (f", found '{named}'" if named else ""))


def check_c(path, text, problems):
    if not C_NAME.match(path.name):
        problems.append(f"{path}: names of C files are lower case with underscores")
    code = NOT_CODE.sub(blank, text)
    for match in CALL.finditer(code):
        line = code.count("\n", 0, match.start()) + 1
        name = match.group(1)
        problems.append(f"{path}:{line}: {name}() is banned; use {BANNED[name]}")
    if path.suffix == ".h":
        guards = guards_of(path)
        if not any(f"#ifndef {g}\n#define {g}\n" in text for g in guards):
            problems.append(f"{path}: expected the include guard {guards[0]}")
    for nth, line in enumerate(text.splitlines(), 1):
        if line.rstrip() != line:
            problems.append(f"{path}:{nth}: blanks at the end of the line")
        # Messages for people stay on one line so that they can be searched for.
        if len(line.expandtabs(8)) > COLUMNS and '"' not in line:
            problems.append(f"{path}:{nth}: longer than {COLUMNS} columns")


def check(root):
    problems = []
    for path in files(root):
        if path.suffix not in WITH_LICENCE and path.name != "Makefile":
            continue
        text = (root / path).read_text(errors="replace")
        check_licence(path, text, problems)
        if path.suffix in C_SOURCE:
            check_c(path, text, problems)
    return problems


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                               pathlib.Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "style: nothing to complain about")
    sys.exit(1 if found else 0)
