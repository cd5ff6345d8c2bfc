#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What sigfate-init costs, in one run beside other inits and beside the least that an init can be.

Every figure is a median of interleaved rounds.  Below the table stands each bound that it has to
hold; the exit status is 1 when one does not.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path[1:1] = [os.path.join(TOP, "tests", "init"), os.path.join(TOP, "tests", "init-conformance"),
                 os.path.join(TOP, "tests", "real")]

import host
import lab
import stopping
from straced import straced

PEERS = ["tini", "tini-static", "dumb-init", "catatonit"]
NOISE = 1.03  # two measurements of the same program differ by so much
IDLE_SECONDS = 5


class Bench:
    def __init__(self, init, programs, quick):
        self.programs = programs
        self.quick = quick
        self.inits = {"sigfate-init": f"{init} --"}
        for name in PEERS:
            if path := shutil.which(name):
                self.inits[name] = f"{path} --"
        self.floors = []
        for name in ("floor", "floor-static", "floor-musl"):
            if os.path.exists(f"{programs}/{name}"):
                self.inits[name] = f"{programs}/{name}"
                self.floors.append(name)
        self.rows = []

    def peers(self):
        return [name for name in self.inits if name in PEERS]

    def row(self, title, values, form="{:.0f}"):
        """values: {init: number}"""
        self.rows.append((title, {name: form.format(value) for name, value in values.items()}))
        return values

    def measure(self, *words):
        done = subprocess.run([f"{self.programs}/measure", *map(str, words)], capture_output=True,
                              text=True, check=True)
        return [[float(word) for word in line.split()[:2]] for line in done.stdout.splitlines()]

    def all_inits(self, what, *words):
        """The medians of a measurement that takes all inits in turns; without one it is "none"."""
        names = ["none", *self.inits]
        found = self.measure(what, *words, "", *self.inits.values())
        return {name: value[0] for name, value in zip(names, found)}

    def orphans(self, how, count, rounds):
        """Microseconds of CPU for each orphan: the rounds of all inits in turns."""
        found = {name: [] for name in self.inits}
        for _ in range(rounds):
            for name, init in self.inits.items():
                found[name].append(self.measure("orphans", how, count, init)[0][0])
        return {name: statistics.median(values) for name, values in found.items()}

    # ---- one init at a time -------------------------------------------------------------------

    def run(self, name, role, *options):
        separator = () if name in self.floors else ("--",)
        return lab.Run(self.inits[name].removesuffix(" --"), [lab.fixture("actor"), *role],
                       *options, separator=separator)

    def calls(self, name):
        """System calls from execve() until it waits."""
        with self.run(name, ["wait"], "--hold") as run:
            with straced(run) as calls:
                run.ready()
                rest(run)
        return len(calls)

    def wake_ups(self, name):
        with self.run(name, ["wait"]) as run:
            run.ready()
            before = rest(run)
            run.gone(IDLE_SECONDS)
            return switches(run) - before

    def memory(self, name):
        """Private, PSS and RSS in KiB."""
        with self.run(name, ["wait"]) as run:
            run.ready()
            rest(run)
            with open(f"/proc/{run.pid}/smaps_rollup", encoding="ascii") as file:
                text = file.read()
        kib = {key: int(value) for key, value in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
        return kib["Private_Clean"] + kib["Private_Dirty"], kib["Pss"], kib["Rss"]

    def cleanups(self, name):
        class One:
            run = staticmethod(lambda command, *options, **_: self.run(name, command[1:], *options))

        with stopping.start(One) as run:
            run.send(signal.SIGTERM)
            _, done, _ = stopping.finish(run)
            return len(done)


def switches(run):
    with open(f"/proc/{run.pid}/status", encoding="ascii", errors="replace") as file:
        return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)


def rest(run):
    """Until it has come to rest: how often it has been switched to."""
    before = None
    while before != (before := switches(run)) and not run.gone(0.1):
        pass
    return before


def take(bench):
    """All figures; gives the bounds: (what, held)."""
    ours, bounds = "sigfate-init", []

    def bound(what, held):
        bounds.append((what, held))

    def floor(values):
        return min(values[name] for name in bench.floors)

    few = bench.quick
    sizes = bench.row("file, bytes", {name: os.path.getsize(os.path.realpath(init.split()[0]))
                                      for name, init in bench.inits.items()}, "{:,}")
    bound(f"file: {sizes[ours]:,} bytes, at most 65,536", sizes[ours] <= 65536)
    start = bench.row("start and end of a command, us",
                      bench.all_inits("start", 60 if few else 400), "{:.0f}")
    bound(f"start: {start[ours]:.0f} us, at most the floor's {floor(start):.0f} and 5 %",
          start[ours] <= floor(start) * 1.05)
    calls = bench.row("system calls until ready", {name: bench.calls(name) for name in bench.inits})
    bound(f"system calls: {calls[ours]}, at most 20", calls[ours] <= 20)
    wakes = bench.row(f"wake-ups in {IDLE_SECONDS} s idle",
                      {name: bench.wake_ups(name) for name in bench.inits})
    bound(f"idle wake-ups: {wakes[ours]}, none", wakes[ours] == 0)
    memory = {name: bench.memory(name) for name in bench.inits}
    for i, title in enumerate(("private memory, KiB", "PSS, KiB", "RSS, KiB")):
        bench.row(title, {name: values[i] for name, values in memory.items()})
    bound(f"private memory: {memory[ours][0]} KiB, at most 100", memory[ours][0] <= 100)
    rounds = 500 if few else 4000
    for title, cpu in (("signal passed on, one CPU, us", 0), ("signal passed on, us", -1)):
        latency = bench.row(title, bench.all_inits("signal", rounds, cpu), "{:.2f}")
        best = min(bench.peers(), key=latency.get, default=None)
        if best:
            bound(f"{title.removesuffix(', us')}: {latency[ours]:.2f} us, at most the "
                  f"{latency[best]:.2f} of {best}", latency[ours] <= latency[best] * NOISE)
    many = 2000 if few else 20000
    for how, title, count in (
            ("one", f"{many // 4} orphans one by one, CPU us each", many // 4),
            ("burst", f"{many} orphans at once, CPU us each", many),
            ("last", f"of {many // 4} orphans the newest, CPU us each", many // 4)):
        cost = bench.row(title, bench.orphans(how, count, 3 if few else 5), "{:.2f}")
        bound(f"{title}: {cost[ours]:.2f}, at most the floor's {floor(cost):.2f}",
              cost[ours] <= floor(cost) * NOISE)
    done = bench.row("cleanups finished at a stop, of 4",
                     {name: bench.cleanups(name) for name in bench.inits})
    bound(f"cleanups finished at a stop: {done[ours]} of 4", done[ours] == 4)
    return bounds


def print_table(bench):
    names = ["none", *bench.inits]
    widths = [max(len(name), *(len(values.get(name, "")) for _, values in bench.rows))
              for name in names]
    left = max(len(title) for title, _ in bench.rows)
    print(" " * left, *(name.rjust(width) for name, width in zip(names, widths)), sep="  ")
    for title, values in bench.rows:
        cells = (values.get(name, "").rjust(width) for name, width in zip(names, widths))
        print(title.ljust(left), *cells, sep="  ")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("init", help="sigfate-init")
    parser.add_argument("programs", help="the directory with measure and the floors")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, for a first look")
    options = parser.parse_args()
    if why_not := host.can_make_namespaces():
        print(f"sigfate-init is not measured: {why_not}")
        return 77
    host.end_on_sigterm()
    bench = Bench(os.path.abspath(options.init), os.path.abspath(options.programs), options.quick)
    bounds = take(bench)
    print_table(bench)
    print()
    for what, held in bounds:
        print(f"{'held  ' if held else 'MISSED'}  {what}")
    return 0 if all(held for _, held in bounds) else 1


if __name__ == "__main__":
    sys.exit(main())
