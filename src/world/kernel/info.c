/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info.c - a siginfo as the kernel has it, and as the notation has it */
#include "world/kernel/kernel.h"

#include <string.h>

/* Where the kernel's siginfo has what (asm-generic/siginfo.h, 64 bit). */
#define INFO_PID 16
#define INFO_UID 20
#define INFO_STATUS 24
#define INFO_VALUE 24

/* ILL, TRAP, BUS, FPE, SEGV, IO, SYS: for these a small code tells of a fault, or of a file. */
#define OWN_CODES                                                                                  \
	(SF_SIGMASK(4) | SF_SIGMASK(5) | SF_SIGMASK(7) | SF_SIGMASK(8) | SF_SIGMASK(11) |          \
	 SF_SIGMASK(29) | SF_SIGMASK(31))

/* Of these, a fault has nothing where a child's end has its status. */
#define ONLY_AN_ADDRESS (SF_SIGMASK(4) | SF_SIGMASK(7) | SF_SIGMASK(8) | SF_SIGMASK(11))

static bool has_status(int sig, int code)
{
	return code > 0 && code <= SF_CLD_CONTINUED && sig >= 1 && sig <= SF_NSIG &&
	       !(SF_SIGMASK(sig) & OWN_CODES);
}

/* A child's end may be told of by any signal. */
static bool shows_status(const struct sf_siginfo *i)
{
	return has_status(i->signo, i->code) ||
	       (i->code > 0 && i->code <= SF_CLD_CONTINUED && i->signo >= 1 &&
		i->signo <= SF_NSIG && (SF_SIGMASK(i->signo) & ONLY_AN_ADDRESS));
}

struct sf_siginfo info_from_wire(const uint8_t info[WIRE_INFO])
{
	struct sf_siginfo i = {0};

	memcpy(&i.signo, info, sizeof(int));
	memcpy(&i.error, info + 4, sizeof(int));
	memcpy(&i.code, info + 8, sizeof(int));
	memcpy(&i.pid, info + INFO_PID, sizeof(int));
	memcpy(&i.uid, info + INFO_UID, sizeof(uint32_t));
	if (shows_status(&i))
		memcpy(&i.status, info + INFO_STATUS, sizeof(int));
	else
		memcpy(&i.value, info + INFO_VALUE, sizeof(int64_t));
	return i;
}

void info_to_wire(const struct sf_siginfo *i, uint8_t wire[128])
{
	memset(wire, 0, 128);
	memcpy(wire, &i->signo, sizeof(int));
	memcpy(wire + 4, &i->error, sizeof(int));
	memcpy(wire + 8, &i->code, sizeof(int));
	memcpy(wire + INFO_PID, &i->pid, sizeof(int));
	memcpy(wire + INFO_UID, &i->uid, sizeof(uint32_t));
	if (has_status(i->signo, i->code))
		memcpy(wire + INFO_STATUS, &i->status, sizeof(int));
	else
		memcpy(wire + INFO_VALUE, &i->value, sizeof(int64_t));
}

struct sf_siginfo info_of_sigqueue(const struct actor *sender, long uid, const struct world_call *c)
{
	const struct actor *process = sender->leader;

	return (struct sf_siginfo){
		.signo = (int)c->arg[1],
		.code = SF_SI_QUEUE,
		.pid = process->nr[process->n_nr - 1],
		.uid = (uint32_t)uid,
		.value = c->arg[2],
	};
}
