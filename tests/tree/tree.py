#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree keeps its own rules: licences, layers, sizes, links, and no banned functions."""

import os
import re
import subprocess
import sys
import unicodedata

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(1, os.path.join(TOP, "tests", "real"))

from tap import run_checks

LGPL, GPL = "LGPL-2.1-or-later", "GPL-2.0-or-later"
LIBRARY = ("include/", "src/base/", "src/model/", "src/fate/", "examples/")

# A directory of src may include itself and those of the layers under its own.
LAYERS = [
    ["base"],
    ["model"],
    ["fate"],
    ["notation", "procfs"],
    ["world"],
    ["scenario", "container", "runtime", "watch", "explain"],
    ["fuzz"],
    ["report"],
    ["cmd"],
]
ONLY = {"model": {"base"}, "init": {"base"}}

BANNED = ["strcpy", "strcat", "strncpy", "sprintf", "vsprintf", "gets", "system", "popen", "alloca",
          "strdupa", "strtok", "tmpnam", "mktemp", "atol", "atoi", "rand"]
# The model does no I/O, prints nothing, reads no clock, and ends no process.
MODEL_HEADERS = {"errno.h", "limits.h", "stdbool.h", "stddef.h", "stdint.h", "stdlib.h", "string.h",
                 "sanitizer/asan_interface.h"}
MODEL_BANNED = ["abort", "exit", "_exit", "getenv", "printf", "fprintf", "puts", "fputs", "perror",
                "fopen", "open", "read", "write", "close", "time", "clock_gettime", "gettimeofday",
                "usleep", "sleep", "nanosleep", "syscall"]
# What the locks are made of, where there are threads.
LOCK_HEADERS = {"src/model/lock.h": {"pthread.h"}, "src/model/lock.c": {"sched.h"},
                "src/model/rcu.c": {"urcu/urcu-bp.h"}}
LIBRARY_BANNED = ["exit", "_exit", "abort", "perror", "printf", "puts", "putchar", "err", "errx",
                  "warn", "warnx"]
LONGEST_FILE = 600
LONGEST_LINE = 100
WIDE = {".c", ".h", ".py", ".build"}
NO_SPDX = re.compile(r"^(LICENSES/|tests/fuzz/corpus/|tests/.*\.json$|\.git\w+$)|\.(md|fate|scd)$")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def tracked():
    """The files of the tree: git knows them, but an archive of the tree has no git."""
    done = subprocess.run(["git", "-c", f"safe.directory={TOP}", "ls-files", "-co",
                           "--exclude-standard", "-z"], cwd=TOP, capture_output=True, check=False)
    if done.returncode == 0:
        names = [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    else:
        names = [os.path.relpath(os.path.join(where, name), TOP)
                 for where, _, files in os.walk(TOP) for name in files
                 if not re.match(r"build|\.git/", os.path.relpath(where, TOP) + "/")]
    return sorted(name for name in names
                  if os.path.isfile(os.path.join(TOP, name)) and "node_modules" not in name)


def without_comments(text):
    """C with comments, strings and characters blanked, line by line where it was."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


def sources(under="", ends=(".c", ".h")):
    return [path for path in FILES if path.startswith(under) and path.endswith(ends)]


def calls(path, names):
    """Where a file of C calls one of these functions."""
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")
    for number, line in enumerate(without_comments(read(path)).splitlines(), 1):
        for match in pattern.finditer(line):
            yield f"{path}:{number}: {match[1]}()"


def check_licences():
    """every file says its licence, and the right one"""
    for path in FILES:
        if NO_SPDX.search(path):
            continue
        lines = [line for line in read(path).splitlines()
                 if re.match(r"\W*SPDX-License-Identifier:", line)]
        want = LGPL if path.startswith(LIBRARY) and path.endswith((".c", ".h")) else GPL
        got = [re.sub(r".*Identifier:\s*|\s*\*/$", "", line).strip() for line in lines]
        if got != [want]:
            yield f"{path}: {' and '.join(got) or 'no SPDX line'}, not {want}"
    for name in (LGPL, GPL):
        if f"LICENSES/{name}.txt" not in FILES:
            yield f"LICENSES/{name}.txt is missing"


def check_layers():
    """includes run downwards only"""
    rank = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
    for path in sources("src/"):
        here = path.split("/")[1]
        if here not in rank and here not in ONLY:
            yield f"{path}: the directory {here} has no layer"
            continue
        for name in re.findall(r'^\s*#\s*include\s*"([^"]+)"', read(path), re.M):
            if name == "sigfate.h" or name.startswith("sigfate/"):
                yield f"{path}: the public headers are included as <{name}>"
                continue
            there, slash, _ = name.partition("/")
            if not slash or f"src/{name}" not in FILES:
                yield f'{path}: "{name}" is no file under src'
            elif there != here and (there not in ONLY[here] if here in ONLY
                                    else rank[there] >= rank[here]):
                yield f"{path}: {here} is not above {there}"


def check_model():
    """the model does no I/O, prints nothing and reads no clock"""
    for path in sources("src/model/"):
        for name in re.findall(r"^\s*#\s*include\s*<([^>]+)>", read(path), re.M):
            if name not in MODEL_HEADERS | {"sigfate.h"} | LOCK_HEADERS.get(path, set()):
                yield f"{path}: <{name}>"
        yield from calls(path, MODEL_BANNED)


def check_banned():
    """no function that is banned"""
    for path in sources("src/"):
        yield from calls(path, BANNED)


def check_library():
    """libraries neither print nor exit"""
    for path in sources("src/"):
        if path.split("/")[1] in ("cmd", "init") or path.startswith("src/world/kernel/"):
            continue
        yield from calls(path, LIBRARY_BANNED)


def check_proc():
    """only procfs reads the processes of a live host"""
    for path in sources("src/"):
        if path.startswith(("src/procfs/", "src/world/kernel/", "src/cmd/")):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            if re.search(r'"[^"]*/proc/(%|self)', line):
                yield f"{path}:{number}: {line.strip()}"


def check_sizes():
    """no file that nobody wants to live in"""
    for path in sources("", (".c", ".h", ".py", ".bats")):
        lines = read(path).count("\n")
        if lines > LONGEST_FILE:
            yield f"{path}: {lines} lines, more than {LONGEST_FILE}"


def check_whitespace():
    """white space: ends of lines and of files, tabs, width"""
    for path in FILES:
        if path.startswith(("LICENSES/", "tests/fuzz/corpus/")):
            continue
        text = read(path)
        if text and not text.endswith("\n"):
            yield f"{path}: no end of its last line"
        if text.endswith("\n\n"):
            yield f"{path}: empty lines at its end"
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip() and not path.endswith(".md"):
                yield f"{path}:{number}: white space at the end"
            if path.endswith((".c", ".h")) and re.match(r"\t* {8}| +\t", line):
                yield f"{path}:{number}: spaces where a tab belongs"
            if os.path.splitext(path)[1] in WIDE and len(line.expandtabs(8)) > LONGEST_LINE:
                yield f"{path}:{number}: wider than {LONGEST_LINE} columns"


def check_headers():
    """each header guards itself, and no other"""
    guards = {}
    for path in sources("", (".h",)):
        guard = re.search(r"^#ifndef (\w+)\n#define \1\n(?s:.*)^#endif\b", read(path), re.M)
        if not guard:
            yield f"{path}: no guard"
        elif guards.setdefault(guard[1], path) != path:
            yield f"{path}: has the guard of {guards[guard[1]]}"


def anchors(text):
    """The names that a heading of Markdown can be linked to by."""
    found = set()
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    for heading in re.findall(r"^#+\s+(.*)$", text, re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = "".join(c for c in heading if c in "-_ " or unicodedata.category(c)[0] in "LN")
        found.add(kept.replace(" ", "-"))
    return found


def check_links():
    """links in the documents lead somewhere"""
    for path in sources("", (".md",)):
        text = re.sub(r"^```.*?^```|`[^`\n]*`", "", read(path), flags=re.S | re.M)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            if not os.path.exists(os.path.join(TOP, file)):
                yield f"{path}: {target} is not there"
            elif anchor and file.endswith(".md") and anchor not in anchors(read(file)):
                yield f"{path}: {file} has no heading {anchor}"


def check_packages():
    """the distribution's packages are named in one place"""
    names = set()
    for line in read("packages.txt").splitlines():
        if line and not line.startswith("#"):
            names.update(name for name in line.split()[1].split("|")
                         if name.endswith("-dev") or name == "ninja-build")
    pattern = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(names))) + r")(?![\w-])")
    for path in FILES:
        if path in ("packages.txt", "tests/tree/tree.py"):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            if match := pattern.search(line):
                yield f"{path}:{number}: {match[1]}"
            elif re.search(r"\bapt(-get)? (\S+ )*install\b", line) and path != "tools/setup":
                yield f"{path}:{number}: {line.strip()}"


def check_limits():
    """a scenario that counts a user's signals has a user namespace, where nobody else has any"""
    for path in sources("tests/scenarios/", (".fate",)):
        text = read(path)
        if (re.search(r"RLIMIT_SIGPENDING, [1-9]", text)
                and not re.search(r"^needs userns$", text, re.M)):
            yield f"{path}: needs userns"


def check_unfinished():
    """nothing is left unfinished"""
    pattern = re.compile(r"\b(TODO|FIXME|XXX)\b|not implemented")
    for path in FILES:
        if not path.startswith(("src/", "include/", "tools/", "man/", "docs/")):
            continue
        for number, line in enumerate(read(path).splitlines(), 1):
            if match := pattern.search(line):
                yield f"{path}:{number}: {match[0]}"


FILES = tracked()

if __name__ == "__main__":
    sys.exit(run_checks(globals()))
