# SPDX-License-Identifier: GPL-2.0-or-later
"""How the main process ends, and how it begins: codes, deaths, and commands that cannot be run."""

import os
import signal

from lab import NSIG, fixture, signame

# By default these do not end a process.
HARMLESS = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH, signal.SIGSTOP,
            signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}


def code_of(lab, command, want):
    with lab.run(command) as run:
        got = run.code()
        return got == want, f"{got}, not {want}: {run.stderr()}"


def no_command(lab, name, want):
    """It is said what could not be run."""
    with lab.run([name]) as run:
        got, words = run.code(), run.stderr()
        return got == want and os.path.basename(name) in words, f"{got}, not {want}: {words!r}"


def tests(lab):
    actor = fixture("actor")
    for code in range(256):
        yield ("exit codes", str(code),
               lambda code=code: code_of(lab, [actor, "exit", str(code)], code))
    for sig in range(1, NSIG + 1):
        if sig not in HARMLESS:
            yield ("deaths by signal", signame(sig),
                   lambda sig=sig: code_of(lab, [actor, "die", str(sig)], 128 + sig))
    yield ("exit codes", "the first thread had ended before",
           lambda: code_of(lab, [actor, "leader", "33"], 33))
    where = lab.directory
    yield ("commands that cannot run", "not there: 127",
           lambda: no_command(lab, "no-such-command", 127))
    yield ("commands that cannot run", "no such path: 127",
           lambda: no_command(lab, f"{where}/no-such-file", 127))
    yield ("commands that cannot run", "no right to: 126",
           lambda: no_command(lab, f"{where}/not-executable", 126))
    yield ("commands that cannot run", "a directory: 126", lambda: no_command(lab, where, 126))
    yield ("commands that cannot run", "not a program: 126",
           lambda: no_command(lab, f"{where}/not-a-program", 126))
