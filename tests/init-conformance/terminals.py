# SPDX-License-Identifier: GPL-2.0-or-later
"""A real terminal: keys, sizes, hanging up, and the job control of shells inside and outside."""

import array
import contextlib
import fcntl
import os
import select
import shlex
import shutil
import signal
import struct
import termios

from lab import Lines, fixture, terminal
from signals import LAST, heard

INTR, QUIT, SUSP = b"\x03", b"\x1c", b"\x1a"
A_WHILE = 0.5  # for what should not be seen


@contextlib.contextmanager
def on_terminal(lab, role, *options, **more):
    """The init leads a session, with the terminal at its process group, as in a container."""
    with terminal() as (master, path):
        with lab.run([fixture("actor"), role], f"--tty={path}", *options, **more) as run:
            run.master = master
            run.screen = Lines(master)
            yield run


def press(run, key):
    os.write(run.master, key)


def front(run):
    """The process group that the terminal is at."""
    group = array.array("i", [0])
    fcntl.ioctl(run.master, termios.TIOCGPGRP, group)
    return group[0]


def state(run):
    """The main process's."""
    return "".join(run.children().values())


def in_front(lab):
    with on_terminal(lab, "wait") as run:
        given = run.ready()
        return given and given["front"] == given["pgrp"], f"{given}"


def ends_it(lab, key, sig):
    with on_terminal(lab, "wait") as run:
        if not run.ready():
            return False, run.stderr()
        press(run, key)
        return run.code(5) == 128 + sig, f"it ended with {run.code(0)}"


def once(lab, act, sig):
    """The main process hears of it once: from the terminal or through the init, not from both."""
    with on_terminal(lab, "record") as run:
        if not run.ready() or not run.out.find("^helper"):
            return False, run.stderr()
        act(run)
        if sig == signal.SIGHUP:  # the terminal is away
            return run.out.find(r"^got 1 ", 5), "it did not come"
        run.wait_until(lambda: False, 0.05)  # the init may need a moment to pass on its copy
        run.send(LAST)
        got = heard(run, sig)
        return len(got) == 1, f"it came {len(got)} times"


def resize(run):
    fcntl.ioctl(run.master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 99, 0, 0))


def hang_up(run):
    os.close(run.master)


def suspended(lab):
    """Nobody could continue it, so it goes on, as it would as process 1; ^C still ends it."""
    with on_terminal(lab, "wait") as run:
        if not run.ready():
            return False, run.stderr()
        press(run, SUSP)
        run.wait_until(lambda: state(run) == "T", A_WHILE)
        press(run, INTR)
        return run.code(5) == 130, f"it ended with {run.code(0)}, the main process is {state(run)}"


def goes_on(lab):
    with on_terminal(lab, "wait") as run:
        if not run.ready():
            return False, run.stderr()
        press(run, SUSP)
        run.wait_until(lambda: state(run) == "T", A_WHILE)
        return run.wait_until(lambda: state(run) == "S", A_WHILE), f"it is {state(run)}"


# ---- shells ---------------------------------------------------------------------------------

SHELL = ["bash", "--norc", "--noprofile", "--noediting", "-i"]
PROMPT = {"PS1": "ready> ", "PS2": "", "TERM": "dumb", "HISTFILE": "", "PROMPT_COMMAND": ""}


class Shell:
    """An interactive shell; `run` is what it runs under."""

    def __init__(self, run):
        self.run = run
        self.text = ""
        self.started = self.until("ready> ")
        self.group = front(run)

    def until(self, word, seconds=5):
        """Read the screen until it says this; False when it does not."""
        found = []

        def look():
            while select_in(self.run.master):
                with contextlib.suppress(OSError):
                    self.text += os.read(self.run.master, 4096).decode(errors="replace")
                    continue
                break
            found[:] = [word in self.text]
            return found[0]

        holds = self.run.wait_until(look, seconds)
        if holds:
            self.text = self.text.partition(word)[2]
        return holds

    def type(self, line):
        press(self.run, line.encode() + b"\n")

    def job_in_front(self):
        return self.run.wait_until(lambda: front(self.run) != self.group, 5)

    def itself_in_front(self):
        return self.run.wait_until(lambda: front(self.run) == self.group, 5)

    def status(self):
        """$? of the last command."""
        self.type("echo st''atus=$?.")
        for code in (130, 148, 143, 0, 1):
            if f"status={code}." in self.text or self.until(f"status={code}.", 1):
                return code
        return None


def select_in(fd):
    return bool(select.select([fd], [], [], 0)[0])


@contextlib.contextmanager
def under_a_shell(lab):
    """An interactive shell, to which commands with the init can be typed."""
    with terminal() as (master, path):
        with lab.plain(SHELL, f"--tty={path}", "--second", env=PROMPT) as run:
            run.master = master
            yield run, Shell(run)


def steps(shell, *named):
    if not shell.started:
        return False, f"no prompt: {shell.text!r}"
    for step, good in named:
        if not good():
            return False, f"at {step}: {shell.text!r}"
    return True, ""


def do(act):
    """A step that is only done."""
    return lambda: act() is None or True


def job(lab, role):
    return f"{lab.init} -- {fixture('actor')} {role}"


def shell_inside(lab):
    """A shell is the main process: ^Z stops its job, fg brings it back, ^C ends it."""
    with terminal() as (master, path):
        with lab.run(SHELL, f"--tty={path}", env=PROMPT) as run:
            run.master = master
            shell = Shell(run)
            return steps(
                shell, ("a job", do(lambda: shell.type(f"{fixture('actor')} wait"))),
                ("ready", run.ready), ("in front", shell.job_in_front),
                ("^Z", do(lambda: press(run, SUSP))), ("the shell in front", shell.itself_in_front),
                ("Stopped", lambda: shell.until("Stopped")),
                ("fg", do(lambda: shell.type("fg"))), ("in front again", shell.job_in_front),
                ("^C", do(lambda: press(run, INTR))), ("ended", shell.itself_in_front),
                ("status", lambda: shell.status() == 130))


def stop_and_continue(lab):
    """^Z gives the terminal back to the shell; fg brings the main process back to it."""
    with under_a_shell(lab) as (run, shell):
        return steps(
            shell, ("start", do(lambda: shell.type(job(lab, "read")))), ("ready", run.ready),
            ("in front", shell.job_in_front), ("^Z", do(lambda: press(run, SUSP))),
            ("the shell in front", shell.itself_in_front),
            ("Stopped", lambda: shell.until("Stopped")),
            ("fg", do(lambda: shell.type("fg"))), ("in front again", shell.job_in_front),
            ("a line", do(lambda: shell.type("hello"))),
            ("the line read", lambda: run.out.find("^line hello", 5)),
            ("^C", do(lambda: press(run, INTR))), ("ended", shell.itself_in_front),
            ("status", lambda: shell.status() == 130))


def to_the_background(lab):
    """bg lets the main process run on, without the terminal."""
    with under_a_shell(lab) as (run, shell):
        return steps(
            shell, ("start", do(lambda: shell.type(job(lab, "wait")))), ("ready", run.ready),
            ("in front", shell.job_in_front), ("^Z", do(lambda: press(run, SUSP))),
            ("the shell in front", shell.itself_in_front),
            ("Stopped", lambda: shell.until("Stopped")), ("bg", do(lambda: shell.type("bg"))),
            ("the main process runs", lambda: run.wait_until(lambda: runs(run), 5)),
            ("the shell in front still", lambda: front(run) == shell.group))


def runs(run):
    """Whether the main process, two below the shell, is not stopped."""
    for pid in run.children():
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                with open(f"/proc/{child}/stat", "rb") as stat:
                    return stat.read().rpartition(b")")[2].split()[0] == b"S"
    return False


def started_in_background(lab):
    """The terminal stays the shell's; at the first reading the job stops, and fg lets it read."""
    with under_a_shell(lab) as (run, shell):
        return steps(
            shell, ("start", do(lambda: shell.type(job(lab, "read") + " &"))),
            ("ready", run.ready), ("the shell in front", lambda: front(run) == shell.group),
            ("Stopped", lambda: shell.until("Stopped", 1) or shell.type("") or
             shell.until("Stopped")),
            ("fg", do(lambda: shell.type("fg"))), ("in front", shell.job_in_front),
            ("a line", do(lambda: shell.type("hello"))),
            ("the line read", lambda: run.out.find("^line hello", 5)),
            ("^C", do(lambda: press(run, INTR))), ("ended", shell.itself_in_front))


def in_a_script(lab):
    """^C is for the whole job: a script around the init ends too, as it would without one."""
    with under_a_shell(lab) as (run, shell):
        script = f"sh -c {shlex.quote(job(lab, 'wait') + '; echo af''ter')}"
        return steps(
            shell, ("start", do(lambda: shell.type(script))), ("ready", run.ready),
            ("in front", shell.job_in_front), ("^C", do(lambda: press(run, INTR))),
            ("ended", shell.itself_in_front),
            ("status", lambda: shell.status() == 130 and "after" not in shell.text))


def terminal_returned(lab):
    with under_a_shell(lab) as (run, shell):
        return steps(
            shell, ("start", do(lambda: shell.type(job(lab, "exit 0") + "; echo b''ack"))),
            ("back", lambda: shell.until("back")), ("the shell in front", shell.itself_in_front),
            ("status", lambda: shell.status() == 0))


def tests(lab):
    group = "terminal"
    yield (group, "the main process is in front", lambda: in_front(lab))
    yield (group, "^C: 130", lambda: ends_it(lab, INTR, signal.SIGINT))
    yield (group, "^\\: 131", lambda: ends_it(lab, QUIT, signal.SIGQUIT))
    yield (group, "^C is heard once",
           lambda: once(lab, lambda run: press(run, INTR), signal.SIGINT))
    yield (group, "^Z is heard once",
           lambda: once(lab, lambda run: press(run, SUSP), signal.SIGTSTP))
    yield (group, "a new size is heard once", lambda: once(lab, resize, signal.SIGWINCH))
    yield (group, "hanging up is heard", lambda: once(lab, hang_up, signal.SIGHUP))
    yield (group, "^Z, then ^C", lambda: suspended(lab))
    yield (group, "^Z, and nobody to continue it: it goes on", lambda: goes_on(lab))
    if not shutil.which("bash"):
        return
    group = "job control"
    yield (group, "a shell inside: ^Z, fg, ^C", lambda: shell_inside(lab))
    yield (group, "under a shell: ^Z, fg, ^C", lambda: stop_and_continue(lab))
    yield (group, "under a shell: ^Z, bg", lambda: to_the_background(lab))
    yield (group, "under a shell: started in the background", lambda: started_in_background(lab))
    yield (group, "under a shell: in a script, ^C", lambda: in_a_script(lab))
    yield (group, "under a shell: the terminal is given back", lambda: terminal_returned(lab))
