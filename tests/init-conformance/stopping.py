# SPDX-License-Identifier: GPL-2.0-or-later
"""The end: everybody is to hear of it, to have the time to finish, and then it is to be over."""

import signal
import time

from lab import PATIENCE, fixture

NAMES = ("main", "worker", "session", "orphan")


def start(lab, *words, **more):
    run = lab.run([fixture("actor"), "tree", *words], **more)
    seen = set()
    want = set(NAMES) | ({"stubborn"} & set(words))
    deadline = time.monotonic() + PATIENCE
    while seen != want and time.monotonic() < deadline:
        if not (match := run.out.find(r"^(\w+) ready", 1)) and run.gone():
            break
        if match:
            seen.add(match[1])
    return run


def finish(run):
    """Until the init has ended: who was told, who finished, and how long after the last of them."""
    told, done, last = set(), set(), time.monotonic()
    began = last
    while not run.gone():
        match = run.out.find(r"^(\w+) (term|done)", 0.05)
        if match:
            (told if match[2] == "term" else done).add(match[1])
            last = time.monotonic()
        elif time.monotonic() - began > PATIENCE:
            break
    run.end()
    while match := run.out.find(r"^(\w+) (term|done)", 0):
        (told if match[2] == "term" else done).add(match[1])
    return told, done, time.monotonic() - last


def stopped(lab, name, what):
    with start(lab) as run:
        run.send(signal.SIGTERM)
        told, done, _ = finish(run)
        return name in (told if what == "term" else done), f"told {told}, finished {done}"


def left_alone(lab, name):
    """The main process ends by itself."""
    with start(lab, "leave") as run:
        run.say("leave")
        told, done, _ = finish(run)
        return name in done, f"told {told}, finished {done}"


def at_once(lab):
    with start(lab) as run:
        run.send(signal.SIGTERM)
        _, done, late = finish(run)
        return done == set(NAMES) and late < 1, f"finished {done}, it ended {late:.2f} s later"


def the_code(lab):
    """The exit code is the main process's, whoever ends after it."""
    with start(lab) as run:
        run.send(signal.SIGTERM)
        return run.code() == 0, f"it is {run.code()}"


def stubborn(lab):
    """Somebody who does not listen does not hold it up for ever."""
    with start(lab, "stubborn") as run:
        run.send(signal.SIGTERM)
        run.gone(0.3)
        run.send(signal.SIGTERM)  # and it may be told to hurry
        return run.code() == 0, f"it is {run.code(0)}"


def tests(lab):
    for name in NAMES:
        yield ("told to stop", name, lambda name=name: stopped(lab, name, "term"))
    for name in NAMES:
        yield ("finished at a stop", name, lambda name=name: stopped(lab, name, "done"))
    for name in NAMES[1:]:
        yield ("finished when the main process ended", name,
               lambda name=name: left_alone(lab, name))
    yield ("the end", "at once after the last", lambda: at_once(lab))
    yield ("the end", "the main process's code", lambda: the_code(lab))
    yield ("the end", "somebody who does not listen", lambda: stubborn(lab))
