/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notation.h - the .fate text, read into lines and written back
 *
 * A struct fate is one scenario: its text, its lines in order, and the names of its processes.  It
 * owns everything that its lines point to.  It knows no world: what a call means is not its matter,
 * only which calls there are and which kinds of arguments they take (fate_calls, one table).
 */
#ifndef SIGFATE_NOTATION_H
#define SIGFATE_NOTATION_H

#include <stdio.h>

#include <sigfate.h>

#define FATE_HOST 0 /* the index of the process that a scenario starts with */
#define FATE_NAMES_MAX 4096
#define FATE_ARGS_MAX 5
#define FATE_TARGETS_MAX 256
#define FATE_LINES_MAX 100000
#define FATE_TEXT_MAX (16u << 20) /* bytes */

/* Every call of the notation; fate_calls[] is in this order. */
enum fate_call_id {
	FATE_FORK,
	FATE_VFORK,
	FATE_CLONE,
	FATE_CLONE3,
	FATE_THREAD,
	FATE_EXECVE,
	FATE_UNSHARE,
	FATE_SETNS,
	FATE_NS_LAST_PID,
	FATE_PID_MAX,
	FATE_REBOOT,
	FATE_EXIT,
	FATE_EXIT_GROUP,
	FATE_WAIT4,
	FATE_KILL,
	FATE_TKILL,
	FATE_TGKILL,
	FATE_RT_SIGQUEUEINFO,
	FATE_RT_TGSIGQUEUEINFO,
	FATE_SIGQUEUE,
	FATE_PIDFD_SEND_SIGNAL,
	FATE_PIDFD_OPEN,
	FATE_FAULT,
	FATE_SECCOMP,
	FATE_ALARM,
	FATE_TIMER_CREATE,
	FATE_USE_CPU,
	FATE_WRITE,
	FATE_TTY,
	FATE_OOM,
	FATE_CGROUP_KILL,
	FATE_SIGACTION,
	FATE_SIGALTSTACK,
	FATE_SIGPROCMASK,
	FATE_SIGPENDING,
	FATE_SIGSUSPEND,
	FATE_SIGWAITINFO,
	FATE_SIGTIMEDWAIT,
	FATE_SIGNALFD,
	FATE_SETPGID,
	FATE_SETSID,
	FATE_GETPID,
	FATE_GETPPID,
	FATE_GETTID,
	FATE_GETPGID,
	FATE_GETSID,
	FATE_GETUID,
	FATE_SETUID,
	FATE_SETRESUID,
	FATE_SETGROUPS,
	FATE_CAPSET,
	FATE_LANDLOCK,
	FATE_SETRLIMIT,
	FATE_PRCTL,
	FATE_PTRACE,
	FATE_UID_MAP,
	FATE_GID_MAP,
	FATE_NCALLS
};

/* What an argument may be. */
enum fate_arg_kind {
	FATE_ARG_NUMBER,  /* a plain number */
	FATE_ARG_PID,	  /* a number, or NAME: its number as the caller sees it; -NAME: negative */
	FATE_ARG_WHO,	  /* a name: the process itself (a pidfd, a namespace) */
	FATE_ARG_TIDS,	  /* [5, 3]: numbers that a child shall have, the innermost first */
	FATE_ARG_SIGNAL,  /* SIGTERM, SIGRTMIN+3, or a number (any, also an invalid one) */
	FATE_ARG_SET,	  /* {SIGTERM, SIGINT}, [], ~[] */
	FATE_ARG_FLAGS,	  /* names joined by |, or a number: a constant of this call */
	FATE_ARG_INFO,	  /* {si_code=SI_QUEUE, …}, or NULL */
	FATE_ARG_CAPS,	  /* {CAP_KILL, …} */
	FATE_ARG_HANDLER, /* SIG_DFL, SIG_IGN, handler; NULL: only ask */
};

/**
 * struct fate_call_type - one row of the table
 * @usage: how it is written, for messages; what is in brackets may be left out
 * @min_args: of the @n_args, how many may not be left out
 */
struct fate_call_type {
	const char *name, *usage;
	unsigned int min_args, n_args;
	enum fate_arg_kind arg[FATE_ARGS_MAX];
	bool makes_task;   /* "= NAME" binds a new name */
	bool may_block;	   /* may be written "= ?" and resumed later */
	bool sends;	   /* a signal, whose fate can be asked for */
	bool gives_pid;	   /* its result is a process's number */
	bool gives_signal; /* ... is a signal */
	bool gives_info;   /* a siginfo comes with it */
};

extern const struct fate_call_type fate_calls[FATE_NCALLS];

/* The first argument of capset(): take these away, or keep no others. */
enum fate_capset { FATE_CAPS_DROP, FATE_CAPS_KEEP };
/* Of use_cpu(): up to which limit. */
enum fate_use_cpu { FATE_CPU_SOFT, FATE_CPU_HARD };
/* Of write(): a pipe that nobody reads, a file that gets too large. */
enum fate_write { FATE_WRITE_PIPE, FATE_WRITE_FILE };
/* Of tty(): which of the terminal's characters is typed, or that it goes away. */
enum fate_tty { FATE_TTY_INTR, FATE_TTY_QUIT, FATE_TTY_SUSP, FATE_TTY_HANGUP };
/* Of sigaltstack(): a stack that nothing can be put on, or none. */
enum fate_sigaltstack { FATE_STACK_NONE, FATE_STACK_BAD };

/* What pidfd_send_signal() takes for oneself, in place of a pidfd (and of a name). */
#define FATE_PIDFD_SELF_THREAD (-10000)
#define FATE_PIDFD_SELF_THREAD_GROUP (-10001)
/* The disposition that sigaction(SIGNAL, NULL) gives: none. */
#define FATE_HANDLER_NULL (-1)

/* Which fields of a siginfo are written. */
#define FATE_SI_SIGNO 0x01u
#define FATE_SI_ERRNO 0x02u
#define FATE_SI_CODE 0x04u
#define FATE_SI_PID 0x08u
#define FATE_SI_UID 0x10u
#define FATE_SI_STATUS 0x20u
#define FATE_SI_VALUE 0x40u

/**
 * struct fate_info - a siginfo as written
 * @fields: FATE_SI_*: the fields that are written
 * @pid_name: the process that si_pid names, -1 when it is a number (in @info)
 */
struct fate_info {
	unsigned int fields;
	struct sf_siginfo info;
	int pid_name;
};

/**
 * struct fate_arg - one argument
 * @given: false when it was left out
 * @name: for PID and WHO: the index of the name, or -1; @negative: written as -NAME
 * @number: number, signal, handler (enum sf_handler), or flags with Linux's values; the first of
 *	capset(), use_cpu() and others is one of an enum fate_CALL, of ptrace() an enum
 *	sf_ptrace_request; -1 is setrlimit()'s RLIM_INFINITY
 * @set: for SET a sf_sigset, for CAPS a capability set
 * @info: for INFO, valid when !@is_null
 */
struct fate_arg {
	bool given, negative, is_null;
	int name;
	long number;
	uint64_t set;
	struct fate_info info;
	unsigned int column;
};

enum fate_result_kind {
	FATE_RESULT_ANY,    /* ? */
	FATE_RESULT_NUMBER, /* a number >= 0, or a signal's name */
	FATE_RESULT_ERRNO,  /* -1 ERRNO */
	FATE_RESULT_NAME,   /* a process's number, as the caller sees it */
	FATE_RESULT_NEW,    /* a new name that the call binds */
	FATE_RESULT_SET,    /* {SIGTERM, …} (sigpending) */
};

/** struct fate_result - what is written after "="; @error positive; @status a wait status or -1
 * (written "= NAME [killed by SIGTERM]") */
struct fate_result {
	enum fate_result_kind kind;
	long number;
	int error;
	int name;
	sf_sigset set;
	int status;
	struct fate_info info; /* written "= SIGTERM {si_pid=0}" (sigwaitinfo); fields 0: none */
	bool has_action;       /* written "= 0 [handler, SA_RESTART, {SIGINT}]" (sigaction) */
	struct sf_sigaction action;
	unsigned int column;
};

/** struct fate_expect - "=> FATE" (@name -1) or "=> NAME: FATE" */
struct fate_expect {
	int name;
	enum sf_fate fate;
	unsigned int column;
};

enum fate_line_kind {
	FATE_LINE_BLANK,     /* nothing, or a comment only */
	FATE_LINE_KERNEL,    /* kernel >= 6.9, kernel has pidfd_scope_flags */
	FATE_LINE_NEEDS,     /* needs root | userns | landlock | cgroup | memcg */
	FATE_LINE_CALL,	     /* WHO: CALL(ARGS) = RESULT => FATE */
	FATE_LINE_RESUMED,   /* WHO: … resumed = RESULT */
	FATE_LINE_DELIVERED, /* WHO: --- SIGNAL {…} --- */
	FATE_LINE_STOPPED,   /* WHO: --- stopped by SIGNAL --- */
	FATE_LINE_CONTINUED, /* WHO: --- continued --- */
	FATE_LINE_KILLED,    /* WHO: +++ killed by SIGNAL +++ */
	FATE_LINE_EXITED,    /* WHO: +++ exited with N +++ */
	FATE_LINE_IS,	     /* WHO: is running | stopped | traced | zombie | gone */
	FATE_LINE_SIGSET,    /* WHO: SigPnd = {…} */
	FATE_LINE_NSPID,     /* WHO: NSpid = 17 3 1 */
	FATE_LINE_PARENT,    /* WHO: parent = NAME | none */
};

enum fate_state { FATE_RUNNING, FATE_STOPPED, FATE_TRACED, FATE_ZOMBIE, FATE_GONE };

enum fate_kernel_op { FATE_KERNEL_GE, FATE_KERNEL_LT, FATE_KERNEL_HAS, FATE_KERNEL_LACKS };

/* What a scenario may need of the machine. */
enum fate_need {
	FATE_NEED_ROOT,	    /* other users that a process can become */
	FATE_NEED_USERNS,   /* user namespaces */
	FATE_NEED_LANDLOCK, /* Landlock domains */
	FATE_NEED_CGROUP,   /* a cgroup that can be made, with a cgroup.kill */
	FATE_NEED_MEMCG,    /* one whose memory can be limited */
	FATE_NNEEDS
};

/**
 * struct fate_line - one line; which fields mean something depends on @kind
 * @call: of CALL; of RESUMED, the call that returns
 * @nspid: of NSPID; the TIDS among a call's arguments
 */
struct fate_line {
	enum fate_line_kind kind;
	unsigned int number; /* from 1 */
	const char *text;    /* the line as written, without its newline; NUL-terminated */
	const char *comment; /* the comment with its #, or NULL */

	int who;
	unsigned int who_column;
	/* CALL */
	enum fate_call_id call;
	struct fate_arg arg[FATE_ARGS_MAX];
	struct fate_result result; /* also RESUMED */
	struct fate_expect *expect;
	size_t n_expect;
	/* DELIVERED, STOPPED, KILLED, EXITED */
	int sig;
	bool dumped;
	int code;
	struct fate_info info;
	/* IS, SIGSET, NSPID, PARENT, KERNEL, NEEDS */
	enum fate_state state;
	enum sf_sigset_kind sigset;
	sf_sigset set;
	int nspid[SF_MAX_PID_NS_LEVEL + 1];
	unsigned int n_nspid;
	int parent; /* -1: none, outside the scenario */
	unsigned int kernel_major, kernel_minor;
	const char *kernel_switch; /* as sf_kernel_switch_name() has it */
	enum fate_kernel_op kernel_op;
	enum fate_need need;
	unsigned int check_column; /* where the thing to check is written */
};

/** struct fate - a scenario; @name[FATE_HOST] is "host"; a name's index is the process's */
struct fate {
	char *path;
	char *text;
	struct fate_line *line;
	size_t n_lines;
	char **name;
	bool *is_thread; /* per name: made by thread() */
	size_t n_names;
};

/**
 * struct fate_error - where the text is wrong, and what to do about it
 * @line, @column: from 1; the column in characters; 0 when it is no place in the text
 * @text: the line, cut where it is too long
 */
struct fate_error {
	unsigned int line, column;
	char message[512];
	char text[512];
};

/**
 * fate_parse() - read a scenario
 * @path: what to call it in messages; copied
 * @text: @len bytes, any bytes
 * @ret: the scenario, freed by the caller with fate_free()
 * @err: filled in when the text is wrong
 *
 * Return: 0; -EINVAL: the text is wrong, @err says where; -ENOMEM.
 */
int fate_parse(const char *path, const char *text, size_t len, struct fate **ret,
	       struct fate_error *err);
/** fate_read() - fate_parse() of a file ("-": standard input); also -errno of reading it */
int fate_read(const char *path, struct fate **ret, struct fate_error *err);
void fate_free(struct fate *f);

/** fate_new() - a scenario to be made line by line: it has the host; NULL: no memory */
struct fate *fate_new(const char *path);
/** fate_add_name() - one more process, to be made by a line: its index, or -ENOMEM */
int fate_add_name(struct fate *f, const char *name, bool is_thread);
/** fate_line_init() - a line in which nothing is written yet */
void fate_line_init(struct fate_line *l);
/** fate_add_line() - one more line: a copy, with its fates; it gets its number */
int fate_add_line(struct fate *f, const struct fate_line *l);

/**
 * fate_flag() - what a FLAGS argument of a call may be
 * @i: which of its constants, from 0
 * @ret: its value
 *
 * Return: whether there is one.
 */
bool fate_flag(enum fate_call_id call, size_t i, long *ret);
/** fate_flags_join() - whether several of them may be joined with | */
bool fate_flags_join(enum fate_call_id call);
/** fate_makes_thread() - whether the call of a line makes a thread, if it makes anything */
bool fate_makes_thread(const struct fate_line *l);

/** fate_write() - write a scenario in its plain form; reading that gives the same lines again */
int fate_write(const struct fate *f, FILE *out);
/** fate_write_line() - one line, without newline */
int fate_write_line(const struct fate *f, const struct fate_line *line, FILE *out);

/** fate_write_result() - what stands after "=" */
void fate_write_result(const struct fate *f, enum fate_call_id call, const struct fate_result *r,
		       FILE *out);

/** fate_write_info() - {si_code=SI_USER, ...} of a siginfo of signal @sig */
void fate_write_info(const struct fate *f, const struct fate_info *info, int sig, FILE *out);

/** fate_errno_name() - "EPERM" for EPERM; fate_errno_parse() - the number, or -EINVAL */
const char *fate_errno_name(int error);
int fate_errno_parse(const char *name);
/** fate_write_set() - {SIGTERM, SIGINT} */
void fate_write_set(sf_sigset set, FILE *out);
/** fate_need_name() - "root" */
const char *fate_need_name(enum fate_need need);
/** fate_code_name() - "SI_USER"; NULL for one without a name (@sig tells CLD_* from others) */
const char *fate_code_name(int sig, int code);

#endif
