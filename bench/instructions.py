#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""instructions.py HOT [--keep]: the instructions of each hot path, beside those that are kept.

valgrind counts instructions, so the machine's load does not matter.  More than a twentieth above
what bench/instructions.txt says fails; so does much less: then the gain is to be kept (--keep).
Another compiler makes another count: then nothing is compared.  HOT is bench/hot of `make bench`.
"""

import os
import re
import subprocess
import sys
import tempfile

KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.txt")
CASES = ["probe", "ignored", "pending", "recorded", "handled", "life", "container"]
FEW, MANY = 200, 1200
TOLERANCE = 0.05


def count(program, case, turns):
    with tempfile.NamedTemporaryFile() as out:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", program, case,
             str(turns)], capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        sys.exit(f"valgrind: {done.stderr.strip()}")
    return int(found[1])


def per_turn(program, case):
    return (count(program, case, MANY) - count(program, case, FEW)) / (MANY - FEW)


def compiler_of(program):
    """What the compiler wrote into the program of itself."""
    done = subprocess.run(["readelf", "-p", ".comment", program], capture_output=True, text=True,
                          check=True)
    return re.search(r"(GCC: .*|clang .*)", done.stdout)[1].strip()


def read_kept():
    kept, compiler = {}, ""
    with open(KEPT, encoding="utf-8") as file:
        for line in file:
            if line.startswith("# compiler: "):
                compiler = line.removeprefix("# compiler: ").strip()
            elif not line.startswith("#") and line.split():
                name, number = line.split()
                kept[name] = float(number)
    return kept, compiler


def write_kept(compiler, counts):
    with open(KEPT, "w", encoding="utf-8") as file:
        file.write("# SPDX-License-Identifier: GPL-2.0-or-later\n"
                   "# Instructions a turn of each hot path takes: bench/instructions.py --keep\n"
                   f"# compiler: {compiler}\n")
        file.writelines(f"{name} {number:.0f}\n" for name, number in counts.items())


def compare(counts, kept):
    failed = 0
    print(f"1..{len(counts)}")
    for number, (name, now) in enumerate(counts.items(), 1):
        before = kept.get(name, 0)
        change = now / before - 1 if before else 1
        bad = abs(change) > TOLERANCE
        failed |= bad
        print(f"{'not ' if bad else ''}ok {number} - {name}: {now:.0f} instructions, "
              f"{before:.0f} are kept")
        if bad:
            print("# " + ("a loss: find it" if change > 0 else "a gain") +
                  ", or keep it: bench/instructions.py HOT --keep")
    return failed


def main():
    program = sys.argv[1]
    compiler = compiler_of(program)
    kept, kept_compiler = read_kept() if os.path.exists(KEPT) else ({}, "")
    if "--keep" not in sys.argv and compiler != kept_compiler:
        print(f"1..0 # SKIP counted with {kept_compiler}, this is {compiler}")
        return 0
    counts = {case: per_turn(program, case) for case in CASES}
    if "--keep" in sys.argv:
        write_kept(compiler, counts)
        return 0
    return compare(counts, kept)


if __name__ == "__main__":
    sys.exit(main())
