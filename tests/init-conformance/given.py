# SPDX-License-Identifier: GPL-2.0-or-later
"""What a process is given: the main process is to have it as the init had it."""

import os
import select
import signal

from lab import CATCHABLE, PATIENCE, bit, fixture

ALL = sum(bit(sig) for sig in CATCHABLE)
SOME = bit(signal.SIGUSR2) | bit(signal.SIGTERM) | bit(40) | bit(32)
PATTERNS = {"none": 0, "some": SOME, "all": ALL}


def ask(lab, check, *options, **more):
    with lab.run([fixture("actor"), "wait"], *options, **more) as run:
        given = run.ready()
        if not given:
            return False, f"it does not start: {run.stderr()}"
        return check(given), str(given)


def same_files(lab):
    fds = [os.open("/dev/null", os.O_RDONLY) for _ in range(3)]
    try:
        want = 0b111 | sum(1 << fd for fd in fds)
        return ask(lab, lambda given: int(given["fds"], 16) == want, fds=fds)
    finally:
        for fd in fds:
            os.close(fd)


def lets_go_of_files(lab):
    """A pipe that the main process closes is closed: no second end of it is in the init."""
    ours, theirs = os.pipe()
    with lab.run([fixture("actor"), "close", str(theirs)], fds=[theirs]) as run:
        os.close(theirs)
        try:
            started = run.ready() is not None
            ready, _, _ = select.select([ours], [], [], 1 if started else 0)
            return bool(ready) and not os.read(ours, 1), "the pipe is still open"
        finally:
            os.close(ours)


def lets_go_of_directory(lab):
    with lab.run([fixture("actor"), "wait"]) as run:
        given = run.ready()
        left = given and run.wait_until(
            lambda: os.readlink(f"/proc/{run.pid}/cwd") == os.readlink(f"/proc/{run.pid}/root"), 1)
        return left and given["cwd"] == os.getcwd(), f"{given}"


def environment(lab, name):
    """LISTEN_PID=1 meant process 1: it is to mean the main process."""
    with lab.run([fixture("actor"), "wait"], env={name: "1"}) as run:
        given = run.ready()
        if not given:
            return False, run.stderr()
        with open(f"/proc/{list(run.children())[0]}/environ", "rb") as file:
            words = file.read().split(b"\0")
        return f"{name}={given['pid']}".encode() in words, str(words)


def idle(lab):
    """Nothing happens, so nobody wakes: counted over more than two seconds."""
    with lab.run([fixture("actor"), "wait"]) as run:
        if not run.ready():
            return False, run.stderr()

        def switches():
            with open(f"/proc/{run.pid}/status", encoding="ascii", errors="replace") as file:
                return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)

        # It has come to rest when a while has passed without any.
        before = None
        while before != (before := switches()) and not run.gone(0.1):
            pass
        run.gone(2.2)
        return switches() == before, f"it woke {switches() - before} times in 2.2 s"


def tests(lab):
    for name, mask in PATTERNS.items():
        yield ("given to the main process", f"{name} blocked", lambda mask=mask: ask(
            lab, lambda given: int(given["blocked"], 16) == mask, f"--block={mask:x}"))
        yield ("given to the main process", f"{name} ignored", lambda mask=mask: ask(
            lab, lambda given: int(given["ignored"], 16) == mask, f"--ignore={mask:x}"))
    yield ("given to the main process", "open files", lambda: same_files(lab))
    for fds in ([0], [1], [2], [0, 1, 2]):
        want = 0b111 & ~sum(1 << fd for fd in fds)
        yield ("given to the main process", f"closed {fds}", lambda fds=fds, want=want: ask(
            lab, lambda given: int(given["fds"], 16) == want, *[f"--close={fd}" for fd in fds]))
    yield ("given to the main process", "directory, umask, priority", lambda: ask(
        lab, lambda given: given["cwd"] == os.getcwd() and given["umask"] == "22"
        and given["nice"] == str(os.getpriority(os.PRIO_PROCESS, 0))))
    yield ("given to the main process", "it leads its process group, as process 1 did", lambda: ask(
        lab, lambda given: given["pgrp"] == given["pid"], "--session"))
    yield ("given to the main process", "it is in process 1's session", lambda: ask(
        lab, lambda given: given["sid"] == "1", "--session"))
    for name in ("LISTEN_PID", "WATCHDOG_PID"):
        yield ("given to the main process", f"{name} is its number",
               lambda name=name: environment(lab, name))
    yield ("not held by the init", "open files", lambda: lets_go_of_files(lab))
    yield ("not held by the init", "the directory", lambda: lets_go_of_directory(lab))
    yield ("idle", "no wake-ups", lambda: idle(lab))
