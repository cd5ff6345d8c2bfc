#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The program itself: static and small, without allocation and recursion, quick to be ready."""

import collections
import glob
import os
import re
import signal
import subprocess
import sys

from common import lab, main
from straced import straced

LARGEST_FILE = 64 * 1024
MOST_PRIVATE = 100 * 1024
MOST_CALLS = 20
ALLOCATION = re.compile(r"\b(malloc|calloc|realloc|free|strn?dup|v?asprintf|getline|opendir|fopen|"
                        r"alloca|mmap|brk|sbrk|setenv|putenv|qsort)\b")
CALLS_THAT_ALLOCATE = {"brk", "mmap", "mremap", "munmap"}


def objects(init):
    """Its object files: with one C library or the other, they are made of the same sources."""
    found = [path for name in ("sigfate-init-libc.p", "sigfate-init.p")
             for path in glob.glob(os.path.join(os.path.dirname(init.path), name, "*.o"))]
    return [path for path in found if "src_init" in path or "src_base" in path]


def static(init):
    """it needs no loader and no library"""
    done = subprocess.run(["readelf", "-lW", init.path], capture_output=True, text=True, check=True)
    return "INTERP" not in done.stdout and "DYNAMIC" not in done.stdout, done.stdout


def is_musl(init):
    with open(init.path, "rb") as file:
        return b"GNU C Library" not in file.read()


def small(init):
    """with musl it has at most 64 KiB"""
    size = os.path.getsize(init.path)
    return not is_musl(init) or size <= LARGEST_FILE, f"{size}"


def not_allocating(init):
    """it calls nothing that allocates memory"""
    files = objects(init)
    found = []
    for path in files:
        done = subprocess.run(["nm", "-u", path], capture_output=True, text=True, check=True)
        found += [f"{path}: {name}" for name in ALLOCATION.findall(done.stdout)]
    return len(files) >= 6 and not found, f"{len(files)} files: {found}"


def call_graph(files):
    """{function: those that it calls}, of the functions of these objects."""
    graph = collections.defaultdict(set)
    for path in files:
        text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", path], capture_output=True,
                              text=True, check=True).stdout
        here = None
        for line in text.splitlines():
            if match := re.match(r"[0-9a-f]+ <(\w+)(?:\.\w+)*>:", line):
                here = match[1]
            # A call, a jump to another function, and a function whose address is taken.
            elif match := re.search(r"R_\S+\s+(?:\.text\.)?([a-zA-Z_]\w*)", line):
                graph[here].add(match[1])
            elif match := re.search(r"\b(?:call|jmp)\s+[0-9a-f]+ <(\w+)(?:\.\w+)*>", line):
                graph[here].add(match[1])
    return {name: called & set(graph) for name, called in graph.items()}


def not_recursive(init):
    """no function calls itself, by whatever way"""
    graph = call_graph(objects(init))
    known = {"main", "each_process", "boss_stopped", "start_process", "say"}
    # Peel off those that call nobody of the rest: what remains goes in circles.
    rest = {name: set(called) for name, called in graph.items()}
    while leaves := [name for name, called in rest.items() if not called]:
        for name in leaves:
            del rest[name]
        for called in rest.values():
            called.difference_update(leaves)
    circles = {name: called for name, called in rest.items()}
    return known <= set(graph) and not circles, f"{sorted(known - set(graph))} {circles}"


def few_calls(init):
    """from execve() until it waits it makes at most 20 system calls, and none of them allocates"""
    with init.actor("wait", options=["--hold"]) as run:
        with straced(run) as calls:
            run.ready()
            run.send(signal.SIGTERM)
            run.code()
    until = calls.index("rt_sigtimedwait") + 1
    return until <= MOST_CALLS and not CALLS_THAT_ALLOCATE & set(calls), f"{until}: {calls}"


def little_memory(init):
    """with musl it has at most 100 KiB of memory of its own, also after a thousand orphans"""
    with init.actor("orphans", "1000") as run:
        if not run.ready():
            return False, run.stderr()
        run.say("go")
        run.out.find("^done")
        run.wait_until(lambda: len(run.children()) == 1)
        with open(f"/proc/{run.pid}/smaps_rollup", encoding="ascii") as file:
            text = file.read()
    private = sum(int(kib) for kib in re.findall(r"^Private_\w+:\s+(\d+)", text, re.M))
    return not is_musl(init) or private * 1024 <= MOST_PRIVATE, f"{private} KiB"


TESTS = [static, small, not_allocating, not_recursive, few_calls, little_memory]

if __name__ == "__main__":
    sys.exit(main(__doc__, TESTS))
