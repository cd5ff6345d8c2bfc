#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What sigfate explain says of live processes.

load helper

@test "an ordinary process dies of SIGTERM, and is not sent it" {
	target
	explain TERM "$TARGET"
	[ "$status" -eq 0 ]
	expect 'v["fate"]' killed
	expect 'v["pid"]' "$TARGET"
	expect 'v["init"]' false
	expect 'd["result"]' 0
	expect 'd["errno"]' null
	kill -0 "$TARGET"
}

@test "a process that ignores SIGTERM goes on; SIGKILL is what would work instead" {
	target 'trap "" TERM'
	explain TERM "$TARGET"
	expect 'v["fate"]' ignored
	expect '[i["signal"] + " " + i["fate"] for i in v["instead"]]' '["SIGKILL killed"]'
}

@test "a handler takes SIGTERM" {
	target 'trap : TERM'
	explain TERM "$TARGET"
	expect 'v["fate"]' handled
}

@test "a signal with a handler is offered when another is ignored" {
	target 'trap : HUP; trap "" TERM' # a shell in the background cannot handle SIGINT
	explain TERM "$TARGET"
	expect 'v["instead"][0]["signal"] + " " + v["instead"][0]["fate"]' "SIGHUP handled"
}

@test "SIGSTOP stops, SIGWINCH is ignored, signal 0 is a probe" {
	target
	explain STOP "$TARGET"
	expect 'v["fate"]' stopped
	explain WINCH "$TARGET"
	expect 'v["fate"]' ignored
	explain 0 "$TARGET"
	expect 'v["fate"]' probe
}

@test "an init without a handler ignores SIGTERM from outside" {
	container
	explain TERM "$INIT"
	[ "$status" -eq 0 ]
	expect 'v["fate"]' ignored
	expect 'v["init"]' true
	expect 'v["nspid"][-1]' 1
	expect 'v["reason"]' init-no-handler
	expect 'len(v["because"]) > 20' true
}

@test "SIGKILL from outside kills an init and all that is in its namespace" {
	container
	explain KILL "$INIT"
	expect 'v["fate"]' killed
	expect "any(t['pid'] == $CHILD and t['fate'] == 'killed' for t in v['then'])" true
	run "$SIGFATE" explain KILL "$INIT"
	says "1 process dies with it: sh ($CHILD)"
}

@test "SIGKILL from inside leaves an init alone, and root outside would kill it" {
	container
	explain --from "$CHILD" KILL "$INIT"
	expect 'v["fate"]' ignored
	expect 'd["from"]["pid"]' "$CHILD"
	expect '[i["from"] for i in v["instead"]]' '["outside"]'
}

@test "an init with a handler for SIGTERM takes it, from either side" {
	container 'trap : TERM'
	explain TERM "$INIT"
	expect 'v["fate"]' handled
	explain --from "$CHILD" TERM "$INIT"
	expect 'v["fate"]' handled
}

@test "who is inside cannot name who is outside" {
	target
	container
	explain --from "$CHILD" KILL "$TARGET"
	[ "$status" -eq 0 ]
	expect 'd["errno"]' ESRCH
	expect 'v["fate"]' refused
	expect 'v["pid"]' "$TARGET"
	run "$SIGFATE" explain --from "$CHILD" KILL "$TARGET"
	says "the sender cannot see it"
}

@test "every way to send is asked of the model" {
	target
	for by in kill tgkill sigqueue pidfd; do
		explain --by "$by" TERM "$TARGET"
		[ "$status" -eq 0 ]
		expect 'd["by"]' "$by"
		expect 'v["fate"]' killed
	done
}

@test "the kernel's own signals are asked of the model" {
	container
	explain --by oom KILL "$INIT"
	expect 'v["fate"] + " " + v["reason"]' "killed init-killed-by-kernel"
	expect 'd["by"]' oom
	expect 'd["from"]' null
	explain --by alarm ALRM "$INIT"
	expect 'v["fate"]' ignored
	explain --by pipe PIPE "$CHILD"
	expect 'v["fate"]' killed
	# it matters who writes to cgroup.kill
	explain --by cgroup.kill KILL "$INIT"
	expect 'v["fate"]' killed
	explain --from "$CHILD" --by cgroup.kill KILL "$INIT"
	expect 'v["fate"]' ignored
	run "$SIGFATE" explain --by oom KILL "$INIT"
	says "SIGKILL from the OOM killer to sh ($INIT)"
}

@test "to attach is to become the tracer, for who may" {
	container
	explain --from "$CHILD" --by ptrace-attach STOP "$INIT"
	expect 'v["fate"] + " " + v["reason"]' "traced tracer-decides"
	explain --from "$CHILD" --by ptrace-attach STOP "$CHILD"
	expect 'v["fate"] + " " + v["reason"]' "refused may-not-trace"
	expect 'd["errno"]' EPERM
}

@test "a key of the terminal is for the whole process group" {
	setsid sh -c "sh -c 'echo ready >\"$DIR/ready\"; read -r line <\"$DIR/never\"; :' &
		read -r line <'$DIR/never'" 3>&- &
	STARTED+=("$!")
	local leader=$!
	await_ready
	STARTED+=("$(pgrep -P "$leader")")
	explain --by tty QUIT "$leader"
	expect 'sorted(x["pid"] for x in d["verdicts"])' "[$leader, ${STARTED[-1]}]"
	run "$SIGFATE" explain --by tty QUIT "$leader"
	says "SIGQUIT from the terminal to the process group of process $leader"
}

@test "an origin sends what it sends, and to a process" {
	target
	run --separate-stderr "$SIGFATE" explain --by oom TERM "$TARGET"
	[ "$status" -eq 2 ]
	error_says "oom sends SIGKILL and no other signal"
	run --separate-stderr "$SIGFATE" explain --by tty INT -- -1
	[ "$status" -eq 2 ]
	error_says "-1 is no process"
	run --separate-stderr "$SIGFATE" explain --by timer 0 "$TARGET"
	[ "$status" -eq 2 ]
	error_says "signal 0"
}

@test "who is inside kills with -1 all but the init and itself" {
	container
	explain --from "$INIT" KILL -1
	[ "$status" -eq 0 ]
	expect '[x["pid"] for x in d["verdicts"]]' "[$CHILD]"
	expect 'v["fate"]' killed
	explain --from "$CHILD" KILL -1
	expect 'd["errno"]' ESRCH
	expect 'd["verdicts"]' '[]'
}

@test "a process group is named by its negative number, with and without --" {
	setsid sh -c "echo ready >'$DIR/ready'; read -r line <'$DIR/never'" 3>&- &
	STARTED+=("$!")
	await_ready
	local group=$!
	explain TERM "-$group"
	[ "$status" -eq 0 ]
	expect '[x["pid"] for x in d["verdicts"]]' "[$group]"
	explain TERM -- "-$group"
	expect '[x["pid"] for x in d["verdicts"]]' "[$group]"
	run "$SIGFATE" explain TERM "-$group"
	says "1 of 1 would die"
	says "PID"
}

@test "0 is the sender's group: sigfate itself is in no list" {
	explain --from $$ TERM 0
	[ "$status" -eq 0 ]
	expect "any(x['pid'] == $$ for x in d['verdicts'])" true
	expect 'any(x["comm"] == "sigfate" for x in d["verdicts"])' false
}

@test "self is the sender" {
	explain --from $$ 0 self
	expect 'v["pid"]' $$
	expect 'v["fate"]' probe
}

@test "a thread of its own machine each: the first target's death does not change the second" {
	target
	explain KILL "$TARGET" "$TARGET"
	expect '[x["fate"] for x in d["verdicts"]]' '["killed", "killed"]'
	expect '[c["target"] for c in d["calls"]]' "[$TARGET, $TARGET]"
}

@test "signals by all their names" {
	target
	for name in TERM SIGTERM 15 sigterm; do
		explain "$name" "$TARGET"
		expect 'd["signal"]' SIGTERM
	done
	explain RTMIN+3 "$TARGET"
	expect 'd["signal"]' SIGRTMIN+3
	expect 'v["fate"]' killed
	explain 64 "$TARGET"
	expect 'd["signal"]' SIGRTMIN+30
}

@test "the path names the kernel's functions, and the text draws them" {
	target 'trap "" TERM'
	explain TERM "$TARGET"
	expect '{"prepare_kill_siginfo", "kill_something_info"} <= {s["function"] for s in d["path"]}' \
		true
	expect 'all(s["question"] and s["answer"] for s in d["path"])' true
	run "$SIGFATE" explain TERM "$TARGET"
	says "check_kill_permission"
	says "├"
	says "decides"
	LC_ALL=C run "$SIGFATE" explain TERM "$TARGET"
	says "|-"
	[[ ! "$output" =~ [^[:ascii:]] ]]
}

@test "the verdict is the first line" {
	target
	run "$SIGFATE" explain --from $$ TERM "$TARGET"
	[[ "${lines[0]}" == "SIGTERM from bash ($$) to sh ($TARGET) would kill it"* ]]
}

@test "no line is wider than 100 columns when nobody looks" {
	target
	run "$SIGFATE" explain TERM "$TARGET"
	for line in "${lines[@]}"; do
		[ "${#line}" -le 100 ]
	done
}

@test "colours come when asked for, and not into a pipe" {
	target
	run "$SIGFATE" explain TERM "$TARGET"
	[[ "$output" != *$'\e'* ]]
	run "$SIGFATE" explain --color=always TERM "$TARGET"
	says $'\e['
	run "$SIGFATE" explain --color=never TERM "$TARGET"
	[[ "$output" != *$'\e'* ]]
}

@test "a terminal gets colours, unless NO_COLOR says otherwise" {
	target
	run env TERM=xterm script -qec "'$SIGFATE' explain TERM $TARGET" /dev/null
	says $'\e['
	run env TERM=xterm NO_COLOR=1 script -qec "'$SIGFATE' explain TERM $TARGET" /dev/null
	says "would kill it"
	[[ "$output" != *$'\e'* ]]
}

@test "a hostile name comes out escaped" {
	target 'printf "\033[31m\n\377\"#;" >/proc/self/comm'
	run "$SIGFATE" explain TERM "$TARGET"
	says '\x1b[31m\n\xff"#; ('
	[[ "$output" != *$'\e'* ]]
	run "$SIGFATE" explain TERM "-$(ps -o pgid= -p "$TARGET" | tr -d ' ')"
	[[ "$output" != *$'\e'* ]]
	explain TERM "$TARGET"
	expect 'v["comm"]' '\x1b[31m\n\xff"#;'
}

@test "without privilege another's process is refused, and what is unknown is listed" {
	[ "$(id -u)" -eq 0 ] || need root "only root can become somebody else"
	target
	install -m 755 "$SIGFATE" "$DIR/sigfate"
	chmod 755 "$DIR"
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$DIR/sigfate" explain --json KILL "$TARGET"
	[ "$status" -eq 0 ]
	expect 'd["errno"]' EPERM
	expect 'd["result"]' -1
	expect 'v["fate"]' refused
	expect 'v["errno"]' EPERM
	expect 'd["complete"] == (not d["unknown"])' true
}

@test "self is one like sigfate, where the process that started it is another user's" {
	[ "$(id -u)" -eq 0 ] || need root "only root can become somebody else"
	install -m 755 "$SIGFATE" "$DIR/sigfate"
	chmod 755 "$DIR"
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$DIR/sigfate" explain --json KILL self
	[ "$status" -eq 0 ]
	expect 'd["from"]["comm"]' sigfate
	expect 'v["fate"]' killed
	expect 'v["pid"] == d["from"]["pid"]' true
}

@test "sigfate itself, by its number, will have ended by then" {
	need_namespaces
	run --separate-stderr unshare --pid --fork --propagation unchanged --mount-proc \
		"$SIGFATE" explain TERM 1
	[ "$status" -eq 2 ]
	error_says "process 1 is this sigfate itself"
}

@test "the init of the machine is not advised to be killed from outside" {
	explain TERM 1
	[ "$status" -eq 0 ]
	expect '[v["remedy"] and "outside" in v["remedy"]
		for v in d["verdicts"] if v["reason"].startswith("global-init")].count(True)' 0
	[ "$(readlink /proc/self/ns/pid)" = "pid:[4026531836]" ] || return 0
	[[ "$(field 'v["reason"]')" != init-* ]]
}

# python_target CODE: as target(), but a Python program that runs CODE and then says so
python_target() {
	python3 -c "import ctypes, os, signal, sys
def ready():
	with open('$DIR/ready', 'w') as file: print('ready', file=file)
$1" 3>&- &
	TARGET=$!
	STARTED+=("$TARGET")
	await_ready
}

# asleep_in CALL: until the target sleeps in the system call of that number
asleep_in() {
	[ -r "/proc/$TARGET/syscall" ] || skip "/proc/PID/syscall is not to be read"
	until [[ "$(cat "/proc/$TARGET/syscall")" == "$1 "* ]]; do :; done
}

@test "a stopped process takes a signal later, and SIGCONT lets it go on" {
	target
	kill -STOP "$TARGET"
	until grep -q '^State:.T' "/proc/$TARGET/status"; do :; done
	explain TERM "$TARGET"
	expect 'v["fate"] + " " + v["reason"]' "pending stopped"
	explain CONT "$TARGET"
	expect 'v["fate"]' continued
	explain KILL "$TARGET"
	expect 'v["fate"]' killed
}

@test "a zombie takes nothing" {
	python_target "
pid = os.fork()
if pid == 0:
	os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
ready()
signal.pause()"
	explain KILL "$(pgrep -P "$TARGET")"
	expect 'v["fate"] + " " + v["reason"]' "ignored zombie"
}

@test "a traced process's signal goes to its tracer, but for SIGKILL" {
	python_target "
pid = os.fork()
if pid == 0:
	signal.pause()
libc = ctypes.CDLL(None)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
assert libc.ptrace(0x4206, pid, None, None) == 0 # PTRACE_SEIZE
ready()
signal.pause()"
	local traced
	traced=$(pgrep -P "$TARGET")
	STARTED+=("$traced")
	explain TERM "$traced"
	expect 'v["fate"]' traced
	explain KILL "$traced"
	expect 'v["fate"]' killed
}

@test "who waits for a signal takes it" {
	[ "$(uname -m)" = x86_64 ] || skip "numbers of system calls of another machine"
	python_target "
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
ready()
signal.sigwait([signal.SIGTERM])"
	asleep_in 128
	explain TERM "$TARGET"
	expect 'v["fate"] + " " + v["reason"]' "handled sigwait"
	# nothing shows that it had blocked SIGTERM before it waited
	expect 'd["complete"]' false
	expect '[(u["pid"], u["otherwise"]) for u in d["unknown"]]' "[[$TARGET, \"killed\"]]"
	explain USR1 "$TARGET"
	expect 'v["fate"]' killed
	expect 'd["complete"]' true
	run "$SIGFATE" explain TERM "$TARGET"
	says "unknown  python3 ($TARGET): whether it blocked the signals that it waits for"
	says "if not: killed"
}

@test "a reader of a signalfd takes what it blocks" {
	[ "$(uname -m)" = x86_64 ] || skip "numbers of system calls of another machine"
	python_target "
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGHUP])
fd = ctypes.CDLL(None).signalfd(-1, (ctypes.c_ulong * 16)(1 << signal.SIGTERM - 1), 0)
ready()
os.read(fd, 128)"
	asleep_in 0
	explain TERM "$TARGET"
	expect 'v["fate"] + " " + v["reason"]' "handled signalfd"
	explain HUP "$TARGET"
	expect 'v["fate"] + " " + v["reason"]' "pending blocked"
}

@test "any thread's number will do" {
	python_target "
import threading
threading.Thread(target=signal.pause, daemon=True).start()
ready()
signal.pause()"
	local thread
	for thread in "/proc/$TARGET/task"/*; do
		explain TERM "${thread##*/}"
		expect 'v["pid"]' "$TARGET"
		expect 'v["fate"]' killed
	done
	run --separate-stderr "$SIGFATE" explain --by pidfd TERM "${thread##*/}"
	[ "$status" -eq 2 ]
	error_says "is a thread"
}

@test "what a sandbox would do to the sender is said" {
	target
	local from
	from=$TARGET
	setpriv --no-new-privs sh -c "echo ready >'$DIR/ready'; read -r line <'$DIR/never'" 3>&- &
	STARTED+=("$!")
	await_ready
	explain --from "$!" TERM "$from"
	expect 'v["fate"]' killed
	if [ "$(field 'd["complete"]')" = false ]; then # this kernel has Landlock
		expect '[(u["pid"], u["otherwise"]) for u in d["unknown"]]' "[[$!, \"refused\"]]"
	fi
}

# inside ARGS...: explain in the container
inside() {
	run --separate-stderr nsenter --target "$INIT" --pid --mount --root "$SIGFATE" explain --json "$@"
}

@test "in a container it answers for the container" {
	container
	inside TERM 1
	[ "$status" -eq 0 ]
	expect 'v["fate"] + " " + v["reason"]' "ignored init-no-handler"
	expect 'v["init"]' true
	expect 'v["nspid"]' '[1]'
	expect '[i["from"] for i in v["instead"] if i["signal"] == "SIGKILL"]' '["outside"]'
	inside KILL 1
	expect 'v["fate"] + " " + v["reason"]' "ignored init-from-inside"
	inside KILL -- -1
	expect '[x["nspid"] for x in d["verdicts"]]' '[[2]]'
	expect 'v["fate"]' killed
	# its process group is led by somebody outside, who is not to be seen
	inside TERM 0
	expect 'any(u["what"] == "who else is in the process group" for u in d["unknown"])' true
	expect 'd["complete"]' false
}

@test "the numbers are the caller's, also where /proc is another's" {
	container
	run --separate-stderr nsenter --target "$INIT" --pid "$SIGFATE" explain --json TERM 1
	[ "$status" -eq 0 ]
	expect 'v["pid"]' 1
	expect 'v["nspid"][-1]' 1
	expect 'len(v["nspid"])' 2
	expect 'v["fate"]' ignored
}

@test "what /proc hides is said" {
	[ "$(id -u)" -eq 0 ] || need root "only root can become somebody else"
	need_namespaces
	install -m 755 "$SIGFATE" "$DIR/sigfate"
	chmod 755 "$DIR"
	run --separate-stderr unshare --mount --propagation unchanged --pid --fork --kill-child sh -c "
		mount --make-private /proc
		mount -t proc -o hidepid=2 proc /proc
		setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '
			$DIR/sigfate explain TERM 1
			$DIR/sigfate explain KILL -1'
		exit 0"
	error_says "no process 1 is to be seen"
	says "who else is there"
}

@test "a vanished process is an error" {
	target
	kill -KILL "$TARGET"
	wait "$TARGET" || true
	run --separate-stderr "$SIGFATE" explain TERM "$TARGET"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	error_says "sigfate: explain: no process $TARGET"
}

@test "a target that is not there does not hide the others" {
	target
	explain TERM "$TARGET" 4194303
	[ "$status" -eq 2 ]
	expect '[x["pid"] for x in d["verdicts"]]' "[$TARGET]"
	error_says "no process 4194303"
}

@test "a sender that is not there is an error" {
	target
	run --separate-stderr "$SIGFATE" explain --from 4194303 TERM "$TARGET"
	[ "$status" -eq 2 ]
	error_says "4194303"
	error_says "send from"
}

@test "a process group that is not there is an error" {
	run --separate-stderr "$SIGFATE" explain TERM -4194303
	[ "$status" -eq 2 ]
	error_says "no process group 4194303"
}

@test "a kernel thread is not in the picture" {
	[ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || skip "no kernel thread is visible"
	run --separate-stderr "$SIGFATE" explain TERM 2
	[ "$status" -eq 2 ]
	error_says "kernel thread"
}

@test "a PID that is no number is an error" {
	for pid in x 12x 0x10 1e3 '' 99999999999 1.5 --1; do
		run --separate-stderr "$SIGFATE" explain -- TERM "$pid"
		[ "$status" -eq 2 ]
		error_says "is no PID"
	done
}

@test "a signal that does not exist is an error" {
	for signal in 65 -1 NOSUCH RTMIN+31 SIG '' 1x; do
		run --separate-stderr "$SIGFATE" explain -- "$signal" $$
		[ "$status" -eq 2 ]
		error_says "is no signal"
	done
	run --separate-stderr "$SIGFATE" explain -9 $$
	error_says "without the dash"
}

@test "a full disk is an error" {
	target
	run --separate-stderr sh -c "'$SIGFATE' explain TERM $TARGET >/dev/full"
	[ "$status" -eq 2 ]
	error_says "sigfate: "
	run --separate-stderr sh -c "'$SIGFATE' explain --json TERM $TARGET >/dev/full"
	[ "$status" -eq 2 ]
}

@test "a reader that goes away is an error, not a death" {
	target
	run --separate-stderr bash -c "exec 3> >(exit 0); wait \$!
		'$SIGFATE' explain TERM $TARGET >&3"
	[ "$status" -eq 2 ]
	error_says "Broken pipe"
}
