#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The inits that people have in their containers, each as PID 1 of a fresh PID namespace: what
sigfate explain foretells for a signal is what the kernel does with it.

'handled' means that the kernel ran a handler of the program.  What the program makes of it (Python
ends, Node.js raises the signal again and lives) is another question.
"""

import argparse
import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import traceback

import ask
import host
import observe
import wire
from tap import Tap
from tracing import Trace

SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "TERM": 15, "CHLD": 17, "CONT": 18,
           "STOP": 19, "WINCH": 28}
FEW = ["TERM", "QUIT", "KILL"]

PYTHON_SLEEPER = "import time; print('ready', flush=True); time.sleep(1 << 20)"
PYTHON_HANDLER = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGUSR1, lambda *_: None)
print("ready", flush=True)
while True: signal.pause()
"""
PERL_HANDLER = "$| = 1; $SIG{TERM} = sub { exit 0 }; print qq(ready\\n); sleep"
NODE_HANDLER = """
process.on('SIGTERM', () => process.exit(0)); process.on('SIGWINCH', () => {});
setInterval(() => {}, 1 << 30); console.log('ready')
"""
JAVA = """
public class Main {
    public static void main(String[] args) throws Exception {
        System.out.println("ready");
        Thread.sleep(1L << 40);
    }
}
"""

# A shell is ready when its child says so and it sleeps itself, with the mask that it waits with.
LOOP = "while :; do sh -c 'echo ready; exec sleep 60'; done"
WAIT = "while :; do sh -c 'echo ready; exec sleep 60' & wait; done"

# A name, the command, and which signals: all, or a few of one that is slow to start.  A program
# that cannot say "ready" is ready when it sleeps.
RUNTIMES = [
    ("sh loop", ["sh", "-c", LOOP], None),
    ("sh exec", ["sh", "-c", "exec sleep infinity"], None),
    ("sh trap", ["sh", "-c", f"trap 'exit 0' TERM; trap '' HUP; {WAIT}"], None),
    ("bash", ["bash", "--norc", "-c", LOOP], None),
    ("bash trap", ["bash", "--norc", "-c", f"trap 'exit 0' TERM INT; trap '' USR1; {WAIT}"],
     None),
    ("sleep", ["sleep", "infinity"], None),
    ("python", [sys.executable, "-c", PYTHON_SLEEPER], None),
    ("python handler", [sys.executable, "-c", PYTHON_HANDLER], None),
    ("node", ["node", "-e", "setInterval(() => {}, 1 << 30); console.log('ready')"], None),
    ("node handler", ["node", "-e", NODE_HANDLER], None),
    ("tini", ["tini", "--", "sleep", "infinity"], None),
    ("dumb-init", ["dumb-init", "--", "sleep", "infinity"], None),
    ("catatonit", ["catatonit", "--", "sleep", "infinity"], None),
    ("busybox sh", ["busybox", "sh", "-c", LOOP], None),
    ("perl", ["perl", "-e", PERL_HANDLER], None),
    ("java", ["java", "-Xshare:auto", "Main.java"], FEW),
]


class Instance:
    """One of them, running as PID 1, with a sender outside and one inside."""

    def __init__(self, command, directory):
        self.stage = wire.start(ask.fixture("actor"), "outside", cwd=directory)
        try:
            self._start(command, directory)
        except BaseException:
            self.end()
            raise

    def _start(self, command, directory):
        ready, out = os.pipe()
        with host.children_in_new_pidns():
            self.popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
                start_new_session=True, cwd=directory)
        os.close(out)
        self.pid = self.popen.pid
        self.pidfd = os.pidfd_open(self.pid)
        with os.fdopen(ready, "rb") as file:
            if any("ready" in word for word in command) or command[-1].endswith(".java"):
                line = file.readline()
                if line.strip() != b"ready":
                    raise RuntimeError(f"{command[0]} did not get ready: {line!r}")
                self.out = os.dup(file.fileno())  # a broken pipe must not disturb it
            else:
                self.out = None
        fd = os.open(f"/proc/{self.pid}/ns/pid", os.O_RDONLY)
        self.stage.leader.must("setns", wire.Fd(fd), wire.CLONE_NEWPID)
        os.close(fd)
        self.inside = self.stage.spawn("inside")
        self.stage.poll(self.idle, f"{command[0]} becomes idle")

    def threads(self):
        try:
            return [int(tid) for tid in os.listdir(f"/proc/{self.pid}/task")]
        except FileNotFoundError:
            return []

    def idle(self):
        return observe.idle(self.pid)

    def ended(self):
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def send(self, sender, sig):
        number = 1 if sender is self.inside else self.pid
        try:
            return sender.leader.call("kill", number, sig)
        except wire.Gone:  # the namespace ended, and the sender in it before it could tell
            return 0

    def reap_inside(self):
        """The end of the namespace waits for a child of the outside in it."""
        if self.inside.dead() and not self.inside.status:
            self.stage.leader.request("waitid", 0, 0, wire.Ptr(bytes(128)), 4, 0)
            self.inside.status = True

    def end(self):
        """End them all, whatever was made of them; what is left of the namespace ends with it."""
        if hasattr(self, "pidfd"):
            kill(self.pidfd)
            os.close(self.pidfd)
        for name in ("inside", "stage"):
            if hasattr(self, name):
                kill(getattr(self, name).pidfd)
                getattr(self, name).close()
        host.Remains.end_children()
        if getattr(self, "out", None) is not None:
            os.close(self.out)


def kill(pidfd):
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def real_fate(instance, sender, sig, trace):
    """Send it and see: the fates that fit, and how that was seen."""
    before = wire.task_status(instance.pid, instance.pid)
    tids = set(instance.threads())
    trace.watch(sender.pid, tids)
    result = instance.send(sender, sig)
    if result < 0:
        return {"refused"}, f"errno {-result}"

    def over():
        instance.reap_inside()
        return instance.ended() or instance.idle()

    instance.stage.poll(over, "takes the signal")
    seen = trace.events(sender.pid, sig, tids)
    how = f"traced {seen}"
    if not instance.ended():
        after = wire.task_status(instance.pid, instance.pid)
        return observe.fates(before, after, sig, seen, False), how
    info = os.waitid(os.P_PIDFD, instance.pidfd, os.WEXITED | os.WNOWAIT)
    died = info.si_status == sig and info.si_code in (os.CLD_KILLED, os.CLD_DUMPED)
    how += f", ended with code {info.si_code} status {info.si_status}"
    fates = observe.fates(before, None, sig, seen, died)
    return {"dumped"} if died and info.si_code == os.CLD_DUMPED else fates, how


def try_one(tap, name, command, signame, where, directory, trace):
    title = f"{name}: SIG{signame} from {where}"
    asked = ""
    try:
        instance = Instance(command, directory)
        try:
            sender = instance.stage if where == "outside" else instance.inside
            told = ask.explain(sender.pid, "kill", signame, instance.pid)
            asked = f"{told.command}\n{told.document}\n{told.stderr}"
            real, how = real_fate(instance, sender, SIGNALS[signame], trace)
        finally:
            instance.end()
        verdict = told.verdict(instance.pid) if told.document else None
        fate = verdict["fate"] if verdict else f"exit {told.code}"
        tap.result(fate in real, f"{title}: {fate}",
                   f"it was {' or '.join(sorted(real))}: {how}\n{asked}")
    except Exception:
        tap.result(False, title, f"{traceback.format_exc()}\n{asked}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tap", action="store_true", help="a skip is no exit status")
    parser.add_argument("--only", help="the runtimes whose name contains this")
    parser.add_argument("--signal", help="only this signal")
    options = parser.parse_args()
    host.begin(options.tap)
    remains, tap, trace = host.Remains(), Tap(), Trace(deliver=True)
    if trace.why_not:
        tap.note(f"no tracefs ({trace.why_not}): ignored and dropped look the same")
    with host.directory() as directory:
        with open(f"{directory}/Main.java", "w", encoding="ascii") as file:
            file.write(JAVA)
        try:
            for name, command, few in RUNTIMES:
                if options.only and options.only not in name:
                    continue
                if not shutil.which(command[0]):
                    tap.skip(name, f"no {command[0]} here")
                    continue
                for signame in [options.signal] if options.signal else few or SIGNALS:
                    for where in ("outside", "inside"):
                        try_one(tap, name, command, signame, where, directory, trace)
        finally:
            trace.close()
            host.Remains.end_children()
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
