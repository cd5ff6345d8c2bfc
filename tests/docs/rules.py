#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/rules.md keeps its promise: of each rule it says which scenarios show it, or why none does.

One case a rule (TAP), and one for each file of tests/scenarios that is named for a rule.
"""

import os
import re
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SCENARIOS = os.path.join(TOP, "tests", "scenarios")
SAYS = re.compile(r"^\* (Shown by|Not shown): (.*(?:\n  .*)*)", re.M)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def promised(text):
    """The numbers of the line "Rules: S1–S66, S90, ..."."""
    line = re.search(r"^Rules: (.*(?:\n.+)*)", text, re.M)
    for first, last in re.findall(r"S(\d+)(?:–S(\d+))?", line[1] if line else ""):
        yield from range(int(first), int(last or first) + 1)


def rules(text):
    """What is said of each rule, by its number."""
    found = {}
    for number, body in re.findall(r"^### S(\d+)\n(.*?)(?=^##|\Z)", text, re.M | re.S):
        found.setdefault(int(number), []).append(body)
    return found


def kernel_functions():
    """Every word of the model and of the worlds: the functions have the kernel's names there."""
    words = set()
    for directory in ("model", "world", "world/kernel"):
        where = os.path.join(TOP, "src", directory)
        for name in os.listdir(where):
            if name.endswith((".c", ".h")):
                words |= set(re.findall(r"\w+", read(os.path.join("src", directory, name))))
    return words


def links(text):
    return re.findall(r"\]\(([^)\s]+)\)", text)


def problems_of_links(text):
    for link in links(text):
        if not os.path.exists(os.path.join(TOP, "docs", link)):
            yield f"{link} is not there"


def problems_of_reason(kind, text):
    """Why there is no scenario, and what holds the rule instead."""
    yield from problems_of_links(text)
    if len(text.split()) < 4 or not links(text):
        yield f"{kind}: no reason, or no link to what holds it instead"
    for name, link in re.findall(r"`(\w+)` in \[[^]]*\]\(([^)]+)\)", text):
        path = os.path.join("docs", link)
        if os.path.exists(os.path.join(TOP, path)) and not re.search(rf"\b{name}\b", read(path)):
            yield f"{link} has no {name}"


def problems_of_rule(bodies, known):
    if len(bodies) != 1:
        yield f"it is there {len(bodies)} times"
    body = bodies[0]
    if not re.match(r"\n\*\*.+?[.:]?\*\*", body, re.S):
        yield "it does not begin with what it says, in bold type"
    kernel = re.search(r"^\* Kernel: (.*(?:\n  .*)*)", body, re.M)
    functions = re.findall(r"`(\w+)`", kernel[1]) if kernel else []
    if not functions or not re.search(r"\w+/\w+.*\.[ch]: `", kernel[1]):
        yield "no source in the kernel"
    said = SAYS.findall(body)
    if len(said) != 1:
        yield "exactly one of 'Shown by' and 'Not shown' must be said"
        return
    kind, text = said[0]
    if kind == "Shown by":
        yield from problems_of_links(text)
        if not any(link.endswith(".fate") for link in links(text)):
            yield "no scenario"
        if not known.intersection(functions):
            yield f"none of {', '.join(functions)} is a function of the model"
    else:
        yield from problems_of_reason(kind, text)


def case(number, title, problems):
    print(f"{'not ok' if problems else 'ok'} {number} - {title}")
    for problem in problems:
        print(f"# {problem}")
    return bool(problems)


def main():
    text = read("docs/rules.md")
    found, known = rules(text), kernel_functions()
    numbers = sorted(set(promised(text)) | set(found))
    named = sorted(name for name in os.listdir(SCENARIOS) if re.match(r"S\d+-.*\.fate$", name))
    print(f"1..{len(numbers) + len(named)}")
    failed = n = 0
    for number in numbers:
        n += 1
        if number not in found or number not in promised(text):
            failed += case(n, f"S{number}", ["it is promised and not there, or the reverse"])
            continue
        problems = list(problems_of_rule(found[number], known))
        failed += case(n, f"S{number}", problems)
    for name in named:
        n += 1
        body = "".join(found.get(int(re.match(r"S(\d+)", name)[1]), []))
        failed += case(n, name, [] if f"tests/scenarios/{name})" in body else
                       ["its rule does not name it: run tools/docs"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
