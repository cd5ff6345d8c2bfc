/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/signal.h - signals and their names
 *
 * What a signal is called, what its handler is told, and what a process does with it.  All of it is
 * plain data of the caller's; any thread may use it.
 */
#ifndef SF_SIGNAL_H
#define SF_SIGNAL_H

#include <stdint.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * sf_signal_name() - the name of a signal: "SIGTERM", "SIGRTMIN+3", "SIG32"
 * @sig: any number
 * @buf: at least 16 bytes, or NULL; used when the name is not a constant
 *
 * Context: Any thread.
 *
 * Return: the name, a constant or @buf; the plain number for what is no signal. Without @buf a name
 * that needs it is empty.
 */
const char *sf_signal_name(int sig, char buf[16]);

/**
 * sf_signal_parse() - a signal from text: TERM, SIGTERM, 15, RTMIN+3, SIGRTMAX-1, 0
 * @text: the text, with a NUL; letter case does not matter
 *
 * RTMIN is 34, the first that a program with a C library can use.
 *
 * Context: Any thread.
 *
 * Return: 0..64, or
 * * -EINVAL: @text is NULL or no signal
 */
int sf_signal_parse(const char *text);

/* si_code: who says so */
enum {
	SF_SI_USER = 0,
	SF_SI_KERNEL = 128,
	SF_SI_QUEUE = -1,
	SF_SI_TIMER = -2,
	SF_SI_MESGQ = -3,
	SF_SI_ASYNCIO = -4,
	SF_SI_SIGIO = -5,
	SF_SI_TKILL = -6,
	SF_SI_ASYNCNL = -60,
	SF_CLD_EXITED = 1,
	SF_CLD_KILLED,
	SF_CLD_DUMPED,
	SF_CLD_TRAPPED,
	SF_CLD_STOPPED,
	SF_CLD_CONTINUED,
};

/**
 * struct sf_siginfo - what a handler is told: a siginfo_t, without the prefix of its fields' names,
 *	of which C libraries make macros
 * @signo: the signal
 * @error: passed through
 * @code: SF_SI_*, SF_CLD_*, or what a sender wrote
 * @pid: a number in the receiver's PID namespace, 0 when there is none (but see docs/rules.md)
 * @uid: an id in the receiver's user namespace
 * @status: exit code or signal, of a CLD_* notice
 * @value: the integer that sigqueue() carries
 */
struct sf_siginfo {
	int signo;
	int error;
	int code;
	int pid;
	uint32_t uid;
	int status;
	int64_t value;
};

/** enum sf_handler - what a process does with a signal: the default, nothing, or a handler */
enum sf_handler { SF_SIG_DFL, SF_SIG_IGN, SF_SIG_HANDLER };

/* sa_flags, with Linux's values */
#define SF_SA_NOCLDSTOP 0x00000001u
#define SF_SA_NOCLDWAIT 0x00000002u
#define SF_SA_SIGINFO 0x00000004u
#define SF_SA_ONSTACK 0x08000000u
#define SF_SA_RESTART 0x10000000u
#define SF_SA_NODEFER 0x40000000u
#define SF_SA_RESETHAND 0x80000000u
/* those that change what becomes of a signal; others are not kept */
#define SF_SA_FLAGS                                                                                \
	(SF_SA_NOCLDSTOP | SF_SA_NOCLDWAIT | SF_SA_SIGINFO | SF_SA_ONSTACK | SF_SA_RESTART |       \
	 SF_SA_NODEFER | SF_SA_RESETHAND)

/**
 * struct sf_sigaction - the disposition of one signal
 * @handler: what is done
 * @flags: SF_SA_*
 * @mask: what is blocked while the handler runs
 */
struct sf_sigaction {
	enum sf_handler handler;
	uint32_t flags;
	sf_sigset mask;
};

#ifdef __cplusplus
}
#endif

#endif
