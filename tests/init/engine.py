#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""sigfate-init as Docker's own init: a real engine, real containers, and what users do with them.

The engine is one of our own, with everything that it has in a temporary directory and mounts that
nobody else sees; it is gone at the end.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import traceback

import common
from common import lab
import docker
import host
from tap import Tap, skip_all


class Engine(docker.Engine):
    """With sigfate-init in the place of Docker's init."""

    def __init__(self, where, init):
        super().__init__(where)
        os.mkdir(f"{where}/bin")
        shutil.copy(init, f"{where}/bin/docker-init")
        self.environment["PATH"] = f"{where}/bin:" + self.environment["PATH"]

    def client(self, *args, **more):
        return subprocess.run(["docker", *args], env=self.environment, capture_output=True,
                              text=True, check=False, timeout=lab.PATIENCE * 3, **more)

    def run(self, *args):
        """Run to its end: its exit code and what it printed."""
        done = self.client("run", "--rm", "--init", "--network", "none", *args,
                           stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout + done.stderr

    def start(self, name, *args, ready="ready"):
        """A container in the background, which has said that it is ready."""
        self.docker("run", "--detach", "--init", "--network", "none", "--name", name, *args)
        deadline = time.monotonic() + lab.PATIENCE
        while ready not in self.docker("logs", name):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} does not get ready: {self.logs(name)}")

    def logs(self, name):
        done = self.client("logs", name)
        return done.stdout + done.stderr

    def stop(self, *name):
        """docker stop: how long it took, the exit code, and what was printed."""
        if not name:
            return super().stop()
        began = time.monotonic()
        self.docker("stop", *name)
        took = time.monotonic() - began
        code = int(self.docker("wait", name[-1]))
        said = self.logs(name[-1])
        self.docker("rm", "-f", name[-1])
        return took, code, said


def is_asked_its_version(engine):
    """docker info shows whose init it is, and warns of nothing"""
    info = json.loads(engine.docker("info", "--format", "{{json .}}"))
    return (info["InitBinary"] == "docker-init" and info["InitCommit"]["ID"].startswith("sigfate-")
            and not any("init" in word for word in info.get("Warnings") or []),
            f"{info['InitBinary']} {info['InitCommit']} {info.get('Warnings')}")


def is_first(engine):
    """docker run --init: it is process 1 and the command's parent, and gives its exit code"""
    code, said = engine.run("box", "sh", "-c", "cat /proc/1/comm; echo $PPID; exit 42")
    return code == 42 and said.split() == ["docker-init", "1"], f"{code} {said!r}"


def not_there(engine):
    """a command that is not there: 127, and it is said"""
    code, said = engine.run("box", "no-such-command")
    return code == 127 and "no-such-command" in said, f"{code} {said}"


def by_environment(engine):
    """options through the environment"""
    code, said = engine.run("-e", "SIGFATE_INIT_MAP_EXIT=143=0", "box", "sh", "-c", "kill -TERM $$")
    return code == 0, f"{code} {said}"


def everybody_finishes(engine):
    """docker stop: everybody is told and finishes, also orphans and other sessions"""
    engine.start("tree", "box", "/actor", "tree", ready="orphan ready")
    took, code, said = engine.stop("tree")
    done = [word for word in ("main", "worker", "session", "orphan") if f"{word} done" in said]
    return len(done) == 4 and code == 0 and took < 8, f"{took:.1f} s, {code}, {said}"


def somebody_stubborn(engine):
    """docker stop: who does not listen is named before the ten seconds are over"""
    engine.start("deaf", "box", "/actor", "tree", "deaf", ready="main ready")
    took, code, said = engine.stop("deaf")
    return (took > 8.5 and code == 137 and "killed 'actor'" in said,
            f"{took:.1f} s, {code}, {said}")


def somebody_put_in(engine):
    """docker stop: what docker exec has put in is told and waited for"""
    engine.start("guest", "box", "/actor", "wait", ready="given")
    script = "trap 'sleep 0.3; echo finished; exit' TERM; echo ready; while :; do sleep 0.05; done"
    guest = subprocess.Popen(["docker", "exec", "guest", "sh", "-c", script],
                             env=engine.environment, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    ready = guest.stdout.readline()
    _, code, _ = engine.stop("guest")
    said, _ = guest.communicate(timeout=lab.PATIENCE)
    return ready == "ready\n" and "finished" in said and code == 143, f"{ready!r} {said!r} {code}"


def locked_down(engine):
    """read-only, an ordinary user, no capabilities, no new privileges, Docker's seccomp filter"""
    engine.start("locked", "--read-only", "--user", "1000:1000", "--cap-drop", "ALL",
                 "--security-opt", "no-new-privileges", "box", "/actor", "tree",
                 ready="orphan ready")
    pid = engine.docker("inspect", "--format", "{{.State.Pid}}", "locked")
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        status = file.read()
    took, code, said = engine.stop("locked")
    return ("CapEff:\t0000000000000000" in status and code == 0 and said.count("done") == 4
            and took < 8, f"{took:.1f} s, {code}, {said}")


def entry_point(engine):
    """as an image's own entry point, without --init"""
    engine.docker("run", "--detach", "--network", "none", "--name", "entry", "box", "/sigfate-init",
                  "--stop=all", "--", "/actor", "tree")
    deadline = time.monotonic() + lab.PATIENCE
    while "orphan ready" not in engine.logs("entry") and time.monotonic() < deadline:
        pass
    _, code, said = engine.stop("entry")
    return code == 0 and said.count("done") == 4, f"{code} {said}"


def terminal(engine):
    """docker run -it: ^Z does not wedge it, ^C ends it with 130"""
    with lab.terminal() as (master, path):
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        client = subprocess.Popen(["docker", "run", "--rm", "-it", "--init", "--network", "none",
                                   "box", "/actor", "wait"], env=engine.environment, stdin=fd,
                                  stdout=fd, stderr=fd, start_new_session=True)
        os.close(fd)
        ready = lab.Lines(master).find("given")
        os.write(master, b"\x1a")
        os.write(master, b"\x03")
        try:
            code = client.wait(lab.PATIENCE)
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()
            code = None
        return ready and code == 130, f"{ready} {code}"


TESTS = [is_asked_its_version, is_first, not_there, by_environment, everybody_finishes,
         somebody_stubborn, somebody_put_in, locked_down, entry_point, terminal]


def make_image(engine, init):
    busybox = shutil.which("busybox")
    paths = {"/bin/busybox": busybox, "/actor": lab.fixture("actor"), "/sigfate-init": init}
    links = {f"/bin/{name}": "busybox" for name in ("sh", "sleep", "cat", "true")}
    engine.docker("import", "-", "box", data=docker.archive(paths, links))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("init", help="sigfate-init")
    options = parser.parse_args()
    init = os.path.abspath(options.init)
    why_not = host.can_make_namespaces()
    if not why_not and not (shutil.which("dockerd") and shutil.which("docker")):
        why_not = "no dockerd here (Debian: docker.io)"
    if not why_not and not shutil.which("busybox"):
        why_not = "no busybox here"
    if why_not:
        skip_all("docker", why_not, True)
    host.end_on_sigterm()
    host.private_mounts()
    remains, tap = host.Remains(), Tap()
    with host.hidden("/run", "/opt", "/etc/docker"), host.directory() as where:
        engine = Engine(where, init)
        try:
            docker.Engine.start(engine)
            make_image(engine, init)
            for test in TESTS:
                try:
                    held, why = test(engine)
                except Exception:
                    held, why = False, traceback.format_exc()
                tap.result(bool(held), test.__doc__, why)
        except Exception:
            tap.result(False, "the engine", traceback.format_exc())
        finally:
            engine.stop()
    remains.report(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
