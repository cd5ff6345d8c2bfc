#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the documents say of the tree and of the program, held against them (TAP)."""

import os
import re
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(1, os.path.join(TOP, "tests", "real"))

from tap import run_checks


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def names(directory, pattern=r"[^.].*"):
    return sorted(name for name in os.listdir(os.path.join(TOP, directory))
                  if re.fullmatch(pattern, name))


def directories(directory):
    """The directories that belong to the tree, not what somebody works on beside it."""
    listed = subprocess.run(["git", "-c", f"safe.directory={TOP}", "ls-files", directory], cwd=TOP,
                            capture_output=True, encoding="utf-8", check=False)
    found = set(re.findall(rf"^{directory}/([^/\n]+)/", listed.stdout, re.M))
    return found or [name for name in names(directory)
                     if os.path.isdir(os.path.join(TOP, directory, name))]


def documents():
    for directory in ("", "docs", "docs/howto", "docs/adr", "tests/scenarios"):
        for name in names(directory, r".*\.md"):
            yield os.path.join(directory, name)


def check_steps():
    """docs/path.md has every step once, in order"""
    text = re.search(r"enum sf_step_id \{(.*?)SF_NSTEPS", read("include/sigfate/path.h"), re.S)[1]
    wanted = re.findall(r"^\s*(SF_STEP_\w+)", text, re.M)
    found = re.findall(r"^### (SF_STEP_\w+)$", read("docs/path.md"), re.M)
    if wanted != found:
        yield f"{sorted(set(wanted) ^ set(found)) or 'the order'} differs"


def arguments(text, start):
    """The arguments of a call of C, whose parenthesis opens at @start."""
    depth, words, last = 0, [], start + 1
    for at in range(start, len(text)):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[at], 0)
        if (text[at] == "," and depth == 1) or depth == 0:
            words.append(text[last:at].strip())
            last = at + 1
        if depth == 0:
            break
    return words


def check_values():
    """the words for a step's values are there exactly where the model gives values"""
    given = {}
    for name in names("src/model", r".*\.c"):
        text = read(f"src/model/{name}")
        for match in re.finditer(r"\bstep\(", text):
            words = arguments(text, match.end() - 1)
            for step in re.findall(r"SF_STEP_\w+", words[1]):
                used = given.setdefault(step, [False, False])
                for k in (0, 1):
                    used[k] |= words[4 + k] != "0"
    page = read("docs/path.md")
    for step, body in re.findall(r"^### (SF_STEP_\w+)\n(.*?)(?=^##|^<!--)", page, re.M | re.S):
        said = [f"`value[{k}]` is" in body for k in (0, 1)]
        if said != given.get(step, [False, False]):
            yield f"{step}: said of {said}, given {given.get(step)}"


def check_fates():
    """sigfate(7) has every fate, in order"""
    text = re.search(r"enum sf_fate \{(.*?)SF_NFATES", read("include/sigfate/verdict.h"), re.S)[1]
    wanted = [name.lower() for name in re.findall(r"^\s*SF_FATE_(\w+)", text, re.M)]
    page = read("man/sigfate.7.scd")
    if re.findall(r"^## (\w+)$", page, re.M) != wanted:
        yield f"the headings are not {', '.join(wanted)}"
    if re.findall(r"^; made: reasons (\w+)$", page, re.M) != wanted:
        yield "the reasons of a fate are missing"


def check_manuals():
    """manual pages format without a word, are installed, are listed, and name pages that exist"""
    pages = names("man", r".*\.scd")
    ours = {re.sub(r"(.*)\.(\d)\.scd", r"\1(\2)", page) for page in pages}
    for page in pages:
        with open(os.path.join(TOP, "man", page), "rb") as file:
            done = subprocess.run(["scdoc"], stdin=file, capture_output=True, check=False)
        if done.returncode or done.stderr:
            yield f"man/{page}: {done.stderr.decode(errors='replace').strip()}"
        if f"'{page.removesuffix('.scd')}'" not in read("man/meson.build"):
            yield f"man/{page} is not in man/meson.build"
        named = re.findall(r"\*((?:sigfate|fate)[\w-]*)\*\((\d)\)", read(f"man/{page}"))
        for name, section in named:
            if f"{name}({section})" not in ours:
                yield f"man/{page} names {name}({section})"
    for name in sorted(ours):
        if name not in read("README.md"):
            yield f"README.md does not list {name}"


def check_options():
    """the manual page of a subcommand has its options, and no others"""
    for name in names("src/cmd", r".*\.c"):
        page = f"man/sigfate-{name.removesuffix('.c')}.1.scd"
        ours = set(re.findall(r'^\t\{"([\w-]+)", (?:OPT_|\')', read(f"src/cmd/{name}"), re.M))
        if not ours:  # it has none, or they are another program's
            continue
        theirs = set(re.findall(r"^(?:\*-\w\*, )?\*--([\w-]+)\*", read(page), re.M))
        for option in sorted(ours ^ theirs - {"help"}):
            yield f"{page}: --{option}"


def check_map():
    """the maps of the tree name every directory of src and tests, and no other"""
    for path, pattern in (("README.md", r"^src/(\w+) "), ("CONTRIBUTING.md", r"`src/(\w+)/` \|")):
        found = re.findall(pattern, read(path), re.M)
        for name in sorted(set(found) ^ set(directories("src"))):
            yield f"{path}: src/{name}"
    found = re.findall(r"^\| `tests/([\w-]+)/` \|", read("CONTRIBUTING.md"), re.M)
    for name in sorted(set(found) ^ set(directories("tests"))):
        yield f"CONTRIBUTING.md: tests/{name}"


def check_commands():
    """the commands that documents show are there"""
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    commands = set(re.findall(r'^\t\{"(\w+)", ', read("src/cmd/main.c"), re.M))
    for path in documents():
        text = read(path)
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.M):
            if target not in targets:
                yield f"{path}: make {target}"
        for command in re.findall(r"(?:`|\$ |build/)sigfate ([a-z]+)", text):
            if command not in commands:
                yield f"{path}: sigfate {command}"


def check_paths():
    """the files that documents name are there"""
    roots = "src|include(?!/linux)|tests|tools|docs|man|bench|LICENSES"
    for path in documents():
        text = re.sub(r"<!-- made: (?!list).*?<!-- end -->", "", read(path), flags=re.S)
        for name in re.findall(rf"(?<![\w/.-])((?:{roots})/[\w./-]*\w/?)", text):
            if re.search(r"NAME|Snnn|NEW", name):
                continue
            if not os.path.exists(os.path.join(TOP, name)):
                yield f"{path}: {name}"


def check_traps():
    """what is often told wrongly is told rightly, in both languages"""
    for path in ("docs/question.md", "docs/question.zh-CN.md"):
        for name in names("tests/scenarios", r"T\d+-.*\.fate"):
            if name not in read(path):
                yield f"{path} does not name {name}"


def check_languages():
    """both pages of the question have the same parts and pictures"""
    texts = [read(path) for path in ("docs/question.md", "docs/question.zh-CN.md")]
    for pattern in (r"^<!-- made: (?!programs)(.*?) -->", r"^(```mermaid)", r"\]\(\.\./(.*?)\)",
                    r"^(##) "):
        english, chinese = (re.findall(pattern, text, re.M) for text in texts)
        if sorted(english) != sorted(chinese):
            yield f"{set(english) ^ set(chinese) or pattern}"


if __name__ == "__main__":
    sys.exit(run_checks(globals()))
