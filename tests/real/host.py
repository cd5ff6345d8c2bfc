# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests need of the machine they run on: sigfate, TAP, tracefs, and an end check."""

import contextlib
import ctypes
import fcntl
import functools
import json
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import wire

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
MNT_DETACH = 2
PR_SET_CHILD_SUBREAPER = 36
PF_EXITING = 0x4
PIDFD_INFO = struct.Struct("=QQ11Ii")
PIDFD_INFO_EXIT = 1 << 3
PIDFD_GET_INFO = 3 << 30 | PIDFD_INFO.size << 16 | 0xFF << 8 | 11
INITIAL_PIDNS = 0xEFFFFFFC

libc = ctypes.CDLL(None, use_errno=True)


class Tap:
    """The results, in the Test Anything Protocol."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, problem=""):
        self.count += 1
        self.failed += not good
        name = name.replace("#", "\\#").replace("\n", " ")
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good:
            self.note(problem)
        sys.stdout.flush()
        return good

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)

    def note(self, text):
        for line in str(text).splitlines():
            print(f"# {line}")
        sys.stdout.flush()

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0


def required(what):
    return what in re.split(r"[,\s]+", os.environ.get("SIGFATE_REQUIRE", ""))


def skip_all(what, reason, tap):
    """`what` cannot be had here: a skip, or a failure where it is required."""
    if required(what):
        print(f"Bail out! {what} is required: {reason}", flush=True)
        sys.exit(1)
    print(f"1..0 # SKIP {reason}", flush=True)
    sys.exit(0 if tap else 77)


def program(variable, *guesses):
    """A program under test: named by the environment, or found in a build directory."""
    for path in (os.environ.get(variable), *guesses):
        if path and os.access(path, os.X_OK):
            return os.path.abspath(path)
    print(f"{variable} does not name a program", file=sys.stderr)
    sys.exit(1)


def sigfate():
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    return program("SIGFATE", os.path.join(top, "build", "sigfate"),
                   os.path.join(top, "build", "src", "sigfate"))


def fixture(name):
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    return program(f"SIGFATE_{name.upper()}", os.path.join(top, "build", "tests", "real", name))


class Explained:
    """What sigfate explain says, and how it was asked."""

    def __init__(self, command, code, document, stderr):
        self.command = command
        self.code = code
        self.document = document
        self.stderr = stderr

    def verdict(self, pid):
        for verdict in self.document.get("verdicts", []):
            if verdict["pid"] == pid:
                return verdict
        return None


def explain(sender, by, sig, *targets):
    command = [sigfate(), "explain", "--json", "--from", str(sender), "--by", by, str(sig)]
    if any(str(target).startswith("-") for target in targets):
        command.append("--")
    command += map(str, targets)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    document = None
    if done.stdout.strip():
        document = json.loads(done.stdout)
    return Explained(" ".join(command), done.returncode, document,
                     done.stderr.decode(errors="replace").strip())


def can_make_namespaces():
    """None, or why not."""
    if os.geteuid() != 0:
        return "needs root"
    pid = os.fork()
    if pid == 0:
        os._exit(0 if libc.unshare(CLONE_NEWPID) == 0 else 1)
    if os.waitpid(pid, 0)[1] != 0:
        return "cannot make a PID namespace"
    return None


def private_mounts():
    """Mount from now on for ourselves and our children only."""
    if libc.unshare(CLONE_NEWNS) < 0 or libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) < 0:
        raise OSError(ctypes.get_errno(), "cannot make a mount namespace")


@contextlib.contextmanager
def children_in_new_pidns():
    """The next child of ours is PID 1 of a new PID namespace."""
    if libc.unshare(CLONE_NEWPID) < 0:
        raise OSError(ctypes.get_errno(), "cannot make a PID namespace")
    try:
        yield
    finally:
        fd = os.open("/proc/self/ns/pid", os.O_RDONLY)
        libc.setns(fd, CLONE_NEWPID)
        os.close(fd)


@contextlib.contextmanager
def directory():
    """A directory for temporary files that everybody may enter."""
    with tempfile.TemporaryDirectory(prefix="sigfate-real-") as where:
        os.chmod(where, 0o755)
        yield where


@contextlib.contextmanager
def hidden(*paths):
    """Our own empty file systems at these places, seen by nobody but us and our children."""
    made, mounted = [], []
    try:
        for path in paths:
            if not os.path.isdir(path):
                os.mkdir(path)
                made.append(path)
            if libc.mount(b"tmpfs", path.encode(), b"tmpfs", 0, None) < 0:
                raise OSError(ctypes.get_errno(), f"cannot mount on {path}")
            mounted.append(path)
        yield
    finally:
        for path in reversed(mounted):
            unmount_below(path)
        for path in made:
            os.rmdir(path)


def unmount_below(where):
    """Unmount everything at and below a directory."""
    for path in sorted(Remains.mount_points(), reverse=True):
        if path == where or path.startswith(where + "/"):
            libc.umount2(path.encode(), MNT_DETACH)


def remove_cgroups(name):
    """Remove the empty cgroups of this name in every hierarchy."""
    for top, _, _ in os.walk("/sys/fs/cgroup", topdown=False):
        if name in top:
            with contextlib.suppress(OSError):
                os.rmdir(top)


class Trace:
    """A private tracefs instance that shows the result of every signal that is generated."""

    EVENTS = ("signal_generate", "signal_deliver")
    GENERATE = re.compile(rb"-(\d+) +\[.*signal_generate: sig=(\d+) errno=-?\d+ code=-?\d+ "
                          rb"comm=.* pid=(\d+) grp=\d res=(\d)$")
    DELIVER = re.compile(rb"-(\d+) +\[.*signal_deliver: sig=(\d+) errno=-?\d+ code=-?\d+ "
                         rb"sa_handler=([0-9a-f]+) ")

    def __init__(self, deliver=False):
        self.why_not = None
        self.where = self.instance = self.pipe = None
        if os.stat("/proc/self/ns/pid").st_ino != INITIAL_PIDNS:
            self.why_not = "not in the initial PID namespace"
            return
        where = tempfile.mkdtemp(prefix="sigfate-tracefs-")
        if libc.mount(b"tracefs", where.encode(), b"tracefs", 0, None) < 0:
            self.why_not = os.strerror(ctypes.get_errno())
            os.rmdir(where)
            return
        self.where = where
        try:
            instance = f"{where}/instances/sigfate-real-{os.getpid()}"
            os.mkdir(instance)
            self.instance = instance
            self.pipe = os.open(f"{instance}/trace_pipe", os.O_RDONLY | os.O_NONBLOCK)
            self.enabled = self.EVENTS[:2 if deliver else 1]
            for event in self.enabled:
                self._write(f"events/signal/{event}/enable", "1")
        except OSError as error:
            self.close()
            self.why_not = str(error)

    def _write(self, name, text):
        with open(f"{self.instance}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def _read(self):
        """What came since the last time, without waiting; clearing the buffer would be slow."""
        text = b""
        while True:
            try:
                more = os.read(self.pipe, 65536)
            except BlockingIOError:
                return text
            if not more:
                return text
            text += more

    def clear(self):
        if self.instance:
            self._read()

    def events(self, sender, sig, tids):
        """What became of the signal that `sender` sent to one of `tids`, since clear().

        Without @sender, that anybody sent."""
        found = {"result": None, "delivered": 0, "handlers": 0}
        if not self.instance:
            return found
        for line in self._read().splitlines():
            match = self.GENERATE.search(line)
            if match:
                who, what, whom, result = map(int, match.groups())
                if who == (sender or who) and what == sig and whom in tids and found["result"] is None:
                    found["result"] = result
                continue
            match = self.DELIVER.search(line)
            if match and int(match[2]) == sig and int(match[1]) in tids:
                found["delivered"] += 1
                found["handlers"] += int(match[3], 16) > 1
        return found

    def result(self, sender, sig, tids):
        """The generate result of what `sender` sent to a thread of `tids`, None when not known."""
        return self.events(sender, sig, tids)["result"]

    def results(self, sender, sig):
        """The generate results of one call to many, by the target."""
        found = {}
        for line in self._read().splitlines() if self.instance else []:
            match = self.GENERATE.search(line)
            if match and int(match[1]) == sender and int(match[2]) == sig:
                found[int(match[3])] = int(match[4])
        return found

    def close(self):
        if self.instance:
            try:
                for event in self.enabled:
                    self._write(f"events/signal/{event}/enable", "0")
            finally:
                if self.pipe is not None:
                    os.close(self.pipe)
                os.rmdir(self.instance)
                self.instance = None
        if self.where:
            libc.umount2(self.where.encode(), MNT_DETACH)
            os.rmdir(self.where)
            self.where = None


def exit_info(pidfd):
    """The wait status of a process that has been reaped, or None (and before kernel 6.15)."""
    info = bytearray(PIDFD_INFO.pack(PIDFD_INFO_EXIT, *[0] * 13))
    try:
        fcntl.ioctl(pidfd, PIDFD_GET_INFO, info)
    except OSError:
        return None
    values = PIDFD_INFO.unpack(info)
    return values[-1] if values[0] & PIDFD_INFO_EXIT else None


@functools.cache
def exit_info_is_there():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    pidfd = os.pidfd_open(pid)
    os.waitpid(pid, 0)
    status = exit_info(pidfd)
    os.close(pidfd)
    return status is not None


def exit_status(pidfd):
    """The wait status of a process that somebody else reaps; None when this kernel does not tell."""
    deadline = time.monotonic() + wire.PATIENCE
    while exit_info_is_there() and time.monotonic() < deadline:
        status = exit_info(pidfd)
        if status is not None:
            return status
        select.select([], [], [], 0.002)
    return None


def idle(pid):
    """Every thread sleeps, is stopped or is dead: none has a signal to take.

    Who sends a signal wakes whom it chose before its call returns; so after a call nobody that is
    asleep has yet to take it."""
    try:
        tids = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return True
    for tid in tids:
        stat = wire.task_stat(pid, tid)
        if stat and stat[0] != "Z" and (stat[0] not in "STt" or int(stat[6]) & PF_EXITING):
            return False
    return True


def fates(before, after, sig, seen, died):
    """The fates that fit a program that cannot tell what it did with a signal that was sent to it.

    @before and @after are its status (None: it has ended), @seen what was traced, @died whether it
    died of that signal (None: not known)."""

    def has(status, field):
        return bool(int(status[field], 16) >> (sig - 1) & 1)

    if seen["handlers"]:
        return {"handled"}
    if died:
        return {"killed"}
    if not after and died is None:
        return {"killed", "handled"}
    if not after:  # took the signal by itself, and ended
        return {"handled"}
    if after["State"][0] == "T" and before["State"][0] != "T":
        return {"stopped"}
    if has(after, "ShdPnd"):
        return {"pending"}
    if seen["result"] is None:
        taken = has(before, "SigCgt") or has(before, "SigBlk")
        return {"handled"} if taken else {"ignored", "dropped"}
    if seen["result"] == 1:
        return {"ignored"}
    # queued, and gone: delivered to nobody's handler, or taken by a call that waits for signals
    return {"dropped" if seen["delivered"] else "handled"}


class Remains:
    """The end check: what there was before is what there is after."""

    def __init__(self):
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.mounts = self.mount_points()
        self.cgroups = self._cgroups()

    @staticmethod
    def mount_points():
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            return {line.split()[4] for line in file}

    @staticmethod
    def _cgroups():
        found = set()
        for where, _, _ in os.walk("/sys/fs/cgroup"):
            if "sigfate" in where:
                found.add(where)
        return found

    @staticmethod
    def children():
        """Our children that live; the dead ones are reaped on the way."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return []
            if pid == 0:
                break
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]

    @staticmethod
    def end_children():
        """Kill what is ours and still lives; new orphans become ours while we do so."""
        deadline = time.monotonic() + 20
        while pids := Remains.children():
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if time.monotonic() > deadline:
                break
            select.select([], [], [], 0.005)

    def problems(self):
        """What was left behind, as lines of text; nothing is good."""
        found = []
        for pid in self.children():
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    found.append(f"process {pid}: {file.read()!r}")
            except FileNotFoundError:
                pass
        found += [f"mount {where}" for where in sorted(self.mount_points() - self.mounts)]
        found += [f"cgroup {where}" for where in sorted(self._cgroups() - self.cgroups)]
        return found


def remove_tree(path):
    shutil.rmtree(path, ignore_errors=True)


def end_on_sigterm():
    """Let a time-out of the test runner end us like an error: with everything put away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
