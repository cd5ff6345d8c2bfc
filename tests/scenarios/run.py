#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""run.py SIGFATE model|kernel|both|unprivileged|PROFILE: play every scenario here, strictly; TAP.

As "unprivileged" they are played in both worlds by a user who is nobody, in a user namespace.  A
profile is that of another kernel, like 6.1: on the model of that.
"""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = ": skipped: "
NOBODY = 65534


def become_nobody():
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


class Player:
    """Plays scenarios somewhere; who is nobody may not be able to open them."""

    def __init__(self, sigfate, where):
        self.directory = tempfile.TemporaryDirectory(prefix="sigfate-scenarios-")
        self.nobody = where == "unprivileged"
        world = ["--on", "both" if self.nobody else where]
        if where[0].isdigit():
            world = ["--kernel-profile", where]
        self.command = [sigfate, "run", "--strict", "--color=never", *world]
        if self.nobody:
            self.command[0] = shutil.copy(sigfate, self.directory.name)
            os.chmod(self.directory.name, 0o755)

    def play(self, path):
        with open(path, "rb") as file:
            return subprocess.run([*self.command, "-" if self.nobody else path], check=False,
                                  stdin=file, capture_output=True, encoding="utf-8",
                                  errors="replace", cwd=HERE,
                                  preexec_fn=become_nobody if self.nobody else None)

    def why_not(self):
        """Why no process at all can be made there, or None."""
        path = os.path.join(self.directory.name, "one.fate")
        with open(path, "w", encoding="utf-8") as file:
            file.write("host: fork() = a\n")
        done = self.play(path)
        return None if done.returncode == 0 else (done.stderr or done.stdout).strip()


def has_title(path):
    with open(path, encoding="utf-8") as file:
        return file.readline().startswith("# ")


def main():
    player = Player(os.path.abspath(sys.argv[1]), sys.argv[2])
    names = sorted(name for name in os.listdir(HERE) if name.endswith(".fate"))
    modelled = sys.argv[2] == "model" or sys.argv[2][0].isdigit()
    lacking = None if modelled else player.why_not()
    if lacking:
        print("1..0 # SKIP no namespaces can be had here:", " ".join(lacking.split()))
        return 0
    print(f"1..{len(names)}")
    failed = 0
    for number, name in enumerate(names, 1):
        path = os.path.join(HERE, name)
        done = player.play(path)
        held = done.returncode == 0 and has_title(path)
        skipped = held and SKIPPED in done.stdout
        reason = done.stdout.partition(SKIPPED)[2].strip()
        failed += not held
        print(f"{'' if held else 'not '}ok {number} - {name}",
              f"# SKIP {reason}" if skipped else "", flush=True)
        if not held:
            text = done.stdout + done.stderr
            text += "" if has_title(path) else "its first line does not say what it shows\n"
            text += "" if done.returncode >= 0 else f"sigfate died of signal {-done.returncode}\n"
            for line in text.splitlines():
                print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
