#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""reasons.py BUILD: every reason is given somewhere (TAP).

By a scenario, on the model; or by a call that came to nobody, as tests/unit/reasons_test.c makes
them.
"""

import json
import os
import re
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
# Somebody must come between two steps of the same thread: threads of the model do, by chance.
ONLY_BY_CHANCE = {"gone", "stop-cancelled"}


def output(*command):
    return subprocess.run(command, cwd=TOP, check=False, capture_output=True,
                          encoding="utf-8").stdout


def given(part):
    """The reasons in a part of what sigfate run --json says."""
    if isinstance(part, list):
        for one in part:
            yield from given(one)
    elif isinstance(part, dict):
        if "process" in part and "reason" in part:
            yield part["reason"]
        for one in part.values():
            yield from given(one)


def main():
    build = sys.argv[1]
    tables = json.loads(output(os.path.join(build, "tests", "docs", "docs-tables")))
    played = json.loads(output(os.path.join(build, "sigfate"), "run", "--json", "tests/scenarios"))
    with open(os.path.join(TOP, "tests", "unit", "reasons_test.c"), encoding="utf-8") as file:
        called = set(re.findall(r'assert_reason\([^;]*,\s*"([\w-]+)"\);', file.read()))
    found = set(given(played["scenarios"])) | called | ONLY_BY_CHANCE
    slugs = [reason["slug"] for reason in tables["reasons"]]
    print(f"1..{len(slugs) + 1}")
    for number, slug in enumerate(slugs, 1):
        print(f"{'ok' if slug in found else 'not ok'} {number} - {slug}")
    unknown = found - set(slugs) - {None}
    print(f"{'not ok' if unknown else 'ok'} {len(slugs) + 1} - and no others", *sorted(unknown))
    return 0 if set(slugs) <= found and not unknown else 1


if __name__ == "__main__":
    sys.exit(main())
