/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls.c - every call of the notation, and what it takes */
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

/* clang-format off */
#define NONE 0, 0, {0}
/* clang-format on */
#define PID FATE_ARG_PID
#define SIG FATE_ARG_SIGNAL
#define FLAGS FATE_ARG_FLAGS
#define NUMBER FATE_ARG_NUMBER
#define WHO FATE_ARG_WHO
#define SET FATE_ARG_SET
#define INFO FATE_ARG_INFO

const struct fate_call_type fate_calls[FATE_NCALLS] = {
	[FATE_FORK] = {"fork", NONE, .makes_task = true},
	[FATE_VFORK] = {"vfork", NONE, .makes_task = true},
	[FATE_CLONE] = {"clone", 1, 1, {FLAGS}, .makes_task = true},
	[FATE_THREAD] = {"thread", NONE, .makes_task = true},
	[FATE_UNSHARE] = {"unshare", 1, 1, {FLAGS}, false, false},
	[FATE_SETNS] = {"setns", 2, 2, {WHO, FLAGS}, false, false},
	[FATE_EXIT] = {"exit", 1, 1, {NUMBER}, false, false},
	[FATE_EXIT_GROUP] = {"exit_group", 1, 1, {NUMBER}, false, false},
	[FATE_WAIT4] = {"wait4", 1, 2, {PID, FLAGS}, .may_block = true},
	[FATE_KILL] = {"kill", 2, 2, {PID, SIG}, false, false},
	[FATE_TKILL] = {"tkill", 2, 2, {PID, SIG}, false, false},
	[FATE_TGKILL] = {"tgkill", 3, 3, {PID, PID, SIG}, false, false},
	[FATE_RT_SIGQUEUEINFO] = {"rt_sigqueueinfo", 3, 3, {PID, SIG, INFO}, false, false},
	[FATE_RT_TGSIGQUEUEINFO] = {"rt_tgsigqueueinfo", 4, 4, {PID, PID, SIG, INFO}, false, false},
	[FATE_SIGQUEUE] = {"sigqueue", 3, 3, {PID, SIG, NUMBER}, false, false},
	[FATE_PIDFD_SEND_SIGNAL] =
		{"pidfd_send_signal", 2, 4, {WHO, SIG, INFO, FLAGS}, false, false},
	[FATE_SIGACTION] = {"sigaction", 2, 3, {SIG, FATE_ARG_HANDLER, FLAGS}, false, false},
	[FATE_SIGPROCMASK] = {"sigprocmask", 2, 2, {FLAGS, SET}, false, false},
	[FATE_SIGPENDING] = {"sigpending", NONE, false, false},
	[FATE_SIGSUSPEND] = {"sigsuspend", 1, 1, {SET}, .may_block = true},
	[FATE_SIGWAITINFO] = {"sigwaitinfo", 1, 1, {SET}, .may_block = true},
	[FATE_SETPGID] = {"setpgid", 2, 2, {PID, PID}, false, false},
	[FATE_SETSID] = {"setsid", NONE, false, false},
	[FATE_GETPID] = {"getpid", NONE, false, false},
	[FATE_GETPPID] = {"getppid", NONE, false, false},
	[FATE_GETTID] = {"gettid", NONE, false, false},
	[FATE_GETPGID] = {"getpgid", 1, 1, {PID}, false, false},
	[FATE_GETSID] = {"getsid", 1, 1, {PID}, false, false},
	[FATE_GETUID] = {"getuid", NONE, false, false},
	[FATE_SETUID] = {"setuid", 1, 1, {NUMBER}, false, false},
	[FATE_SETRESUID] = {"setresuid", 3, 3, {NUMBER, NUMBER, NUMBER}, false, false},
	[FATE_SETGROUPS] = {"setgroups", NONE, false, false},
	[FATE_CAPSET] = {"capset", 2, 2, {FLAGS, FATE_ARG_CAPS}, false, false},
	[FATE_SETRLIMIT] = {"setrlimit", 2, 2, {FLAGS, NUMBER}, false, false},
	[FATE_PRCTL] = {"prctl", 2, 2, {FLAGS, NUMBER}, false, false},
	[FATE_PTRACE] = {"ptrace", 2, 3, {FLAGS, PID, SIG}, false, false},
	[FATE_UID_MAP] = {"uid_map", 4, 4, {WHO, NUMBER, NUMBER, NUMBER}, false, false},
	[FATE_GID_MAP] = {"gid_map", 4, 4, {WHO, NUMBER, NUMBER, NUMBER}, false, false},
};

/* How each is written, for messages; the brackets may be left out. */
static const char *const usage[FATE_NCALLS] = {
	[FATE_FORK] = "fork()",
	[FATE_VFORK] = "vfork()",
	[FATE_CLONE] = "clone(FLAGS)",
	[FATE_THREAD] = "thread()",
	[FATE_UNSHARE] = "unshare(FLAGS)",
	[FATE_SETNS] = "setns(WHO, FLAGS)",
	[FATE_EXIT] = "exit(CODE)",
	[FATE_EXIT_GROUP] = "exit_group(CODE)",
	[FATE_WAIT4] = "wait4(PID[, FLAGS])",
	[FATE_KILL] = "kill(PID, SIGNAL)",
	[FATE_TKILL] = "tkill(TID, SIGNAL)",
	[FATE_TGKILL] = "tgkill(TGID, TID, SIGNAL)",
	[FATE_RT_SIGQUEUEINFO] = "rt_sigqueueinfo(PID, SIGNAL, {si_code=SI_QUEUE, ...})",
	[FATE_RT_TGSIGQUEUEINFO] = "rt_tgsigqueueinfo(TGID, TID, SIGNAL, {si_code=SI_QUEUE, ...})",
	[FATE_SIGQUEUE] = "sigqueue(PID, SIGNAL, VALUE)",
	[FATE_PIDFD_SEND_SIGNAL] = "pidfd_send_signal(WHO, SIGNAL[, NULL|{...}[, FLAGS]])",
	[FATE_SIGACTION] = "sigaction(SIGNAL, SIG_DFL|SIG_IGN|handler[, FLAGS])",
	[FATE_SIGPROCMASK] = "sigprocmask(SIG_BLOCK|SIG_UNBLOCK|SIG_SETMASK, {SIGNAL, ...})",
	[FATE_SIGPENDING] = "sigpending()",
	[FATE_SIGSUSPEND] = "sigsuspend({SIGNAL, ...})",
	[FATE_SIGWAITINFO] = "sigwaitinfo({SIGNAL, ...})",
	[FATE_SETPGID] = "setpgid(PID, PGID)",
	[FATE_SETSID] = "setsid()",
	[FATE_GETPID] = "getpid()",
	[FATE_GETPPID] = "getppid()",
	[FATE_GETTID] = "gettid()",
	[FATE_GETPGID] = "getpgid(PID)",
	[FATE_GETSID] = "getsid(PID)",
	[FATE_GETUID] = "getuid()",
	[FATE_SETUID] = "setuid(UID)",
	[FATE_SETRESUID] = "setresuid(RUID, EUID, SUID)",
	[FATE_SETGROUPS] = "setgroups()",
	[FATE_CAPSET] = "capset(DROP|KEEP, {CAP_KILL, ...})",
	[FATE_SETRLIMIT] = "setrlimit(RLIMIT_SIGPENDING|RLIMIT_CORE, N|RLIM_INFINITY)",
	[FATE_PRCTL] = "prctl(PR_SET_CHILD_SUBREAPER|PR_SET_PDEATHSIG|PR_SET_DUMPABLE, VALUE)",
	[FATE_PTRACE] = "ptrace(ATTACH|SEIZE|CONT|DETACH, PID[, SIGNAL])",
	[FATE_UID_MAP] = "uid_map(WHO, INSIDE, OUTSIDE, COUNT)",
	[FATE_GID_MAP] = "gid_map(WHO, INSIDE, OUTSIDE, COUNT)",
};

/* The names that strace prints for the same calls. */
const struct call_name call_aliases[] = {
	{"rt_sigaction", FATE_SIGACTION},      {"rt_sigprocmask", FATE_SIGPROCMASK},
	{"rt_sigpending", FATE_SIGPENDING},    {"rt_sigsuspend", FATE_SIGSUSPEND},
	{"rt_sigtimedwait", FATE_SIGWAITINFO},
};
const size_t n_call_aliases = ARRAY_SIZE(call_aliases);

bool call_find(const char *name, enum fate_call_id *ret)
{
	for (unsigned int i = 0; i < FATE_NCALLS; i++) {
		if (!strcmp(name, fate_calls[i].name)) {
			*ret = (enum fate_call_id)i;
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(call_aliases); i++) {
		if (!strcmp(name, call_aliases[i].name)) {
			*ret = call_aliases[i].id;
			return true;
		}
	}
	return false;
}

const char *call_usage(enum fate_call_id id)
{
	return usage[id];
}

/* Whether it sends a signal whose fate can be asked for. */
bool call_sends(enum fate_call_id id)
{
	return id >= FATE_KILL && id <= FATE_PIDFD_SEND_SIGNAL;
}

/* Whether its result is a process's number. */
bool call_gives_pid(enum fate_call_id id)
{
	return id == FATE_WAIT4 || (id >= FATE_SETSID && id <= FATE_GETSID);
}
