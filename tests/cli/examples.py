#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""examples.py MANUAL DIRECTORY: run the examples of a manual page in a directory with a sigfate.

An example is a literal block with lines that begin with "$ ".  Such a command must not be in
trouble (exit status 2), and when the block has output below it, that must be what it prints.
"""

import os
import re
import subprocess
import sys


def examples(text):
    """(command with its here-document, expected output) of each block's commands."""
    for block in re.findall(r"^```\n(.*?)^```", text, re.S | re.M):
        for command in re.findall(r"^\$ .*\n(?:(?!\$ ).*\n)*", block, re.M):
            lines = command[2:].splitlines()
            end = 1
            if here := re.search(r"<<(\w+)", lines[0]):
                end = lines.index(here[1]) + 1
            yield "\n".join(lines[:end]), "\n".join(lines[end:])


def main():
    manual, directory = sys.argv[1:]
    with open(manual, encoding="utf-8") as file:
        text = re.sub(r"\\(.)", r"\1", file.read())
    path = directory + ":" + os.environ["PATH"]
    tried = failed = 0
    for command, expected in examples(text):
        done = subprocess.run(["sh", "-c", command], cwd=directory, capture_output=True,
                              encoding="utf-8", env=dict(os.environ, PATH=path), check=False)
        tried += 1
        lacking = "--on " in command and done.returncode == 2  # no namespaces here
        if not lacking and (done.returncode == 2 or (expected and done.stdout.strip() != expected)):
            failed += 1
            print(f"$ {command}\n{done.stdout}{done.stderr}({done.returncode}), not\n{expected}")
    if not tried:
        print(f"{manual} has no example")
    return 1 if failed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
