# SPDX-License-Identifier: GPL-2.0-or-later
"""What really became of a signal, from what its target shows.  No rule of signals is applied here:
each fate is told by its own traces."""

import os

import wire

SIGCONT = 18
CLD_KILLED, CLD_DUMPED = 2, 3
RES_IGNORED = 1  # what the tracepoint signal_generate says


class Snapshot:
    """What /proc says of a process: pending sets as masks, and whether it is stopped."""

    def __init__(self, process):
        self.private = {}
        self.shared = 0
        self.state = process.states()
        for thread in process.threads:
            status = wire.task_status(process.pid, thread.tid)
            if status:
                self.private[thread.tid] = int(status["SigPnd"], 16)
                self.shared = int(status["ShdPnd"], 16)

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
            return self._death()
        after = Snapshot(self.process)
        was_stopped, stopped = self.before.stopped(self.process), after.stopped(self.process)
        if stopped and not was_stopped:
            return {"stopped"}
        found = self._pending(after, res)
        if self._handled():
            found.add("handled")
        if was_stopped and not stopped:
            found.add("continued")
        if found or res is None:
            return found
        return {"ignored"} if res == RES_IGNORED else {"dropped"}

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
        return {f"a death of its own: code {code} status {status}"}

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
