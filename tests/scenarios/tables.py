#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""tables.py [--check]: write the scenarios table-*.fate, which try every signal, or compare them.

What is to happen is written down here as a person would, by classes of signals; nothing of it comes
from the model.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

STANDARD = ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD "
            "CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS").split()
REALTIME = ["32", "33", "SIGRTMIN"] + [f"SIGRTMIN+{n}" for n in range(1, 31)]
SIGNALS = ["SIG" + name for name in STANDARD] + REALTIME  # the numbers 1 to 64
LAST = ["SIGSTOP", "SIGKILL"]  # what nobody can handle; the second ends the story
CATCHABLE = [sig for sig in SIGNALS if sig not in LAST]
IGNORED_BY_DEFAULT = ["SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"]
STOPS = ["SIGTSTP", "SIGTTIN", "SIGTTOU"]

INIT = "host: clone(CLONE_NEWPID) = init"
APP = "init: fork() = app"


class Sender:
    """Who sends to the init: in the words of a title, and as lines that make it."""

    def __init__(self, key, title, setup, call, number, outside):
        self.key, self.title, self.setup = key, title, setup
        self.name, self.pid = call  # the caller, and how it names the init
        self.number = number  # si_pid as the init is told it
        self.outside = outside


SENDERS = [
    Sender("parent", "its parent, outside", [INIT], ("host", "init"), "0", True),
    Sender("grandparent", "its grandparent, outside",
           ["host: fork() = parent", "parent: clone(CLONE_NEWPID) = init"], ("host", "init"), "0",
           True),
    Sender("child", "its child, inside", [INIT, APP], ("app", "1"), "app", False),
    Sender("itself", "itself", [INIT], ("init", "1"), "init", False),
    Sender("injected", "a process that was put in from outside",
           [INIT, "host: fork() = nsenter", "nsenter: setns(init, CLONE_NEWPID) = 0",
            "nsenter: fork() = injected"], ("injected", "1"), "injected", False),
]


def kill(sender, sig, fate):
    return f"{sender.name}: kill({sender.pid}, {sig}) = 0 => {fate}"


def told(sender, sig):
    return f"init: --- {sig} {{si_code=SI_USER, si_pid={sender.number}}} ---"


def kill_and_stop(sender):
    """SIGSTOP and SIGKILL, which no disposition changes: it matters only who sends them."""
    lines = ["", "# It matters only for these two who sends them."]
    if not sender.outside:
        return lines + [kill(sender, "SIGSTOP", "ignored"), kill(sender, "SIGKILL", "ignored"),
                        "init: is running"]
    lines += [kill(sender, "SIGSTOP", "stopped"), "init: --- stopped by SIGSTOP ---",
              kill(sender, "SIGCONT", "continued"), "init: --- continued ---"]
    return lines + [kill(sender, "SIGKILL", "killed"), "init: +++ killed by SIGKILL +++"]


def default(sender):
    yield f"Every signal from {sender.title}, to an init without handlers."
    yield from sender.setup
    yield ""
    yield from (kill(sender, sig, "ignored") for sig in CATCHABLE)
    yield from kill_and_stop(sender)


def ignored(sender):
    yield f"Every signal from {sender.title}, to an init that ignores it."
    yield from sender.setup
    yield ""
    for sig in CATCHABLE:
        yield f"init: sigaction({sig}, SIG_IGN) = 0"
        yield kill(sender, sig, "ignored")


def handled(sender):
    yield f"Every signal from {sender.title}, to an init that has a handler for it."
    yield from sender.setup
    yield ""
    for sig in CATCHABLE:
        yield f"init: sigaction({sig}, handler) = 0"
        yield kill(sender, sig, "handled")
        yield told(sender, sig)


def blocked(sender, disposition):
    """Nothing that is blocked is thrown away when it is sent."""
    for sig in CATCHABLE:
        if disposition != "SIG_DFL":
            yield f"init: sigaction({sig}, {disposition}) = 0"
        yield f"init: sigprocmask(SIG_BLOCK, {{{sig}}}) = 0"
        yield kill(sender, sig, "pending")
        yield kill(sender, sig, "merged" if sig in SIGNALS[:31] else "pending")
        yield f"init: ShdPnd = {{{sig}}}"
        yield f"init: sigprocmask(SIG_UNBLOCK, {{{sig}}}) = 0"
        if disposition == "handler":
            yield told(sender, sig)
            if sig not in SIGNALS[:31]:
                yield told(sender, sig)
        yield "init: ShdPnd = {}"
        yield ""
    yield "init: is running"


def blocked_default(sender):
    yield (f"Every signal from {sender.title}, to an init that blocks it and has no handler: "
           "it waits, and is thrown away when it is unblocked.")
    yield from sender.setup
    yield ""
    yield from blocked(sender, "SIG_DFL")


def blocked_ignored(sender):
    yield (f"Every signal from {sender.title}, to an init that ignores and blocks it: it waits, "
           "and is thrown away when it is unblocked.")
    yield from sender.setup
    yield ""
    yield from blocked(sender, "SIG_IGN")


def blocked_handled(sender):
    yield (f"Every signal from {sender.title}, to an init that blocks it and has a handler: it "
           "waits, and the handler runs when it is unblocked.")
    yield from sender.setup
    yield ""
    yield from blocked(sender, "handler")


def awaited(sender):
    """An init that waits in a call cannot send: another thread of it does that."""
    yield f"Every signal from {sender.title}, to an init that blocks it and waits for it."
    yield from sender.setup
    yield "init: sigprocmask(SIG_SETMASK, ~{}) = 0"
    name = sender.name
    if name == "init":
        yield "init: thread() = t"
        sender = Sender(sender.key, sender.title, [], ("t", sender.pid), "init", False)
    yield ""
    for sig in CATCHABLE:
        yield f"init: sigwaitinfo({{{sig}}}) = ?"
        yield kill(sender, sig, "handled" if name != "init" else "init: handled")
        yield f"init: ... resumed = {sig} {{si_code=SI_USER, si_pid={sender.number}}}"


def traced(sender):
    """What the tracer passes on is thrown away, for there is no handler."""
    yield (f"Every signal from {sender.title}, to an init that is traced: its tracer is told of "
           "it, and what it passes on is thrown away without a handler.")
    yield from sender.setup
    yield "host: fork() = tracer"
    yield "tracer: ptrace(ATTACH, init) = 0"
    yield "tracer: wait4(init) = init [stopped by SIGSTOP]"
    yield "tracer: ptrace(CONT, init) = 0"
    yield ""
    for sig in CATCHABLE + ["SIGSTOP"]:
        if sender.name == "init":
            yield f"init: kill(1, {sig}) = ? => traced"
        else:
            yield kill(sender, sig, "init: traced")
        yield f"tracer: wait4(init) = init [stopped by {sig}]"
        yield f"tracer: ptrace(CONT, init{'' if sig == 'SIGSTOP' else ', ' + sig}) = 0"
    yield "init: is running"
    yield ""
    yield "# It is told of everything but this one."
    if sender.outside:
        yield kill(sender, "SIGKILL", "init: killed")
        yield "init: +++ killed by SIGKILL +++"
    else:
        yield kill(sender, "SIGKILL", "init: ignored")
        yield "init: is running"


INIT_TABLES = {"default": default, "ignored": ignored, "handled": handled,
               "blocked-default": blocked_default, "blocked-ignored": blocked_ignored,
               "blocked-handled": blocked_handled, "awaited": awaited, "traced": traced}


def ordinary():
    yield ("Every signal to a process that is no init and has no handlers: most kill, a few stop "
           "or do nothing. (No core is dumped: its size is limited to nothing.)")
    yield "host: setrlimit(RLIMIT_CORE, 0) = 0"
    for number, sig in enumerate(SIGNALS, 1):
        name = f"p{number}"
        yield ""
        yield f"host: fork() = {name}"
        if sig in IGNORED_BY_DEFAULT:
            yield f"host: kill({name}, {sig}) = 0 => ignored"
            yield f"{name}: is running"
        elif sig in STOPS + ["SIGSTOP"]:
            if sig in STOPS:  # a session leader's group is orphaned; one of its own is not
                yield f"{name}: setpgid(0, 0) = 0"
            yield f"host: kill({name}, {sig}) = 0 => stopped"
            yield f"{name}: --- stopped by {sig} ---"
            yield f"host: wait4({name}, WUNTRACED) = {name} [stopped by {sig}]"
        else:
            yield f"host: kill({name}, {sig}) = 0 => killed"
            yield f"{name}: +++ killed by {sig} +++"
            yield f"host: wait4({name}) = {name} [killed by {sig}]"


CALLS = ["kill({pid}, {sig})", "tkill({pid}, {sig})", "tgkill({pid}, {pid}, {sig})",
         "sigqueue({pid}, {sig}, 1)", "rt_sigqueueinfo({pid}, {sig}, {{si_code=SI_QUEUE}})",
         "rt_tgsigqueueinfo({pid}, {pid}, {sig}, {{si_code=SI_QUEUE}})",
         "pidfd_send_signal(init{n}, {sig})"]


def calls():
    yield "It makes no difference to an init by which call a signal is sent, only from where."
    for n, call in enumerate(CALLS, 1):
        make = lambda pid, sig: call.format(pid=pid, sig=sig, n=n)
        yield ""
        yield f"host: clone(CLONE_NEWPID) = init{n}"
        yield f"init{n}: fork() = app{n}"
        for sig in ("SIGTERM", "SIGSTOP", "SIGKILL"):
            yield f"app{n}: {make('1', sig)} = 0 => init{n}: ignored"
        yield f"host: {make(f'init{n}', 'SIGTERM')} = 0 => init{n}: ignored"
        yield f"host: {make(f'init{n}', 'SIGSTOP')} = 0 => init{n}: stopped"
        yield f"init{n}: --- stopped by SIGSTOP ---"
        yield f"host: {make(f'init{n}', 'SIGKILL')} = 0 => init{n}: killed"
        yield f"app{n}: +++ killed by SIGKILL +++"
        yield f"init{n}: +++ killed by SIGKILL +++"


def wrapped(text):
    """The title as comment lines of at most 100 columns."""
    line = "#"
    for word in text.split():
        if len(line) + 1 + len(word) > 100:
            yield line
            line = "#"
        line += " " + word
    yield line


def written(lines):
    """The text of a scenario: its title first, its fates and names in columns."""
    lines = list(lines)
    text = [*wrapped(lines[0]), "# Made by tables.py."]
    width = max(len(line.split(":")[0]) for line in lines[1:] if line and line[0] != "#")
    fates = max(len(line.split(" => ")[0].split(": ", 1)[1]) for line in lines if " => " in line)
    for line in lines[1:]:
        if line and line[0] != "#":
            who, what = line.split(": ", 1)
            what, arrow, fate = what.partition(" => ")
            line = f"{who + ':':{width + 1}} " + (f"{what:{fates}} => {fate}" if arrow else what)
        text.append(line)
    return "\n".join(text) + "\n"


def tables():
    for sender in SENDERS:
        for name, table in INIT_TABLES.items():
            yield f"table-init-{name}-{sender.key}.fate", table(sender)
    yield "table-ordinary.fate", ordinary()
    yield "table-calls.fate", calls()


def main():
    check = sys.argv[1:] == ["--check"]
    stale = []
    for name, lines in tables():
        path, text = os.path.join(HERE, name), written(lines)
        old = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
        if check and old != text:
            stale.append(name)
        elif not check:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    made = {name for name, _ in tables()}
    stale += sorted(name for name in os.listdir(HERE)
                    if name.startswith("table-") and name not in made)
    if check:
        print("1..1")
        print(("not " if stale else "") + "ok 1 - the tables are what tables.py writes")
        for name in stale:
            print(f"# {name} is not")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
