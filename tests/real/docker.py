#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Docker's own containers: what sigfate explain foretells for their inits is what happens, from the
host and from inside, and how long docker stop takes follows from it.

The engine is one of our own, with everything that it has in a temporary directory and mounts that
nobody else sees; it is gone at the end.
"""

import argparse
import contextlib
import io
import os
import select
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import traceback

import ask
import host
import observe
import wire
from tap import Tap, skip_all
from tracing import Trace

GRACE = 2  # seconds that docker stop waits for an init before it kills it
CGROUP = f"/sigfate-docker-{os.getpid()}"
LOOP = "while :; do sh -c 'echo ready; exec sleep 60'; done"
TRAP = "trap 'exit 0' TERM; while :; do sh -c 'echo ready; exec sleep 60' & wait; done"

# A name of the container, options of docker run, the image, the command
CONTAINERS = [
    ("sleeper", [], "box", ["sleep", "1000"]),
    ("loop", [], "box", ["sh", "-c", LOOP]),
    ("trap", [], "box", ["sh", "-c", TRAP]),
    ("handler", [], "box", ["/pid1", "handler"]),
    ("default", [], "box", ["/pid1", "default"]),
    ("ignore", [], "box", ["/pid1", "ignore"]),
    ("block", [], "box", ["/pid1", "block"]),
    ("user", ["--user", "1000:1000"], "box", ["/pid1", "handler"]),
    ("withinit", ["--init"], "box", ["/pid1", "default"]),
    ("dash", [], "system", ["sh", "-c", LOOP]),
    ("dashsleep", [], "system", ["sleep", "1000"]),
]
FROM_HOST = ["WINCH", "USR1", "INT", "TERM", "STOP", "KILL"]
FROM_INSIDE = [("STOP", []), ("KILL", []), ("TERM", ["--user", "1001"]), ("TERM", [])]


class Engine:
    """A Docker engine of our own in `where`."""

    def __init__(self, where):
        self.where = where
        # TMPDIR: where containerd writes what it was doing, when dockerd loses patience with it
        self.environment = dict(os.environ, DOCKER_HOST=f"unix://{where}/socket", HOME=where,
                                DOCKER_CONFIG=f"{where}/config", TMPDIR=where)
        self.environment.pop("DOCKER_CONTEXT", None)
        self.daemon = None

    def start(self):
        with open(f"{self.where}/daemon.json", "w", encoding="ascii") as file:
            file.write("{}")
        with open(f"{self.where}/log", "wb") as log:
            self.daemon = subprocess.Popen(
                ["dockerd", "--host", f"unix://{self.where}/socket", "--data-root",
                 f"{self.where}/data", "--exec-root", f"{self.where}/exec", "--pidfile",
                 f"{self.where}/pid", "--config-file", f"{self.where}/daemon.json",
                 "--iptables=false", "--bridge=none", "--storage-driver=vfs", "--cgroup-parent",
                 CGROUP],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment,
                start_new_session=True)
        deadline = time.monotonic() + 60
        while subprocess.run(["docker", "version"], env=self.environment, capture_output=True,
                             check=False).returncode:
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("dockerd does not start: " + self.last_words())
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.daemon.wait(0.1)

    def last_words(self):
        with open(f"{self.where}/log", encoding="utf-8", errors="replace") as log:
            return " | ".join(log.read().splitlines()[-5:])

    def docker(self, *args, data=None):
        done = subprocess.run(["docker", *args], env=self.environment, input=data,
                              stdin=subprocess.DEVNULL if data is None else None,
                              capture_output=True, check=False, timeout=120)
        if done.returncode:
            raise RuntimeError(f"docker {' '.join(args)}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode(errors="replace").strip()

    def stop(self):
        """End the engine and everything that it started, and unmount what it mounted."""
        if self.daemon:
            with contextlib.suppress(Exception):
                names = self.docker("ps", "-aq").split()
                if names:
                    self.docker("rm", "-f", *names)
            self.daemon.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.daemon.wait(30)
        host.Remains.end_children()
        host.unmount_below(self.where)
        host.remove_cgroups(CGROUP)


def archive(paths, links):
    """A root file system as a tar: {path inside: file of the host}, {link: its target}."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name in sorted({os.path.dirname(name) for name in (*paths, *links)} - {"/"}):
            for depth in range(2, name.count("/") + 2):  # all may enter, whoever they are
                folder = tarfile.TarInfo("/".join(name.split("/")[:depth]).lstrip("/"))
                folder.type, folder.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(folder)
        for name, source in paths.items():
            tar.add(os.path.realpath(source), arcname=name.lstrip("/"), recursive=False)
        for name, target in links.items():
            link = tarfile.TarInfo(name.lstrip("/"))
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
    return raw.getvalue()


def libraries(program):
    """The shared libraries of a program of the host."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return [word for line in text.splitlines() for word in line.split() if word.startswith("/")]


def make_images(engine):
    """Both have sh, sleep and pid1: one is busybox, the other what this system has."""
    pid1 = ask.fixture("pid1")
    made = []
    busybox = shutil.which("busybox")
    if busybox and subprocess.run(["ldd", busybox], capture_output=True, check=False).returncode:
        tar = archive({"/bin/busybox": busybox, "/pid1": pid1},
                      {"/bin/sh": "busybox", "/bin/sleep": "busybox"})
        engine.docker("import", "-", "box", data=tar)
        made.append("box")
    files = {"/pid1": pid1}
    for name in ("sh", "sleep"):
        program = shutil.which(name)
        files[f"/bin/{name}"] = program
        files.update((library, library) for library in libraries(program))
    engine.docker("import", "-", "system", data=archive(files, {}))
    return made + ["system"]


class Container:
    def __init__(self, engine, name, options, image, command):
        self.engine = engine
        self.name = name
        self.says_ready = any("ready" in word or "pid1" in word for word in command)
        engine.docker("run", "--detach", "--network", "none", "--name", name, "--env", "PATH=/bin",
                      *options, image, *command)
        self.pid = int(engine.docker("inspect", "--format", "{{.State.Pid}}", name))
        self.pidfd = os.pidfd_open(self.pid)
        self.wait(lambda: not self.says_ready or "ready" in engine.docker("logs", name), "starts")
        self.wait(self.idle, "becomes idle")

    def wait(self, fact, what):
        deadline = time.monotonic() + wire.PATIENCE
        while not fact():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: {what}")
            select.select([self.pidfd], [], [], 0.005)

    def idle(self):
        return self.ended() or observe.idle(self.pid)

    def ended(self):
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def exit_code(self):
        return int(self.engine.docker("wait", self.name))

    def remove(self):
        os.close(self.pidfd)
        self.engine.docker("rm", "--force", self.name)


MARKS = ("State", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt")


class Containers:
    """Containers of one kind, one at a time: the same again as long as nothing became of it."""

    def __init__(self, engine, spec):
        self.engine = engine
        self.spec = spec
        self.box = self.marks = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        if self.box:
            box, self.box = self.box, None
            box.remove()

    def look(self):
        status = wire.task_status(self.box.pid, self.box.pid)
        return status and [status[mark] for mark in MARKS]

    def untouched(self):
        if self.box and (self.box.ended() or self.look() != self.marks):
            self.remove()
        if not self.box:
            self.box = Container(self.engine, *self.spec)
            self.marks = self.look()
        return self.box


def real_fate(box, send, sig, trace):
    """Let send() send it and see what became of it; from whom it comes is not looked at."""
    tids = set(map(int, os.listdir(f"/proc/{box.pid}/task")))
    before = wire.task_status(box.pid, box.pid)
    trace.watch(None, tids)
    send()
    box.wait(box.idle, "takes the signal")
    seen = trace.events(None, sig, tids)
    after = None if box.ended() else wire.task_status(box.pid, box.pid)
    code = status = None
    if not after:
        code, status = box.exit_code(), observe.exit_status(box.pidfd)
    died = code == 128 + sig  # but so ends an init that passes on how its child ended
    if died and status is None:
        died = None
    elif died:
        died = status & 0x7F == sig
    return (observe.fates(before, after, sig, seen, died),
            f"traced {seen}, wait status {status}, exit code {code}")


def compare(tap, title, told, pid, real, how):
    verdict = told.verdict(pid) if told.document else None
    fate = verdict["fate"] if verdict else f"explain ended with {told.code}"
    return tap.result(fate in real, f"{title}: {fate}",
                      f"it was {' or '.join(sorted(real))}: {how}\n{told.command}\n"
                      f"{told.document}\n{told.stderr}")


def from_host(tap, boxes, trace):
    """A signal from the host, sent by the engine."""
    for name in FROM_HOST:
        box = boxes.untouched()
        told = ask.explain(os.getpid(), "kill", name, box.pid)
        real, how = real_fate(
            box, lambda: box.engine.docker("kill", "--signal", name, box.name),
            getattr(signal, f"SIG{name}"), trace)
        compare(tap, f"{box.name}: SIG{name} from the host", told, box.pid, real, how)


@contextlib.contextmanager
def shell_in(box, options):
    """A shell that docker exec starts in the container; gives it and its number on the host."""
    shell = subprocess.Popen(["docker", "exec", "--interactive", *options, box.name, "sh"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, env=box.engine.environment)
    try:
        shell.stdin.write(b"echo $$\n")
        shell.stdin.flush()
        yield shell, outer_pid(box.pid, int(shell.stdout.readline()))
    finally:
        with contextlib.suppress(BrokenPipeError):
            shell.stdin.close()
        shell.stdout.close()
        shell.wait(wire.PATIENCE)


def from_inside(tap, boxes, trace):
    """A signal from a shell in the container: of the same user, and of another."""
    for name, options in FROM_INSIDE:
        number = int(getattr(signal, f"SIG{name}"))
        box = boxes.untouched()
        title = f"{box.name}: SIG{name} from inside {' '.join(options)}".strip()
        with shell_in(box, options) as (shell, sender):
            told = ask.explain(sender, "kill", name, box.pid)
            answer = []

            def send():
                shell.stdin.write(f"kill -{number} 1; echo $?\n".encode())
                shell.stdin.flush()
                answer.append(shell.stdout.readline().strip())

            real, how = real_fate(box, send, number, trace)
            if answer[0] not in (b"", b"0"):  # a shell that died with the container says nothing
                real = {"refused"}
            compare(tap, title, told, box.pid, real, how)


def outer_pid(init, number):
    """The process that has this number in the container of `init`."""
    space = os.stat(f"/proc/{init}/ns/pid").st_ino
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, KeyError, TypeError):
            if os.stat(f"/proc/{entry}/ns/pid").st_ino == space:
                if int(wire.task_status(entry, entry)["NSpid"].split()[-1]) == number:
                    return int(entry)
    raise RuntimeError(f"no process {number} in the namespace of {init}")


def stopping(tap, boxes):
    """docker stop: an init that SIGTERM does nothing to costs the whole grace period."""
    box = boxes.untouched()
    told = ask.explain(os.getpid(), "kill", "TERM", box.pid)
    began = time.monotonic()
    box.engine.docker("stop", "--time", str(GRACE), box.name)
    took = time.monotonic() - began
    code = box.exit_code()
    verdict = told.verdict(box.pid) if told.document else None
    fate = verdict["fate"] if verdict else "not explained"
    if fate in ("handled", "killed"):
        good = took < GRACE and code != 137
    else:
        good = verdict and took >= GRACE and code == 137
    tap.result(bool(good), f"{box.name}: docker stop, SIGTERM is {fate}",
               f"it took {took:.2f} s, exit code {code}\n{told.document} {told.stderr}")


def run(tap, engine, options, trace):
    engine.start()
    images = make_images(engine)
    for spec in CONTAINERS:
        if options.only and options.only != spec[0]:
            continue
        if spec[2] not in images:
            tap.skip(spec[0], "no static busybox here")
            continue
        try:
            with Containers(engine, spec) as boxes:
                from_inside(tap, boxes, trace)
                from_host(tap, boxes, trace)
                stopping(tap, boxes)
        except Exception:
            tap.result(False, spec[0], traceback.format_exc())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tap", action="store_true", help="a skip is no exit status")
    parser.add_argument("--only", help="the one container to try")
    options = parser.parse_args()
    why_not = host.can_make_namespaces()
    if not why_not and not (shutil.which("dockerd") and shutil.which("docker")):
        why_not = "no dockerd here (Debian: docker.io)"
    if why_not:
        skip_all("docker", why_not, options.tap)
    host.end_on_sigterm()
    host.private_mounts()
    remains, tap, trace = host.Remains(), Tap(), Trace(deliver=True)
    with host.hidden("/run", "/opt", "/etc/docker"), host.directory() as where:
        engine = Engine(where)
        try:
            run(tap, engine, options, trace)
        except Exception:
            tap.result(False, "the engine", traceback.format_exc())
        finally:
            engine.stop()
            trace.close()
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
