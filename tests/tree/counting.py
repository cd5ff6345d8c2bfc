#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What tools/check makes of the results of tests: no failure may be lost before it is counted."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import sys

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "check")

# What it shows, meson's result, the output, (passed, failed, skipped), SIGFATE_REQUIRE
CASES = [
    ("a test without TAP", "OK", "hello\n", (1, 0, 0), ""),
    ("a failure without TAP", "FAIL", "hello\n", (0, 1, 0), ""),
    ("a test that took too long", "TIMEOUT", "", (0, 1, 0), ""),
    ("a crash", "ERROR", "", (0, 1, 0), ""),
    ("a skip without TAP", "SKIP", "no kernel here\n", (0, 0, 1), ""),
    ("an expected failure", "EXPECTEDFAIL", "", (1, 0, 0), ""),
    ("cases", "OK", "1..3\nok 1 - a\nok 2 - b\nok 3 - c\n", (3, 0, 0), ""),
    ("a plan at the end", "OK", "ok 1 - a\nok 2 - b\n1..2\n", (2, 0, 0), ""),
    ("several groups", "OK", "1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n", (3, 0, 0), ""),
    ("a case that failed", "FAIL", "1..2\nok 1 - a\nnot ok 2 - b\n# why\n", (1, 1, 0), ""),
    ("a case without a name", "FAIL", "1..2\nok\nnot ok 2\n", (1, 1, 0), ""),
    ("a case that was skipped", "OK", "1..2\nok 1 - a\nok 2 - b # SKIP no docker\n", (1, 0, 1), ""),
    ("a name with a number sign", "OK", "1..1\nok 1 - a \\# skip b\n", (1, 0, 0), ""),
    ("a skipped case that failed", "FAIL", "1..1\nnot ok 1 - a # SKIP late\n", (0, 1, 1), ""),
    ("a skipped case as cmocka has it", "OK", "1..1\nnot ok 1 # SKIP a\n", (0, 0, 1), ""),
    ("a skipped case of cmocka's with a reason", "OK",
     "1..1\n# skipped: no user namespaces\nnot ok 1 # SKIP a\n", (0, 1, 0), "namespaces"),
    ("a reason is that of the next case", "OK",
     "1..2\n# skipped: no namespaces\nok 1 - a\nnot ok 2 # SKIP b\n", (1, 0, 1), "namespaces"),
    ("an end that came early", "FAIL", "1..3\nok 1 - a\n", (1, 1, 0), ""),
    ("a crash between its cases", "ERROR", "ok 1 - a\n", (1, 1, 0), ""),
    ("a crash after its cases", "ERROR", "1..1\nok 1 - a\n", (1, 1, 0), ""),
    ("more cases than planned", "ERROR", "1..1\nok 1 - a\nok 2 - b\n", (2, 1, 0), ""),
    ("nothing to do", "SKIP", "1..0 # SKIP no namespaces\n", (0, 0, 1), ""),
    ("words between the cases", "OK", "1..1\nokay then\nok 1 - a\nnot okay\n", (1, 0, 0), ""),
    ("a needed thing is lacking", "SKIP", "1..0 # SKIP no namespaces\n", (0, 1, 0), "namespaces"),
    ("one case lacks it", "OK", "1..1\nok 1 - a # skip no PID namespace\n", (0, 1, 0),
     "docker,namespaces"),
    ("another thing is lacking", "OK", "1..1\nok 1 - a # skip no java\n", (0, 0, 1), "namespaces"),
]


def main():
    loader = importlib.machinery.SourceFileLoader("check", TOOL)
    check = importlib.util.module_from_spec(importlib.util.spec_from_loader("check", loader))
    loader.exec_module(check)
    print(f"1..{len(CASES)}")
    failed = 0
    for number, (name, result, out, want, required) in enumerate(CASES, 1):
        os.environ["SIGFATE_REQUIRE"] = required
        tally = check.Tally()
        check.count_test(tally, {"name": "t", "result": result, "stdout": out})
        got = (tally.passed, len(tally.failures), len(tally.skips))
        with contextlib.redirect_stdout(io.StringIO()) as words:
            status = tally.report()
        last = words.getvalue().splitlines()[-1]
        good = got == want and status == bool(want[1]) and \
            last == f"{want[0]} passed, {want[1]} failed, {want[2]} skipped"
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
        if not good:
            print(f"# {got}, not {want}: {last}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
