#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random processes get random signals: what sigfate explain foretells is what happens.

A case that differs is printed whole, with the command that runs it again.
"""

import argparse
import collections
import contextlib
import errno
import json
import os
import shutil
import sys
import traceback

import ask
import cases
import host
import observe
import scene
from tap import Tap
from tracing import Trace

# Every run as long as CI's meets all of these; fewer mean that the test looks away.
FATES = {"refused", "probe", "ignored", "merged", "pending", "handled", "killed", "stopped",
         "continued", "traced"}
ENOUGH = 300
UNSURE = "unsure"  # explain said that it does not know all, and was wrong
NOBODY = 65534


class Difference(Exception):
    """What explain said is not what happened."""


def errno_name(number):
    return errno.errorcode[number] if number else None


def check_call(told, error):
    """The result of the call; `error` is an errno, 0, or None when nobody lived to tell."""
    if told.code == 2 and error == errno.EINVAL:
        return False  # no signal has this number, says explain
    if told.code != 0 or told.document is None:
        raise Difference(f"explain ended with {told.code} ({told.stderr}), "
                         f"the call with errno {error}")
    foretold = told.document["result"], told.document["errno"]
    real = (-1, errno_name(error)) if error else (0, None)
    if foretold != real:
        raise Difference(f"foretold result {foretold}, got {real}")
    return True


def either(fates):
    return " or ".join(sorted(fates)) or "nothing at all"


def check_fate(process, told, real):
    verdict = told.verdict(process.pid)
    if verdict is None:
        raise Difference(f"no verdict for {process.name}; it was {either(real)}")
    # what cannot be known from outside is said, with the fate that it would make
    others = {unknown["otherwise"] for unknown in told.document["unknown"]}
    if not told.document["complete"]:
        others |= {fate for fate in real if fate.startswith(observe.OTHER_DEATH)}
    if verdict["fate"] not in real and not others & real:
        raise Difference(f"{process.name}: foretold {verdict['fate']} ({verdict['reason']}), "
                         f"but it was {either(real)}")
    return verdict["fate"]


def deaths_among(fates):
    return {one["pid"] for one in fates if one["fate"] in ("killed", "dumped")}


def dragged_along(told):
    """Who dies of what follows from the signal, whatever becomes of the one sent to it."""
    return deaths_among(then for verdict in told.document["verdicts"] for then in verdict["then"])


def check_deaths(stage, told, dead):
    """Who dies: all that explain says, and no others."""
    names = {process.pid: process.name for process in stage.processes.values()}
    foretold = (deaths_among(told.document["verdicts"]) | dragged_along(told)) & set(names)
    if foretold != dead and told.document["complete"]:
        raise Difference(f"foretold the death of {sorted(names[p] for p in foretold)}, "
                         f"died have {sorted(names[p] for p in dead)}")


class Run:
    """One case, from the building to the comparison."""

    def __init__(self, case, trace, nobody):
        """@nobody: explain may not see all, and need not be right where it says so."""
        self.case = case
        self.trace = trace
        self.nobody = nobody
        self.told = self.error = self.res = None
        self.pids, self.real, self.dead = {}, {}, set()

    def perform(self):
        """Gives the fates; raises Difference."""
        try:
            return self._perform()
        except Difference:
            if self.nobody and self.told.document and not self.told.document["complete"]:
                return [UNSURE]
            raise

    def _perform(self):
        stage = scene.Scene(self.case, ask.fixture("actor"))
        try:
            stage.build()
            self.pids = {p.name: p.pid for p in stage.processes.values()}
            if self.case.get("form"):
                return self._many(stage)
            return self._one(stage)
        finally:
            stage.end()

    def _one(self, stage):
        sig, by, target = self.case["signal"], self.case["by"], stage.target
        sender, tid = stage.sender.channel.tid, stage.target_thread.tid
        watch = observe.Watch(target, sig, tid if by == "tgkill" else None)
        self.told = ask.explain(stage.sender.pid, by, sig, tid)
        self._send(stage, stage.request())
        self.res = self.trace.result(sender, sig, {thread.tid for thread in target.threads})
        if self.error:
            real = {"refused"}
        elif sig == 0:
            real = {"probe"}
        else:
            real = watch.fates(self.res) or {"ignored", "dropped"}
        self.real = {target.name: real}
        if not check_call(self.told, self.error):
            return ["refused"]
        fate = check_fate(target, self.told, real)
        check_deaths(stage, self.told, self.dead)
        return [fate]

    def _send(self, stage, request):
        self.trace.watch(stage.sender.channel.tid)
        self.error = stage.send(request)
        stage.settle_all()
        self.dead = stage.dead()

    def _many(self, stage):
        """One call to many: each target has its verdict, and who has none gets nothing."""
        sig, sender = self.case["signal"], stage.sender.channel.tid
        watches = [observe.Watch(process, sig) for process in stage.processes.values()]
        self.told = ask.explain(stage.sender.pid, "kill", sig, stage.group_as_we_see_it())
        self._send(stage, stage.group_request())
        seen = self.trace.results(sender, sig)
        for watch in watches:
            self.real[watch.process.name] = self._of_many(watch, seen, sig)
        if not check_call(self.told, self.error):
            return ["refused"]
        fates, dragged = [], dragged_along(self.told)
        for watch in watches:
            real, pid = self.real[watch.process.name], watch.process.pid
            if watch.process.dead() and pid in dragged:
                continue
            if self.told.verdict(pid) or "no verdict" not in real:
                fates.append(check_fate(watch.process, self.told, real))
        check_deaths(stage, self.told, self.dead)
        return fates

    def _of_many(self, watch, seen, sig):
        res = seen.get(watch.process.pid)
        real = watch.fates(res) if sig else set()
        if real:
            return real
        if sig == 0:
            return {"probe", "refused", "no verdict"}
        if self.trace.why_not:
            return {"ignored", "dropped", "refused", "no verdict"}
        return {"refused", "no verdict"}

    def describe(self):
        lines = [f"processes: {self.pids}"]
        if self.told:
            lines += [f"asked: {self.told.command}", f"told: exit {self.told.code} "
                      f"{self.told.stderr} {json.dumps(self.told.document)}"]
        lines += [f"real: errno {self.error}, signal_generate result {self.res}, "
                  f"fates {self.real}, dead {sorted(self.dead)}"]
        return "\n".join(lines)


def title(case):
    if case.get("form"):
        return f"signal {case['signal']} from {case['sender']} to {case['form']}"
    how = case["by"] + (" of a thread" if case.get("thread") else "")
    return f"signal {case['signal']} by {how} from {case['sender']} to {case['kind']}"


def run_case(tap, case, name, again, trace, nobody):
    """Gives the fates, none when there was a difference."""
    run = Run(case, trace, nobody)
    try:
        fates = run.perform()
        tap.result(True, f"{name}: {title(case)}: {' '.join(fates) or 'nobody'}")
        return fates
    except Difference as difference:
        problem = str(difference)
    except Exception:  # the fixture's own trouble must not end the run, and must not pass
        problem = traceback.format_exc()
    tap.result(False, f"{name}: {title(case)}",
               f"{problem}\n{run.describe()}\ncase: {json.dumps(case)}\nagain: {again}")
    return []


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="fresh", help="a number, or 'fresh' (the default)")
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int, help="the number of the one case to run")
    parser.add_argument("--case", help="a case as printed, or a file with one a line; - is stdin")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--as-nobody", action="store_true",
                        help="ask as an ordinary user, whom /proc does not show everything")
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
        name = f"seed {seed} case {number}"
        yield name, cases.make(seed, number), f"--seed {seed} --only {number}"


@contextlib.contextmanager
def asking(options):
    """Who asks, and with which program: nobody needs one in a place that all may enter."""
    program = ask.sigfate()
    if not options.as_nobody:
        yield program
        return
    with host.directory() as where:
        os.environ["SIGFATE"] = shutil.copy(program, where)
        ask.PREFIX[:] = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        yield program


def main():
    options = arguments()
    host.begin(options.tap)
    remains = host.Remains()
    tap, fates = Tap(), collections.Counter()
    trace = Trace()
    if trace.why_not:
        tap.note(f"no tracefs ({trace.why_not}): ignored and dropped look the same")
    try:
        with asking(options) as program:
            command = f"SIGFATE={program} SIGFATE_ACTOR={ask.fixture('actor')} {__file__}"
            if options.as_nobody:
                command += " --as-nobody"
            userns, without = host.can_make_userns(), 0
            for name, case, again in chosen(options):
                if not userns and any(node.get("newuser") for node in case["nodes"]):
                    without += 1
                    continue
                for _ in range(options.repeat):
                    fates.update(run_case(tap, case, name, f"{command} {again}", trace,
                                          options.as_nobody))
    finally:
        trace.close()
        host.Remains.end_children()
    if without:
        tap.skip(f"{without} cases in user namespaces", "no user namespaces can be made here")
    if tap.count >= ENOUGH:
        unsure = fates[UNSURE] / tap.count
        tap.result(unsure < 0.2, "most of what it says is right", f"{unsure:.0%} are not")
        tap.result(FATES <= set(fates), "every fate was met", f"not met: {FATES - set(fates)}")
    tap.note(f"fates: {dict(fates)}")
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
