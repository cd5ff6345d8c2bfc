#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""run.py SIGFATE model|kernel|both: play every scenario of this directory, strictly; TAP."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = ": skipped: "


def play(sigfate, where, path):
    return subprocess.run([sigfate, "run", "--strict", "--on", where, "--color=never", path],
                          capture_output=True, encoding="utf-8", errors="replace", check=False,
                          stdin=subprocess.DEVNULL, cwd=HERE)


def why_not(sigfate, where):
    """Why no process at all can be made there, or None."""
    with tempfile.NamedTemporaryFile("w", suffix=".fate", encoding="utf-8") as file:
        file.write("host: fork() = a\n")
        file.flush()
        done = play(sigfate, where, file.name)
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip()


def has_title(path):
    with open(os.path.join(HERE, path), encoding="utf-8") as file:
        return file.readline().startswith("# ")


def main():
    sigfate, where = os.path.abspath(sys.argv[1]), sys.argv[2]
    names = sorted(name for name in os.listdir(HERE) if name.endswith(".fate"))
    if where != "model":
        lacking = why_not(sigfate, where)
        if lacking:
            print("1..0 # SKIP no namespaces can be had here:", " ".join(lacking.split()))
            return 0
    print(f"1..{len(names)}")
    failed = 0
    for number, name in enumerate(names, 1):
        done = play(sigfate, where, name)
        held = done.returncode == 0 and has_title(name)
        skipped = f"{name}{SKIPPED}" in done.stdout and held
        reason = done.stdout.partition(SKIPPED)[2].strip()
        failed += not held
        print(f"{'' if held else 'not '}ok {number} - {name}",
              f"# SKIP {reason}" if skipped else "", flush=True)
        if not held:
            text = done.stdout + done.stderr
            text += "" if has_title(name) else "its first line does not say what it shows\n"
            text += "" if done.returncode >= 0 else f"sigfate died of signal {-done.returncode}\n"
            for line in text.splitlines():
                print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
