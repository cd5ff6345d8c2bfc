/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* reason.c - why: one sentence for each cause, and what would help */
#include "fate/reason.h"

/* clang-format off */
static const struct sf_reason reasons[N_REASONS] = {
	[REASON_BAD_ARGUMENT] = {
		"bad-argument", SF_FATE_REFUSED,
		"The call was given a number or a flag that it does not take.",
		NULL},
	[REASON_FORGED_INFO] = {
		"forged-info", SF_FATE_REFUSED,
		"Only to itself may a task send a siginfo that says it is the kernel's, "
		"kill()'s or tgkill()'s.",
		"Use SI_QUEUE, or another si_code below zero."},
	[REASON_PIDFD_OUTSIDE] = {
		"pidfd-outside", SF_FATE_REFUSED,
		"The pidfd is of a process outside the sender's PID namespace.",
		"Send it from the namespace of that process, or from one above."},
	[REASON_PIDFD_SIGNO] = {
		"pidfd-signo", SF_FATE_REFUSED,
		"The siginfo names another signal than the call does.",
		NULL},
	[REASON_NO_SUCH_PROCESS] = {
		"no-such-process", SF_FATE_REFUSED,
		"In the sender's PID namespace nobody has this number.",
		"Use the number that the process has for the sender: see NSpid in its "
		"/proc/PID/status."},
	[REASON_NO_SUCH_GROUP] = {
		"no-such-group", SF_FATE_REFUSED,
		"In the sender's PID namespace no process group has this number.",
		NULL},
	[REASON_NOT_ITS_THREAD] = {
		"not-its-thread", SF_FATE_REFUSED,
		"The thread is there, but it is not one of that process.",
		NULL},
	[REASON_NOBODY] = {
		"nobody", SF_FATE_REFUSED,
		"There is nobody but the sender itself and the init of its namespace, which are "
		"left out.",
		NULL},
	[REASON_INVALID_SIGNAL] = {
		"invalid-signal", SF_FATE_REFUSED,
		"There is no signal of this number.",
		NULL},
	[REASON_NO_PERMISSION] = {
		"no-permission", SF_FATE_REFUSED,
		"The sender is another user, without CAP_KILL over the target's user namespace.",
		"Send it as the target's user or as root."},
	[REASON_SIGCONT_OTHER_SESSION] = {
		"sigcont-other-session", SF_FATE_REFUSED,
		"The sender is another user, and SIGCONT is free only within a session, which "
		"the two do not share.",
		"Send it as the target's user or as root."},
	[REASON_LSM] = {
		"lsm", SF_FATE_REFUSED,
		"A security module forbids the sender to signal this process.",
		"Look into the policy that the sender runs under (Landlock, AppArmor, SELinux)."},
	[REASON_MAY_NOT_TRACE] = {
		"may-not-trace", SF_FATE_REFUSED,
		"The sender may not trace it: somebody does already, or it is a thread of the "
		"sender's own, or another user's, or there is something in it that the sender may "
		"not see.",
		"Ask who traces it (see TracerPid in its /proc/PID/status), or attach as root."},
	[REASON_GONE] = {
		"gone", SF_FATE_REFUSED,
		"The process ended while the signal was under way.",
		NULL},
	[REASON_QUEUE_FULL] = {
		"queue-full", SF_FATE_REFUSED,
		"The target's user has as many signals queued as RLIMIT_SIGPENDING allows; this "
		"one cannot do without its siginfo.",
		"Raise RLIMIT_SIGPENDING, or use kill(), which needs no room."},
	[REASON_MAY_SIGNAL] = {
		"may-signal", SF_FATE_PROBE,
		"Signal 0 is only a question: the process is there, and the sender may signal "
		"it.",
		NULL},
	[REASON_THREAD_EXITING] = {
		"thread-exiting", SF_FATE_IGNORED,
		"It was sent to one thread, which has ended or is about to.",
		"Send it to the process."},
	[REASON_DYING] = {
		"dying", SF_FATE_IGNORED,
		"The process is ending already and takes no more signals.",
		NULL},
	[REASON_ZOMBIE] = {
		"zombie", SF_FATE_IGNORED,
		"The process is dead: all that is left is its exit status, for its parent.",
		"Make its parent wait, or end the parent."},
	[REASON_GLOBAL_INIT] = {
		"global-init", SF_FATE_IGNORED,
		"It is the init of the machine: SIGKILL and SIGSTOP never act on it, whoever "
		"sends them.",
		NULL},
	[REASON_GLOBAL_INIT_NO_HANDLER] = {
		"global-init-no-handler", SF_FATE_IGNORED,
		"It is the init of the machine and has no handler for this signal: what an init "
		"has no handler for is discarded, wherever it comes from.",
		"Ask it in a way that it knows: a signal that it handles, or its own program, "
		"such as systemctl."},
	[REASON_INIT_NO_HANDLER] = {
		"init-no-handler", SF_FATE_IGNORED,
		"It is the init (PID 1) of a PID namespace and has no handler for this signal: "
		"what an init has no handler for is discarded, wherever it comes from.",
		"Give the program a handler, run it under an init that forwards signals, or "
		"send SIGKILL from outside the namespace."},
	[REASON_INIT_FROM_INSIDE] = {
		"init-from-inside", SF_FATE_IGNORED,
		"It is the init (PID 1) of the sender's PID namespace: SIGKILL and SIGSTOP act "
		"on an init only when they come from outside its namespace.",
		"Send it from the host, or from a namespace above."},
	[REASON_INIT_INFO_WITHOUT_SENDER] = {
		"init-info-without-sender", SF_FATE_IGNORED,
		"It is the init (PID 1) of a PID namespace, and a siginfo with this si_code has "
		"no sender in it: so the kernel does not see that it comes from outside.",
		"Use kill(), or the si_code SI_QUEUE."},
	[REASON_SIG_IGN] = {
		"sig-ign", SF_FATE_IGNORED,
		"The process ignores this signal (SIG_IGN).",
		"Send one that it does not ignore: see SigIgn in its /proc/PID/status."},
	[REASON_DEFAULT_IGNORES] = {
		"default-ignores", SF_FATE_IGNORED,
		"To ignore this signal is its default action, and the process has no handler "
		"for it.",
		NULL},
	[REASON_ALREADY_PENDING] = {
		"already-pending", SF_FATE_MERGED,
		"The same signal is pending already, and there is room for only one: the two "
		"become one.",
		"Use a real-time signal where each one counts."},
	[REASON_BLOCKED] = {
		"blocked", SF_FATE_PENDING,
		"Every thread that could take it blocks it: it waits until one unblocks it.",
		"Send SIGKILL, which cannot be blocked."},
	[REASON_TARGET_STOPPED] = {
		"stopped", SF_FATE_PENDING,
		"The process is stopped: it takes the signal when SIGCONT lets it go on.",
		"Send SIGCONT as well, or SIGKILL, which ends a stopped process too."},
	[REASON_TARGET_TRACE_STOPPED] = {
		"trace-stopped", SF_FATE_PENDING,
		"The process is held by its tracer: it takes the signal when the tracer lets it "
		"go on.",
		"End or detach the tracer (see TracerPid in its /proc/PID/status), or send "
		"SIGKILL."},
	[REASON_NOT_TAKEN] = {
		"not-taken", SF_FATE_PENDING,
		"It was queued, but the process came to its end before it took it.",
		NULL},
	[REASON_HANDLER] = {
		"handler", SF_FATE_HANDLED,
		"The process has a handler for it, which runs; what it does is up to the "
		"program.",
		NULL},
	[REASON_SIGWAIT] = {
		"sigwait", SF_FATE_HANDLED,
		"A thread waits for it in sigwait() or a function like it, and takes it.",
		NULL},
	[REASON_SIGNALFD] = {
		"signalfd", SF_FATE_HANDLED,
		"A thread waits for it on a signalfd, and reads it.",
		NULL},
	[REASON_SIGKILL] = {
		"sigkill", SF_FATE_KILLED,
		"SIGKILL can be neither blocked, nor ignored, nor handled.",
		NULL},
	[REASON_INIT_FROM_OUTSIDE] = {
		"init-from-outside", SF_FATE_KILLED,
		"It is the init (PID 1) of a PID namespace, and SIGKILL comes from outside it: "
		"that acts, and ends the namespace.",
		NULL},
	[REASON_INIT_KILLED_BY_KERNEL] = {
		"init-killed-by-kernel", SF_FATE_KILLED,
		"It is the init (PID 1) of a PID namespace, and the SIGKILL is the kernel's "
		"own, or says that it is: that acts, and ends the namespace.",
		NULL},
	[REASON_DEFAULT_KILLS] = {
		"default-kills", SF_FATE_KILLED,
		"The process neither blocks, ignores nor handles it, and its default action is "
		"to end the process.",
		NULL},
	[REASON_DEFAULT_KILLS_NO_CORE] = {
		"default-kills-no-core", SF_FATE_KILLED,
		"The process neither blocks, ignores nor handles it, and its default action is "
		"to end the process with a core dump, which is not allowed here.",
		NULL},
	[REASON_DEFAULT_DUMPS] = {
		"default-dumps", SF_FATE_DUMPED,
		"The process neither blocks, ignores nor handles it, and its default action is "
		"to end the process with a core dump.",
		NULL},
	[REASON_FORCED_KILLS] = {
		"forced-kills", SF_FATE_KILLED,
		"It is forced on the process, by a fault of its own or for certain: to block or "
		"ignore it is of no use, and neither is to be an init.",
		"For a fault, give the program a handler that is not blocked."},
	[REASON_FORCED_DUMPS] = {
		"forced-dumps", SF_FATE_DUMPED,
		"It is forced on the process, by a fault of its own or for certain: to block or "
		"ignore it is of no use, and neither is to be an init. A core dump is written.",
		"For a fault, give the program a handler that is not blocked."},
	[REASON_NO_STACK_KILLS] = {
		"no-stack-kills", SF_FATE_KILLED,
		"The process has a handler for it, on an alternate stack that has no room: "
		"SIGSEGV is forced on it instead, and ends it.",
		"Give the thread an alternate stack with room for its handlers: sigaltstack()."},
	[REASON_SIGSTOP] = {
		"sigstop", SF_FATE_STOPPED,
		"SIGSTOP can be neither blocked, nor ignored, nor handled.",
		NULL},
	[REASON_INIT_STOPPED_FROM_OUTSIDE] = {
		"init-stopped-from-outside", SF_FATE_STOPPED,
		"It is the init (PID 1) of a PID namespace, and SIGSTOP comes from outside it: "
		"that acts.",
		NULL},
	[REASON_DEFAULT_STOPS] = {
		"default-stops", SF_FATE_STOPPED,
		"The process neither blocks, ignores nor handles it, and its default action is "
		"to stop the process.",
		NULL},
	[REASON_SIGCONT_RESUMES] = {
		"sigcont-resumes", SF_FATE_CONTINUED,
		"The process was stopped: SIGCONT lets it go on, even if it ignores or blocks "
		"the signal itself.",
		NULL},
	[REASON_TRACER_DECIDES] = {
		"tracer-decides", SF_FATE_TRACED,
		"The process is traced: the signal stops it for its tracer, which passes it on, "
		"changes it or takes it away.",
		"Ask the tracer (see TracerPid in its /proc/PID/status), or send SIGKILL, which "
		"tracers do not see."},
	[REASON_INIT_DROPS] = {
		"init-drops", SF_FATE_DROPPED,
		"It is the init (PID 1) of a PID namespace and has no handler for this signal: "
		"it was queued, and is discarded when a thread takes it.",
		"Give the program a handler, or send SIGKILL from outside the namespace."},
	[REASON_NO_STACK] = {
		"no-stack", SF_FATE_DROPPED,
		"The process has a handler for it, on an alternate stack that has no room: "
		"SIGSEGV is forced on it instead, which it handles elsewhere.",
		"Give the thread an alternate stack with room for its handlers: sigaltstack()."},
	[REASON_ORPHANED_GROUP] = {
		"orphaned-group", SF_FATE_DROPPED,
		"The process group is orphaned: nobody in its session could continue it, so a "
		"terminal's stop signal is discarded.",
		"Send SIGSTOP, which stops it all the same."},
	[REASON_STOP_CANCELLED] = {
		"stop-cancelled", SF_FATE_DROPPED,
		"A SIGCONT came before the process had stopped, and took the stop away.",
		NULL},
	[REASON_SIG_IGN_LATE] = {
		"sig-ign-late", SF_FATE_DROPPED,
		"The thread it was sent to blocks it, so it was queued; another took it, and "
		"the process ignores it (SIG_IGN).",
		"Send one that it does not ignore: see SigIgn in its /proc/PID/status."},
	[REASON_DEFAULT_IGNORES_LATE] = {
		"default-ignores-late", SF_FATE_DROPPED,
		"The thread it was sent to blocks it, so it was queued; another took it, and "
		"its default action is to do nothing.",
		NULL},
};
/* clang-format on */

const struct sf_reason *reason(enum reason_id id)
{
	return &reasons[id];
}

const struct sf_reason *sf_reasons(size_t *ret_n)
{
	if (ret_n)
		*ret_n = N_REASONS;
	return reasons;
}
