# SPDX-License-Identifier: GPL-2.0-or-later
"""The signal tracepoints, through a private tracefs instance."""

import ctypes
import os
import re
import tempfile

from host import MNT_DETACH, libc

INITIAL_PIDNS = 0xEFFFFFFC
NOBODY = "common_pid==-1"  # a filter that lets nothing through


class Trace:
    """What the kernel says of every signal that is generated, and delivered if asked for."""

    EVENTS = ("signal_generate", "signal_deliver")
    GENERATE = re.compile(rb"-(\d+) +\[.*signal_generate: sig=(\d+) errno=-?\d+ code=-?\d+ "
                          rb"comm=.* pid=(\d+) grp=\d res=(\d)$")
    DELIVER = re.compile(rb"-(\d+) +\[.*signal_deliver: sig=(\d+) errno=-?\d+ code=-?\d+ "
                         rb"sa_handler=([0-9a-f]+) ")

    def __init__(self, deliver=False):
        self.why_not = None
        self.where = self.instance = self.pipe = None
        if os.stat("/proc/self/ns/pid").st_ino != INITIAL_PIDNS:
            self.why_not = "not in the initial PID namespace"
            return
        where = tempfile.mkdtemp(prefix="sigfate-tracefs-")
        if libc.mount(b"tracefs", where.encode(), b"tracefs", 0, None) < 0:
            self.why_not = os.strerror(ctypes.get_errno())
            os.rmdir(where)
            return
        self.where = where
        try:
            instance = f"{where}/instances/sigfate-real-{os.getpid()}"
            os.mkdir(instance)
            self.instance = instance
            self.pipe = os.open(f"{instance}/trace_pipe", os.O_RDONLY | os.O_NONBLOCK)
            self.enabled = self.EVENTS[:2 if deliver else 1]
            for event in self.enabled:
                self._write(f"events/signal/{event}/filter", NOBODY)
                self._write(f"events/signal/{event}/enable", "1")
        except OSError as error:
            self.close()
            self.why_not = str(error)

    def _write(self, name, text):
        with open(f"{self.instance}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def _read(self):
        """What came since the last time, without waiting; clearing the buffer would be slow."""
        text = b""
        while True:
            try:
                more = os.read(self.pipe, 65536)
            except BlockingIOError:
                return text
            if not more:
                return text
            text += more

    def watch(self, sender=None, tids=()):
        """From now on look at what `sender` sends, or anybody sends to one of `tids`, and at what
        these take; the others on this machine would flood us."""
        if not self.instance:
            return
        where = {
            "signal_generate": [f"common_pid=={sender}"] if sender
                               else [f"pid=={tid}" for tid in tids],
            "signal_deliver": [f"common_pid=={tid}" for tid in tids],
        }
        for event in self.enabled:
            self._write(f"events/signal/{event}/filter", " || ".join(where[event] or [NOBODY]))
        self._read()

    def events(self, sender, sig, tids):
        """What became of the signal that `sender` sent to one of `tids`, since watch().

        Without @sender, that anybody sent."""
        found = {"result": None, "delivered": 0, "handlers": 0}
        if not self.instance:
            return found
        for line in self._read().splitlines():
            match = self.GENERATE.search(line)
            if match:
                who, what, whom, result = map(int, match.groups())
                if who == (sender or who) and what == sig and whom in tids:
                    found["result"] = result if found["result"] is None else found["result"]
                continue
            match = self.DELIVER.search(line)
            if match and int(match[2]) == sig and int(match[1]) in tids:
                found["delivered"] += 1
                found["handlers"] += int(match[3], 16) > 1
        return found

    def result(self, sender, sig, tids):
        """The generate result of what `sender` sent to a thread of `tids`, None when not known."""
        return self.events(sender, sig, tids)["result"]

    def results(self, sender, sig):
        """The generate results of one call to many, by the target."""
        found = {}
        for line in self._read().splitlines() if self.instance else []:
            match = self.GENERATE.search(line)
            if match and int(match[1]) == sender and int(match[2]) == sig:
                found[int(match[3])] = int(match[4])
        return found

    def close(self):
        if self.instance:
            try:
                for event in self.enabled:
                    self._write(f"events/signal/{event}/enable", "0")
            finally:
                if self.pipe is not None:
                    os.close(self.pipe)
                os.rmdir(self.instance)
                self.instance = None
        if self.where:
            libc.umount2(self.where.encode(), MNT_DETACH)
            os.rmdir(self.where)
            self.where = None
