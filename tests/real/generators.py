#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals that nobody sends by a call, as far as they can be had in a test: what sigfate explain
--by foretells is what the kernel does, to an ordinary process and to an init."""

import argparse
import contextlib
import itertools
import os
import re
import signal
import struct
import sys
import termios
import traceback

import ask
import cgroup
import host
import observe
import wire
from tap import Tap, skip_all
from tracing import Trace
from wire import Fd, Ptr

SIG_SETMASK = 2
P_PID, WEXITED = 1, 4
RLIMIT_CPU, RLIMIT_FSIZE = 0, 1
PTRACE_ATTACH, PTRACE_SEIZE, PTRACE_O_EXITKILL = 16, 0x4206, 0x100000
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
AT_FDCWD, O_WRONLY = -100, 1
MEGABYTE = 1 << 20
ITIMER_REAL, CLOCK_MONOTONIC = 0, 1
FOREVER = (1 << 64) - 1


class NotHere(Exception):
    """Why this generator cannot be had."""


class Case:
    """A target, and what is to befall it."""

    def __init__(self, directory, by, sig, init, action, blocked):
        self.directory = directory
        self.terminal = []
        self.group = None
        self.stage = wire.start(ask.fixture("actor"), "stage", cwd=directory)
        self.stage.leader.must("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.parent = self.stage.spawn("parent") if by == "pdeathsig" else None
        self.target = (self.parent or self.stage).spawn("target", wire.CLONE_NEWPID if init else 0)
        self.inside = None  # one who is in there, and sends
        leader = self.target.leader
        leader.must("setsid")
        if sig not in (signal.SIGKILL, signal.SIGSTOP):
            leader.must("sigaction", sig, {"default": 0, "ignore": 1, "handler": 2}[action], 0, 0)
        if blocked:
            leader.must("rt_sigprocmask", SIG_SETMASK, Ptr(struct.pack("=Q", 1 << (sig - 1))), 0, 8)

    def end(self):
        processes = [p for p in (self.inside, self.target, self.parent, self.stage) if p]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(process.pidfd, signal.SIGKILL)
        host.Remains.end_children()
        if self.group:
            self.group.remove(self.stage)
        for process in processes:
            process.close()
        for fd in self.terminal:
            os.close(fd)

    @property
    def sender(self):
        return self.inside or self.stage

    def prepare(self, by, sig):
        """What must be there before explain is asked."""
        if by == "pdeathsig":
            self.target.leader.must("prctl", PR_SET_PDEATHSIG, sig, 0, 0, 0)
        if by == "exitkill":
            self.inside = self.target.spawn("tracer")
            self.inside.leader.must("ptrace", PTRACE_SEIZE, self.target.number_in(self.inside), 0,
                                    PTRACE_O_EXITKILL)
        elif by.startswith("cgroup.kill"):
            self.join(cgroup.Cgroup("cgroup2"))
            if not self.group.has("cgroup.kill"):
                raise NotHere("the kernel has no cgroup.kill")
            if by.endswith("inside"):
                self.inside = self.target.spawn("inside")
        elif by == "oom":
            self.join(cgroup.with_memory_limit(32 * MEGABYTE))
        if by in ("tty", "hangup"):
            self.terminal = list(os.openpty())
            self.target.leader.must("ioctl", Fd(self.terminal[1]), termios.TIOCSCTTY, 0)

    def join(self, group):
        if not group.path:
            raise NotHere(group.why_not)
        self.group = group
        group.write("cgroup.procs", self.target.pid)

    def call(self, op, *args):
        """The target makes a call, in which it may die."""
        with contextlib.suppress(wire.Gone):
            self.target.leader.request(op, *args)

    def pipe(self, _):
        reader, writer = os.pipe()
        os.close(reader)
        self.call("write", Fd(writer), Ptr(b"x"), 1)
        os.close(writer)

    def file_size(self, _):
        self.target.leader.must("prlimit64", 0, RLIMIT_FSIZE,
                                Ptr(struct.pack("=QQ", 0, FOREVER)), 0)
        file = os.open(f"{self.directory}/file", os.O_WRONLY | os.O_CREAT)
        self.call("write", Fd(file), Ptr(b"x"), 1)
        os.close(file)

    def alarm(self, _):
        self.call("setitimer", ITIMER_REAL, Ptr(struct.pack("=qqqq", 0, 0, 0, 1)), 0)

    def timer(self, sig):
        event = struct.pack("=qii", 0, sig, 0).ljust(64, b"\0")
        made = self.target.leader.request("timer_create", CLOCK_MONOTONIC, Ptr(event),
                                          Ptr(bytes(8)))
        number = struct.unpack_from("=i", made.data, 64)[0]
        self.call("timer_settime", number, 0, Ptr(struct.pack("=qqqq", 0, 0, 0, 1)), 0)

    def tty(self, sig):
        key = {signal.SIGINT: b"\x03", signal.SIGQUIT: b"\x1c"}[sig]
        os.write(self.terminal[0], key)

    def hangup(self, _):
        while self.terminal:
            os.close(self.terminal.pop())

    def use_cpu(self, soft, hard):
        self.target.leader.must("prlimit64", 0, RLIMIT_CPU, Ptr(struct.pack("=QQ", soft, hard)), 0)
        self.call("burn", 1100)

    def cpu_soft(self, _):
        self.use_cpu(1, FOREVER)

    def cpu_hard(self, _):
        self.use_cpu(1, 1)

    def oom(self, _):
        self.call("eat", 256 * MEGABYTE)

    def exitkill(self, _):
        self.inside.leader.post("exit_group", 0)

    def ptrace_attach(self, _):
        self.stage.leader.must("ptrace", PTRACE_ATTACH, self.target.pid, 0, 0)

    def pdeathsig(self, _):
        self.parent.leader.post("exit_group", 0)

    def fault(self, _):
        self.call("fault")

    def seccomp(self, _):
        self.call("filtered")

    def cgroup_kill(self, _):
        path = f"{self.group.path}/cgroup.kill".encode() + b"\0"
        leader = self.sender.leader
        fd = leader.must("openat", AT_FDCWD, Ptr(path), O_WRONLY)
        with contextlib.suppress(wire.Gone):  # the end of the init is everybody's
            leader.request("write", fd, Ptr(b"1"), 1)

    cgroup_kill_from_inside = cgroup_kill


GENERATORS = [("pipe", signal.SIGPIPE), ("file-size", signal.SIGXFSZ), ("alarm", signal.SIGALRM),
              ("timer", signal.SIGTERM), ("timer", signal.SIGKILL), ("timer", signal.SIGCHLD),
              ("tty", signal.SIGINT), ("tty", signal.SIGQUIT), ("hangup", signal.SIGHUP),
              ("cpu-soft", signal.SIGXCPU), ("cpu-hard", signal.SIGKILL), ("oom", signal.SIGKILL),
              ("cgroup.kill", signal.SIGKILL), ("cgroup.kill from inside", signal.SIGKILL),
              ("exitkill", signal.SIGKILL), ("ptrace-attach", signal.SIGSTOP),
              ("pdeathsig", signal.SIGTERM), ("pdeathsig", signal.SIGKILL),
              ("fault", signal.SIGSEGV), ("seccomp", signal.SIGSYS)]
THEIR_OWN = ("pipe", "file-size", "ptrace-attach", "fault", "seccomp")  # for the thread


def settle(case, sig, trace):
    """Until the signal has been sent and taken; gives the traced result."""
    target, results = case.target, []

    def sent():
        result = trace.result(None, sig, {target.pid})
        results.extend([] if result is None else [result])
        return results

    target.poll(sent, "the signal is sent")
    ping = target.leader.post("gettid")  # who answers has taken what it could take before
    target.poll(lambda: target.leader.take(ping) or target.dead() or
                "t" in target.states().values(), "it takes the signal")
    if target.dead():
        reply = case.stage.leader.request("waitid", P_PID, target.inner_pid, Ptr(bytes(128)),
                                          WEXITED, 0)
        info = struct.unpack_from("=iii4xiIi", reply.data)
        target.status = info[2], info[5]
    return results[0]


def try_one(tap, trace, directory, by, sig, init, action, blocked):
    title = (f"{signal.Signals(sig).name} by {by} to an {'init' if init else 'ordinary process'}: "
             f"{action}{', blocked' if blocked else ''}")
    case, asked = Case(directory, by, sig, init, action, blocked), ""
    try:
        case.prepare(by, sig)
        pid = case.target.pid
        told = ask.explain(case.sender.pid, by.partition(" ")[0], sig, pid)
        asked = f"{told.command}\n{told.document}\n{told.stderr}"
        thread = pid if by in THEIR_OWN else None
        watch = observe.Watch(case.target, sig, thread)
        trace.watch(None, [pid])
        getattr(case, re.sub(r"\W", "_", by))(sig)
        res = settle(case, sig, trace)
        real = watch.fates(res)
        verdict = told.verdict(pid) if told.document else None
        fate = verdict["fate"] if verdict else f"exit {told.code}"
        tap.result(fate in real, f"{title}: {fate}",
                   f"it was {' or '.join(sorted(real))}: traced {res}\n{asked}")
    except NotHere as reason:
        tap.skip(title, reason)
    except Exception:
        tap.result(False, title, f"{traceback.format_exc()}\n{asked}")
    finally:
        case.end()


def wanted(by, sig, action, blocked):
    """What cannot be handled is tried once; what takes a second is not tried in every way."""
    if sig in (signal.SIGKILL, signal.SIGSTOP):
        return (action, blocked) == ("default", False)
    if by == "fault" and (action, blocked) == ("handler", False):
        return False  # it would return to the fault, for ever
    return by != "cpu-soft" or (action, blocked) in (
        ("default", False), ("default", True), ("handler", False))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tap", action="store_true", help="a skip is no exit status")
    options = parser.parse_args()
    host.begin(options.tap)
    remains, tap, trace = host.Remains(), Tap(), Trace()
    if trace.why_not:
        skip_all("tracefs", f"when a timer has run is not to be seen: {trace.why_not}", options.tap)
    with host.directory() as directory:
        os.chmod(directory, 0o777)
        try:
            for (by, sig), init, action, blocked in itertools.product(
                    GENERATORS, (False, True), ("default", "ignore", "handler"), (False, True)):
                if wanted(by, sig, action, blocked):
                    try_one(tap, trace, directory, by, sig, init, action, blocked)
        finally:
            trace.close()
            host.Remains.end_children()
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
