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


def required(what):
    return what in re.split(r"[,\s]+", os.environ.get("SIGFATE_REQUIRE", ""))


def skip_all(what, reason, tap):
    """`what` cannot be had here: a skip, or a failure where it is required."""
    if required(what):
        print(f"Bail out! {what} is required: {reason}", flush=True)
        sys.exit(1)
    print(f"1..0 # SKIP {reason}", flush=True)
    sys.exit(0 if tap else 77)
