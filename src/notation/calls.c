/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls.c - every call of the notation, and what it takes */
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

#define NONE .arg = {0}
#define PID FATE_ARG_PID
#define SIG FATE_ARG_SIGNAL
#define FLAGS FATE_ARG_FLAGS
#define NUMBER FATE_ARG_NUMBER
#define WHO FATE_ARG_WHO
#define SET FATE_ARG_SET
#define INFO FATE_ARG_INFO
#define TIDS FATE_ARG_TIDS

const struct fate_call_type fate_calls[FATE_NCALLS] = {
	[FATE_FORK] = {"fork", "fork()", NONE, .makes_task = true},
	[FATE_VFORK] = {"vfork", "vfork()", NONE, .makes_task = true, .may_block = true},
	[FATE_CLONE] = {"clone", "clone(FLAGS)", 1, 1, .arg = {FLAGS}, .makes_task = true,
			.may_block = true},
	[FATE_CLONE3] = {"clone3", "clone3(FLAGS, SIGNAL[, [TID, ...]])", 2, 3,
			 .arg = {FLAGS, SIG, TIDS}, .makes_task = true, .may_block = true},
	[FATE_THREAD] = {"thread", "thread()", NONE, .makes_task = true},
	[FATE_EXECVE] = {"execve", "execve()", NONE, .may_block = true},
	[FATE_UNSHARE] = {"unshare", "unshare(FLAGS)", 1, 1, .arg = {FLAGS}},
	[FATE_SETNS] = {"setns", "setns(WHO, FLAGS)", 2, 2, .arg = {WHO, FLAGS}},
	[FATE_NS_LAST_PID] = {"ns_last_pid", "ns_last_pid(NUMBER)", 1, 1, .arg = {NUMBER}},
	[FATE_PID_MAX] = {"pid_max", "pid_max(NUMBER)", 1, 1, .arg = {NUMBER}},
	[FATE_REBOOT] = {"reboot", "reboot(RESTART|RESTART2|HALT|POWER_OFF|CAD_ON|CAD_OFF)", 1, 1,
			 .arg = {FLAGS}},
	[FATE_EXIT] = {"exit", "exit(CODE)", 1, 1, .arg = {NUMBER}},
	[FATE_EXIT_GROUP] = {"exit_group", "exit_group(CODE)", 1, 1, .arg = {NUMBER}},
	[FATE_WAIT4] = {"wait4", "wait4(PID[, FLAGS])", 1, 2, .arg = {PID, FLAGS},
			.may_block = true, .gives_pid = true},
	[FATE_KILL] = {"kill", "kill(PID, SIGNAL)", 2, 2, .arg = {PID, SIG}, .sends = true},
	[FATE_TKILL] = {"tkill", "tkill(TID, SIGNAL)", 2, 2, .arg = {PID, SIG}, .sends = true},
	[FATE_TGKILL] = {"tgkill", "tgkill(TGID, TID, SIGNAL)", 3, 3, .arg = {PID, PID, SIG},
			 .sends = true},
	[FATE_RT_SIGQUEUEINFO] = {"rt_sigqueueinfo",
				  "rt_sigqueueinfo(PID, SIGNAL, {si_code=SI_QUEUE, ...})", 3, 3,
				  .arg = {PID, SIG, INFO}, .sends = true},
	[FATE_RT_TGSIGQUEUEINFO] = {"rt_tgsigqueueinfo",
				    "rt_tgsigqueueinfo(TGID, TID, SIGNAL, {si_code=SI_QUEUE, ...})",
				    4, 4, .arg = {PID, PID, SIG, INFO}, .sends = true},
	[FATE_SIGQUEUE] = {"sigqueue", "sigqueue(PID, SIGNAL, VALUE)", 3, 3,
			   .arg = {PID, SIG, NUMBER}, .sends = true},
	[FATE_PIDFD_SEND_SIGNAL] = {"pidfd_send_signal",
				    "pidfd_send_signal(WHO, SIGNAL[, NULL|{...}[, FLAGS]])", 2, 4,
				    .arg = {WHO, SIG, INFO, FLAGS}, .sends = true},
	[FATE_PIDFD_OPEN] = {"pidfd_open", "pidfd_open(PID[, FLAGS])", 1, 2, .arg = {PID, FLAGS}},
	[FATE_FAULT] = {"fault", "fault(SIGNAL)", 1, 1, .arg = {SIG}, .sends = true},
	[FATE_SECCOMP] = {"seccomp",
			  "seccomp(SECCOMP_RET_KILL_PROCESS|SECCOMP_RET_KILL_THREAD|"
			  "SECCOMP_RET_TRAP)",
			  1, 1, .arg = {FLAGS}, .sends = true},
	[FATE_ALARM] = {"alarm", "alarm()", NONE, .sends = true},
	[FATE_TIMER_CREATE] = {"timer_create", "timer_create(SIGNAL)", 1, 1, .arg = {SIG},
			       .sends = true},
	[FATE_USE_CPU] = {"use_cpu", "use_cpu(SOFT|HARD)", 1, 1, .arg = {FLAGS}, .sends = true},
	[FATE_WRITE] = {"write", "write(PIPE|FILE)", 1, 1, .arg = {FLAGS}, .sends = true},
	[FATE_TTY] = {"tty", "tty(INTR|QUIT|SUSP|HANGUP[, PGID])", 1, 2, .arg = {FLAGS, PID},
		      .sends = true},
	[FATE_OOM] = {"oom", "oom()", NONE, .sends = true},
	[FATE_CGROUP_KILL] = {"cgroup_kill", "cgroup_kill(WHO)", 1, 1, .arg = {WHO}, .sends = true},
	[FATE_SIGACTION] = {"sigaction",
			    "sigaction(SIGNAL, SIG_DFL|SIG_IGN|handler|NULL[, FLAGS[, "
			    "{SIGNAL, ...}]])",
			    2, 4, .arg = {SIG, FATE_ARG_HANDLER, FLAGS, SET}},
	[FATE_SIGALTSTACK] = {"sigaltstack", "sigaltstack(BAD|NONE)", 1, 1, .arg = {FLAGS}},
	[FATE_SIGPROCMASK] = {"sigprocmask",
			      "sigprocmask(SIG_BLOCK|SIG_UNBLOCK|SIG_SETMASK, {SIGNAL, ...})", 2, 2,
			      .arg = {FLAGS, SET}},
	[FATE_SIGPENDING] = {"sigpending", "sigpending()", NONE},
	[FATE_SIGSUSPEND] = {"sigsuspend", "sigsuspend({SIGNAL, ...})", 1, 1, .arg = {SET},
			     .may_block = true},
	[FATE_SIGWAITINFO] = {"sigwaitinfo", "sigwaitinfo({SIGNAL, ...})", 1, 1, .arg = {SET},
			      .may_block = true, .gives_signal = true, .gives_info = true},
	[FATE_SIGTIMEDWAIT] = {"sigtimedwait", "sigtimedwait({SIGNAL, ...}, SECONDS, NANOSECONDS)",
			       3, 3, .arg = {SET, NUMBER, NUMBER}, .gives_signal = true,
			       .gives_info = true},
	[FATE_SIGNALFD] = {"signalfd", "signalfd({SIGNAL, ...})", 1, 1, .arg = {SET},
			   .may_block = true, .gives_signal = true, .gives_info = true},
	[FATE_SETPGID] = {"setpgid", "setpgid(PID, PGID)", 2, 2, .arg = {PID, PID}},
	[FATE_SETSID] = {"setsid", "setsid()", NONE, .gives_pid = true},
	[FATE_GETPID] = {"getpid", "getpid()", NONE, .gives_pid = true},
	[FATE_GETPPID] = {"getppid", "getppid()", NONE, .gives_pid = true},
	[FATE_GETTID] = {"gettid", "gettid()", NONE, .gives_pid = true},
	[FATE_GETPGID] = {"getpgid", "getpgid(PID)", 1, 1, .arg = {PID}, .gives_pid = true},
	[FATE_GETSID] = {"getsid", "getsid(PID)", 1, 1, .arg = {PID}, .gives_pid = true},
	[FATE_GETUID] = {"getuid", "getuid()", NONE},
	[FATE_SETUID] = {"setuid", "setuid(UID)", 1, 1, .arg = {NUMBER}},
	[FATE_SETRESUID] = {"setresuid", "setresuid(RUID, EUID, SUID)", 3, 3,
			    .arg = {NUMBER, NUMBER, NUMBER}},
	[FATE_SETGROUPS] = {"setgroups", "setgroups()", NONE},
	[FATE_CAPSET] = {"capset", "capset(DROP|KEEP, {CAP_KILL, ...})", 2, 2,
			 .arg = {FLAGS, FATE_ARG_CAPS}},
	[FATE_LANDLOCK] = {"landlock_restrict_self", "landlock_restrict_self(FLAGS)", 1, 1,
			   .arg = {FLAGS}},
	[FATE_SETRLIMIT] = {"setrlimit",
			    "setrlimit(RLIMIT_SIGPENDING|RLIMIT_CORE, N|RLIM_INFINITY)", 2, 2,
			    .arg = {FLAGS, NUMBER}},
	[FATE_PRCTL] = {"prctl",
			"prctl(PR_SET_CHILD_SUBREAPER|PR_SET_PDEATHSIG|PR_SET_DUMPABLE, VALUE)", 2,
			2, .arg = {FLAGS, NUMBER}},
	[FATE_PTRACE] = {"ptrace",
			 "ptrace(ATTACH|SEIZE|INTERRUPT|CONT|LISTEN|GETSIGINFO|SETOPTIONS|KILL|"
			 "DETACH, PID[, SIGNAL|OPTIONS]), ptrace(TRACEME)",
			 1, 3, .arg = {FLAGS, PID, SIG}, .gives_info = true},
	[FATE_UID_MAP] = {"uid_map", "uid_map(WHO, INSIDE, OUTSIDE, COUNT)", 4, 4,
			  .arg = {WHO, NUMBER, NUMBER, NUMBER}},
	[FATE_GID_MAP] = {"gid_map", "gid_map(WHO, INSIDE, OUTSIDE, COUNT)", 4, 4,
			  .arg = {WHO, NUMBER, NUMBER, NUMBER}},
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
	return fate_calls[id].usage;
}

bool fate_makes_thread(const struct fate_line *l)
{
	bool by_flags = l->call == FATE_CLONE || l->call == FATE_CLONE3;

	return l->call == FATE_THREAD || (by_flags && l->arg[0].number & SF_CLONE_THREAD);
}
