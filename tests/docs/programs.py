#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""programs.py: what programs of several kinds do at SIGTERM, as PID 1 of a namespace and otherwise.

tools/docs makes a table of docs/question.md from it.  Run as root it prints the rows.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWPID = 0x20000000
PR_SET_PDEATHSIG = 1
PATIENCE = 60  # for what must happen, in seconds
MOMENT = 3  # for what may still happen to a program that lives on

PYTHON = "import time; print('ready', flush=True); time.sleep(1 << 20)"
PYTHON_HANDLER = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("ready", flush=True)
while True: signal.pause()
"""
NODE = "setInterval(() => {}, 1 << 30); console.log('ready')"
NODE_HANDLER = "process.on('SIGTERM', () => process.exit(0)); " + NODE
JAVA = """
public class Main {
    public static void main(String[] args) throws Exception {
        System.out.println("ready");
        Thread.sleep(1L << 40);
    }
}
"""
GO = """
package main

import "time"

func main() {
	println("ready")
	time.Sleep(1 << 62)
}
"""
GO_HANDLER = """
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	println("ready")
	<-c
}
"""

# What the table calls it, the program that must be there, and the command.
PROGRAMS = [
    ("C, as it is", "sleep", ["sleep", "infinity"]),
    ("`sh -c` and a command it waits for", "sh",
     ["sh", "-c", "echo ready; while :; do sleep 1000; done"]),
    ("`sh` with `trap 'exit 0' TERM` and `wait`", "sh",
     ["sh", "-c", "trap 'exit 0' TERM; echo ready; sleep 1000 & wait"]),
    ("bash and a command it waits for", "bash",
     ["bash", "--norc", "-c", "echo ready; while :; do sleep 1000; done"]),
    ("Python, as it is", "python3", ["python3", "-c", PYTHON]),
    ("Python with `signal.signal()`", "python3", ["python3", "-c", PYTHON_HANDLER]),
    ("Node.js, as it is", "node", ["node", "-e", NODE]),
    ("Node.js with `process.on()`", "node", ["node", "-e", NODE_HANDLER]),
    ("Go, as it is", "go", ["./plain"]),
    ("Go with `signal.Notify()`", "go", ["./handler"]),
    ("Java (JVM), as it is", "java", ["java", "-Xshare:auto", "Main.java"]),
]


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="ascii") as file:
        file.write(text)


@contextlib.contextmanager
def workshop():
    """A directory with the programs that must be compiled."""
    with tempfile.TemporaryDirectory() as directory:
        write(directory, "Main.java", JAVA)
        if shutil.which("go"):
            for name, text in (("plain", GO), ("handler", GO_HANDLER)):
                write(directory, f"{name}.go", text)
                subprocess.run(["go", "build", "-o", name, f"{name}.go"], cwd=directory, check=True,
                               env=dict(os.environ, CGO_ENABLED="0", GOFLAGS="-mod=mod",
                                        GOCACHE=f"{directory}/cache", HOME=directory))
        yield directory


@contextlib.contextmanager
def children_in(new_namespace):
    """Where the processes are that are made meanwhile."""
    if not new_namespace:
        yield
        return
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        if LIBC.unshare(CLONE_NEWPID):
            raise OSError(ctypes.get_errno(), "unshare")
        yield
        LIBC.setns(own, CLONE_NEWPID)
    finally:
        os.close(own)


def ended(pidfd, seconds):
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(int(1000 * seconds)))


def catches_term(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        mask = next(line for line in file if line.startswith("SigCgt:")).split()[1]
    return bool(int(mask, 16) >> (signal.SIGTERM - 1) & 1)


def end_of(status):
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"exits with {os.WEXITSTATUS(status)}"


def dies(child, pidfd, as_pid_1, catches):
    """Whether it ends of the SIGTERM that was sent."""
    if not catches:  # thrown away before it was sent, or acted on
        return not as_pid_1 and ended(pidfd, PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if ended(pidfd, 0.01):
            return True
        if not catches_term(child.pid):  # it has set the default, to send it to itself once more
            return ended(pidfd, MOMENT)
    return False


def try_one(command, directory, as_pid_1):
    """(has it a handler, what becomes of it at SIGTERM); None when it cannot run here"""
    ready, out = os.pipe()
    with children_in(as_pid_1):
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                 start_new_session=True, cwd=directory,
                                 preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
    os.close(out)
    with open(ready, encoding="utf-8", errors="replace") as file:
        # A command that has nothing to say is ready when it runs.
        if command[0] != "sleep" and file.readline() != "ready\n":
            child.kill()
            child.wait()
            return None
        pidfd = os.pidfd_open(child.pid)
        catches = catches_term(child.pid)
        signal.pidfd_send_signal(pidfd, signal.SIGTERM)
        died = dies(child, pidfd, as_pid_1, catches)
        if not died:
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # what it has left behind
        _, status = os.waitpid(child.pid, 0)
        child.returncode = 0
    os.close(pidfd)
    return catches, end_of(status) if died else "lives on"


def rows():
    """(name, has it a handler, as PID 1, otherwise) of each program that is here."""
    with workshop() as directory:
        for name, needed, command in PROGRAMS:
            first = try_one(command, directory, True) if shutil.which(needed) else None
            if first:
                second = try_one(command, directory, False)
                yield name, "yes" if first[0] else "no", first[1], second[1]


if __name__ == "__main__":
    for row in rows():
        print(" | ".join(row))
    sys.exit(0)
