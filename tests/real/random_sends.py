#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random processes get random signals: what sigfate explain foretells is what happens.

A case that differs is printed whole, with the command that runs it again.
"""

import argparse
import collections
import json
import os
import sys
import traceback

import cases
import host
import scene

# Every run as long as CI's meets all of these; fewer mean that the test looks away.
FATES = {"refused", "probe", "ignored", "merged", "pending", "handled", "killed", "stopped",
         "continued"}
ENOUGH = 300


class Difference(Exception):
    """What explain said is not what happened."""


def check_call(told, error):
    """The result of the call; `error` is an errno, 0, or None when nobody lived to tell."""
    if told.code == 2 and error == scene.errno.EINVAL:
        return False  # no signal has this number, says explain
    if told.code != 0 or told.document is None:
        raise Difference(f"explain ended with {told.code} ({told.stderr}), "
                         f"the call with errno {error}")
    foretold = told.document["result"], told.document["errno"]
    real = (-1, scene.errno_name(error)) if error else (0, None)
    if foretold != real:
        raise Difference(f"foretold result {foretold}, got {real}")
    return True


def check_fate(stage, told, real):
    verdict = told.verdict(stage.target.pid)
    if verdict is None:
        raise Difference(f"no verdict for the target; it was {' and '.join(sorted(real))}")
    if verdict["fate"] not in real:
        raise Difference(f"foretold {verdict['fate']} ({verdict['reason']}), "
                         f"but it was {' or '.join(sorted(real))}")
    return verdict


def check_deaths(stage, verdict, dead):
    """Who goes down with it: all that explain says, and no others."""
    names = {process.pid: process.name for process in stage.processes.values()}
    foretold = {then["pid"] for then in verdict.get("then") or []
                if then["fate"] in ("killed", "dumped")} & set(names)
    if verdict["fate"] in ("killed", "dumped"):
        foretold.discard(stage.target.pid)
    if foretold != dead:
        raise Difference(f"foretold the death of {sorted(names[p] for p in foretold)}, "
                         f"died have {sorted(names[p] for p in dead)}")


class Run:
    """One case, from the building to the comparison."""

    def __init__(self, case, trace):
        self.case = case
        self.trace = trace
        self.told = self.error = self.res = self.real = None
        self.dead = set()
        self.pids = {}

    def perform(self):
        """Gives the fate; raises Difference."""
        stage = scene.Scene(self.case, host.fixture("actor"))
        try:
            stage.build()
            self.pids = {p.name: p.pid for p in stage.processes.values()}
            return self._compare(stage)
        finally:
            stage.end()

    def _compare(self, stage):
        sender = stage.sender.channel.tid
        before = scene.Snapshot(stage.target)
        self.told = host.explain(stage.sender.pid, self.case["by"], self.case["signal"],
                                 stage.target_thread.tid)
        self.trace.clear()
        self.error = stage.send()
        stage.settle_all()
        self.res = self.trace.result(sender, self.case["signal"],
                                     {thread.tid for thread in stage.target.threads})
        self.real = stage.observe(before, self.error, self.res)
        self.dead = stage.deaths_besides(self.real)
        if not check_call(self.told, self.error):
            return "refused"
        verdict = check_fate(stage, self.told, self.real)
        check_deaths(stage, verdict, self.dead)
        return verdict["fate"]

    def describe(self):
        lines = [f"processes: {self.pids}"]
        if self.told:
            lines += [f"asked: {self.told.command}", f"told: exit {self.told.code} "
                      f"{self.told.stderr} {json.dumps(self.told.document)}"]
        lines += [f"real: errno {self.error}, signal_generate result {self.res}, fate {self.real}, "
                  f"also dead {sorted(self.dead)}"]
        return "\n".join(lines)


def title(case):
    how = case["by"] + (" of a thread" if case.get("thread") else "")
    return f"signal {case['signal']} by {how} from {case['sender']} to {case['kind']}"


def run_case(tap, case, name, again, trace):
    """Gives the fate, or None when there was a difference."""
    run = Run(case, trace)
    try:
        fate = run.perform()
        tap.result(True, f"{name}: {title(case)}: {fate}")
        return fate
    except Difference as difference:
        problem = str(difference)
    except Exception:  # the fixture's own trouble must not end the run, and must not pass
        problem = traceback.format_exc()
    tap.result(False, f"{name}: {title(case)}",
               f"{problem}\n{run.describe()}\ncase: {json.dumps(case)}\nagain: {again}")
    return None


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="fresh", help="a number, or 'fresh' (the default)")
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int, help="the number of the one case to run")
    parser.add_argument("--case", help="a case as printed, or a file with one a line; - is stdin")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--tap", action="store_true", help="a skip is no exit status")
    return parser.parse_args()


def read_cases(text):
    if text.startswith("{"):
        lines = [text]
    elif text == "-":
        lines = sys.stdin.read().splitlines()
    else:
        with open(text, encoding="utf-8") as file:
            lines = file.read().splitlines()
    for number, line in enumerate(lines):
        if line.strip():
            yield f"case {number}", json.loads(line), f"--case '{line}'"


def chosen(options):
    """The cases to run: a name, the case, and the options that choose it again."""
    if options.case:
        yield from read_cases(options.case)
        return
    seed = options.seed
    if seed == "fresh":
        seed = str(int.from_bytes(os.urandom(4), "little"))
    print(f"# seed {seed}", flush=True)
    numbers = range(options.first, options.first + options.cases)
    for number in [options.only] if options.only is not None else numbers:
        yield f"seed {seed} case {number}", cases.make(seed, number), f"--seed {seed} --only {number}"


def main():
    options = arguments()
    why_not = host.can_make_namespaces()
    if why_not:
        host.skip_all("namespaces", why_not, options.tap)
    host.end_on_sigterm()
    host.private_mounts()
    remains = host.Remains()
    tap, fates = host.Tap(), collections.Counter()
    trace = host.Trace()
    if trace.why_not:
        tap.note(f"no tracefs ({trace.why_not}): ignored and dropped look the same")
    try:
        for name, case, again in chosen(options):
            for _ in range(options.repeat):
                command = f"SIGFATE={host.sigfate()} SIGFATE_ACTOR={host.fixture('actor')} {__file__}"
                fates[run_case(tap, case, name, f"{command} {again}", trace)] += 1
    finally:
        trace.close()
        host.Remains.end_children()
    if sum(fates.values()) >= ENOUGH:
        tap.result(FATES <= set(fates), "every fate was met", f"not met: {FATES - set(fates)}")
    tap.note(f"fates: {dict(fates)}")
    problems = remains.problems()
    tap.result(not problems, "nothing is left behind", "\n".join(problems))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
