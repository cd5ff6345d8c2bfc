#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""names.py BUILD: headers, symbol map, libraries and manual pages have the same functions.

A name that is missing somewhere is a failure, and so is one too many.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(1, os.path.join(TOP, "tests", "real"))

from tap import Skip, run_checks

BUILD = os.path.realpath(sys.argv[1])
PAGES = sorted(glob.glob(os.path.join(BUILD, "man", "*.3")))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def run(*command):
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def declared():
    """What the headers declare, as the preprocessor sees it, and not who makes the pages."""
    text = run("cc", "-E", "-P", "-I", os.path.join(TOP, "include"),
               os.path.join(TOP, "include", "sigfate.h")).stdout
    return set(re.findall(r"\b(sf_\w+)\((?=[^;{}]*\);)", text))


def exported(*options):
    lines = run("nm", "--defined-only", "--extern-only", *options).stdout.splitlines()
    found = {re.sub(r"@.*", "", line.split()[2]) for line in lines if len(line.split()) == 3}
    # What a sanitizer's compiler adds, and the name of the version.
    return {name for name in found if not re.match(r"SIGFATE_|__(asan|odr_asan|tsan)", name)}


def differences(what, names):
    want = declared()
    yield from (f"{what} lacks {name}" for name in sorted(want - names))
    yield from (f"{what} has {name}" for name in sorted(names - want))


def check_map():
    """the symbol map names the functions of the headers"""
    yield from differences("the map",
                           set(re.findall(r"^\t(\w+);$", read("src/libsigfate.map"), re.M)))


def check_shared():
    """the shared library exports them, and nothing else"""
    yield from differences("the library",
                           exported("-D", os.path.join(BUILD, "src", "libsigfate.so")))


def check_static():
    """in the static library they are the only global names"""
    yield from differences("the archive", exported(os.path.join(BUILD, "src", "libsigfate.a")))


def check_pages():
    """each has a manual page, and each page is of one"""
    names = {os.path.basename(page).removesuffix(".3") for page in PAGES}
    yield from differences("man", names - {"libsigfate"})
    if "libsigfate" not in names:
        yield "libsigfate.3 is missing"


def check_titles():
    """each page says what it is of"""
    for page in PAGES:
        name = os.path.basename(page).removesuffix(".3")
        with open(page, encoding="utf-8") as file:
            text = file.read()
        if not text.startswith(f".TH {name.upper()} 3 ") or f"\n{name} \\-\n" not in text:
            yield f"{name}.3 is of something else"
        for other in re.findall(r"\\fB(\w+)\\fP\(3\)", text):
            if not os.path.exists(os.path.join(BUILD, "man", f"{other}.3")):
                yield f"{name}.3 names {other}(3), which there is not"


def check_mandoc():
    """mandoc finds nothing in them"""
    if not shutil.which("mandoc"):
        raise Skip("no mandoc")
    yield from run("mandoc", "-Tlint", *PAGES).stdout.splitlines()


def check_man():
    """man shows them without a warning"""
    if not shutil.which("man"):
        raise Skip("no man")
    for page in PAGES:
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", page], check=False,
                              capture_output=True, encoding="utf-8",
                              env=dict(os.environ, MANWIDTH="80", LC_ALL="C.UTF-8"))
        if done.returncode or not done.stdout:
            yield f"{page}: man gives {done.returncode}"
        yield from done.stderr.splitlines()


if __name__ == "__main__":
    sys.exit(run_checks(globals()))
