# SPDX-License-Identifier: GPL-2.0-or-later
"""Ask sigfate, and find the programs that a test needs."""

import json
import os
import subprocess
import sys

PREFIX = []  # the words before the command: who asks

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def program(variable, *guesses):
    """A program under test: named by the environment, or found in a build directory."""
    for path in (os.environ.get(variable), *guesses):
        if path and os.access(path, os.X_OK):
            return os.path.abspath(path)
    print(f"{variable} does not name a program", file=sys.stderr)
    sys.exit(1)


def sigfate():
    return program("SIGFATE", os.path.join(TOP, "build", "sigfate"),
                   os.path.join(TOP, "build", "src", "sigfate"))


def fixture(name):
    return program(f"SIGFATE_{name.upper()}", os.path.join(TOP, "build", "tests", "real", name))


class Explained:
    """What sigfate explain says, and how it was asked."""

    def __init__(self, command, code, document, stderr):
        self.command = command
        self.code = code
        self.document = document
        self.stderr = stderr

    def verdict(self, pid):
        for verdict in self.document.get("verdicts", []):
            if verdict["pid"] == pid:
                return verdict
        return None


def explain(sender, by, sig, *targets):
    command = [*PREFIX, sigfate(), "explain", "--json", "--from", str(sender), "--by", by, str(sig)]
    if any(str(target).startswith("-") for target in targets):
        command.append("--")
    command += map(str, targets)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    document = None
    if done.stdout.strip():
        document = json.loads(done.stdout)
    return Explained(" ".join(command), done.returncode, document,
                     done.stderr.decode(errors="replace").strip())
