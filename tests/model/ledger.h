/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ledger.h - what was sent to each process and what it took, so that no signal is lost or made */
#ifndef SIGFATE_TEST_LEDGER_H
#define SIGFATE_TEST_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include <sigfate.h>

#define LEDGER_PROCESSES 64

/**
 * struct account - of a process, its threads together, by sig - 1
 * @process: what its threads share; NULL when it has ended
 * @threads: who they are
 * @odd: something else decides what becomes of its signals: a tracer, an exec, its end, a stack
 *	that no handler can be put on
 * @handler: what it has handlers for
 * @bare: what is pending and has no entry: there was no room, or it is the kernel's own
 * @queued: entries, and handlers that were entered and have not run yet
 * @came, @came_bare, @handled: since the balance
 * @moved: what any of these numbers is not zero of
 * @taken: not all that went was handled
 */
struct account {
	const void *process;
	uintptr_t threads;
	bool odd, taken;
	sf_sigset handler, bare, came_bare, moved;
	unsigned short queued[SF_NSIG], came[SF_NSIG], handled[SF_NSIG];
};

/** struct ledger - the accounts of a machine's processes, since they were balanced last */
struct ledger {
	struct account account[LEDGER_PROCESSES];
	size_t n;
};

/** ledger_event() - an observer's: who keeps a ledger observes the machine all the time */
void ledger_event(struct ledger *l, const struct sf_event *event);
/** ledger_taken() - @t has taken a signal in a call, and ran no handler for it */
void ledger_taken(struct ledger *l, const struct sf_task *t);
/** ledger_close() - forget the accounts: not everything has been observed */
void ledger_close(struct ledger *l);

/**
 * ledger_broken() - balance the accounts, and open them anew
 * @why: @size bytes for what is wrong
 *
 * What was queued and what came is what is still queued and what handlers were told, in every
 * process that stays as it is and has a handler; nowhere is there more than that.
 *
 * Return: false when nothing is wrong.
 */
bool ledger_broken(struct ledger *l, struct sf_machine *m, char *why, size_t size);

#endif
