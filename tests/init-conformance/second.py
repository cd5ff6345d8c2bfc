# SPDX-License-Identifier: GPL-2.0-or-later
"""Not as process 1: an init under another process that is there for it."""

import signal

from lab import fixture
from stopping import NAMES, finish, start
from reaping import reaped


def orphans(lab):
    with lab.run([fixture("actor"), "orphans", "50"], "--second") as run:
        if not run.ready():
            return False, run.stderr()
        came = run.wait_until(lambda: len(run.children()) == 51, 1)
        run.say("go")
        run.out.find("^done")
        return came and reaped(run), f"they came: {came}; children after: {run.children()}"


def end(lab, words, leave):
    with start(lab, *words, options=["--second"]) as run:
        if leave:
            run.say("leave")
        else:
            run.send(signal.SIGTERM)
        told, done, _ = finish(run)
        return done == set(NAMES) and run.left == 0, f"finished {done}; {run.left} left running"


def code(lab, command, want):
    with lab.run(command, "--second") as run:
        got = run.code()
        return got == want, f"{got}, not {want}: {run.stderr()}"


def tests(lab):
    actor = fixture("actor")
    yield ("not as process 1", "exit code", lambda: code(lab, [actor, "exit", "42"], 42))
    yield ("not as process 1", "death by signal", lambda: code(lab, [actor, "die", "15"], 143))
    yield ("not as process 1", "orphans come to it and are reaped", lambda: orphans(lab))
    yield ("not as process 1", "everybody finishes at a stop", lambda: end(lab, [], False))
    yield ("not as process 1", "everybody finishes when the main process ends",
           lambda: end(lab, ["leave"], True))
