# SPDX-License-Identifier: GPL-2.0-or-later
"""A case made real: the processes it speaks of, the signal sent, and what became of it."""

import os
import select
import shutil
import signal
import struct
import tempfile
import time

import host
import observe
import wire
from wire import Fd, Gone, Ptr

SIGKILL, SIGSTOP = 9, 19
SIG_SETMASK = 2
SI_QUEUE = -1
P_PID = 1
WNOHANG, WEXITED, WALL = 1, 4, 0x40000000
PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 4, 8
RLIMIT_CORE, RLIMIT_SIGPENDING = 4, 11
CAP_KILL = 5
CAPABILITY_VERSION_3 = 0x20080522
PTRACE_SEIZE = 0x4206
AT_FDCWD = -100
O_WRONLY = 1
POLLIN = 1


def mask(signals):
    return sum(1 << (sig - 1) for sig in set(signals))


def sigset(signals):
    return Ptr(struct.pack("=Q", mask(signals)))


def siginfo(sig, code, pid, uid, value=0):
    """A siginfo_t as a sender writes it, of the kind that names a process."""
    return Ptr(struct.pack("=iii4xiIi", sig, 0, code, pid, uid, value).ljust(128, b"\0"))


class Scene:
    def __init__(self, case, actor):
        self.case = case
        self.processes = {}
        self.directory = tempfile.mkdtemp(prefix="sigfate-real-")  # core files go here
        os.chmod(self.directory, 0o777)
        self.stage = wire.start(actor, "stage", cwd=self.directory)
        self.processes["stage"] = self.stage

    # ---- building ------------------------------------------------------------------------

    def build(self):
        case = self.case
        for node in case["nodes"]:
            self._spawn(node)
        for node in case["nodes"]:
            process = self.processes[node["name"]]
            if not node.get("early"):
                self._become(process, node)
            for sig, action in node.get("actions", {}).items():
                process.leader.must("sigaction", int(sig), *self._action(action))
            if node.get("mask"):
                process.leader.must("rt_sigprocmask", SIG_SETMASK, sigset(node["mask"]), 0, 8)
        target = self.target
        self._threads(target, case)
        for process in self.processes.values():
            self.settle(process)
        if case.get("stopped"):
            self.stage.leader.must("kill", target.pid, SIGSTOP)
            self.settle(target)
            target.stopped = True
        for sig, thread in case.get("pending", []):
            if thread is None:
                self.stage.leader.call("kill", target.pid, sig)
            else:
                self.stage.leader.call("tgkill", target.pid, target.threads[thread].tid, sig)
        if case.get("tracer"):
            self._trace(self.processes[case["tracer"]], target)
        self.settle_all()

    @property
    def target(self):
        return self.processes[self.case["target"]]

    @property
    def sender(self):
        return self.processes[self.case["sender"]]

    @property
    def target_thread(self):
        return self.target.threads[self.case.get("thread", 0)]

    @staticmethod
    def _action(action):
        kind, flags, blocked = action
        return {"default": 0, "ignore": 1, "handler": 2}[kind], flags, mask(blocked)

    def _spawn(self, node):
        parent = self.processes[node["parent"]]
        if node.get("into"):
            parent.join_pidns(self.processes[node["into"]])
        flags = wire.CLONE_NEWPID if node.get("newpid") else 0
        flags |= wire.CLONE_NEWUSER if node.get("newuser") else 0
        child = parent.spawn(node["name"], flags)
        self.processes[node["name"]] = child
        child.userns = parent.userns + 1 if node.get("newuser") else parent.userns
        if node.get("into"):
            parent.join_pidns(parent)
        if node.get("map"):
            self._map(parent, child, node["map"])
        if node.get("root"):
            child.leader.must("setresgid", 0, 0, 0)
            child.leader.must("setresuid", 0, 0, 0)
            child.leader.must("prctl", PR_SET_DUMPABLE, 1)
        if node.get("session"):
            child.leader.must("setsid")
        elif node.get("group"):
            child.leader.must("setpgid", 0, 0)
        if node.get("early"):
            self._become(child, node)

    @staticmethod
    def _map(parent, child, line):
        """Map the ids of the child's user namespace; only its parent namespace may do that."""
        for name in ("uid_map", "gid_map"):
            path = f"/proc/{child.pid}/{name}"
            if parent.userns == 0:
                with open(path, "w", encoding="ascii") as file:
                    file.write(" ".join(map(str, line)))
                continue
            text = " ".join(map(str, line)).encode()
            fd = parent.leader.must("openat", AT_FDCWD, Ptr(path.encode() + b"\0"), O_WRONLY)
            parent.leader.must("write", fd, Ptr(text), len(text))
            parent.leader.must("close", fd)

    @staticmethod
    def _become(process, node):
        """Take the ids and capabilities that the case gives the process."""
        leader = process.leader
        caps = node.get("caps")
        if node.get("core") is not None:
            limit = node["core"] if observe.core_dumps_are_files() else 1  # no dumps for others
            pair = struct.pack("=qq", limit, limit)
            leader.must("prlimit64", 0, RLIMIT_CORE, Ptr(pair), 0)
        if caps == "kill":
            leader.must("prctl", PR_SET_KEEPCAPS, 1)
        if node.get("uid"):
            leader.must("setresuid", *node["uid"])
        if node.get("uid") and node.get("dumpable"):
            leader.must("prctl", PR_SET_DUMPABLE, 1)
        if caps:
            keep = 1 << CAP_KILL if caps == "kill" else 0
            sets = struct.pack("=IIIIII", keep, keep, 0, 0, 0, 0)
            leader.must("capset", Ptr(struct.pack("=II", CAPABILITY_VERSION_3, 0)), Ptr(sets))

    def _threads(self, target, case):
        """The threads of the target, their masks and what they sleep in."""
        for _ in case["threads"][1:]:
            target.add_thread()
        for sig, action in case["actions"].items():
            target.leader.must("sigaction", int(sig), *self._action(action))
        if case.get("limit") is not None:
            pair = struct.pack("=QQ", case["limit"], case["limit"])
            target.leader.must("prlimit64", 0, RLIMIT_SIGPENDING, Ptr(pair), 0)
        for thread, spec in zip(target.threads, case["threads"]):
            thread.must("rt_sigprocmask", SIG_SETMASK, sigset(spec["mask"]), 0, 8)
        for thread, spec in zip(target.threads, case["threads"]):
            if spec.get("wait"):
                self._sleep(thread, *spec["wait"])
        if case.get("leader_exits"):
            target.leader.post("exit", 0)
            target.leader.exited = True
            target.poll(lambda: target.states()[target.pid] == "Z", "the leader exits")

    @staticmethod
    def _trace(tracer, target):
        for thread in target.threads:
            status = wire.task_status(target.pid, thread.tid)
            tid = int(status["NSpid"].split()[len(tracer.pidns) - 1])
            tracer.leader.must("ptrace", PTRACE_SEIZE, tid, 0, 0)
            target.tracees[thread.tid] = tid
        target.tracer = tracer

    @staticmethod
    def _sleep(thread, kind, signals):
        if kind == "sigtimedwait":
            thread.sleep_in(kind, "rt_sigtimedwait", sigset(signals), Ptr(bytes(128)), 0, 8)
        elif kind == "sigsuspend":
            thread.sleep_in(kind, "rt_sigsuspend", sigset(signals), 8)
        else:
            flags = os.O_NONBLOCK if kind == "signalfd-poll" else 0
            fd = thread.must("signalfd4", -1, sigset(signals), 8, flags)
            if kind == "signalfd":
                thread.sleep_in("read", "read", fd, Ptr(bytes(128)), 128)
            elif kind == "signalfd-poll":
                pollfd = Ptr(struct.pack("=ihh", fd, POLLIN, 0))
                thread.sleep_in("ppoll", "ppoll", pollfd, 1, 0, 0, 8)
                thread.signalfd = fd

    # ---- settling ------------------------------------------------------------------------

    def settle_all(self):
        self.settle(self.target)
        for process in self.processes.values():
            if process is not self.target:
                self.settle(process)

    def settle(self, process, sent=None):
        """Wait until the process has taken every signal it can take, or is dead.

        A thread that answers has done so; so has one that still sleeps in its call, as the sender
        woke whom it chose before its own call returned.  @sent is the request of a process that
        signals itself: its thread counts when that is answered."""
        pings = {}
        process.poll(lambda: self._settled(process, pings, sent), "settle")

    def _settled(self, process, pings, sent):
        self._reap()
        if process.dead():
            for thread in process.threads:
                thread.pump()
            return process.status or not self._reaper(process)
        state = process.states()
        still = True
        stopped = [t for t in process.threads if state[t.tid] == "T"]
        for thread in process.threads:
            if thread.exited or state[thread.tid] in "Tt":
                thread.pump()
                continue
            if stopped:
                still = False
            elif sent and thread is sent[0] and sent[1] not in thread.replies:
                thread.pump()
                still = False
            elif thread.waiting:
                if thread.awake():
                    self._woken(thread)
                    still = False
                elif not thread.asleep():
                    still = False
            elif thread not in pings:
                pings[thread] = thread.post("gettid")
                still = False
            elif thread.take(pings[thread]) is None and pings[thread] is not True:
                still = False
            else:
                pings[thread] = True
        return still

    def _woken(self, thread):
        """The call that the thread slept in has returned: note what it took."""
        ident, name = thread.waiting
        thread.waiting = None
        reply = thread.replies.pop(ident)
        if name == "sigtimedwait" and reply.result > 0:
            reply.signo = reply.result
        elif name == "read" and reply.result == 128:
            reply.signo = struct.unpack_from("=I", reply.data)[0]
        elif name == "ppoll" and reply.result == 1:
            read = thread.request("read", thread.signalfd, Ptr(bytes(128)), 128)
            reply.signo = struct.unpack_from("=I", read.data)[0] if read.result == 128 else 0
        else:
            return
        thread.events.append(reply)

    def _reaper(self, process):
        """The thread that can reap the process, or None."""
        parent = process.parent
        if not parent or parent is self.target or parent.dead():
            return None
        if parent.states()[parent.pid] == "T":
            return None
        return next((t for t in parent.threads if not t.exited and not t.waiting), None)

    def _reap(self):
        """Let parents reap their dead children: the end of a namespace waits for those outside."""
        if self.stage.dead() and not self.stage.status:
            info = os.waitid(os.P_PIDFD, self.stage.pidfd, os.WEXITED | os.WNOWAIT)
            self.stage.status = (info.si_code, info.si_status)
        for process in self.processes.values():
            self._let_go(process)
            thread = self._reaper(process)
            if process.status or not thread or not process.dead():
                continue
            try:
                reply = thread.request("waitid", P_PID, process.inner_pid, Ptr(bytes(128)),
                                       WEXITED | WNOHANG, 0)
            except Gone:
                continue
            info = struct.unpack_from("=iii4xiIi", reply.data)
            if reply.result < 0:
                process.status = None, None
            elif info[2]:  # else it is not to be waited for yet
                process.status = info[2], info[5]

    @staticmethod
    def _let_go(process):
        """What is traced is not dead for its process or its parent before the tracer knows."""
        for tid, number in list(process.tracees.items()):
            stat = wire.task_stat(process.pid, tid)
            if (stat and stat[0] != "Z") or process.tracer.dead():
                continue
            if tid == process.pid and process.tracer is process.parent:
                continue
            reply = process.tracer.channel.request("waitid", P_PID, number, Ptr(bytes(128)),
                                                   WEXITED | WNOHANG | WALL, 0)
            if reply.result < 0 or struct.unpack_from("=iii", reply.data)[2]:
                del process.tracees[tid]

    # ---- sending -------------------------------------------------------------------------

    def request(self):
        """The call that the case makes, with numbers as the sender sees them; None: no number."""
        case, sender, target = self.case, self.sender, self.target
        sig, by = case["signal"], case["by"]
        if by == "pidfd":
            return "pidfd_send_signal", Fd(target.pidfd), sig, 0, 0
        number = target.number_in(sender)
        if number is None:
            return None
        status = wire.task_status(target.pid, self.target_thread.tid)
        tid = int(status["NSpid"].split()[len(sender.pidns) - 1])
        if by == "tgkill":
            return "tgkill", number, tid, sig
        if by == "sigqueue":
            return ("rt_sigqueueinfo", tid, sig,
                    siginfo(sig, SI_QUEUE, sender.nspid[-1], 0, 5))
        return "kill", tid, sig

    def group_request(self):
        """The call of a case with many targets: to the sender's own group, another's, or all."""
        number = {"own": 0, "all": -1}.get(self.form)
        if number is None:
            number = -self.pgid(self.target, len(self.sender.pidns) - 1)
        return "kill", number, self.case["signal"]

    @property
    def form(self):
        """The form of the call: a group without a number for the sender is no target."""
        form = self.case["form"]
        if form == "group" and self.pgid(self.target, len(self.sender.pidns) - 1) <= 1:
            return "own"
        return form

    def group_as_we_see_it(self):
        number = {"own": 0, "all": -1}.get(self.form)
        return -self.pgid(self.target, 0) if number is None else number

    @staticmethod
    def pgid(process, level):
        """The number of the process's group at this level of namespaces."""
        return int(wire.task_status(process.pid, process.pid)["NSpgid"].split()[level])

    def send(self, request):
        """Make the call; gives the errno, 0, or None when the sender did not live to tell."""
        thread = self.sender.channel
        ident = thread.post(*request)
        self.settle(self.sender, (thread, ident))
        reply = thread.take(ident)
        return None if reply is None else -min(reply.result, 0)

    def dead(self):
        return {process.pid for process in self.processes.values() if process.dead()}

    # ---- the end -------------------------------------------------------------------------

    def end(self):
        """End every actor, in whatever state it is, and reap them all: orphans come to us."""
        living = [p.pidfd for p in self.processes.values() if p.pidfd is not None]
        for pidfd in living:
            try:
                signal.pidfd_send_signal(pidfd, SIGKILL)
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + wire.PATIENCE
        while host.Remains.children() or living:
            ended = select.select(living, [], [], 0.001)[0]
            living = [pidfd for pidfd in living if pidfd not in ended]
            if time.monotonic() > deadline:
                raise TimeoutError(f"left behind: {host.Remains.children()}")
        self.stage.popen.wait()
        for process in self.processes.values():
            process.close()
        shutil.rmtree(self.directory)
