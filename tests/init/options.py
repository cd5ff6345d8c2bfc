#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""The options of sigfate-init, each also in its environment form, and what it says of bad ones."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from common import TESTS, Init, Skip, host, lab, main

TERM = signal.SIGTERM
PREFIX = "SIGFATE_INIT_"
BAD = [["--stop=none"], ["--stop"], ["--grace=-1"], ["--grace=1x"], ["--grace=."], ["--grace="],
       ["--grace=1.2345"], ["--grace=99999999999999999999"], ["--map=TERM"], ["--map=KILL=TERM"],
       ["--map=TERM=NOPE"], ["--map=TERM=0"], ["--ignore=STOP"], ["--ignore=0"],
       ["--ignore=TERM=INT"], ["--ignore=TERM,"], ["--on=TERM"], ["--on=TERM="], ["--on=KILL=true"],
       ["--map-exit=256=0"], ["--map-exit=1"], ["--map-exit=1=-1"], ["--parent-death=0"],
       ["--report="], ["--report", "--"], ["--reraise=maybe"],
       ["--no-such"], ["--"], [], ["-x"], ["--stop-signal="], ["--" + "x" * 5000],
       ["--map=" + "TERM=QUIT," * 2000], ["--stop=\033[31m"]]


def both_ways(init, setting, check):
    """A setting as an option, as an option of two words, and in the environment."""
    name, _, value = setting.partition("=")
    variable = PREFIX + name.upper().replace("-", "_")
    for how, more in ((f"--{setting}", {"give": [f"--{name}={value}"]}),
                      (f"--{name} {value}", {"give": [f"--{name}", value]}),
                      (variable, {"env": {variable: value}})):
        held, why = check(more)
        if not held:
            return False, f"{how}: {why}"
    return True, ""


def heard(init, more, send, want):
    """The main process hears of `want` when `send` is sent."""
    with init.actor("record", **more) as run:
        if not run.ready() or not run.out.find("^helper"):
            return False, run.stderr()
        for sig in send:
            run.send(sig)
        run.send(64)
        got = []
        while match := run.out.find(r"^got (\d+)"):
            if int(match[1]) == 64:
                break
            got.append(int(match[1]))
        return sorted(got) == sorted(want), f"it got {got}, not {want}"


def code(init, role, more, want):
    with init.actor(*role, **more) as run:
        got = run.code()
        return got == want, f"{got}, not {want}: {run.stderr()}"


def bad(init):
    """what is not understood is refused with 125 and a word about it"""
    for words in BAD:
        command = ["true"] if words and words != ["--"] else []
        done = subprocess.run([init.path, *words, *command], capture_output=True, check=False,
                              timeout=lab.PATIENCE)
        text = done.stderr.decode(errors="replace")
        if (done.returncode != 125 or not text.startswith("sigfate-init: ") or "\033" in text
                or text.count("\n") != 1 or len(text) > 512):
            return False, f"{words}: {done.returncode} {text!r}"
    return True, ""


def bad_environment(init):
    """what is not understood in the environment is refused as well"""
    for variable in ("GRACE=x", "NOPE=1", "ON_=true", "ON_TERM=", "STOP", "RERAISE=1"):
        name, _, value = variable.partition("=")
        done = subprocess.run([init.path, "true"], capture_output=True, check=False,
                              env={**os.environ, PREFIX + name: value})
        if done.returncode != 125 or PREFIX.encode() + name.encode() not in done.stderr:
            return False, f"{variable}: {done}"
    return True, ""


def option_over_environment(init):
    """an option comes after the environment"""
    return code(init, ["exit", "3"],
                {"give": ["--map-exit=3=4"], "env": {PREFIX + "MAP_EXIT": "3=5"}}, 4)


def help_and_manual(init):
    """--help and the manual have the same options, and so has the environment"""
    said = subprocess.run([init.path, "--help"], capture_output=True, text=True, check=True).stdout
    with open(os.path.join(TESTS, "..", "man", "sigfate-init.1.scd"), encoding="utf-8") as file:
        manual = file.read()
    in_help = {name for line in re.findall(r"^  --.*", said, re.M)
               for name in re.findall(r"--([\w-]+)", line)}
    in_manual = {name for line in re.findall(r"^\*--.*", manual, re.M)
                 for name in re.findall(r"\*--([\w-]+)", line)}
    variables = {word.lower().replace("_", "-") for word in
                 re.findall(rf"\*{PREFIX}(\w+)\*", manual.replace("\\_", "_"))}
    settings = in_help - {"help", "version", "on"}
    return (in_help == in_manual and settings <= variables,
            f"--help: {in_help}, the manual: {in_manual}, {variables}")


def environment_forms(init):
    """each option of --help is taken, and taken alike, as an option and from the environment"""
    values = {"stop": "tree", "stop-signal": "QUIT", "grace": "1.5", "map": "TERM=QUIT",
              "ignore": "USR1", "on": "USR1=true", "map-exit": "0=7", "reraise": "yes",
              "report": "/dev/null", "parent-death": "TERM"}
    said = subprocess.run([init.path, "--help"], capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r"^  --([\w-]+)", said, re.M)) - {"help"}
    if names != set(values):
        return False, f"{names} are not {set(values)}"
    for name, value in values.items():
        variable, rest = PREFIX + name.upper().replace("-", "_"), value
        if name == "on":
            variable, rest = f"{variable}_USR1", "true"
        option = f"--{name}" if name == "reraise" else f"--{name}={value}"
        for words, environment in (([option], {}), ([], {variable: rest})):
            done = subprocess.run([init.path, *words, "--", "true"], capture_output=True,
                                  check=False, env={**os.environ, **environment})
            if done.returncode != (7 if name == "map-exit" else 0) or done.stderr:
                return False, f"{words} {environment}: {done}"
        done = subprocess.run([init.path, "--", "true"], capture_output=True, check=False,
                              env={**os.environ, variable: ""})
        if done.returncode != 125 or variable.encode() not in done.stderr:
            return False, f"{variable}=: {done}"
    return True, ""


def version(init):
    """--version says who it is, in a form that Docker's engine reads"""
    said = subprocess.run([init.path, "--version"], capture_output=True, text=True,
                          check=True).stdout
    parts = said.strip().split(" - ")  # as moby's parseInitVersion() does
    return (said.startswith("sigfate-init ") and len(parts) == 2
            and re.fullmatch(r"git\.[^.]+", parts[1]), said)


def map_signal(init):
    """--map passes signals on as others, by name"""
    return both_ways(init, "map=TERM=QUIT,RTMIN+3=TERM,SIGUSR1=12",
                     lambda more: heard(init, more, [37, signal.SIGUSR1, TERM],
                                        [15, 12, 3]))


def ignore(init):
    """--ignore passes them on to nobody"""
    return both_ways(init, "ignore=USR1,WINCH,RTMAX-1",
                     lambda more: heard(init, more, [signal.SIGUSR1, 63, signal.SIGWINCH,
                                                     signal.SIGUSR2], [signal.SIGUSR2]))


def map_exit(init):
    """--map-exit ends with another code"""
    for role, want in ((["die", "15"], 0), (["exit", "3"], 7), (["exit", "4"], 4)):
        held, why = both_ways(init, "map-exit=143=0,3=7",
                              lambda more: code(init, role, more, want))
        if not held:
            return held, why
    return True, ""


def reraise(init):
    """--reraise dies of the same signal, where the kernel lets it"""
    for sig in (TERM, signal.SIGKILL, signal.SIGSEGV, 40):
        for more, want in (({"options": ["--second"], "give": ["--reraise"]}, -sig),
                           ({"options": ["--second"], "env": {PREFIX + "RERAISE": "yes"}}, -sig),
                           ({"options": ["--second"]}, 128 + sig),
                           ({"give": ["--reraise"]}, 128 + sig)):
            held, why = code(init, ["die", str(int(sig))], more, want)
            if not held:
                return False, f"{sig} {more}: {why}"
    return code(init, ["die", "15"],
                {"options": ["--second"], "give": ["--reraise", "--map-exit=143=9"]}, 9)


def stop_signal(init):
    """--stop-signal makes another signal the one that begins the end"""
    def check(more):
        more = {**more, "give": [*more.get("give", []), "--grace=0.2"]}
        with init.actor("record", **more) as run:
            if not run.ready():
                return False, run.stderr()
            run.send(TERM)
            still = not run.gone(0.5)
            run.send(signal.SIGQUIT)
            return still and run.code() == 137, f"{still} {run.code(0)}"
    return both_ways(init, "stop-signal=QUIT,RTMIN+3", check)


def grace(init):
    """--grace: a grace of its own"""
    def check(more):
        with init.actor("record", **more) as run:
            if not run.ready():
                return False, run.stderr()
            began = time.monotonic()
            run.send(TERM)
            code = run.code()
            took = time.monotonic() - began
            return code == 137 and 0.4 <= took < 9, f"{code} after {took}"
    return both_ways(init, "grace=0.4", check)


def hook(init):
    """--on lets a command run first, which is told the main process's number"""
    command = "echo hook $1 >$ACTOR_OUT"
    for more in ({"give": ["--on", f"USR1={command}"]}, {"env": {PREFIX + "ON_USR1": command}}):
        with init.actor("record", **more) as run:
            if not run.ready() or not run.out.find("^helper"):
                return False, run.stderr()
            run.send(signal.SIGUSR1)
            first = run.out.find(r"^hook (\d+)|^got")
            then = run.out.find(r"^got 10 ")
            if not first or first[1] != run.given["pid"] or not then:
                return False, f"{run.out.all} {run.stderr()}"
    return True, ""


def with_drain(init, then, times=1):
    """The stop signal, sent so many times at once, runs a command; @then is what is next."""
    with tempfile.TemporaryDirectory() as where:
        fifo = f"{where}/drain"
        os.mkfifo(fifo)
        command = f"exec <{fifo}; echo draining >$ACTOR_OUT; cat"
        with init.actor("record", give=["--on", f"TERM={command}", "--grace=20"]) as run:
            if not run.ready() or not run.out.find("^helper"):
                return False, run.stderr()
            drain = os.open(fifo, os.O_RDWR)
            try:
                for _ in range(times):
                    run.send(TERM)
                began = run.out.find("^draining|^got")
                if not began or began[0] != "draining":
                    return False, f"{run.out.all}"
                return then(run, drain)
            finally:
                with contextlib.suppress(OSError):
                    os.close(drain)


def release(run, drain):
    early = run.out.find("^got", 0.2)
    os.close(drain)
    return not early and run.out.find("^got 15 "), f"{run.out.all}"


def stop_hook(init):
    """--on the stop signal: it drains, and the stop comes after it"""
    return with_drain(init, release)


def stop_hook_hurried(init):
    """a second stop signal does not wait for the command"""
    def again(run, _):
        if run.out.find("^got", 0.1):
            return False, f"{run.out.all}"
        run.send(TERM)
        return run.out.find("^got 15 ") and run.code() == 137, f"{run.out.all} {run.code(0)}"
    # two at once are one; on a busy machine they may come to it one after the other
    for _ in range(5):
        held, why = with_drain(init, again, times=2)
        if held:
            break
    return held, why


def report_to(init, role, more, want):
    """The report's line, in a file and through a descriptor."""
    lines = []
    with tempfile.TemporaryDirectory() as where:
        path = f"{where}/report"
        give = [*more.get("give", []), f"--report={path}"]
        with init.actor(*role, **{**more, "give": give}) as run:
            run.end()
        with open(path, encoding="ascii") as file:
            lines.append(file.read())
    ours, theirs = os.pipe()
    environment = {PREFIX + "REPORT": str(theirs)}
    with init.actor(*role, **{**more, "env": environment, "fds": [theirs]}) as run:
        os.close(theirs)
        run.end()
    lines.append(os.read(ours, 4096).decode())
    os.close(ours)
    for line in lines:
        if line.count("\n") != 1:
            return False, f"{line!r}"
        got = json.loads(line)
        if {key: got.get(key) for key in want} != want or got["schema"] != "sigfate.init/1":
            return False, f"{got}, not {want}"
    return True, ""


def reports(init):
    """--report says how the main process ended"""
    for role, more, want in (
            (["exit", "7"], {}, {"end": "exit", "code": 7, "exit": 7, "stop": None, "killed": []}),
            (["die", "11"], {}, {"end": "signal", "signal": "SIGSEGV", "exit": 139, "core": False}),
            (["die", "40"], {"give": []}, {"end": "signal", "signal": "SIGRTMIN+6", "exit": 168})):
        held, why = report_to(init, role, more, want)
        if not held:
            return False, why
    with tempfile.TemporaryDirectory() as where:
        with init.run(["no-such-command"], give=[f"--report={where}/report"]) as run:
            run.end()
        with open(f"{where}/report", encoding="ascii") as file:
            got = json.load(file)
        return (got["end"], got["exit"], got["command"]) == ("none", 127, "no-such-command"), got


def report_hidden(init):
    """the main process does not have the report's descriptor"""
    ours, theirs = os.pipe()
    with init.actor("wait", give=[f"--report={theirs}"], fds=[theirs]) as run:
        given = run.ready()
    os.close(ours)
    os.close(theirs)
    return given and not int(given["fds"], 16) & (1 << theirs), f"{given}"


def report_nowhere(init):
    """a report that cannot be written is said, and is no reason not to run"""
    for place in ("/no/such/directory/report", "/", "77", "4294967298", "9" * 40):
        held, why = code(init, ["exit", "5"], {"give": [f"--report={place}"]}, 5)
        if not held:
            return False, f"{place}: {why}"
    with tempfile.TemporaryDirectory() as where:
        os.mkfifo(f"{where}/fifo")  # nobody reads it
        return code(init, ["exit", "5"], {"give": [f"--report={where}/fifo"]}, 5)


def parent_death(init):
    """--parent-death gets a signal when the parent ends"""
    script = f"{init.path} --parent-death=TERM -- {lab.fixture('actor')} record & read -r line"
    parent = f"sh -c {lab.shlex.quote(script)}; exec sleep 1000"
    with lab.Run("", ["sh", "-c", parent], "--second", separator=()) as run:
        if not run.ready() or not run.out.find("^helper"):
            return False, run.stderr()
        run.say("go")
        return run.out.find("^got 15 ", 3), f"{run.out.all}"


def broken_stderr(init):
    """a message that nobody reads is not the main process's SIGPIPE"""
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        with init.actor("record", give=["--report=77"], stderr=theirs) as run:
            if not run.ready() or not run.out.find("^helper"):
                return False, "it does not start"
            run.send(64)
            first = run.out.find(r"^got (\d+)")
            return first and first[1] == "64", f"{run.out.all}"
    finally:
        os.close(theirs)


def hostile_arguments(init):
    """a hundred thousand arguments, a PATH of a hundred thousand bytes, commands without a name"""
    many = subprocess.run([init.path, "--", "true", *["x"] * 100000], check=False)
    long = subprocess.run([init.path, "--", "true"], check=False,
                          env={"PATH": ("/" + "d" * 5000 + ":") * 20 + "/bin:/usr/bin"})
    unset = subprocess.run([init.path, "--", "true"], check=False, env={})
    none = subprocess.run([init.path, "--", ""], capture_output=True, check=False)
    lines = subprocess.run([init.path, "--", "no\nsuch\033[31m"], capture_output=True, check=False)
    return ((many.returncode, long.returncode, unset.returncode, none.returncode, lines.returncode)
            == (0, 0, 0, 127, 127)
            and lines.stderr.count(b"\n") == 1 and b"\033" not in lines.stderr,
            f"{many.returncode} {long.returncode} {unset.returncode} {none} {lines}")


@contextlib.contextmanager
def for_everybody(init):
    """The init and the programs of these tests, where anybody may run them."""
    with host.directory() as where:
        for path in (init.path, lab.fixture("stage"), lab.fixture("actor")):
            shutil.copy(path, where)
        before = os.environ.get("SIGFATE_FIXTURES")
        os.environ["SIGFATE_FIXTURES"] = where
        try:
            yield Init(os.path.join(where, os.path.basename(init.path)))
        finally:
            if before is None:
                del os.environ["SIGFATE_FIXTURES"]
            else:
                os.environ["SIGFATE_FIXTURES"] = before


def rootless(init):
    """as an ordinary user, in a user namespace"""
    if os.geteuid() != 0:
        return code(init, ["exit", "42"], {}, 42)
    if not host.can_make_userns():
        raise Skip("no user namespaces can be made here")
    with for_everybody(init) as copy, copy.actor("record", user=65534) as run:
        if not run.ready() or not run.out.find("^helper"):
            return False, run.stderr()
        run.send(TERM)
        return run.out.find("^got 15 "), run.stderr()


TESTS_HERE = [bad, bad_environment, option_over_environment, help_and_manual, environment_forms,
              version, map_signal, ignore, map_exit, reraise, stop_signal, grace, hook, stop_hook,
              stop_hook_hurried, reports, report_hidden, report_nowhere, parent_death,
              broken_stderr, hostile_arguments, rootless]

if __name__ == "__main__":
    sys.exit(main(__doc__, TESTS_HERE))
