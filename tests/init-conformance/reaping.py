# SPDX-License-Identifier: GPL-2.0-or-later
"""Orphans: each is to be reaped, however and with how many others it ends."""

import signal

from lab import fixture


def reaped(run, want=1):
    """All children of the init are gone but `want`, and none is a zombie."""
    return run.wait_until(
        lambda: len(run.children()) == want and "Z" not in run.children().values())


def orphans(lab, count, words):
    with lab.run([fixture("actor"), "orphans", str(count)]) as run:
        if not run.ready():
            return False, run.stderr()
        if not run.wait_until(lambda: len(run.children()) == count + 1):
            return False, f"{len(run.children())} children before"
        for word in words:
            run.say(word)
            run.out.find("^done")
        left = 1 if "go" in words else 1 + count - len(words)
        return reaped(run, left), f"{len(run.children())} children after: {run.children()}"


def coalesced(lab):
    """Many end while the init is stopped: it hears of it once."""
    with lab.run([fixture("actor"), "orphans", "200"]) as run:
        if not run.ready() or not run.wait_until(lambda: len(run.children()) == 201):
            return False, run.stderr()
        run.send(signal.SIGSTOP)
        run.say("go")
        run.out.find("^done")
        dead = run.wait_until(lambda: list(run.children().values()).count("Z") == 200)
        run.send(signal.SIGCONT)
        return dead and reaped(run), f"{len(run.children())} children after"


def main_among_many(lab):
    """The main process ends together with many others: its code is the one."""
    with lab.run([fixture("actor"), "orphans", "200"]) as run:
        if not run.ready():
            return False, run.stderr()
        run.send(signal.SIGSTOP)
        run.say("go")
        run.out.find("^done")
        run.stage.stdin.close()  # the end of its input is its end
        done = run.wait_until(lambda: list(run.children().values()).count("Z") == 201)
        run.send(signal.SIGCONT)
        return done and run.code() == 0, f"it ended with {run.code(0)}"


def threaded_and_traced(lab):
    with lab.run([fixture("actor"), "tangle"]) as run:
        if not run.ready() or not run.out.find("^two"):
            return False, run.stderr()
        run.say("trace")
        traced = run.out.find("^traced 0")
        run.say("kill")
        run.out.find("^killed")
        # One of them is a zombie that only its tracer can let go.
        waits = run.wait_until(lambda: len(run.children()) == 2)
        run.say("release")
        run.out.find("^released")
        return traced and waits and reaped(run), f"{run.children()}"


def tests(lab):
    yield ("reaping", "one", lambda: orphans(lab, 1, ["go"]))
    yield ("reaping", "one by one, the newest first", lambda: orphans(lab, 100, ["one"] * 60))
    yield ("reaping", "1000 at once", lambda: orphans(lab, 1000, ["go"]))
    yield ("reaping", "200 while it is stopped", lambda: coalesced(lab))
    yield ("reaping", "200 and the main process", lambda: main_among_many(lab))
    yield ("reaping", "first threads that ended first, and a tracer",
           lambda: threaded_and_traced(lab))
