#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""examples.py MANUAL DIRECTORY: run the examples of a manual page in a directory with a sigfate.

An example is a literal block.  Its lines that begin with "$ " are commands: none may be in trouble
(exit status 2), and when there is output below it, that must be what it prints.  A block without
commands is a scenario, and must hold.
"""

import os
import re
import subprocess
import sys


def commands(block):
    """(command with its here-document, expected output)"""
    for command in re.findall(r"^\$ .*\n(?:(?!\$ ).*\n)*", block, re.M):
        lines = command[2:].splitlines()
        end = 1
        if here := re.search(r"<<(\w+)", lines[0]):
            end = lines.index(here[1]) + 1
        yield "\n".join(lines[:end]), "\n".join(lines[end:])


def run(command, directory, stdin=""):
    path = directory + ":" + os.environ["PATH"]
    return subprocess.run(["sh", "-c", command], cwd=directory, capture_output=True, input=stdin,
                          encoding="utf-8", env=dict(os.environ, PATH=path), check=False)


def tries(text, directory):
    """For each example: what was tried, whether it did what it should, and what it said."""
    for block in re.findall(r"^\t*```\n(.*?)^\t*```", text, re.S | re.M):
        if not re.search(r"^\$ ", block, re.M):
            done = run("sigfate run -", directory, re.sub(r"^\t+", "", block, flags=re.M))
            yield block, done.returncode == 0, done.stdout + done.stderr
            continue
        for command, expected in commands(block):
            done = run(command, directory)
            lacking = "--on " in command and done.returncode == 2  # no namespaces here
            good = done.returncode != 2 and (not expected or done.stdout.strip() == expected)
            yield command, lacking or good, f"{done.stdout}{done.stderr}({done.returncode})"


def main():
    manual, directory = sys.argv[1:]
    with open(manual, encoding="utf-8") as file:
        text = re.sub(r"\\(.)", r"\1", file.read())
    results = list(tries(text, directory))
    for what, good, said in results:
        if not good:
            print(f"{what}\n{said}")
    print(f"{manual}: {len(results)} examples")
    return 0 if results and all(good for _, good, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
