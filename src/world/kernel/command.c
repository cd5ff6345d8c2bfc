/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.c - make an actor make a system call */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

void data_reset(struct actor *a)
{
	a->data_used = 0;
}

uint8_t *data_put(struct kernel_world *k, struct actor *a, const void *p, size_t size)
{
	struct wire_slot *slot = arena_slot(&k->arena, a->index);
	size_t room = (size + 15) & ~(size_t)15;
	uint8_t *at;

	if (a->data_used + room > WIRE_DATA) /* no call has so many arguments */
		a->data_used = 0;
	at = slot->data + a->data_used;
	a->data_used += room;
	if (p)
		memcpy(at, p, size);
	else
		memset(at, 0, size);
	return at;
}

void command_give(struct kernel_world *k, struct actor *a, const struct command *c)
{
	struct wire_slot *slot = arena_slot(&k->arena, a->index);
	struct wire_command *w = &slot->command;

	w->op = c->op;
	w->nr = (uint64_t)c->nr;
	memcpy(w->arg, c->arg, sizeof(w->arg));
	w->child = c->child ? arena_address(&k->arena, arena_slot(&k->arena, c->child->index)) : 0;
	a->busy = true;
	a->told = a->swallow = a->quiet = false;
	a->dirty = true;
	__atomic_store_n(&w->seq, w->seq + 1, __ATOMIC_SEQ_CST);
	arena_wake(slot);
}

int command_quiet(struct kernel_world *k, struct actor *a, long nr, const uint64_t arg[6],
		  long *ret)
{
	struct command c = {.op = WIRE_CALL, .nr = nr};
	int r = 0;

	memcpy(c.arg, arg, sizeof(c.arg));
	command_give(k, a, &c);
	a->quiet = true;
	for (unsigned int times = 0; !r && a->busy; times++) {
		r = breathe(k, a, times);
		if (!r)
			r = ring_drain(k, false);
	}
	if (!r)
		*ret = a->ret;
	return r;
}

int command_take_back(struct kernel_world *k, struct actor *a)
{
	uint64_t arg[6] = {(uint64_t)a->lent};
	long got;
	int r = a->lent >= 0 ? command_quiet(k, a, SYS_close, arg, &got) : 0;

	a->lent = -1;
	return r;
}

int command_lend(struct kernel_world *k, struct actor *a, int fd, int *ret)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS}};
	struct iovec iov = {.iov_base = (char[]){""}, .iov_len = 1};
	struct msghdr send = {.msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control)};
	struct msghdr receive = {.msg_iovlen = 1, .msg_controllen = sizeof(control)};
	struct iovec to = {.iov_len = 1};
	uint8_t *data;
	long got;
	int r = command_take_back(k, a);

	if (r)
		return r;
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (sendmsg(k->cage.socket, &send, MSG_NOSIGNAL) < 0)
		return -errno;

	/* Here pointers are the actor's. */
	data = data_put(k, a, NULL, sizeof(control));
	receive.msg_control = (void *)arena_address(&k->arena, data);
	to.iov_base = (void *)arena_address(&k->arena, data_put(k, a, NULL, 1));
	receive.msg_iov = (void *)arena_address(&k->arena, data_put(k, a, &to, sizeof(to)));
	r = command_quiet(
		k, a, SYS_recvmsg,
		(uint64_t[6]){WIRE_FD_SOCKET,
			      arena_address(&k->arena, data_put(k, a, &receive, sizeof(receive))),
			      MSG_DONTWAIT},
		&got);
	if (r)
		return r;
	if (got < 0)
		return (int)got;
	memcpy(&control, data, sizeof(control));
	if (control.header.cmsg_type != SCM_RIGHTS)
		return -EIO;
	memcpy(&a->lent, CMSG_DATA(&control.header), sizeof(a->lent));
	*ret = a->lent;
	return 0;
}
