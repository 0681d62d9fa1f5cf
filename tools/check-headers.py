#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every header of lib/ and app/ compiles alone, and does so twice.

usage: tools/check-headers.py [ROOT]
"""
import os
import pathlib
import shlex
import subprocess
import sys

FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
         "-Wstrict-prototypes", "-Wno-unused-function", "-x", "c", "-"]


def check(root):
    compiler = shlex.split(os.environ.get("CC", "cc"))
    problems = []
    headers = [h for top in ("lib", "app") for h in sorted((root / top).rglob("*.h"))]
    for header in headers:
        name = str(header.relative_to(root / "lib") if (root / "lib") in header.parents
                   else header.relative_to(root))
        source = f'#include "{name}"\n#include "{name}"\n'
        run = subprocess.run(compiler + ["-I", str(root / "lib"), "-I", str(root / "app"),
                                         "-I", str(root)] + FLAGS,
                             input=source, capture_output=True, text=True)
        if run.returncode:
            problems.append(f"{header.relative_to(root)}: does not compile alone:\n{run.stderr}")
    return problems, len(headers)


if __name__ == "__main__":
    found, count = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                                      pathlib.Path(__file__).resolve().parent.parent))
    print("\n".join(found) or f"headers: all {count} compile alone")
    sys.exit(1 if found else 0)
