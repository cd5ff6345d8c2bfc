# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals that are sent to an init: each is to reach the main process, once, as it was sent."""

import os
import signal

from lab import CATCHABLE, PATIENCE, bit, fixture, signame

LAST = 64  # an init that takes them in the kernel's order has passed on all others before this one
VALUE = 4711


def heard(run, sig, extra=0):
    """What the main process got of `sig`, until the last comes: [[code, pid, uid, value]]."""
    got = []
    while match := run.out.find(r"^got (\d+) (-?\d+) (-?\d+) (\d+) (-?\d+)", PATIENCE):
        if int(match[1]) == sig:
            got.append([int(word) for word in match.groups()[1:]])
        if int(match[1]) == LAST and (sig != LAST or len(got) > extra):
            return got
    return got


def recording(lab, *options):
    run = lab.run([fixture("actor"), "record"], *options)
    if not run.ready():
        return run, None
    helper = run.out.find(r"^helper (\d+)")
    return run, helper and int(helper[1])


def from_outside(lab, sig):
    run, helper = recording(lab)
    with run:
        if not helper:
            return False, f"it does not start: {run.stderr()}"
        run.send(sig)
        run.send(LAST)
        got = heard(run, sig, extra=1)
        want = 2 if sig == LAST else 1
        return len(got) == want, f"it came {len(got)} times"


def from_inside(lab, sig, how):
    """Sent by the helper, who is to be known by its number, and sigqueue's value kept."""
    run, helper = recording(lab)
    with run:
        if not helper:
            return False, f"it does not start: {run.stderr()}"
        run.say(f"{how} {sig} {VALUE}" if how == "queue" else f"{how} {sig}")
        run.say(f"queue {LAST} 0")
        got = heard(run, sig, extra=1)
        want = [helper, os.geteuid() if os.geteuid() == 0 else 0]
        kept = bool(got) and got[0][1:3] == want
        if how == "queue":
            kept = kept and got[0][3] == VALUE and got[0][0] == -1
        return kept, f"code, pid, uid, value: {got}, not from {helper}"


def blocked(lab, sig):
    """Given blocked: it stays blocked, and a signal for the init becomes pending there."""
    run = lab.run([fixture("actor"), "hold"], f"--block={bit(sig):x}")
    with run:
        given = run.ready()
        if not given:
            return False, f"it does not start: {run.stderr()}"
        if int(given["blocked"], 16) != bit(sig):
            return False, f"blocked: {given['blocked']}"
        run.send(sig)
        pending = []

        def is_pending():
            run.say("")
            match = run.out.find(r"^pending (\w+)")
            pending.append(match and int(match[1], 16))
            return bool(pending[-1] and pending[-1] & bit(sig))

        return run.wait_until(is_pending, 2), f"pending: {pending[-1]}"


def ignored(lab, sig):
    """Given ignored: it stays ignored, and is passed on still, for the main process may care."""
    run, helper = recording(lab, f"--ignore={bit(sig):x}")
    with run:
        if not helper:
            return False, f"it does not start: {run.stderr()}"
        if int(run.given["ignored"], 16) != bit(sig):
            return False, f"ignored: {run.given['ignored']}"
        run.send(sig)
        run.send(LAST)
        got = heard(run, sig, extra=1)
        return bool(got), "it did not come"


def in_order(lab, sig):
    """Real-time signals queue: as many as were sent, in their order (if their values are kept)."""
    run, helper = recording(lab)
    with run:
        if not helper:
            return False, f"it does not start: {run.stderr()}"
        values = list(range(1, 21))
        for value in values:
            run.say(f"queue {sig} {value}")
        run.say(f"queue {LAST} 0")
        got = [entry[3] for entry in heard(run, sig)]
        return len(got) == 20 and got in (values, [0] * 20), f"values: {got}"


def while_stopped(lab):
    """An init that is stopped from outside passes on afterwards what has come meanwhile."""
    run, helper = recording(lab)
    with run:
        if not helper:
            return False, f"it does not start: {run.stderr()}"
        run.send(signal.SIGSTOP)
        for sig in (signal.SIGHUP, signal.SIGUSR1, 40, 40, LAST):
            run.send(sig)
        run.send(signal.SIGCONT)
        seen = []
        while match := run.out.find(r"^got (\d+)"):
            seen.append(int(match[1]))
            if seen[-1] == LAST:
                break
        want = [1, 10, 40, 40, LAST]
        return [sig for sig in seen if sig != signal.SIGCONT] == want, f"it got {seen}"


def killed(lab):
    run, helper = recording(lab)
    with run:
        run.send(signal.SIGKILL)
        return helper and run.code() == -signal.SIGKILL, f"it ended with {run.status}"


def tests(lab):
    for sig in CATCHABLE:
        yield ("signals passed on", signame(sig), lambda sig=sig: from_outside(lab, sig))
    for sig in CATCHABLE:
        yield ("sender kept", signame(sig), lambda sig=sig: from_inside(lab, sig, "kill"))
    for sig in CATCHABLE:
        yield ("sigqueue value kept", signame(sig), lambda sig=sig: from_inside(lab, sig, "queue"))
    for sig in CATCHABLE:
        yield ("blocked stays blocked", signame(sig), lambda sig=sig: blocked(lab, sig))
    for sig in CATCHABLE:
        yield ("ignored stays ignored", signame(sig), lambda sig=sig: ignored(lab, sig))
    for sig in (34, 50, 63):
        yield ("real-time order", signame(sig), lambda sig=sig: in_order(lab, sig))
    yield ("stopped and killed", "SIGSTOP from outside, then SIGCONT", lambda: while_stopped(lab))
    yield ("stopped and killed", "SIGKILL from outside ends everything", lambda: killed(lab))
