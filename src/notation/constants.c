/* SPDX-License-Identifier: GPL-2.0-or-later */
/* constants.c - Linux's constants by their names */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

#define TABLE(t) .c = t, .n = ARRAY_SIZE(t)

#define CLONE_FLAGS                                                                                \
	{"CLONE_NEWPID", SF_CLONE_NEWPID}, {"CLONE_NEWUSER", SF_CLONE_NEWUSER},                    \
		{"CLONE_PARENT", SF_CLONE_PARENT}, {"CLONE_VM", SF_CLONE_VM},                      \
		{"CLONE_SIGHAND", SF_CLONE_SIGHAND}, {"CLONE_THREAD", SF_CLONE_THREAD},            \
	{                                                                                          \
		"CLONE_VFORK", SF_CLONE_VFORK                                                      \
	}
static const struct constant clone_flags[] = {CLONE_FLAGS};
static const struct constant clone3_flags[] = {
	CLONE_FLAGS,
	{"CLONE_CLEAR_SIGHAND", SF_CLONE_CLEAR_SIGHAND},
};
static const struct constant ns_flags[] = {
	{"CLONE_NEWPID", SF_CLONE_NEWPID},
	{"CLONE_NEWUSER", SF_CLONE_NEWUSER},
};
static const struct constant wait_flags[] = {
	{"WNOHANG", SF_WNOHANG},       {"WUNTRACED", SF_WUNTRACED}, {"WCONTINUED", SF_WCONTINUED},
	{"__WNOTHREAD", SF_WNOTHREAD}, {"__WALL", SF_WALL},	    {"__WCLONE", 0x80000000L},
	{"WSTOPPED", SF_WUNTRACED},
};
static const struct constant pidfd_flags[] = {
	{"PIDFD_SIGNAL_THREAD", SF_PIDFD_SIGNAL_THREAD},
	{"PIDFD_SIGNAL_THREAD_GROUP", SF_PIDFD_SIGNAL_THREAD_GROUP},
	{"PIDFD_SIGNAL_PROCESS_GROUP", SF_PIDFD_SIGNAL_PROCESS_GROUP},
};
static const struct constant sa_flags[] = {
	{"SA_NOCLDSTOP", SF_SA_NOCLDSTOP}, {"SA_NOCLDWAIT", SF_SA_NOCLDWAIT},
	{"SA_SIGINFO", SF_SA_SIGINFO},	   {"SA_RESTART", SF_SA_RESTART},
	{"SA_NODEFER", SF_SA_NODEFER},	   {"SA_RESETHAND", SF_SA_RESETHAND},
	{"SA_ONSTACK", SF_SA_ONSTACK},
};
static const struct constant how[] = {
	{"SIG_BLOCK", SF_SIG_BLOCK},
	{"SIG_UNBLOCK", SF_SIG_UNBLOCK},
	{"SIG_SETMASK", SF_SIG_SETMASK},
};
static const struct constant capset_verbs[] = {
	{"DROP", FATE_CAPS_DROP},
	{"KEEP", FATE_CAPS_KEEP},
};
static const struct constant rlimits[] = {
	{"RLIMIT_SIGPENDING", SF_RLIMIT_SIGPENDING},
	{"RLIMIT_CORE", SF_RLIMIT_CORE},
};
static const struct constant prctl_options[] = {
	{"PR_SET_CHILD_SUBREAPER", SF_PR_SET_CHILD_SUBREAPER},
	{"PR_SET_PDEATHSIG", SF_PR_SET_PDEATHSIG},
	{"PR_SET_DUMPABLE", SF_PR_SET_DUMPABLE},
};
static const struct constant ptrace_requests[] = {
	{"TRACEME", SF_PTRACE_TRACEME},
	{"ATTACH", SF_PTRACE_ATTACH},
	{"SEIZE", SF_PTRACE_SEIZE},
	{"INTERRUPT", SF_PTRACE_INTERRUPT},
	{"CONT", SF_PTRACE_CONT},
	{"LISTEN", SF_PTRACE_LISTEN},
	{"GETSIGINFO", SF_PTRACE_GETSIGINFO},
	{"SETOPTIONS", SF_PTRACE_SETOPTIONS},
	{"KILL", SF_PTRACE_KILL},
	{"DETACH", SF_PTRACE_DETACH},
};
static const struct constant ptrace_option_table[] = {
	{"PTRACE_O_EXITKILL", SF_PTRACE_O_EXITKILL},
};
const struct constants ptrace_options = {TABLE(ptrace_option_table), .any = true};
static const struct constant reboot_commands[] = {
	{"RESTART", SF_REBOOT_CMD_RESTART},
	{"RESTART2", SF_REBOOT_CMD_RESTART2},
	{"HALT", SF_REBOOT_CMD_HALT},
	{"POWER_OFF", SF_REBOOT_CMD_POWER_OFF},
	{"CAD_ON", 0x89abcdef},
	{"CAD_OFF", 0},
};
static const struct constant pidfd_open_flags[] = {
	{"PIDFD_THREAD", SF_PIDFD_THREAD},
	{"PIDFD_NONBLOCK", SF_PIDFD_NONBLOCK},
};
static const struct constant seccomp_actions[] = {
	{"KILL_PROCESS", SF_SECCOMP_KILL_PROCESS},
	{"KILL_THREAD", SF_SECCOMP_KILL_THREAD},
	{"TRAP", SF_SECCOMP_TRAP},
};
static const struct constant cpu_limits[] = {{"SOFT", FATE_CPU_SOFT}, {"HARD", FATE_CPU_HARD}};
static const struct constant write_targets[] = {
	{"PIPE", FATE_WRITE_PIPE},
	{"FILE", FATE_WRITE_FILE},
};
static const struct constant tty_keys[] = {
	{"INTR", FATE_TTY_INTR},
	{"QUIT", FATE_TTY_QUIT},
	{"SUSP", FATE_TTY_SUSP},
	{"HANGUP", FATE_TTY_HANGUP},
};
static const struct constant stacks[] = {{"BAD", FATE_STACK_BAD}, {"NONE", FATE_STACK_NONE}};
static const struct constant landlock_flags[] = {{"SCOPE_SIGNAL", 1}};

const struct constants *constants_of(enum fate_call_id id)
{
	static const struct constants table[FATE_NCALLS] = {
		[FATE_CLONE] = {TABLE(clone_flags), .bits = true},
		[FATE_CLONE3] = {TABLE(clone3_flags), .bits = true},
		[FATE_UNSHARE] = {TABLE(ns_flags), .bits = true},
		[FATE_SETNS] = {TABLE(ns_flags), .bits = true},
		[FATE_WAIT4] = {TABLE(wait_flags), .bits = true, .any = true},
		[FATE_PIDFD_SEND_SIGNAL] = {TABLE(pidfd_flags), .bits = true, .any = true},
		[FATE_PIDFD_OPEN] = {TABLE(pidfd_open_flags), .bits = true, .any = true},
		[FATE_REBOOT] = {TABLE(reboot_commands), .prefix = "LINUX_REBOOT_CMD_",
				 .what = "a command of the notation"},
		[FATE_SECCOMP] = {TABLE(seccomp_actions), .prefix = "SECCOMP_RET_",
				  .what = "an action of the notation"},
		[FATE_USE_CPU] = {TABLE(cpu_limits), .what = "SOFT or HARD"},
		[FATE_WRITE] = {TABLE(write_targets), .what = "PIPE or FILE"},
		[FATE_TTY] = {TABLE(tty_keys), .what = "INTR, QUIT, SUSP or HANGUP"},
		[FATE_SIGALTSTACK] = {TABLE(stacks), .what = "BAD or NONE"},
		[FATE_LANDLOCK] = {TABLE(landlock_flags), .prefix = "LANDLOCK_", .bits = true},
		[FATE_SIGACTION] = {TABLE(sa_flags), .bits = true},
		[FATE_SIGPROCMASK] = {TABLE(how), .what = "SIG_BLOCK, SIG_UNBLOCK or SIG_SETMASK",
				      .any = true},
		[FATE_CAPSET] = {TABLE(capset_verbs), .what = "DROP or KEEP"},
		[FATE_SETRLIMIT] = {TABLE(rlimits), .what = "a limit of the notation"},
		[FATE_PRCTL] = {TABLE(prctl_options), .what = "an option of the notation"},
		[FATE_PTRACE] = {TABLE(ptrace_requests), .prefix = "PTRACE_",
				 .what = "a request of the notation"},
	};

	return &table[id];
}

bool fate_flag(enum fate_call_id call, size_t i, long *ret)
{
	const struct constants *c = constants_of(call);

	if (i >= c->n)
		return false;
	*ret = c->c[i].value;
	return true;
}

bool fate_flags_join(enum fate_call_id call)
{
	return constants_of(call)->bits;
}

static const struct constant si_code_table[] = {
	{"SI_USER", SF_SI_USER},
	{"SI_KERNEL", SF_SI_KERNEL},
	{"SI_QUEUE", SF_SI_QUEUE},
	{"SI_TIMER", SF_SI_TIMER},
	{"SI_MESGQ", SF_SI_MESGQ},
	{"SI_ASYNCIO", SF_SI_ASYNCIO},
	{"SI_SIGIO", SF_SI_SIGIO},
	{"SI_TKILL", SF_SI_TKILL},
	{"SI_ASYNCNL", SF_SI_ASYNCNL},
	{"CLD_EXITED", SF_CLD_EXITED},
	{"CLD_KILLED", SF_CLD_KILLED},
	{"CLD_DUMPED", SF_CLD_DUMPED},
	{"CLD_TRAPPED", SF_CLD_TRAPPED},
	{"CLD_STOPPED", SF_CLD_STOPPED},
	{"CLD_CONTINUED", SF_CLD_CONTINUED},
};
const struct constants si_codes = {TABLE(si_code_table), .any = true};

static const struct constant cap_table[] = {
	{"CAP_CHOWN", 0},
	{"CAP_DAC_OVERRIDE", 1},
	{"CAP_DAC_READ_SEARCH", 2},
	{"CAP_FOWNER", 3},
	{"CAP_FSETID", 4},
	{"CAP_KILL", 5},
	{"CAP_SETGID", 6},
	{"CAP_SETUID", 7},
	{"CAP_SETPCAP", 8},
	{"CAP_LINUX_IMMUTABLE", 9},
	{"CAP_NET_BIND_SERVICE", 10},
	{"CAP_NET_BROADCAST", 11},
	{"CAP_NET_ADMIN", 12},
	{"CAP_NET_RAW", 13},
	{"CAP_IPC_LOCK", 14},
	{"CAP_IPC_OWNER", 15},
	{"CAP_SYS_MODULE", 16},
	{"CAP_SYS_RAWIO", 17},
	{"CAP_SYS_CHROOT", 18},
	{"CAP_SYS_PTRACE", 19},
	{"CAP_SYS_PACCT", 20},
	{"CAP_SYS_ADMIN", 21},
	{"CAP_SYS_BOOT", 22},
	{"CAP_SYS_NICE", 23},
	{"CAP_SYS_RESOURCE", 24},
	{"CAP_SYS_TIME", 25},
	{"CAP_SYS_TTY_CONFIG", 26},
	{"CAP_MKNOD", 27},
	{"CAP_LEASE", 28},
	{"CAP_AUDIT_WRITE", 29},
	{"CAP_AUDIT_CONTROL", 30},
	{"CAP_SETFCAP", 31},
	{"CAP_MAC_OVERRIDE", 32},
	{"CAP_MAC_ADMIN", 33},
	{"CAP_SYSLOG", 34},
	{"CAP_WAKE_ALARM", 35},
	{"CAP_BLOCK_SUSPEND", 36},
	{"CAP_AUDIT_READ", 37},
	{"CAP_PERFMON", 38},
	{"CAP_BPF", 39},
	{"CAP_CHECKPOINT_RESTORE", 40},
};
const struct constants cap_names = {TABLE(cap_table)};

static const struct constant sigset_table[] = {
	{"SigPnd", SF_SIGPND}, {"ShdPnd", SF_SHDPND}, {"SigBlk", SF_SIGBLK},
	{"SigIgn", SF_SIGIGN}, {"SigCgt", SF_SIGCGT},
};
const struct constants sigset_names = {TABLE(sigset_table)};

static const struct constant state_table[] = {
	{"running", FATE_RUNNING}, {"stopped", FATE_STOPPED}, {"traced", FATE_TRACED},
	{"zombie", FATE_ZOMBIE},   {"gone", FATE_GONE},
};
const struct constants state_names = {TABLE(state_table)};

static const struct constant need_table[] = {
	{"root", FATE_NEED_ROOT},	  {"userns", FATE_NEED_USERNS},
	{"landlock", FATE_NEED_LANDLOCK}, {"cgroup", FATE_NEED_CGROUP},
	{"memcg", FATE_NEED_MEMCG},
};
const struct constants need_names = {TABLE(need_table)};

const char *fate_need_name(enum fate_need need)
{
	const struct constant *c = constant_by_value(&need_names, need);

	return c ? c->name : "nothing";
}

const struct constant *constant_find(const struct constants *c, const char *name)
{
	if (c->prefix && !strncmp(name, c->prefix, strlen(c->prefix)))
		name += strlen(c->prefix);
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(name, c->c[i].name))
			return &c->c[i];
	return NULL;
}

const struct constant *constant_by_value(const struct constants *c, long value)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->c[i].value == value)
			return &c->c[i];
	return NULL;
}

const char *fate_code_name(int sig, int code)
{
	const struct constant *c = constant_by_value(&si_codes, code);

	/* small positive codes mean another thing for each signal */
	if (!c || (code > 0 && code < SF_SI_KERNEL && sig != 17))
		return NULL;
	return c->name;
}
