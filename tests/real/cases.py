# SPDX-License-Identifier: GPL-2.0-or-later
"""Random cases: who there is, what the target is like, who sends what, and how.

A case is plain data, so that a failing one can be printed, kept and run again.
"""

import random

SIGKILL, SIGCONT, SIGSTOP = 9, 18, 19
CORE = {3, 4, 5, 6, 7, 8, 11, 24, 25, 31}
UNBLOCKABLE = {SIGKILL, SIGSTOP}
ALL = range(1, 65)
FAVOURITES = [1, 2, 3, 9, 9, 10, 15, 15, 17, 18, 18, 19, 19, 20, 21, 22, 23, 28, 6, 11, 34, 64, 0]
IDENTITY = [0, 0, 4294967295]
MAPS = [IDENTITY, IDENTITY, [0, 0, 65536], [0, 100000, 65536], [0, 1000, 1], None]
KINDS = ["ordinary", "init", "init", "child", "nested", "nested child", "injected", "many"]
HOW = ["kill"] * 5 + ["tgkill"] * 2 + ["sigqueue"] * 2 + ["pidfd"] * 2


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.nodes = []

    def chance(self, p):
        return self.random.random() < p

    def node(self, name, parent, **more):
        node = {"name": name, "parent": parent, **more}
        if self.chance(0.25):
            node["session"] = True
        elif self.chance(0.3):
            node["group"] = True
        self.nodes.append(node)
        return node

    # ---- who there is --------------------------------------------------------------------

    def init(self, name, parent):
        node = self.node(name, parent, newpid=True)
        if self.chance(0.25):
            self.in_userns(node)
        return node

    def in_userns(self, node):
        parent = next((n for n in self.nodes if n["name"] == node["parent"]), {})
        within = self.deepest_map(parent)
        if within is not IDENTITY and not parent.get("root"):
            return  # who has no id there may not make a user namespace
        node["newuser"] = True
        node["map"] = self.random.choice(MAPS) if within is IDENTITY else [0, 0, 1]

    def deepest_map(self, node):
        """The map that bounds what a child namespace can map."""
        while node:
            if node.get("newuser"):
                return node["map"]
            node = next((n for n in self.nodes if n["name"] == node["parent"]), None)
        return IDENTITY

    def tree(self, kind):
        """The target's namespaces and the target; gives the names of the inits, outermost first."""
        depth = {"ordinary": 0, "init": 1, "child": 1, "injected": self.random.choice([1, 2])}.get(
            kind) or (0 if kind == "ordinary" else self.random.choice([2, 2, 3]))
        inits, parent = [], "stage"
        if depth and self.chance(0.12):
            # whoever makes a user namespace may signal what is in it
            self.node("creator", "stage", uid=[1000, 1000, 1000], early=True)
            parent = "creator"
        for level in range(depth):
            name = f"init{level + 1}"
            node = self.init(name, parent)
            if parent == "creator":
                node["newuser"] = True
                node["map"] = self.random.choice([IDENTITY, [0, 1000, 1], [0, 100000, 65536]])
            if node.get("newuser") and not node["map"] and level + 1 < depth:
                node["map"] = IDENTITY
            if node.get("map") and (level + 1 < depth or self.chance(0.5)):
                node["root"] = True
            inits.append(name)
            parent = name
        if kind in ("init", "nested"):
            self.nodes[-1]["name"] = "target"
            inits[-1] = "target"
        elif kind == "injected":
            self.node("target", "stage", into=inits[-1])
        else:
            self.node("target", parent)
        return inits

    def senders(self, kind, inits):
        """The senders that make sense for this tree, by name."""
        names = ["stage", "outsider", "self", "kid"]
        if inits:
            names += ["member", "injected", "member"]
            names += [name for name in inits if name != "target"]
            if len(inits) > 1:
                names += ["uncle"]
            if self.chance(0.3):
                names += ["stranger"]
        return names

    def add_sender(self, name, inits):
        """Make the sender if it is not there yet; gives its name."""
        deepest = inits[-1] if inits else "stage"
        if name == "self":
            return "target"
        if name == "outsider":
            self.node(name, "stage")
        elif name == "kid":
            self.node(name, "target")
        elif name == "member":
            self.node(name, deepest)
        elif name == "injected":
            self.node(name, "stage", into=self.random.choice(inits))
        elif name == "uncle":
            self.node(name, inits[-2])
        elif name == "stranger":
            self.init(name, "stage")
        return name

    def bystanders(self, kind, inits):
        """Others in the target's namespace, to see who goes down with it."""
        for i in range(self.random.choice([0, 0, 1, 2])):
            parent = self.random.choice(["target"] + inits[-1:])
            if self.chance(0.2) and not (kind == "injected" and parent == "target"):
                self.init(f"inner{i}", parent)
            else:
                self.node(f"other{i}", parent)

    # ---- what they are like --------------------------------------------------------------

    def ids(self, node):
        """Other ids and capabilities; the numbers are those of its own user namespace."""
        bound = self.deepest_map(node)
        if node.get("early") or bound is None or node["name"] == "creator":
            return
        if bound[2] > 1000 and self.chance(0.5):
            choice = self.random.choice
            uid = choice([0, 1000, 1000, 1001])
            node["uid"] = [uid] * 3
            if self.chance(0.3):
                node["uid"] = [choice([0, 1000, 1001]) for _ in range(3)]
            if self.chance(0.5):
                node["dumpable"] = True
        roll = self.random.random()
        if roll < 0.1:
            node["caps"] = "kill"
        elif roll < 0.25:
            node["caps"] = "none"

    def some(self, most=6):
        """A few signals that can be blocked."""
        return sorted(self.random.sample(sorted(set(ALL) - UNBLOCKABLE),
                                         self.random.randrange(most)))

    def mask(self, sig):
        roll = self.random.random()
        if roll < 0.5:
            found = set()
        elif roll < 0.6:
            found = set(ALL)
        else:
            found = set(self.some())
        if sig and self.chance(0.3):
            found.add(sig)
        return sorted(found - UNBLOCKABLE)

    def actions(self, sig):
        found = {}
        for other in self.some(4):
            found[str(other)] = self.action()
        if 0 < sig <= 64 and sig not in UNBLOCKABLE and self.chance(0.65):
            found[str(sig)] = self.action()
        return found

    def action(self):
        kind = self.random.choice(["default", "ignore", "handler", "handler"])
        sa_restart, sa_nodefer = 0x10000000, 0x40000000
        flags = self.random.choice([0, 0, sa_restart, sa_restart | sa_nodefer])
        return [kind, flags, self.some(4) if self.chance(0.2) else []]

    def threads(self, sig, self_sends):
        count = self.random.choice([1, 1, 1, 2, 3])
        found = []
        for _ in range(count):
            spec = {"mask": self.mask(sig)}
            if self.chance(0.2) and not (self_sends and not found):
                self.wait(spec, sig)
            found.append(spec)
        # Who reads a signalfd blocks the signals everywhere: else two threads race for them.
        for spec in found:
            kind, wanted = spec.get("wait", ("", []))
            if not kind.startswith("signalfd"):
                continue
            for other in found:
                other["mask"] = sorted(set(other["mask"]) | set(wanted))
                if "wait" in other and other["wait"][0] == "sigsuspend":
                    other["wait"][1] = sorted(set(other["wait"][1]) | set(wanted))
        return found

    def wait(self, spec, sig):
        kind = self.random.choice(
            ["sigtimedwait"] * 2 + ["sigsuspend", "signalfd", "signalfd-poll", "signalfd-open"])
        wanted = set(self.some()) | ({sig} if sig and self.chance(0.7) else set())
        wanted -= UNBLOCKABLE
        if kind == "sigsuspend":
            wanted = set(self.mask(sig))
        elif self.chance(0.8):
            spec["mask"] = sorted(set(spec["mask"]) | wanted)
        spec["wait"] = [kind, sorted(wanted)]

    def pending(self, case):
        """Signals that were sent before and still wait: blocked by all, awaited by none."""
        threads = case["threads"][1 if case["leader_exits"] else 0:]
        blocked = set(ALL) - UNBLOCKABLE
        for spec in threads:
            kind, wanted = spec.get("wait", (None, []))
            blocked &= set(wanted if kind == "sigsuspend" else spec["mask"])
            if kind and kind != "sigsuspend":
                blocked -= set(wanted)
        if case["stopped"]:
            blocked |= set(self.some())
            blocked.discard(SIGCONT)
        if not blocked or not self.chance(0.6):
            return []
        found = []
        for _ in range(self.random.randrange(1, 4)):
            sig = self.random.choice(sorted(blocked))
            if case["signal"] in blocked and self.chance(0.6):
                sig = case["signal"]
            live = range(1 if case["leader_exits"] else 0, len(case["threads"]))
            thread = self.random.choice(list(live)) if self.chance(0.3) else None
            found.append([sig, thread])
        return found

    # ---- the case ------------------------------------------------------------------------

    def make_many(self):
        """A signal to a process group, or to everybody: who are some processes in namespaces."""
        choice = self.random.choice
        names = ["stage"]
        for i in range(self.random.randrange(2, 6)):
            node = {"name": f"p{i}", "parent": choice(names)}
            if self.chance(0.35):
                node["newpid"] = True
            if self.chance(0.15):
                node["session"] = True
            elif self.chance(0.25):
                node["group"] = True
            names.append(node["name"])
            self.nodes.append(node)
        sig = choice([0, 1, 2, 3, 9, 9, 10, 12, 15, 15, 18, 19, 20, 34, 64])
        for node in self.nodes:
            if self.chance(0.4):
                node["actions"] = {str(sig): self.action()} if sig not in {0} | UNBLOCKABLE else {}
            if self.chance(0.2):
                node["mask"] = sorted({sig} - UNBLOCKABLE - {0})
            if self.chance(0.25):
                node["uid"] = [choice([0, 1000, 1001])] * 3
        sender = choice(names[1:])
        forms = ["own", "group", "all"] if self.in_namespace(sender) else ["own", "group"]
        return {"kind": "many", "form": choice(forms),
                "nodes": self.nodes, "sender": sender, "target": self.visible_from(sender, names),
                "signal": sig, "by": "kill", "threads": [{"mask": []}], "actions": {},
                "leader_exits": False, "stopped": False}

    def path(self, name):
        """The nodes from this one up to the stage."""
        while name != "stage":
            node = next(n for n in self.nodes if n["name"] == name)
            yield node
            name = node["parent"]

    def in_namespace(self, name):
        return any(node.get("newpid") for node in self.path(name))

    def space(self, name):
        """The init of the node's PID namespace, or None."""
        return next((node["name"] for node in self.path(name) if node.get("newpid")), None)

    def visible_from(self, sender, names):
        """A process that the sender sees: in its namespace, or in one below it."""
        space = self.space(sender)
        return self.random.choice([name for name in names if name != "stage" and (
            space is None or space in [node["name"] for node in self.path(name)])])

    def make(self, number):
        kind = KINDS[number % len(KINDS)]
        if kind == "many":
            return self.make_many()
        choice = self.random.choice
        inits = self.tree(kind)
        wanted = choice(self.senders(kind, inits))
        sender = self.add_sender(wanted, inits)
        self.bystanders(kind, inits)
        for node in self.nodes:
            self.ids(node)
        sig = choice(FAVOURITES) if self.chance(0.65) else choice(list(ALL) + [65])
        stopped = sender != "target" and self.chance(0.2)
        if stopped and self.chance(0.4):
            sig = SIGCONT
        threads = self.threads(min(sig, 64), sender == "target")
        case = {
            "kind": kind, "nodes": self.nodes, "target": "target", "sender": sender,
            "signal": sig, "by": choice(HOW), "threads": threads, "actions": self.actions(sig),
            "leader_exits": False, "stopped": stopped,
        }
        if len(threads) > 1 and "wait" not in threads[0] and sender != "target":
            case["leader_exits"] = self.chance(0.25)
        if wanted == "stranger":  # sees no number of the target
            case["by"] = "pidfd"
        if case["by"] in ("kill", "tgkill", "sigqueue") and self.chance(0.4):
            case["thread"] = self.random.randrange(len(threads))
        if self.chance(0.1):
            case["limit"] = 0
        if not stopped and not case["leader_exits"] and self.chance(0.15):
            case["tracer"] = "stage"
        case["pending"] = self.pending(case)
        target = next(node for node in self.nodes if node["name"] == "target")
        target["core"] = -1 if self.chance(0.5 if sig in CORE else 0.05) else 1
        return case


def make(seed, number):
    return Maker(f"{seed}/{number}").make(number)
