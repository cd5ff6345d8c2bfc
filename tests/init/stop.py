#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The end, as sigfate-init brings it about: who is told, and when, and waited for, and killed."""

import json
import os
import signal
import subprocess
import sys
import time

from common import lab, main
import stopping
from stopping import NAMES, finish

TERM = signal.SIGTERM
PATIENT = "--grace=2"  # all but the stubborn have cleaned up by then, on a busy machine too


def tree(init, *words, **more):
    return stopping.start(init, *words, **more)


def told(run, count, seconds=3):
    """Who has been told, when `count` have or that time is up."""
    names = []
    deadline = time.monotonic() + seconds
    while len(names) < count and (match := run.out.find(r"^(\w+) term",
                                                         max(0, deadline - time.monotonic()))):
        names.append(match[1])
    return names


def scope(init, name, want):
    """The main process does not listen, and the grace never ends: only the scope is told."""
    with tree(init, "deaf", give=[f"--stop={name}", "--grace=infinity"]) as run:
        run.send(TERM)
        got = told(run, len(want))
        more = told(run, 1, 0.2)
        return set(got) == set(want) and not more, f"told {got} {more}"


def scope_main(init):
    """--stop=main tells nobody else while it lives"""
    return scope(init, "main", [])


def scope_group(init):
    """--stop=group tells its process group"""
    return scope(init, "group", ["worker"])


def scope_tree(init):
    """--stop=tree tells its descendants, not the orphans"""
    return scope(init, "tree", ["worker", "session"])


def scope_all(init):
    """--stop=all tells every process"""
    return scope(init, "all", ["worker", "session", "orphan"])


def everyone_once(init, *options, stage=()):
    with tree(init, give=options, options=stage) as run:
        run.send(TERM)
        heard, done, _ = finish(run)
        lines = [line for line in run.out.all if line.endswith(" term")]
        return (done == set(NAMES) and len(lines) == len(NAMES) and run.code() == 0,
                f"told {heard}, finished {done}, {lines}, code {run.code()}")


def once_main(init):
    """with --stop=main everybody is told once and finishes"""
    return everyone_once(init)


def once_group(init):
    """with --stop=group everybody is told once and finishes"""
    return everyone_once(init, "--stop=group")


def once_tree(init):
    """with --stop=tree everybody is told once and finishes"""
    return everyone_once(init, "--stop=tree")


def once_all(init):
    """with --stop=all everybody is told once and finishes"""
    return everyone_once(init, "--stop=all")


def once_all_second(init):
    """with --stop=all, and not as process 1, everybody is told once and finishes"""
    return everyone_once(init, "--stop=all", stage=["--second"])


def late_telling(init):
    """when a quarter of the grace is left the others are told, though the main process lives"""
    with tree(init, "deaf", give=["--grace=2"]) as run:
        began = time.monotonic()
        run.send(TERM)
        got = told(run, 3)
        took = time.monotonic() - began
        code = run.code()
        return (len(got) == 3 and took > 1.4 and code == 137
                and "'actor' (pid 2)" in run.stderr(),
                f"{got} after {took}, {code}, {run.stderr()}")


def main_never_killed_early(init):
    """the main process has the whole grace for itself when it needs it"""
    with tree(init, "deaf", give=["--grace=1.2"]) as run:
        began = time.monotonic()
        run.send(TERM)
        code = run.code()
        took = time.monotonic() - began
        return code == 137 and took > 1.1, f"{code} after {took}"


def hurry(init):
    """a second stop signal tells the others, and shortens the grace"""
    with tree(init, "deaf", give=["--grace=1000"]) as run:
        run.send(TERM)
        run.gone(0.1)
        began = time.monotonic()
        run.send(TERM)
        _, done, _ = finish(run)
        took = time.monotonic() - began
        return (run.code() == 137 and done == set(NAMES) - {"main"} and 0.3 < took < 15,
                f"{run.code()}, finished {done}, {took}")


def same_signal(init):
    """a second stop signal at once, as timeout(1) sends it, is the first one still"""
    with tree(init, "stubborn", give=["--grace=1000"]) as run:
        run.send(TERM)
        run.send(TERM)
        ended = run.gone(1)
        return not ended, f"{run.stderr()}"


def named(init):
    """who had to be killed is named, escaped, on standard error and in the report"""
    where = f"/tmp/sigfate-report-{os.getpid()}"
    try:
        with tree(init, "stubborn", give=[PATIENT, f"--report={where}"]) as run:
            run.send(TERM)
            code = run.code()
            words = run.stderr()
        with open(where, encoding="ascii") as file:
            lines = file.read().splitlines()
    finally:
        os.unlink(where)
    report = json.loads(lines[0])
    names = [entry["comm"] for entry in report["killed"]]
    return (code == 0 and len(lines) == 1 and names == ["stub\\x1bborn"]
            and words.count("killed") == 1 and "'stub\\x1bborn' (pid " in words
            and report["stop"] == {"signal": "SIGTERM", "pid": 0, "uid": 0},
            f"{code} {lines} {words}")


def without_proc(init):
    """without a /proc: everybody is told and finishes, and the killed are named by number"""
    with tree(init, "stubborn", give=["--grace=1"], options=["--no-proc"]) as run:
        run.send(TERM)
        _, done, _ = finish(run)
        words = run.stderr()
        return (done == set(NAMES) and run.code() == 0 and words.count("killed '?' (pid ") == 1
                and "no /proc" in words, f"{done} {run.code()} {words}")


def foreign_proc(init):
    """the /proc of another PID namespace is not taken for ours"""
    with tree(init, "stubborn", give=["--grace=1", "--stop=tree"],
              options=["--foreign-proc"]) as run:
        run.send(TERM)
        _, done, _ = finish(run)
        words = run.stderr()
        return (done == set(NAMES) and run.code() == 0 and "no /proc of ours" in words,
                f"{done} {run.code()} {words}")


def second_kills(init):
    """not as process 1: who does not end is named and killed, and nobody is left"""
    with tree(init, "stubborn", give=[PATIENT], options=["--second"]) as run:
        run.send(TERM)
        _, done, _ = finish(run)
        return (done == set(NAMES) and run.left == 0 and run.stderr().count("killed") == 1,
                f"{done} {run.left} {run.stderr()}")


def second_without_proc(init):
    """not as process 1 and without a /proc: our children are told and killed"""
    with tree(init, "stubborn", give=["--grace=1"], options=["--second", "--no-proc"]) as run:
        run.send(TERM)
        _, done, _ = finish(run)
        return done == set(NAMES) and run.left == 0, f"{done} {run.left} {run.stderr()}"


def ended_by_itself(init):
    """when the main process ends by itself the rest has the grace, and then is killed"""
    with tree(init, "leave", "stubborn", give=[PATIENT]) as run:
        began = time.monotonic()
        run.say("leave")
        _, done, _ = finish(run)
        took = time.monotonic() - began
        return (done == set(NAMES) and took > 1.9 and "killed 'stub" in run.stderr(),
                f"{done} {took} {run.stderr()}")


def no_grace(init):
    """--grace=0 kills at once"""
    with tree(init, give=["--grace=0"]) as run:
        began = time.monotonic()
        run.send(TERM)
        code = run.code()
        return time.monotonic() - began < 5 and code in (0, 137), f"{code}"


def stopped_hears(init):
    """who is stopped is continued, so that it hears"""
    with tree(init) as run:
        for pid in run.children():
            os.kill(pid, signal.SIGSTOP)
        run.wait_until(lambda: set(run.children().values()) == {"T"})
        run.send(TERM)
        _, done, _ = finish(run)
        return {"main", "worker", "session"} - done <= {"worker", "session"} and "main" in done \
            and run.code() == 0, f"{done}"


def put_in(init):
    """a process that was put into the PID namespace from outside is told and waited for"""
    with tree(init, give=["--grace=5"]) as run:
        ours, theirs = os.pipe()
        script = ("trap 'sleep 0.2; echo finished; exit' TERM; echo ready; "
                  "while :; do sleep 0.01; done")
        whose = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
        guest = subprocess.Popen(["nsenter", "-t", str(run.pid), *whose, "-p", "-m", "sh", "-c",
                                  script],
                                 stdout=theirs, stderr=subprocess.DEVNULL,
                                 stdin=subprocess.DEVNULL)
        os.close(theirs)
        says = lab.Lines(ours)
        ready = says.find("ready")
        run.send(TERM)
        finished = says.find("finished")
        ended = run.code()
        guest.wait()
        os.close(ours)
        return ready and finished and ended == 0, f"{ready} {finished} {ended}"


def flood(init):
    """a flood of signals does not put off the end"""
    with tree(init, "deaf", give=["--grace=0.5"]) as run:
        run.send(TERM)
        deadline = time.monotonic() + 10
        sent = 0
        while not run.gone() and time.monotonic() < deadline:
            for sig in (signal.SIGWINCH, signal.SIGURG, signal.SIGCHLD, signal.SIGCONT):
                run.send(sig)
            sent += 4
        return run.code(1) == 137, f"{run.status} after {sent} signals"


def full_space(init):
    """with no process number left it passes signals on and ends"""
    with init.actor("fill", options=["--pid-max=400"],
                    give=["--grace=0.2", "--on=TERM=true"]) as run:
        ready = run.ready()
        run.send(TERM)
        code = run.code()
        return ready and code == 143, f"{code} {run.stderr()[-300:]}"


def stuck_stderr(init):
    """nobody reads standard error, and it is full: it ends all the same"""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    try:
        while True:
            os.write(theirs, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(theirs, True)
    try:
        with tree(init, "stubborn", give=["--grace=0.2"], stderr=theirs) as run:
            began = time.monotonic()
            run.send(TERM)
            code = run.code()
            return code == 0 and time.monotonic() - began < 15, f"{code}"
    finally:
        os.close(ours)
        os.close(theirs)


TESTS = [scope_main, scope_group, scope_tree, scope_all, once_main, once_group, once_tree, once_all,
         once_all_second, late_telling, main_never_killed_early, hurry, same_signal, named,
         without_proc, foreign_proc, second_kills, second_without_proc, ended_by_itself, no_grace,
         stopped_hears, put_in, flood, full_space, stuck_stderr]

if __name__ == "__main__":
    sys.exit(main(__doc__, TESTS))
