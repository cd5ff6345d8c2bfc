#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each system call of sigfate-init fails, once or always: it goes on, or it says why and ends.

strace makes them fail; the init is PID 1 all the same.  Children are followed until their execve()
in stories of their own.
"""

import collections
import concurrent.futures
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import traceback

import common
from common import lab
from straced import straced
from tap import Tap, skip_all

# At the first place, at the last, and always.
ERRORS = {"EINTR": "fla", "EAGAIN": "fa", "ENOMEM": "fa", "EPERM": "fla", "ENOSYS": "a"}
AT_ONCE = 4
# The end itself, what a C library calls before main(), and what cannot fail.
LEFT_OUT = {"exit_group", "execve", "arch_prctl", "set_tid_address", "getpid", "getppid"}


class Story:
    """A life of the init: options, the main process's role, what is done, the code at its end.

    `follow` are the calls that a child makes until its execve(): they fail at the first place.
    """

    def __init__(self, name, code, role, act, give=(), options=(), terminal=False, follow=()):
        self.name, self.code, self.role, self.act = name, code, role, act
        self.give, self.options, self.terminal = list(give), list(options), terminal
        self.follow = follow

    def play(self, init, inject):
        """Its exit code, what it said, and the calls that it made: {name: count}."""
        with tempfile.TemporaryDirectory(prefix="sigfate-faults-") as where:
            give = [word.replace("WHERE", where) for word in self.give]
            if not self.terminal:
                with init.actor(*self.role, give=give, options=["--hold", *self.options]) as run:
                    return self.trace(run, inject)
            with lab.terminal() as (master, path):
                with init.actor(*self.role, give=give,
                                options=["--hold", f"--tty={path}", *self.options]) as run:
                    run.master = master
                    return self.trace(run, inject)

    def trace(self, run, inject):
        inject = ["-e", f"inject={inject}"] if inject else []
        with straced(run, *(["-f"] if self.follow else []), *inject) as calls:
            self.act(run)
            code = run.code(15)
        return code, run.stderr(), collections.Counter(calls)


def reap_and_end(run):
    """Orphans end, the last of all with the main process."""
    if run.ready():
        for left in (4, 3):
            run.say("one")
            run.wait_until(lambda: len(run.children()) == left, 1)
    with contextlib.suppress(BrokenPipeError):
        run.stage.stdin.close()


def stop(run):
    """A hook, the stop signal, one who has to be killed."""
    waits = {"worker", "session", "orphan", "main", "stubborn"}
    while waits and (match := run.out.find(r"^(\w+) ready", 2)):
        waits.discard(match[1])
    run.send(signal.SIGUSR1)
    run.send(signal.SIGTERM)


def keys(run):
    """^Z, and ^C."""
    if run.ready():
        os.write(run.master, b"\x1a")
        run.wait_until(lambda: "T" in run.children().values(), 0.05)
        os.write(run.master, b"\x03")


def begin(run):
    """The main process, or a command of --on that takes its time."""
    if run.ready():
        run.send(signal.SIGUSR1)
        run.wait_until(lambda: len(run.children()) == 1, 1)
    run.send(signal.SIGTERM)


STORIES = [
    Story("reaping", 0, ["orphans", "4"], reap_and_end, ["--report=WHERE/report", "--grace=0.1"]),
    Story("stopping", 137, ["tree", "deaf", "stubborn"], stop,
          ["--on=USR1=true", "--ignore=USR1", "--grace=0.05", "--report=WHERE/report",
           "--parent-death=TERM"]),
    Story("stopping all, second", 137, ["tree", "deaf", "stubborn"], stop,
          ["--stop=all", "--ignore=USR1", "--grace=0.05"], ["--second"]),
    Story("a terminal", 130, ["wait"], keys, [], [], True),
    Story("the main process", 143, ["wait"], begin, ["--ignore=USR1"],
          follow=["setpgid", "rt_sigaction", "rt_sigprocmask"]),
    Story("the main process at a terminal", 130, ["wait"], keys, [], [], True,
          follow=["setpgid", "ioctl", "rt_sigaction", "rt_sigprocmask"]),
    Story("a command of --on", 143, ["wait"], begin, ["--on=USR1=true", "--ignore=USR1"],
          follow=["setpgid", "close", "open", "dup2", "rt_sigaction", "rt_sigprocmask"]),
]


def judge(story, init, inject):
    try:
        code, words, _ = story.play(init, inject)
    except Exception:
        return False, traceback.format_exc()
    if code is None:
        return False, f"it hangs: {words}"
    if code < 0:
        return False, f"it dies of signal {-code}: {words}"
    # What it says on a terminal is not seen here.
    return code == story.code or bool(words) or story.terminal, \
        f"it ends with {code}, not {story.code}, and does not say why"


def cases(story, calls):
    """(call, error, which of them): it fails at the first place, at the last, or always."""
    for call in story.follow:
        yield from ((call, error, "1") for error in ERRORS)
    if story.follow:
        return
    for call, count in sorted(calls.items()):
        if call in LEFT_OUT:
            continue
        first = 2 if call == "read" else 1  # the first read() is the one that it is held in
        places = {"f": str(first), "l": str(first + count - 1), "a": f"{first}+"}
        for error, which in ERRORS.items():
            for when in dict.fromkeys(places[place] for place in which):
                yield call, error, when


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: faults.py INIT")
    why_not = lab.why_not()
    if not why_not and not shutil.which("strace"):
        why_not = "no strace here"
    if why_not:
        skip_all("namespaces", why_not, True)
    common.host.end_on_sigterm()
    tap, init = Tap(), common.Init(os.path.abspath(sys.argv[1]))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for story in STORIES:
            code, words, calls = story.play(init, None)
            tap.result(code == story.code, f"{story.name}: nothing fails", f"{code}: {words}")
            todo = list(cases(story, calls))
            futures = [pool.submit(judge, story, init, f"{call}:error={error}:when={when}")
                       for call, error, when in todo]
            failed = {}
            for (call, error, when), future in zip(todo, futures):
                held, why = future.result()
                if not held:
                    failed.setdefault(call, []).append(f"{error} at {when}: {why}")
            for call in sorted({call for call, _, _ in todo}):
                number = sum(1 for name, _, _ in todo if name == call)
                tap.result(call not in failed, f"{story.name}: {call} fails, in {number} ways",
                           "\n".join(failed.get(call, [])))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
