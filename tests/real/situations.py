#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Targets that are in an unusual state, each by its name: what sigfate explain says about them is
what happens, and it is said for the right reason."""

import argparse
import json
import signal
import sys
import traceback

import ask
import host
import scene
from random_sends import Difference, Run
from tap import Tap
from tracing import Trace

TERM, KILL, USR1, CONT, STOP = (int(sig) for sig in (
    signal.SIGTERM, signal.SIGKILL, signal.SIGUSR1, signal.SIGCONT, signal.SIGSTOP))
REALTIME = 34

ORDINARY = [{"name": "target", "parent": "stage"}]
INIT = [{"name": "target", "parent": "stage", "newpid": True},
        {"name": "member", "parent": "target"}]
OUTSIDER = [{"name": "outsider", "parent": "stage"}]
HANDLER, IGNORED = ["handler", 0, []], ["ignore", 0, []]


def case(nodes, sig, sender="stage", **more):
    one = {"kind": "ordinary", "nodes": nodes, "target": "target", "sender": sender, "signal": sig,
           "by": "kill", "threads": [{"mask": []}], "actions": {}, "leader_exits": False,
           "stopped": False, "pending": []}
    assert set(more) <= set(one) | {"tracer", "limit", "thread"}
    return {**one, **more}


def waits(mask, *signals):
    return [{"mask": mask, "wait": ["sigtimedwait", list(signals)]}]


TRACED_INIT = {"nodes": INIT + OUTSIDER, "tracer": "outsider"}
LEADER_BLOCKS = [{"mask": [TERM]}, {"mask": []}]
DEAD_LEADER = {"threads": [{"mask": [USR1]}, {"mask": []}], "leader_exits": True}
FULL = {"limit": 0, "threads": [{"mask": [REALTIME, USR1]}]}

# What the target is like, the case, the fate, and the reasons that can be given for it.
SITUATIONS = [
    ("a traced init", case(sig=TERM, sender="member", **TRACED_INIT), "traced", "tracer-decides"),
    ("a traced init", case(sig=TERM, **TRACED_INIT), "traced", "tracer-decides"),
    ("a traced init", case(sig=STOP, sender="member", **TRACED_INIT), "traced", "tracer-decides"),
    ("a traced init", case(sig=KILL, sender="member", **TRACED_INIT), "ignored",
     "init-from-inside"),
    ("a traced init", case(sig=KILL, **TRACED_INIT), "killed", "init-from-outside"),
    ("a traced process", case(ORDINARY + OUTSIDER, KILL, tracer="outsider"), "killed", "sigkill"),
    ("a traced process", case(ORDINARY + OUTSIDER, USR1, tracer="outsider",
                              actions={str(USR1): IGNORED}), "traced", "tracer-decides"),
    # older kernels let another thread of the init die of it
    ("an init whose leader blocks it", case(INIT, TERM, "member", threads=LEADER_BLOCKS), None,
     "init-drops", "default-kills"),
    ("an init whose leader blocks it", case(INIT, TERM, threads=LEADER_BLOCKS), None,
     "init-drops", "default-kills"),
    ("an init whose leader blocks it", case(INIT, TERM, threads=LEADER_BLOCKS,
                                            actions={str(TERM): HANDLER}), "handled", "handler"),
    ("an init whose leader blocks it", case(INIT, KILL, threads=LEADER_BLOCKS), "killed",
     "init-from-outside"),
    ("a process whose leader blocks it", case(ORDINARY, TERM, threads=LEADER_BLOCKS), "killed",
     "default-kills"),
    ("a stopped process", case(ORDINARY, TERM, stopped=True), "pending", "stopped"),
    ("a stopped process", case(ORDINARY, CONT, stopped=True), "continued", "sigcont-resumes"),
    ("a stopped process", case(ORDINARY, KILL, stopped=True), "killed", "sigkill"),
    ("a stopped process", case(ORDINARY, USR1, stopped=True, actions={str(USR1): IGNORED}),
     "ignored", "sig-ign"),
    ("a stopped init", case(INIT, TERM, "member", stopped=True), "ignored", "init-no-handler"),
    ("a stopped init", case(INIT, CONT, "member", stopped=True), "continued", "sigcont-resumes"),
    ("a full queue", case(ORDINARY, REALTIME, by="sigqueue", **FULL), "refused", "queue-full"),
    ("a full queue", case(ORDINARY, REALTIME, by="tgkill", **FULL), "refused", "queue-full"),
    ("a full queue", case(ORDINARY, REALTIME, **FULL), "pending", "blocked"),
    ("a full queue", case(ORDINARY, USR1, by="sigqueue", **FULL), "pending", "blocked"),
    ("a full queue", case(ORDINARY, USR1, pending=[[USR1, None]], **FULL), "merged",
     "already-pending"),
    ("a full queue", case(ORDINARY, KILL, by="sigqueue", **FULL), "killed", "sigkill"),
    ("a leader that has ended", case(ORDINARY, TERM, **DEAD_LEADER), "killed", "default-kills"),
    ("a leader that has ended", case(ORDINARY, USR1, actions={str(USR1): HANDLER}, **DEAD_LEADER),
     "handled", "handler"),
    ("a leader that has ended", case(ORDINARY, USR1, actions={str(USR1): IGNORED}, **DEAD_LEADER),
     "dropped", "sig-ign-late"),
    # older kernels queue it where nobody takes it
    ("a leader that has ended", case(ORDINARY, KILL, by="tgkill", **DEAD_LEADER), None,
     "thread-exiting", "blocked"),
    ("an init whose leader has ended", case(INIT, TERM, "member", **DEAD_LEADER), "ignored",
     "init-no-handler"),
    ("an init whose leader has ended", case(INIT, KILL, **DEAD_LEADER), "killed",
     "init-from-outside"),
    ("one that waits for it", case(ORDINARY, TERM, threads=waits([TERM], TERM)), "handled",
     "sigwait"),
    ("an init that waits for it", case(INIT, TERM, "member", threads=waits([TERM], TERM)),
     "handled", "sigwait"),
    ("an init that waits for it", case(INIT, TERM, threads=waits([TERM], TERM)), "handled",
     "sigwait"),
    ("an init that waits for another", case(INIT, USR1, threads=waits([TERM], TERM)), "ignored",
     "init-no-handler"),
    ("one that waits for another", case(ORDINARY, USR1, threads=waits([TERM, USR1], TERM)),
     "pending", "blocked"),
    ("one that waits for another", case(ORDINARY, KILL, threads=waits([TERM], TERM)), "killed",
     "sigkill"),
]


def try_one(tap, trace, situation):
    words, one, fate, *reasons = situation
    by = "" if one["by"] == "kill" else f" by {one['by']}"
    title = f"{words}: {signal.Signals(one['signal']).name}{by} from {one['sender']}"
    run, problem = Run(one, trace, False), ""
    try:
        told = run.perform()
        verdict = run.told.verdict(run.pids["target"])
        if fate and told != [fate]:
            problem = f"it was {told}, and not {fate}"
        elif verdict["reason"] not in reasons:
            problem = f"the reason is {verdict['reason']}, and not {' or '.join(reasons)}"
        elif not run.told.document["path"]:
            problem = "there is no path"
        title += f": {' '.join(told)}"
    except Difference as difference:
        problem = str(difference)
    except Exception:
        problem = traceback.format_exc()
    tap.result(not problem, title, f"{problem}\n{run.describe()}\ncase: {json.dumps(one)}")


def try_in_vain(tap, trace):
    """What is traced as delivered need not have acted: an init throws away what it unblocks."""
    title = "traced as delivered, and thrown away by the init"
    if trace.why_not:
        tap.skip(title, f"no tracefs: {trace.why_not}")
        return
    stage = scene.Scene(case(INIT, TERM, threads=[{"mask": [TERM]}]), ask.fixture("actor"))
    try:
        stage.build()
        target = stage.target
        trace.watch(None, [target.pid])
        stage.stage.leader.must("kill", target.pid, TERM)
        target.leader.must("rt_sigprocmask", scene.SIG_SETMASK, scene.sigset([]), 0, 8)
        seen = trace.events(None, TERM, {target.pid})
        good = seen == {"result": 0, "delivered": 1, "handlers": 0} and not target.dead()
        tap.result(good, title, f"{seen}, dead: {target.dead()}")
    finally:
        stage.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tap", action="store_true", help="a skip is no exit status")
    options = parser.parse_args()
    host.begin(options.tap)
    remains, tap, trace = host.Remains(), Tap(), Trace(deliver=True)
    if trace.why_not:
        tap.note(f"no tracefs ({trace.why_not}): ignored and dropped look the same")
    try:
        for situation in SITUATIONS:
            try_one(tap, trace, situation)
        try_in_vain(tap, trace)
    finally:
        trace.close()
        host.Remains.end_children()
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
