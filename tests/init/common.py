# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of sigfate-init share: it, the stage of the conformance suite, and the results."""

import argparse
import os
import sys
import traceback

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[1:1] = [os.path.join(TESTS, "init-conformance"), os.path.join(TESTS, "real")]

import host
import lab
from tap import Skip, Tap, skip_all


class Init:
    """The init under test, with whatever options a test wants."""

    def __init__(self, path):
        self.path = path

    def run(self, command, give=(), options=(), **more):
        """`give` are options for the init, `options` are for the stage."""
        words = " ".join(lab.shlex.quote(word) for word in (self.path, *give))
        return lab.Run(words, command, *options, **more)

    def actor(self, *role, **more):
        return self.run([lab.fixture("actor"), *role], **more)


def main(doc, tests):
    """Run them: functions of an Init that give (held, why not), named by their first line."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("init", help="sigfate-init")
    parser.add_argument("--only", help="the tests that have this in their name")
    options = parser.parse_args()
    if why_not := lab.why_not():
        skip_all("namespaces", why_not, True)
    host.end_on_sigterm()
    tap, init = Tap(), Init(os.path.abspath(options.init))
    for test in tests:
        name = (test.__doc__ or test.__name__).splitlines()[0].rstrip(".")
        if options.only and options.only not in name:
            continue
        try:
            held, why = test(init)
        except Skip as reason:
            tap.skip(name, reason)
            continue
        except Exception:
            held, why = False, traceback.format_exc()
        tap.result(bool(held), name, why)
    return tap.end()
