#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a hostile process can try, so that process 1 hangs, spins, or does not hear any more.

Most of it is a race that a test would win once in a million times: strace makes it certain.
"""

import contextlib
import os
import signal
import sys
import time

from common import lab, main
from straced import straced

TERM = signal.SIGTERM
FLOOD = "inject=rt_sigtimedwait:signal=SIGHUP"  # whenever it asks, there is another
SOON = 10  # seconds, for what takes well under one


def seconds_until_end(run):
    began = time.monotonic()
    code = run.code()
    return time.monotonic() - began, code


def flood(init):
    """a flood of low signals does not hide the stop signal"""
    with init.actor("wait", give=["--ignore=HUP"]) as run:
        if not run.ready():
            return False, run.stderr()
        with straced(run, "-e", FLOOD):
            run.send(TERM)
            took, code = seconds_until_end(run)
        return code == 143 and took < SOON, f"{code} after {took:.1f} s"


def flood_at_the_end(init):
    """nor the end of the main process"""
    with init.actor("wait", give=["--ignore=HUP"]) as run:
        if not run.ready():
            return False, run.stderr()
        with straced(run, "-e", FLOOD):
            os.kill(int(min(run.children())), signal.SIGKILL)
            took, code = seconds_until_end(run)
        return code == 137 and took < SOON, f"{code} after {took:.1f} s"


def storm(init):
    """orphans that end faster than they can be reaped do not keep it from the stop signal"""
    with init.actor("storm", "2", give=["--on=USR1=true", "--grace=1"]) as run:
        if not run.ready():
            return False, run.stderr()
        with straced(run, "-e", "inject=waitid:delay_exit=5000"):
            run.wait_until(lambda: False, 0.2)
            run.send(TERM)
            took, code = seconds_until_end(run)
        return code == 143 and took < SOON, f"{code} after {took:.1f} s"


def chain(init):
    """thousands of processes, each the child of the one before, are told in no time"""
    with init.actor("chain", "3000", give=["--stop=tree", "--grace=5"]) as run:
        if not run.out.find("^chain ready"):
            return False, run.stderr()
        with open(f"/proc/{run.pid}/schedstat", encoding="ascii") as file:
            before = int(file.read().split()[0])
            run.send(TERM)
            file.seek(0)
            used = 0
            with contextlib.suppress(OSError, IndexError):
                while not run.gone(0.01):
                    file.seek(0)
                    used = int(file.read().split()[0]) - before
        return run.code() == 143 and used < 2e9, f"{run.code()} {used / 1e9:.2f} s of CPU"


def stopped_hook(init):
    """a command of --on that is stopped before it has begun holds up nothing"""
    with init.actor("wait", give=["--on=TERM=true", "--grace=1"]) as run:
        if not run.ready():
            return False, run.stderr()
        with straced(run, "-f", "-e", "inject=setpgid:signal=SIGSTOP"):
            run.send(TERM)
            took, code = seconds_until_end(run)
        return code in (137, 143) and took < SOON, f"{code} after {took:.1f} s"


def suspended_at_the_start(init):
    """^Z before the command has begun does not wedge it"""
    with lab.terminal() as (master, path):
        with init.actor("wait", options=["--hold", f"--tty={path}"]) as run:
            with straced(run, "-f", "-e", "inject=setpgid:signal=SIGTSTP"):
                started = run.ready()
                os.write(master, b"\x03")
                code = run.code(SOON)
        return started and code == 130, f"{started} {code}"


def lying_poll(init):
    """the room that there was to write is gone: it does not wait for another"""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(theirs, b"x" * 4096):
            pass
    with contextlib.suppress(BlockingIOError):
        while os.write(theirs, b"x"):
            pass
    os.set_blocking(theirs, True)
    try:
        with init.actor("tree", "deaf", give=["--grace=0.2"], stderr=theirs) as run:
            if not run.out.find("^main ready"):
                return False, "it does not start"
            with straced(run, "-e", "inject=poll:retval=1"):
                run.send(TERM)
                took, code = seconds_until_end(run)
            return code == 137 and took < SOON, f"{code} after {took:.1f} s"
    finally:
        os.close(ours)
        os.close(theirs)


def old_kernel(init):
    """a kernel whose pidfds do not tell how a process has ended is not waited for"""
    with init.actor("orphans", "2", options=["--hold"]) as run:
        with straced(run, "-e", "inject=ioctl:error=ENOTTY") as calls:
            if not run.ready():
                return False, run.stderr()
            run.say("one")
            run.wait_until(lambda: len(run.children()) == 2)
            run.say("one")
            reaped = run.wait_until(lambda: len(run.children()) == 1)
            run.send(TERM)
            code = run.code()
        return (reaped and code == 143 and calls.count("pidfd_open") == 2
                and "poll" not in calls, f"{reaped} {code} {calls}")


def breeding(init):
    """who becomes another while the killed are named is named too"""
    with init.actor("breed", give=["--grace=0.1"]) as run:
        if not run.ready():
            return False, run.stderr()
        with straced(run, "-e", "inject=openat:delay_exit=20000"):
            run.send(TERM)
            took, code = seconds_until_end(run)
        born = 0
        while match := run.out.find(r"^born (\d+)", 0):
            born = match[1]
        words = run.stderr()
        return (code == 137 and took < SOON and f"(pid {born})" in words,
                f"{code} after {took:.1f} s: {born}, {words[-300:]}")


TESTS = [flood, flood_at_the_end, storm, chain, stopped_hook, suspended_at_the_start, lying_poll,
         old_kernel, breeding]

if __name__ == "__main__":
    sys.exit(main(__doc__, TESTS))
