# SPDX-License-Identifier: GPL-2.0-or-later
"""The results, in the Test Anything Protocol, and how to say that nothing can be tested."""

import os
import re
import sys


class Tap:
    """Counts the results and prints one line for each."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, problem=""):
        self.count += 1
        self.failed += not good
        name = name.replace("#", "\\#").replace("\n", " ")
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good:
            self.note(problem)
        sys.stdout.flush()
        return good

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)

    def note(self, text):
        for line in str(text).splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0


class Skip(Exception):
    """Why something cannot be checked here."""


class Failed(Exception):
    """What is wrong, where nothing more can be said."""


def run_checks(names, *arguments):
    """Each function check_... of a module is a case: it gives what is wrong, one after the other,
    and its first words say what holds when nothing is."""
    tap = Tap()
    for check in [value for name, value in names.items() if name.startswith("check_")]:
        try:
            problems = list(check(*arguments) or ())
        except Skip as why:
            tap.skip(check.__doc__, why)
            continue
        except Failed as why:
            problems = [str(why)]
        tap.result(not problems, check.__doc__, "\n".join(problems))
    return tap.end()


def required(what):
    return what in re.split(r"[,\s]+", os.environ.get("SIGFATE_REQUIRE", ""))


def skip_all(what, reason, tap):
    """`what` cannot be had here: a skip, or a failure where it is required."""
    if required(what):
        print(f"Bail out! {what} is required: {reason}", flush=True)
        sys.exit(1)
    print(f"1..0 # SKIP {reason}", flush=True)
    sys.exit(0 if tap else 77)
