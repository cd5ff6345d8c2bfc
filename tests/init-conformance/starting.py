# SPDX-License-Identifier: GPL-2.0-or-later
"""The start: a SIGTERM at the end of each system call that an init makes until it is ready."""

import signal

from lab import fixture

LAST = 64
MOST_CALLS = 200


class Calls:
    """How many there are is found out on the way: after the last one the init sleeps."""

    def __init__(self):
        self.over = False


def kept(lab, calls, call):
    """None when there is no such call."""
    if calls.over:
        return None
    with lab.run([fixture("actor"), "record"], f"--trace={call}:{int(signal.SIGTERM)}") as run:
        # The actor is ready, but stage still waits for the call to end: the init sleeps in it.
        started = run.ready()
        if not run.stage_says.find("^calls", 0.5 if started else 20):
            calls.over = True
            return None
        if not started:
            return run.code() == 128 + signal.SIGTERM, f"it ended with {run.code(0)}"
        run.out.find("^helper")
        run.send(LAST)
        while match := run.out.find(r"^got (\d+)"):
            if int(match[1]) == signal.SIGTERM:
                return True, ""
            if int(match[1]) == LAST:
                return False, "it was lost"
        return run.code() == 128 + signal.SIGTERM, f"it ended with {run.code(0)}"


def tests(lab):
    calls = Calls()
    for call in range(1, MOST_CALLS):
        yield ("SIGTERM at the start", f"after system call {call}",
               lambda call=call: kept(lab, calls, call))
        if calls.over:
            break
