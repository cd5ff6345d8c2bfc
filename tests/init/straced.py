# SPDX-License-Identifier: GPL-2.0-or-later
"""strace(1) beside an init, attached from outside the PID namespace before the init is started."""

import contextlib
import re
import shutil
import signal
import subprocess

from tap import Skip


def traced(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return "TracerPid:\t0\n" not in file.read()


@contextlib.contextmanager
def straced(run, *options):
    """Who is held (--hold) goes on under strace; when the block ends its calls are in the list that
    is given, from execve() on."""
    if not shutil.which("strace"):
        raise Skip("no strace here")
    log = f"{run.where}/strace"
    calls = []
    strace = subprocess.Popen(["strace", "-qq", "-o", log, "-p", str(run.pid), *options],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        run.wait_until(lambda: traced(run.pid))
        run.stage.send_signal(signal.SIGUSR1)
        yield calls
    finally:
        strace.terminate()
        strace.wait()
    with open(log, encoding="utf-8", errors="replace") as file:
        calls += re.findall(r"^(\w+)\(", "execve(" + file.read().partition("execve(")[2], re.M)
