/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calls_tty.c - a terminal for a session of the scenario
 *
 * The referee holds the side that a user would sit at, and types there.  The leader of the session
 * holds the other side, for as long as it lives: when the last descriptor of that is closed, the
 * session has no terminal any more.
 */
#include "world/kernel/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Not every C library's headers have it. */
#define GET_PEER _IO('T', 0x41)
#define ECHO_TIMEOUT_MS 10000

static int open_terminal(int *ret_ours, int *ret_theirs)
{
	_cleanup_close_ int ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	int theirs, unlock = 0;

	if (ours < 0 || ioctl(ours, TIOCSPTLCK, &unlock))
		return -errno;
	theirs = ioctl(ours, GET_PEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (theirs < 0)
		return -errno;
	*ret_theirs = theirs;
	*ret_ours = take_fd(&ours);
	return 0;
}

static int no_terminal(const struct request *q, int error)
{
	return world_fail(&q->k->world, -EOPNOTSUPP, "cannot make a terminal: %s",
			  strerror(-error));
}

/* What the kernel says no to is what the call gives.  Then *@ret is false. */
static int attempt(const struct request *q, const uint64_t arg[6], bool *ret)
{
	long got;
	int r = command_quiet(q->k, q->a, SYS_ioctl, arg, &got);

	*ret = got >= 0;
	q->command->op = WIRE_GIVE;
	q->command->arg[0] = (uint64_t)got;
	return r;
}

/* The terminal becomes that of the caller's session. */
static int give_terminal(const struct request *q, bool *ret)
{
	struct actor *leader = q->a->leader;
	_cleanup_close_ int ours = -1, theirs = -1;
	int lent, r;

	*ret = true;
	if (leader->terminal >= 0)
		return 0;
	r = open_terminal(&ours, &theirs);
	if (r)
		return no_terminal(q, r);
	r = command_lend(q->k, q->a, theirs, &lent);
	if (!r)
		r = attempt(q, (uint64_t[6]){(uint64_t)lent, TIOCSCTTY, 0}, ret);
	if (r || !*ret)
		return r;
	q->a->lent = -1; /* it keeps it */
	leader->terminal = take_fd(&ours);
	leader->terminal_there = lent;
	leader->in_background = false;
	return 0;
}

static int quiet_mask(const struct request *q, int how, uint64_t set, uint8_t *old)
{
	long got;

	return command_quiet(q->k, q->a, SYS_rt_sigprocmask,
			     (uint64_t[6]){(uint64_t)how, set,
					   old ? arena_address(&q->k->arena, old) : 0, SET_SIZE},
			     &got);
}

static int set_group(const struct request *q, int group, bool *ret)
{
	struct actor *leader = q->a->leader;
	int r = attempt(q,
			(uint64_t[6]){(uint64_t)leader->terminal_there, TIOCSPGRP,
				      put(q, &group, sizeof(group))},
			ret);

	if (!r && *ret)
		leader->in_background = group != leader->nr[leader->n_nr - 1];
	return r;
}

/*
 * Whoever does that in the background must not mind SIGTTOU.  To change its mask lets it look for
 * what waits for its process, which is not the scenario's doing.
 */
static int set_group_in_background(const struct request *q, int group, bool *ret)
{
	sf_sigset ttou = SF_SIGMASK(SIGTTOU);
	uint8_t *old = data_put(q->k, q->a, NULL, SET_SIZE);
	struct status s;
	int r;

	if (!look_status(&q->a->look, &s) && s.set[SF_SHDPND])
		return no_terminal(q, -EBUSY);
	r = quiet_mask(q, SIG_BLOCK, put(q, &ttou, SET_SIZE), old);
	if (!r)
		r = set_group(q, group, ret);
	if (!r)
		r = quiet_mask(q, SIG_SETMASK, arena_address(&q->k->arena, old), NULL);
	return r;
}

static int set_foreground(const struct request *q, bool *ret)
{
	const struct actor *leader = q->a->leader;
	int group = q->c->n_args > 1 ? (int)q->c->arg[1] : 0;

	if (!group)
		group = leader->nr[leader->n_nr - 1];
	return leader->in_background ? set_group_in_background(q, group, ret)
				     : set_group(q, group, ret);
}

/* The terminal shows ^C when it has dealt with it. */
static int type_key(const struct request *q, int terminal, char key)
{
	struct pollfd p = {.fd = terminal, .events = POLLIN};
	char shown[16];

	if (write(terminal, &key, 1) != 1)
		return no_terminal(q, -errno);
	do {
		if (poll(&p, 1, ECHO_TIMEOUT_MS) <= 0)
			return no_terminal(q, -ETIMEDOUT);
		memset(shown, 0, sizeof(shown));
		if (read(terminal, shown, sizeof(shown) - 1) < 0)
			return no_terminal(q, -errno);
	} while (!strchr(shown, (key | 0x40)));
	return 0;
}

/* What happens at the terminal happens before the call itself, which has nothing left to do. */
int prepare_tty(const struct request *q)
{
	static const char key[] = {
		[FATE_TTY_INTR] = 0x03, [FATE_TTY_QUIT] = 0x1c, [FATE_TTY_SUSP] = 0x1a};
	struct actor *leader = q->a->leader;
	bool done = false;
	int r;

	/* another thread may have a table of descriptors of its own */
	if (q->a != leader)
		return world_fail(&q->k->world, -EOPNOTSUPP,
				  "only the first thread of a process can use its terminal here");
	r = give_terminal(q, &done);

	if (!r && done)
		r = set_foreground(q, &done);
	if (r || !done)
		return r;
	if (q->c->arg[0] != FATE_TTY_HANGUP)
		return type_key(q, leader->terminal, key[q->c->arg[0]]);
	close(leader->terminal);
	leader->terminal = -1;
	return 0;
}
