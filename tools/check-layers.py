#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes only follow the edges of tools/layers.txt: data flows down, includes point up.

usage: tools/check-layers.py [ROOT]
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def read_layers(path):
    layers = {}
    for nth, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        folder, colon, allowed = line.partition(":")
        if not colon or folder in layers:
            raise SystemExit(f"{path}:{nth}: expected one 'FOLDER: FOLDERS...' for each folder")
        layers[folder] = allowed.split()
    return layers


def layer_of(parts):
    """Layer of a file from its path below the root, or of an include below lib/ or the root."""
    if parts[0] == "lib":
        return parts[1]
    if parts[0] == "app" and len(parts) > 2:
        return "app/" + parts[1]
    return parts[0]


def check(root):
    layers = read_layers(root / "tools/layers.txt")
    problems = []
    for top in ("lib", "bpf", "app"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".c", ".h", ".cc", ".cpp", ".def") or not path.is_file():
                continue
            relative = path.relative_to(root)
            layer = layer_of(relative.parts)
            if layer not in layers:
                problems.append(f"{relative}: tools/layers.txt has no line for '{layer}'")
                continue
            text = path.read_text(errors="replace")
            for match in INCLUDE.finditer(text):
                name = match.group(1)
                line = text.count("\n", 0, match.start(1)) + 1
                where = f"{relative}:{line}"
                if name.endswith(".skel.h"):
                    continue  # made by the build from bpf/, named by the only file that loads it
                if layer == "bpf" and (path.parent / name).exists():
                    continue
                if "/" not in name or ".." in name:
                    problems.append(f"{where}: \"{name}\": write includes as \"folder/file.h\"")
                    continue
                target = layer_of(tuple(name.split("/")))
                if (root / "app" / name).exists():
                    target = layer_of(("app", *name.split("/")))
                allowed = layers[layer]
                if target in (layer, "base") or target in allowed or name in allowed:
                    continue
                if "*" in allowed and not target.startswith("app"):
                    continue
                if target == "tests" and path.name.endswith("_test.c"):
                    continue
                problems.append(f"{where}: {layer} may not include {name} (tools/layers.txt)")
    return problems


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                               pathlib.Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "layers: every include follows tools/layers.txt")
    sys.exit(1 if found else 0)
