#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""A signal to a process group, while a member of it makes children: none of them slips through.

Who is being made when the signal comes cannot be chosen, only met by chance; so it is tried often.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time

import ask
import host
import wire
from tap import Tap

MOST = 400  # children, as forker.c has it
PATIENCE = 30  # until somebody who still runs counts as one who got away, in seconds


def wait_a_moment(seconds):
    """Without sleep, which would take longer than the whole race."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def members(leader):
    """The forker and the children that it has, as far as it lives."""
    try:
        with open(f"/proc/{leader}/task/{leader}/children", encoding="ascii") as file:
            return [leader, *map(int, file.read().split())]
    except (FileNotFoundError, ProcessLookupError):
        return [leader]


def states(pids):
    found = (wire.task_stat(pid, pid) for pid in pids)
    return {stat[0] for stat in found if stat}


def all_stopped(leader):
    pids = members(leader)
    return states(pids) == {"T"} and members(leader) == pids


def all_dead(leader):
    """Orphans are ours to reap; a group is there as long as a zombie is in it."""
    host.Remains.children()
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return True
    return False


def eventually(fact, leader):
    deadline = time.monotonic() + PATIENCE
    while not fact(leader):
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def race(sig, chance):
    """Gives how many there were when the signal came, and what went wrong."""
    forker = subprocess.Popen([ask.fixture("forker")], stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, start_new_session=True)
    problem = None
    with forker.stdout:
        forker.stdout.read(1)
        wait_a_moment(chance.uniform(0, 0.004))
        many = len(members(forker.pid)) - 1
        os.killpg(forker.pid, sig)
        if sig == signal.SIGSTOP:
            if not eventually(all_stopped, forker.pid):
                problem = f"not all are stopped: {states(members(forker.pid))}"
            os.killpg(forker.pid, signal.SIGKILL)
        if not eventually(all_dead, forker.pid):
            problem = f"somebody got away: {states(host.Remains.children())}"
    return many, problem


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tap", action="store_true", help="as the other tests here")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    options = parser.parse_args()
    host.end_on_sigterm()
    remains, tap = host.Remains(), Tap()
    tap.note(f"seed {options.seed}")
    chance = random.Random(options.seed)
    try:
        for sig in (signal.SIGKILL, signal.SIGSTOP):
            counts, problems = zip(*(race(sig, chance) for _ in range(options.rounds)))
            problems = [problem for problem in problems if problem]
            tap.result(not problems, f"{sig.name} to a group that grows", "\n".join(problems))
            early = any(0 < many < MOST for many in counts)
            tap.result(early, "the signal came while children were made",
                       f"in none of {len(counts)} rounds")
    finally:
        host.Remains.end_children()
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
