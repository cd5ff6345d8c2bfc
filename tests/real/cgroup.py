# SPDX-License-Identifier: GPL-2.0-or-later
"""A control group of our own, made and removed."""

import contextlib
import os
import re


class Cgroup:
    """One that processes can be put into; @why_not says why there is none."""

    def __init__(self, kind, controller=None):
        """@kind: cgroup2, or cgroup for version 1 with this controller."""
        self.path, self.why_not = None, f"no {kind} {controller or ''} is mounted".strip()
        for where in self._mounts(kind, controller):
            if kind == "cgroup2" and controller and not self._delegates(where, controller):
                self.why_not = f"its {controller} is not for children"
                continue
            path = f"{where}/sigfate-real-{os.getpid()}"
            try:
                os.mkdir(path)
                self.path, self.why_not = path, None
                return
            except OSError as error:
                self.why_not = str(error)

    @staticmethod
    def _mounts(kind, controller):
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                head, _, tail = line.partition(" - ")
                found, _, options = tail.split(maxsplit=2)
                if found == kind and (kind == "cgroup2" or controller in
                                      re.split(r"[,\s]", options)):
                    yield head.split()[4]

    @staticmethod
    def _delegates(where, controller):
        with open(f"{where}/cgroup.subtree_control", encoding="ascii") as file:
            return controller in file.read().split()

    def has(self, name):
        return os.path.exists(f"{self.path}/{name}")

    def write(self, name, text):
        with open(f"{self.path}/{name}", "w", encoding="ascii") as file:
            file.write(str(text))

    def empty(self):
        with open(f"{self.path}/cgroup.procs", encoding="ascii") as file:
            return not file.read()

    def remove(self, process):
        """Once who was in there is gone; @process lends its patience."""
        if self.path:
            with contextlib.suppress(TimeoutError):
                process.poll(self.empty, "the control group gets empty")
            os.rmdir(self.path)
            self.path = None


def with_memory_limit(size):
    """A control group whose processes may have so much memory, and not swap."""
    group = Cgroup("cgroup2", "memory")
    if group.path:
        group.write("memory.max", size)
        if group.has("memory.swap.max"):
            group.write("memory.swap.max", 0)
        return group
    group = Cgroup("cgroup", "memory")
    if group.path:
        group.write("memory.limit_in_bytes", size)
        group.write("memory.swappiness", 0)
    return group
