#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of the source itself as tests, and tests of the checks.

usage: tools/check.py [--list] [NAME ...]
"""
import importlib.util
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/support"))
import harness
from harness import SOURCE, case, expect

GOOD = "/* SPDX-License-Identifier: Apache-2.0 */\n"


def load(name, folder="tools"):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"),
                                                  SOURCE / f"{folder}/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its data classes look themselves up there
    spec.loader.exec_module(module)
    return module


def expect_clean(problems):
    expect(not problems, f"{len(problems)} problems:\n" + "\n".join(problems))


def make_tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def expect_found(problems, wanted):
    """Each wanted text is in exactly one problem, and there are no others."""
    expect(len(problems) == len(wanted), f"expected {wanted}, found {problems}")
    for text in wanted:
        expect(sum(text in p for p in problems) == 1, f"no problem says '{text}': {problems}")


@case
def layers():
    expect_clean(load("check-layers").check(SOURCE))


@case
def style():
    expect_clean(load("check-style").check(SOURCE))


@case
def headers():
    expect_clean(load("check-headers").check(SOURCE)[0])


@case
def layers_self_test():
    with harness.folder() as root:
        make_tree(root, {
            "tools/layers.txt": "app/doctor:\nbase:\nevent:\nrule: field/field.h\nfield: event\napp/watch: *\n",
            "lib/base/a.h": "",
            "lib/event/e.h": '#include "base/a.h"\n#include "event/f.h"\n',
            "lib/field/field.c": '#include "event/e.h"\n#include <stdio.h>\n',
            "lib/rule/good.c": '#include "field/field.h"\n',
            "lib/rule/bad.c": 'int x;\n#include "event/e.h"\n',
            "lib/rule/good_test.c": '#include "field/field.h"\n#include "tests/support/record.h"\n',
            "lib/rule/no_test.h": '#include "tests/support/record.h"\n',
            "lib/rule/worse.c": '#  include "field/ctx.h"\n',
            "lib/base/up.c": '#include "rule/cond.h"\n#include "e.h"\n',
            "lib/other/o.c": "",
            "app/watch/w.c": '#include "rule/cond.h"\n#include "doctor/d.h"\n',
            "app/doctor/d.h": "",
        })
        expect_found(load("check-layers").check(root), [
            "lib/rule/bad.c:2: rule may not include event/e.h",
            "lib/rule/no_test.h:1: rule may not include tests/support/record.h",
            "lib/rule/worse.c:1: rule may not include field/ctx.h",
            "lib/base/up.c:1: base may not include rule/cond.h",
            'lib/base/up.c:2: "e.h": write includes as',
            "lib/other/o.c: tools/layers.txt has no line",
            "app/watch/w.c:2: app/watch may not include doctor/d.h",
        ])


@case
def style_self_test():
    guard = "#ifndef BASE_OK_H\n#define BASE_OK_H\n#endif\n"
    with harness.folder() as root:
        make_tree(root, {
            "lib/base/ok.h": GOOD + guard,
            "lib/base/ok.c": GOOD + '/* strcpy( */ char *s = "sprintf(x)"; int r = my_system(0);\n',
            "lib/base/no_licence.c": "int x;\n",
            "lib/base/guard.h": GOOD + guard,
            "lib/base/Bad-Name.c": GOOD,
            "lib/base/calls.c": GOOD + "void f(void)\n{\n\tstrcpy(a, b);\n\tsystem (c);\n}\n",
            "lib/base/wide.c": GOOD + "\t" + "x" * 101 + ";\n" + '\tf("' + "x" * 100 + '");\n',
            "lib/base/blank.c": GOOD + "int x; \n",
            "bpf/x.bpf.c": GOOD,
            "bpf/y.bpf.c": "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */\n",
            "README.md": "no licence needed\n",
        })
        expect_found(load("check-style").check(root), [
            "lib/base/no_licence.c:1: expected 'SPDX",
            "lib/base/guard.h: expected the include guard BASE_GUARD_H",
            "lib/base/Bad-Name.c: names of C files",
            "lib/base/calls.c:4: strcpy() is banned",
            "lib/base/calls.c:5: system() is banned",
            "lib/base/wide.c:2: longer than 108",
            "lib/base/blank.c:2: blanks at the end",
            "bpf/x.bpf.c:1: expected 'SPDX-License-Identifier: (GPL",
        ])


@case
def headers_self_test():
    with harness.folder() as root:
        make_tree(root, {
            "lib/base/ok.h": "#ifndef A\n#define A\n#include <stdint.h>\nuint8_t f(void);\n#endif\n",
            "lib/base/alone.h": "#ifndef B\n#define B\nuint8_t f(void);\n#endif\n",
            "lib/base/twice.h": "struct s { int x; };\n",
            "app/app.h": "#ifndef C\n#define C\n#include \"base/ok.h\"\n#endif\n",
        })
        problems, count = load("check-headers").check(root)
        expect(count == 4, f"{count} headers seen")
        expect_found(problems, ["lib/base/alone.h: does not", "lib/base/twice.h: does not"])


@case
def driver_self_test():
    """tests/run.py tells passed, failed, skipped, killed and stuck tests apart."""
    driver = load("run", "tests")
    shell = ["sh", "-c"]
    cases = [
        ("exit 0", "PASS", ""),
        ("exit 3", "FAIL", "exit status 3"),
        ("echo one; echo no kernel for it; exit 77", "SKIP", "no kernel for it"),
        ("kill -SEGV $$", "FAIL", "signal 11"),
        ("sleep 60 & sleep 60", "FAIL", "not done after 1 s"),
    ]
    with harness.folder() as folder:
        for nth, (script, verdict, reason) in enumerate(cases):
            test = driver.run(driver.Test("t", shell + [script], folder / f"{nth}.log", {}, 1))
            expect((test.verdict, test.reason) == (verdict, reason),
                   f"'{script}' gave {test.verdict} {test.reason}")


@case
def install_list():
    """Every package that the build looks for is one that the installer knows."""
    text = (SOURCE / "packaging/install-deps.sh").read_text()
    for package in ("libbpf-dev", "libyaml-dev", "libre2-dev", "libisal-dev", "libcmocka-dev"):
        expect(package in text, f"packaging/install-deps.sh does not install {package}")


harness.main()
