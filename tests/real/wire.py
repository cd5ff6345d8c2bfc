# SPDX-License-Identifier: GPL-2.0-or-later
"""The test's end of the actors: one channel a thread, requests and replies as actor.c has them."""

import array
import os
import select
import socket
import struct
import subprocess
import time

REQUEST = struct.Struct("=q24s6qII8x256s")
REPLY = struct.Struct("=qqqiiiiii256s")
CREDENTIALS = struct.Struct("=iII")

CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
SIGCHLD = 17
PF_EXITING = 0x4
PATIENCE = 20.0  # seconds until a wait is given up as a failure


class Gone(Exception):
    """The actor ended before it answered."""


class Fd:
    """An argument that is a descriptor of ours."""

    def __init__(self, fd):
        self.fd = fd


class Ptr:
    """An argument that points to these bytes."""

    def __init__(self, data):
        self.data = data


class Reply:
    def __init__(self, raw, pid):
        (self.id, self.result, self.value, kind, self.tid, self.signo, self.code, self.pid,
         self.uid, self.data) = REPLY.unpack(raw)
        self.kind = chr(kind)
        self.outer_pid = pid  # of who sent it, as we see it


def task_stat(pid, tid):
    """The fields of /proc/PID/task/TID/stat after the name, or None."""
    try:
        with open(f"/proc/{pid}/task/{tid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].decode().split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def task_status(pid, tid):
    """/proc/PID/task/TID/status as a dict, or None."""
    try:
        with open(f"/proc/{pid}/task/{tid}/status", "rb") as file:
            text = file.read().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


class Thread:
    """A thread of an actor, driven through its own channel."""

    def __init__(self, process, sock):
        self.process = process
        self.sock = sock
        self.tid = None  # as we see it
        self.waiting = None  # the request that it sleeps in: (id, name)
        self.exited = False
        self.events = []  # handlers that ran: Reply
        self.replies = {}
        self.next_id = 1
        self.eof = False

    def post(self, op, *args):
        data, numbers, pointers, fds, passed = b"", [], 0, 0, []
        for i, arg in enumerate(args):
            if isinstance(arg, Ptr):
                pointers |= 1 << i
                numbers.append(len(data))
                data += arg.data + bytes(-len(arg.data) % 16)
            elif isinstance(arg, Fd):
                fds |= 1 << i
                numbers.append(len(passed))
                passed.append(arg.fd)
            else:  # a mask may use the highest bit
                numbers.append(arg - (1 << 64) if arg >> 63 == 1 else arg)
        numbers += [0] * (6 - len(numbers))
        ident, self.next_id = self.next_id, self.next_id + 1
        raw = REQUEST.pack(ident, op.encode(), *numbers, pointers, fds, data)
        control = []
        if passed:
            control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", passed).tobytes())]
        try:
            self.sock.sendmsg([raw], control)
        except (BrokenPipeError, ConnectionResetError):
            self.eof = True
        return ident

    def pump(self):
        """Take what has come, without waiting."""
        while not self.eof:
            try:
                raw, control, _, _ = self.sock.recvmsg(
                    REPLY.size, socket.CMSG_SPACE(CREDENTIALS.size), socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except ConnectionResetError:
                raw = b""
            if not raw:
                self.eof = True
                return
            pid = 0
            for level, kind, body in control:
                if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                    pid = CREDENTIALS.unpack(body[:CREDENTIALS.size])[0]
            reply = Reply(raw, pid)
            if reply.kind == "H":
                self.events.append(reply)
            else:
                self.replies[reply.id] = reply

    def take(self, ident):
        self.pump()
        return self.replies.pop(ident, None)

    def wait(self, ident):
        deadline = time.monotonic() + PATIENCE
        while True:
            reply = self.take(ident)
            if reply:
                return reply
            if self.eof or self.process.dead():
                self.pump()
                reply = self.replies.pop(ident, None)
                if reply:
                    return reply
                raise Gone(f"{self.process.name} ended")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.process.name} does not answer")
            fds = [self.sock]
            if self.process.pidfd is not None:
                fds.append(self.process.pidfd)
            select.select(fds, [], [], 1)

    def request(self, op, *args):
        return self.wait(self.post(op, *args))

    def call(self, op, *args):
        return self.request(op, *args).result

    def must(self, op, *args):
        reply = self.request(op, *args)
        if reply.result < 0:
            raise OSError(-reply.result, os.strerror(-reply.result), f"{self.process.name}: {op}")
        return reply.result

    def sleep_in(self, name, op, *args):
        """Make a call that does not return, and see that the thread sleeps in it."""
        self.waiting = (self.post(op, *args), name)
        self.process.poll(lambda: self.asleep() or self.awake(), f"sleep in {name}")

    def asleep(self):
        """Sleeps in the call of sleep_in(); an init that dies in it sleeps too, for a while."""
        stat = task_stat(self.process.pid, self.tid)
        if not stat or stat[0] != "S" or int(stat[6]) & PF_EXITING:
            return False
        try:
            with open(f"/proc/{self.process.pid}/task/{self.tid}/syscall", "rb") as file:
                number = file.read().split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return number != b"running" and number == self.process.sleeps[self.waiting[1]]

    def awake(self):
        """The call of sleep_in() has returned: its reply is there."""
        self.pump()
        return self.waiting and self.waiting[0] in self.replies


class Process:
    """An actor: its threads, the first is the leader."""

    # the numbers of the calls to sleep in, as /proc/PID/syscall shows them
    sleeps = {
        "x86_64": {"sigtimedwait": b"128", "read": b"0", "sigsuspend": b"130", "ppoll": b"271"},
        "aarch64": {"sigtimedwait": b"137", "read": b"63", "sigsuspend": b"133", "ppoll": b"73"},
    }.get(os.uname().machine)

    def __init__(self, name, parent):
        self.name = name
        self.parent = parent
        self.pid = None
        self.pidfd = None
        self.nspid = []  # our numbers, from the test's PID namespace down to our own
        self.pidns = self.pidns_for_children = ("test",)  # those namespaces
        self.userns = 0  # how deep its user namespace is
        self.inner_pid = None  # as its parent saw it
        self.status = None  # how it ended: (code, status) of waitid
        self.stopped = False
        self.tracer, self.tracees = None, {}  # who that is; our threads by its numbers
        self.threads = []

    @property
    def leader(self):
        return self.threads[0]

    @property
    def channel(self):
        """A thread that answers."""
        return next(t for t in self.threads if not t.exited and not t.waiting)

    def dead(self):
        if self.pidfd is None:
            return False
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def attach(self, sock):
        """Meet the new process at the other end."""
        thread = Thread(self, sock)
        self.threads.append(thread)
        up = thread.wait(0)
        self.pid = thread.tid = up.outer_pid
        self.pidfd = os.pidfd_open(self.pid)
        self.nspid = [int(n) for n in task_status(self.pid, self.pid)["NSpid"].split()]

    def spawn(self, name, flags=0):
        ours, theirs = channel_pair()
        child = Process(name, self)
        with theirs:
            fd = Fd(theirs.fileno())
            child.inner_pid = self.channel.must("spawn", flags | SIGCHLD, fd)
        chain = self.pidns_for_children
        if flags & CLONE_NEWPID:
            chain = chain + (object(),)
        child.pidns = child.pidns_for_children = chain
        child.attach(ours)
        return child

    def join_pidns(self, other):
        """Let our children be born in `other`'s PID namespace."""
        fd = os.open(f"/proc/{other.pid}/ns/pid", os.O_RDONLY)
        self.channel.must("setns", Fd(fd), CLONE_NEWPID)
        os.close(fd)
        self.pidns_for_children = other.pidns

    def add_thread(self):
        ours, theirs = channel_pair()
        before = set(os.listdir(f"/proc/{self.pid}/task"))
        thread = Thread(self, ours)
        with theirs:
            self.leader.must("thread", Fd(theirs.fileno()))
        self.threads.append(thread)
        thread.wait(0)
        thread.tid = int((set(os.listdir(f"/proc/{self.pid}/task")) - before).pop())
        return thread

    def poll(self, fact, what):
        """Wait until fact() holds, looking again and again for a bounded time."""
        deadline = time.monotonic() + PATIENCE
        while True:
            value = fact()
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: {what}")
            select.select([t.sock for t in self.threads if not t.eof], [], [], 0.001)

    def states(self):
        """The state letter of every thread that there is."""
        found = {}
        for thread in self.threads:
            stat = task_stat(self.pid, thread.tid)
            found[thread.tid] = stat[0] if stat else "X"
        return found

    def number_in(self, other):
        """Our number as `other` sees it, or None."""
        level = len(other.pidns)
        if self.pidns[:level] != other.pidns:
            return None
        return self.nspid[level - 1]

    def close(self):
        for thread in self.threads:
            thread.sock.close()
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None


def channel_pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return ours, theirs


def start(program, name, **popen):
    """Start the first actor of a tree, a child of ours and the leader of a session of its own."""
    ours, theirs = channel_pair()
    process = Process(name, None)
    with theirs:
        process.popen = subprocess.Popen(
            [program, str(theirs.fileno())], pass_fds=[theirs.fileno()], start_new_session=True,
            stdin=subprocess.DEVNULL, **popen)
    process.attach(ours)
    return process
