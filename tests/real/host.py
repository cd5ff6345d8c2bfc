# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests do to the machine they run on, and the check that they undo it."""

import contextlib
import ctypes
import errno
import os
import select
import signal
import sys
import tempfile
import time

from tap import skip_all

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x00020000, 0x10000000, 0x20000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
MNT_DETACH = 2
PR_SET_CHILD_SUBREAPER = 36

libc = ctypes.CDLL(None, use_errno=True)


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


def can_make_userns():
    """Not where the administrator allows none, and not in a chroot."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if libc.unshare(CLONE_NEWUSER) == 0 else 1)
    return os.waitpid(pid, 0)[1] == 0


def mount_points():
    with open("/proc/self/mountinfo", "rb") as file:
        return {os.fsdecode(line.split()[4].decode("unicode_escape").encode("latin-1"))
                for line in file}


def private_mounts():
    """Mount from now on for ourselves and our children only."""
    if libc.unshare(CLONE_NEWNS) < 0:
        raise OSError(ctypes.get_errno(), "cannot make a mount namespace")
    if libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) == 0:
        return
    if ctypes.get_errno() != errno.EINVAL:
        raise OSError(ctypes.get_errno(), "cannot make the mounts private")
    # In a chroot our root may be no mount; what is mounted below it is.
    for point in mount_points():
        libc.mount(None, os.fsencode(point), None, MS_PRIVATE, None)


def begin(speaks_tap):
    """What every test begins with that makes namespaces: or it is skipped."""
    why_not = can_make_namespaces()
    if why_not:
        skip_all("namespaces", why_not, speaks_tap)
    end_on_sigterm()
    private_mounts()


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
    for path in sorted(mount_points(), reverse=True):
        if path == where or path.startswith(where + "/"):
            libc.umount2(path.encode(), MNT_DETACH)


def remove_cgroups(name):
    """Remove the empty cgroups of this name in every hierarchy."""
    for top, _, _ in os.walk("/sys/fs/cgroup", topdown=False):
        if name in top:
            with contextlib.suppress(OSError):
                os.rmdir(top)


class Remains:
    """The end check: what there was before is what there is after."""

    def __init__(self):
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.mounts = mount_points()
        self.cgroups = self._cgroups()

    @staticmethod
    def _cgroups():
        found = set()
        for where, _, _ in os.walk("/sys/fs/cgroup"):
            if f"sigfate-docker-{os.getpid()}" in where:  # another's are another's business
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
        found += [f"mount {where}" for where in sorted(mount_points() - self.mounts)]
        found += [f"cgroup {where}" for where in sorted(self._cgroups() - self.cgroups)]
        return found

    def report(self, tap):
        problems = self.problems()
        tap.result(not problems, "nothing is left behind", "\n".join(problems))


def end_on_sigterm():
    """Let a time-out of the test runner end us like an error: with everything put away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
