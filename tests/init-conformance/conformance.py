#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The conformance suite for container inits: what a process 1 owes to the process that it starts.

The init is called as INIT -- COMMAND; INIT may have options in it.  The results are TAP.
"""

import argparse
import json
import os
import shlex
import shutil
import sys
import tempfile
import traceback

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "real"))

import lab
import ends
import given
import reaping
import second
import signals
import starting
import stopping
import terminals
import host
from tap import Tap, skip_all

MODULES = [signals, given, ends, reaping, stopping, starting, terminals, second]


class Lab:
    """The init that is looked at, and a directory with files that cannot be run."""

    def __init__(self, init, directory):
        program, *options = shlex.split(init)
        if os.path.exists(program):
            program = os.path.abspath(program)
        self.init = shlex.join([program, *options])
        self.directory = directory
        for name, mode in (("not-executable", 0o644), ("not-a-program", 0o755)):
            with open(f"{directory}/{name}", "w", encoding="ascii") as file:
                file.write("\0\0\0\0")
            os.chmod(f"{directory}/{name}", mode)

    def run(self, command, *options, **more):
        return lab.Run(self.init, command, *options, *more.pop("options", ()), **more)

    @staticmethod
    def plain(command, *options, **more):
        """Without the init."""
        return lab.Run("", command, *options, separator=(), **more)


def run_tests(tap, laboratory, only):
    """Each yields (group, name, test); a test gives (held, why not), or None: it does not apply."""
    counts = {}
    for module in MODULES:
        for group, name, test in module.tests(laboratory):
            if only and only not in f"{group}: {name}":
                continue
            try:
                answer = test()
            except Exception:  # a test that breaks has not held
                answer = False, traceback.format_exc()
            if answer is None:
                continue
            held, why = answer
            tap.result(bool(held), f"{group}: {name}", why)
            count = counts.setdefault(group, [0, 0, []])
            count[0] += bool(held)
            count[1] += 1
            if not held:
                count[2].append(name)
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("init", help="the init, with its options")
    parser.add_argument("--only", help="the tests that have this in their name")
    parser.add_argument("--counts", metavar="FILE", help="write each group's counts there (JSON)")
    options = parser.parse_args()
    program = shlex.split(options.init)[0]
    if not shutil.which(program) and not os.path.exists(program):
        print(f"Bail out! there is no {program}")
        return 1
    if why_not := lab.why_not():
        skip_all("namespaces", why_not, True)
    host.end_on_sigterm()
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="sigfate-init-") as directory:
        os.chmod(directory, 0o755)
        counts = run_tests(tap, Lab(options.init, directory), options.only)
    if options.counts:
        with open(options.counts, "w", encoding="ascii") as file:
            json.dump(counts, file)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
