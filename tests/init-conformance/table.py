#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write docs/init-conformance.md: what sigfate-init and other inits conform to.

The suite is run with each init that is here.  With --check nothing is written: what the document
says of sigfate-init must be what the suite finds now (TAP).
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENT = os.path.join(HERE, "..", "..", "docs", "init-conformance.md")
PEERS = ["tini", "tini -g", "dumb-init", "dumb-init -c", "catatonit", "catatonit -g"]
MOST_NAMES = 12

# What stands in the document about each group.
ABOUT = {
    "signals passed on": "each of the 62 signals that can be caught, sent to the init from "
                         "outside, comes to the main process, and once",
    "sender kept": "the main process sees who has called `kill` inside the container (`si_pid`, "
                   "`si_uid`)",
    "sigqueue value kept": "and what `sigqueue` sent along (`si_value`)",
    "blocked stays blocked": "a signal that the init was given blocked is blocked in the main "
                             "process, and becomes pending there when it is sent to the init",
    "ignored stays ignored": "a signal that the init was given ignored is ignored in the main "
                             "process, and passed on all the same, for the main process may care",
    "real-time order": "twenty real-time signals come as twenty, in their order",
    "stopped and killed": "SIGSTOP and SIGKILL from outside",
    "given to the main process": "mask, ignored signals, open and closed files, directory, umask, "
                                 "process group, session, `LISTEN_PID`",
    "not held by the init": "files that the main process closes, and its directory",
    "idle": "no wake-ups in two seconds",
    "exit codes": "0 to 255, and that of a process whose first thread ended before",
    "deaths by signal": "128 and the number of the signal",
    "commands that cannot run": "127 or 126, and it is said what",
    "reaping": "orphans one by one, many at once, while the init is stopped, traced, with threads",
    "told to stop": "who gets SIGTERM when the init gets it",
    "finished at a stop": "who can finish what takes a tenth of a second",
    "finished when the main process ended": "the same when the main process ends by itself",
    "the end": "at once after the last, with the main process's code, also if somebody does not "
               "listen",
    "SIGTERM at the start": "at the end of each system call that the init makes before it is "
                            "ready: it is not lost",
    "terminal": "as process 1 with a terminal: keys, sizes, hanging up; ^Z does not wedge it",
    "job control": "the jobs of a shell inside, and under an interactive shell: ^Z, `fg`, `bg`, "
                   "scripts",
    "not as process 1": "orphans come to it; nobody is left running when it ends",
}

HEAD = """<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
# What container inits conform to

`tests/init-conformance/` is a test suite that any init can be run through: what a process 1 owes to
the process that it starts. Run it on yours:

```sh
make init-conformance INIT=/usr/bin/tini
make init-conformance INIT='/usr/bin/tini -g'
```

The init is called as `INIT -- COMMAND`. The output is TAP, a line for each test. This page is made
by `tests/init-conformance/table.py` from runs of the suite; the last one was on Linux {release},
with {versions}.

Not every init sets out to do all of this. A row is what a user may rely on, not what its authors
promise.

"""


def suite(init, show):
    """{group: [held, of, names of those that did not hold]}"""
    with tempfile.TemporaryDirectory() as where:
        counts = f"{where}/counts"
        done = subprocess.run([sys.executable, "-B", os.path.join(HERE, "conformance.py"), init,
                               "--counts", counts], check=False,
                              stdout=None if show else subprocess.DEVNULL)
        if not os.path.exists(counts):
            sys.exit(done.returncode)
        with open(counts, encoding="ascii") as file:
            return json.load(file)


def version(name):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True,
                          text=True, check=False)
    return f"{name} {re.sub(r'-.*', '', done.stdout)}".strip()


def cell(count):
    if not count:
        return ""
    held, of, _ = count
    return f"**{held}**" if held == of else f"{held} of {of}"


def table(results):
    yield "| | what it means | " + " | ".join(results) + " |"
    yield "| --- | --- |" + " --- |" * len(results)
    for group, about in ABOUT.items():
        cells = (cell(counts.get(group)) for counts in results.values())
        yield f"| {group} | {about} | " + " | ".join(cells) + " |"


def missing(results):
    for init, counts in results.items():
        lacking = {group: count for group, count in counts.items() if count[0] < count[1]}
        if not lacking:
            continue
        yield f"### {init}"
        yield ""
        for group, (held, of, names) in lacking.items():
            shown = "; ".join(names[:MOST_NAMES])
            more = f"; and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            if group == "SIGTERM at the start":
                shown, more = f"in {len(names)} of {of} places", ""
            yield f"* {group}: " + ("none" if held == 0 and of > 3 else shown + more)
        yield ""


def write(init):
    inits = {"sigfate-init": init}
    for peer in PEERS:
        if path := shutil.which(peer.split()[0]):
            inits[peer] = " ".join([path, *peer.split()[1:]])
    results = {}
    for name, command in inits.items():
        print(f"{name} ...", file=sys.stderr)
        results[name] = suite(command, False)
    versions = ", ".join(version(name) for name in dict.fromkeys(name.split()[0] for name in inits)
                         if name != "sigfate-init")
    release = re.match(r"[\d.]+", platform.release())[0]
    text = HEAD.format(release=release, versions=versions)
    text += "\n".join(table(results)) + "\n\n## What did not hold\n\n" + "\n".join(missing(results))
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n") + "\n")


def check(init):
    """What the document says that is not so; the suite's results are shown."""
    counts = suite(init, True)
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    wrong = []
    head = re.escape(HEAD).replace(r"\{release\}", r"[\d.]+").replace(r"\{versions\}", r"[^\n]+")
    if not re.match(head, text):
        wrong.append("its beginning is not what is written here")
    rows = {group: (about, said) for group, about, said in
            re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|", text, re.M)}
    for group, count in counts.items():
        about, said = rows.get(group, ("", "nothing"))
        if about != ABOUT.get(group):
            wrong.append(f"{group}: it is said to be '{about}', not '{ABOUT.get(group)}'")
        # How many there are depends on the machine: system calls at the start, a shell.
        if said.startswith("**") != cell(count).startswith("**"):
            wrong.append(f"{group}: {said}, not {cell(count)}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("init", help="sigfate-init")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args()
    if not options.check:
        write(options.init)
        return 0
    wrong = check(options.init)
    for line in wrong:
        print(f"docs/init-conformance.md: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
