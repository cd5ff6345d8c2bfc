#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/cases.md keeps its promise: each case that another suite asserts is shown by a scenario,
which makes the calls that the case is about; or it is said why none can.

One case a row of its tables (TAP).  What is still to be shown is a skip, so that it is not
forgotten.
"""

import collections
import os
import re
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
HEAD = ["suite", "file", "case", "what is asserted", "in the scenario", "shown by"]
CALL = re.compile(r"\w+\(.*\)|Sig\w+ = |ShdPnd = ")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def plain(text):
    """A text whose blanks say nothing, and neither do comments."""
    return " ".join(re.sub(r"#.*", "", text).split())


def cells(line):
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def rows(text):
    """The rows of the tables that have our head, each with all its cells."""
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        lines = table.splitlines()
        if cells(lines[0]) == HEAD:
            yield from map(cells, lines[2:])


def suites(text):
    """The first column of the table that says what the suites are."""
    table = re.search(r"^\| suite \| is \|.*\n.*\n((?:\|.*\n)+)", text, re.M)
    return {cells(line)[0] for line in table[1].splitlines()} if table else set()


def problems_of_links(text):
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    for link in links:
        if not os.path.exists(os.path.join(TOP, "docs", link)):
            yield f"{link} is not there"


def problems_of_row(row, known):
    if len(row) != len(HEAD):
        yield f"{len(row)} cells instead of {len(HEAD)}"
        return
    suite, file, case, asserted, calls, shown = row
    if suite not in known:
        yield f"no word says what {suite} is"
    if not file or not case or len(asserted.split()) < 2:
        yield "no file, no case, or not what it asserts"
    yield from problems_of_links(shown)
    reason = re.match(r"(?:not said|to be shown): (.*)", shown)
    links = re.findall(r"\]\(([^)\s]+\.fate)\)", shown)
    calls = re.findall(r"`([^`]+)`", calls)
    if reason:
        if len(reason[1].split()) < 4 or calls:
            yield "no reason why it is not shown, or calls without a scenario"
        return
    if not links or not calls or not any(CALL.match(call) for call in calls):
        yield "neither a reason nor a scenario and a call in it"
    texts = [plain(read(os.path.join("docs", link))) for link in links
             if os.path.exists(os.path.join(TOP, "docs", link))]
    for call in calls:
        if not any(f": {plain(call)}" in text for text in texts):
            yield f"no scenario has a line with {call}"
    for link, text in zip(links, texts):
        if not any(f": {plain(call)}" in text for call in calls):
            yield f"{link} has none of the calls"


def title(row):
    return " ".join(row[:3]).replace("\\", "").replace("#", "number ")


def main():
    text = read("docs/cases.md")
    found = list(rows(text))
    known = suites(text)
    print(f"1..{len(found) + 2}")
    failed = 0
    for number, row in enumerate(found, 1):
        problems = list(problems_of_row(row, known))
        failed += bool(problems)
        skip = re.match(r"to be shown: (.*)", row[-1])
        print(f"{'not ok' if problems else 'ok'} {number} - {title(row)}",
              f"# SKIP to be shown: {skip[1]}" if skip and not problems else "")
        for problem in problems:
            print(f"# {problem}")
    twice = [" ".join(key) for key, n in
             collections.Counter(tuple(row[:3]) for row in found).items() if n > 1]
    print(f"{'not ok' if twice else 'ok'} {len(found) + 1} - no case is there twice", *twice)
    promised = re.search(r"^Cases: (\d+)$", text, re.M)
    whole = promised and int(promised[1]) == len(found)
    print(f"{'ok' if whole else 'not ok'} {len(found) + 2} - as many as are promised")
    return 1 if failed or twice or not whole else 0


if __name__ == "__main__":
    sys.exit(main())
