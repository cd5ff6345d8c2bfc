# SPDX-License-Identifier: GPL-2.0-or-later
"""An init and what it starts, to be looked at and sent signals: nothing waits without a bound."""

import contextlib
import os
import re
import select
import shlex
import signal
import subprocess
import tempfile
import time

PATIENCE = 20  # seconds for what must come
NSIG = 64
CATCHABLE = [sig for sig in range(1, NSIG + 1) if sig not in (signal.SIGKILL, signal.SIGSTOP)]
HERE = os.path.dirname(os.path.abspath(__file__))


def fixture(name):
    """A program of these tests: where the build has put it, or beside this file."""
    return os.path.join(os.environ.get("SIGFATE_FIXTURES", HERE), name)


def bit(sig):
    return 1 << (sig - 1)


def signame(sig):
    try:
        return signal.Signals(sig).name
    except ValueError:
        return f"SIG{sig}" if sig < 34 else f"SIGRTMIN+{sig - 34}"


class Lines:
    """What comes through a descriptor, line by line."""

    def __init__(self, fd, speaker=None):
        self.fd = fd
        self.speaker = speaker  # a pidfd: once it has ended and all is read, nothing more comes
        self.rest = b""
        self.ended = False
        self.all = []

    def next(self, seconds=PATIENCE):
        """The next line; None when there is none in that time, or no more at all."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self.rest and not self.ended:
            fds = [self.fd] + ([self.speaker] if self.speaker is not None else [])
            ready, _, _ = select.select(fds, [], [], max(0, deadline - time.monotonic()))
            if self.fd not in ready and not select.select([self.fd], [], [], 0)[0]:
                return None
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # a terminal that has hung up
                data = b""
            self.rest += data
            self.ended = not data
        if b"\n" not in self.rest:
            return None
        line, _, self.rest = self.rest.partition(b"\n")
        self.all.append(line.decode(errors="replace").strip())
        return self.all[-1]

    def find(self, pattern, seconds=PATIENCE):
        """The match of the next line that matches, or None."""
        deadline = time.monotonic() + seconds
        while (line := self.next(max(0, deadline - time.monotonic()))) is not None:
            if match := re.search(pattern, line):
                return match
        return None


class Run:
    """A command under an init: `init` is the init and its options."""

    def __init__(self, init, command, *options, env=None, separator=("--",), fds=(), stderr=None,
                 user=None):
        self.where = tempfile.mkdtemp(prefix="sigfate-init-")
        os.chmod(self.where, 0o755)
        fifo = f"{self.where}/out"
        os.mkfifo(fifo)
        os.chmod(fifo, 0o666)
        out = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        # With a writer of our own it does not end before the actor has opened it.
        self.writer = os.open(fifo, os.O_WRONLY)
        self.out = Lines(out)
        to_us, theirs = os.pipe()
        self.stage_says = Lines(to_us)
        self.stderr_file = open(f"{self.where}/stderr", "w+b")
        self.given = None
        self.status = self.left = self.pidfd = None
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("SIGFATE_INIT_")}
        environment.update({"ACTOR_OUT": fifo, **(env or {})})
        self.stage = subprocess.Popen(
            [fixture("stage"), f"--to={theirs}", *options, *shlex.split(init), *separator,
             *command],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=self.stderr_file if stderr is None else stderr,
            pass_fds=(theirs, *fds), env=environment, user=user)
        os.close(theirs)
        match = self.stage_says.find(r"^pid (\d+)")
        self.pid = int(match[1]) if match else None
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                self.pidfd = self.out.speaker = os.pidfd_open(self.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.stage.stdin.close()
        self.stage.kill()
        self.stage.wait()
        if self.pidfd is not None:
            select.select([self.pidfd], [], [], PATIENCE)
            os.close(self.pidfd)
        for fd in (self.out.fd, self.writer, self.stage_says.fd):
            os.close(fd)
        self.stderr_file.close()
        for name in os.listdir(self.where):
            os.unlink(f"{self.where}/{name}")
        os.rmdir(self.where)

    def ready(self):
        """Wait for the actor; what it was given, as a dictionary of strings."""
        match = self.out.find("^given ")
        if match:
            words = match.string.split()[1:]
            self.given = dict(word.split("=", 1) for word in words if "=" in word)
        return self.given

    def say(self, text):
        with contextlib.suppress(BrokenPipeError):
            self.stage.stdin.write(text.encode() + b"\n")
            self.stage.stdin.flush()

    def send(self, sig):
        """From outside."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, sig)

    def gone(self, seconds=0.0):
        return self.pidfd is None or bool(select.select([self.pidfd], [], [], seconds)[0])

    def end(self, seconds=PATIENCE):
        """Wait for the end of the init: its wait status, None when it does not end."""
        if self.status is None and (match := self.stage_says.find(r"^status (\d+)", seconds)):
            self.status = int(match[1])
            left = self.stage_says.find(r"^left (\d+)")
            self.left = int(left[1]) if left else None
        return self.status

    def code(self, seconds=PATIENCE):
        """How it ended: an exit code, or minus a signal, or None."""
        status = self.end(seconds)
        return None if status is None else os.waitstatus_to_exitcode(status)

    def stderr(self):
        self.stderr_file.seek(0)
        return self.stderr_file.read().decode(errors="replace")

    def children(self):
        """The init's children, as they are numbered out here: {pid: state}."""
        found = {}
        try:
            with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as file:
                pids = file.read().split()
        except OSError:
            return found
        for pid in pids:
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:
                found[int(pid)] = file.read().rpartition(b")")[2].split()[0].decode()
        return found

    def wait_until(self, fact, seconds=PATIENCE):
        """Until fact() holds, or the init has ended, or time is up; whether it holds."""
        deadline = time.monotonic() + seconds
        while not (holds := fact()):
            if time.monotonic() > deadline or self.gone(0.002):
                return fact()
        return holds


def why_not():
    """None, or why nothing can be put on the stage here."""
    with Run("", ["true"], separator=()) as run:
        return None if run.code() == 0 else run.stderr().strip() or "the stage does not work"


@contextlib.contextmanager
def terminal():
    """A pseudo terminal: its master, and the path of its other side."""
    master, slave = os.openpty()
    path = os.ttyname(slave)
    os.close(slave)
    try:
        yield master, path
    finally:
        with contextlib.suppress(OSError):
            os.close(master)
