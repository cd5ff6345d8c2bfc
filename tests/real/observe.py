# SPDX-License-Identifier: GPL-2.0-or-later
"""What really became of a signal, from what its target shows.  No rule of signals is applied here:
each fate is told by its own traces."""

import fcntl
import functools
import os
import select
import struct
import time

import wire

SIGCONT = 18
CLD_KILLED, CLD_DUMPED = 2, 3
LIBRARY_OWN = (32, 33)  # the C library handles them without a word, once there are threads
OTHER_DEATH = "a death of its own"
RES_IGNORED = 1  # what the tracepoint signal_generate says
PIDFD_INFO = struct.Struct("=QQ11Ii")
PIDFD_INFO_EXIT = 1 << 3
PIDFD_GET_INFO = 3 << 30 | PIDFD_INFO.size << 16 | 0xFF << 8 | 11


class Snapshot:
    """What /proc says of a process: pending sets as masks, and whether it is stopped."""

    def __init__(self, process):
        self.private = {}
        self.shared = self.caught = 0
        self.blocked = 0  # by any thread
        self.state = process.states()
        for thread in process.threads:
            status = wire.task_status(process.pid, thread.tid)
            if status:
                self.private[thread.tid] = int(status["SigPnd"], 16)
                self.shared = int(status["ShdPnd"], 16)
                self.caught = int(status["SigCgt"], 16)
                self.blocked |= int(status["SigBlk"], 16)

    def traced(self):
        return {tid for tid, state in self.state.items() if state == "t"}

    def stopped(self, process):
        return all(self.state[t.tid] == "T" for t in process.threads if not t.exited)


class Watch:
    """A process before a signal is sent, to be compared with what it is afterwards."""

    def __init__(self, process, sig, tid=None):
        """@tid: the thread that it is sent to, None when it is for the process."""
        self.process = process
        self.sig = sig
        self.tid = tid
        self.before = Snapshot(process)
        self.events = {thread: len(thread.events) for thread in process.threads}

    def fates(self, res):
        """The fates that fit, as a set; @res is the traced result, None when there is none.

        Empty: the signal left no trace at all."""
        if self.process.dead():
            return self._death() | ({"handled"} if self._handled() else set())
        after = Snapshot(self.process)
        was_stopped, stopped = self.before.stopped(self.process), after.stopped(self.process)
        if stopped and not was_stopped:
            return {"stopped"}
        found = self._pending(after, res)
        if self._handled():
            found.add("handled")
        if was_stopped and not stopped:
            found.add("continued")
        if after.traced() - self.before.traced() and not found:
            # nobody stops for what he blocks: a call took it, and its caller cannot tell yet
            blocked = self.before.blocked >> (self.sig - 1) & 1
            return {"traced", "handled"} if blocked else {"traced"}
        if found or res is None:
            return found
        if res == RES_IGNORED:
            return {"ignored"}
        unheard = self.sig in LIBRARY_OWN and self.before.caught >> (self.sig - 1) & 1
        return {"handled"} if unheard else {"dropped"}

    def _handled(self):
        """A handler ran, or a call that waits for signals gave it."""
        return any(event.signo == self.sig for thread, count in self.events.items()
                   for event in thread.events[count:])

    def _death(self):
        """It died; of another signal only when that was waiting while it was stopped."""
        code, status = self.process.status or (None, None)
        if status == self.sig and code in (CLD_KILLED, CLD_DUMPED):
            return {"killed" if code == CLD_KILLED else "dumped"}
        if self.sig == SIGCONT and self.before.stopped(self.process):
            return {"continued"}
        if code is None:  # nobody of ours could reap it
            return {"killed", "dumped"}
        return {f"{OTHER_DEATH}: code {code} status {status}"}

    def _pending(self, after, res):
        bit = 1 << (self.sig - 1)
        was = self.before.private.get(self.tid, 0) if self.tid else self.before.shared
        now = after.private.get(self.tid, 0) if self.tid else after.shared
        if not now & bit or res == RES_IGNORED:
            return set()
        return {"pending"} if not was & bit or self.sig >= 32 else {"merged"}


def core_dumps_are_files():
    """Whether a core dump is a file in the directory of the process that died."""
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
        pattern = file.read().strip()
    return pattern == os.path.basename(pattern) and not pattern.startswith(("|", "@"))


def exit_info(pidfd):
    """The wait status of a process that has been reaped, or None (and before kernel 6.15)."""
    info = bytearray(PIDFD_INFO.pack(PIDFD_INFO_EXIT, *[0] * 13))
    try:
        fcntl.ioctl(pidfd, PIDFD_GET_INFO, info)
    except OSError:
        return None
    values = PIDFD_INFO.unpack(info)
    return values[-1] if values[0] & PIDFD_INFO_EXIT else None


@functools.cache
def exit_info_is_there():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    pidfd = os.pidfd_open(pid)
    os.waitpid(pid, 0)
    status = exit_info(pidfd)
    os.close(pidfd)
    return status is not None


def exit_status(pidfd):
    """The wait status of a process that somebody else reaps; None where kernels do not tell."""
    deadline = time.monotonic() + wire.PATIENCE
    while exit_info_is_there() and time.monotonic() < deadline:
        status = exit_info(pidfd)
        if status is not None:
            return status
        select.select([], [], [], 0.002)
    return None


def idle(pid):
    """Every thread sleeps, is stopped or is dead: none has a signal to take.

    Who sends a signal wakes whom it chose before its call returns; so after a call nobody that is
    asleep has yet to take it."""
    try:
        tids = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return True
    for tid in tids:
        stat = wire.task_stat(pid, tid)
        if stat and stat[0] != "Z" and (stat[0] not in "STt" or int(stat[6]) & wire.PF_EXITING):
            return False
    return True


def fates(before, after, sig, seen, died):
    """The fates that fit a program that cannot tell what it did with a signal that was sent to it.

    @before and @after are its status (None: it has ended), @seen what was traced, @died whether it
    died of that signal (None: not known)."""

    def has(status, field):
        return bool(int(status[field], 16) >> (sig - 1) & 1)

    if seen["handlers"]:
        return {"handled"}
    if died:
        return {"killed"}
    if not after and died is None:
        return {"killed", "handled"}
    if not after:  # took the signal by itself, and ended
        return {"handled"}
    if after["State"][0] == "T" and before["State"][0] != "T":
        return {"stopped"}
    if has(after, "ShdPnd"):
        return {"pending"}
    if seen["result"] is None:
        # who waits for it in a call does not block it meanwhile
        taken = has(before, "SigCgt") or has(before, "SigBlk")
        return {"handled"} if taken else {"ignored", "dropped", "handled"}
    if seen["result"] == RES_IGNORED:
        return {"ignored"}
    # queued, and gone: delivered to nobody's handler, or taken by a call that waits for signals
    return {"dropped" if seen["delivered"] else "handled"}
