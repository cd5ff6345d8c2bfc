/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actor.c - a task that makes the system calls it is told to make
 *
 * A program of its own, without a C library: nothing here handles, blocks or hides a signal, makes
 * a thread or a private page on its own account, so what is seen of an actor is what its calls did.
 * All memory that it writes is its slot of the arena (wire.h), its stack included: a fork copies
 * nothing, and the referee can read the stack of a dead actor.
 *
 * sigfate carries the program within itself and starts it from memory.
 */
#include "world/kernel/actor_arch.h"

#include <asm/signal.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/socket.h>
#include <linux/stat.h>

#define CLOCK_PROCESS_CPUTIME_ID 2
#define RLIMIT_CPU 0
#define MSG_PEEK 2
#define MSG_DONTWAIT 0x40
#define CALL(nr, ...) call6(nr, (const uint64_t[6]){__VA_ARGS__})
#define ADDRESS(p) ((uint64_t)(uintptr_t)(p))

static struct wire_arena *const arena = (struct wire_arena *)WIRE_ARENA;

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);

/* A compiler may want these; volatile, so that it does not see their own bodies in them. */
void *memcpy(void *to, const void *from, size_t n)
{
	volatile uint8_t *t = to;
	const uint8_t *f = from;

	while (n--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int byte, size_t n)
{
	volatile uint8_t *t = to;

	while (n--)
		*t++ = (uint8_t)byte;
	return to;
}

static struct wire_slot *slot_of(uint64_t stack)
{
	return (struct wire_slot *)(stack & ~(WIRE_SLOT_SIZE - 1));
}

static uint32_t slot_index(const struct wire_slot *slot)
{
	return (uint32_t)((ADDRESS(slot) - WIRE_ARENA - WIRE_HEADER_SIZE) / WIRE_SLOT_SIZE);
}

static void publish(const struct wire_slot *slot, const struct wire_event *what)
{
	uint32_t at = __atomic_fetch_add(&arena->head, 1, __ATOMIC_SEQ_CST);
	struct wire_event *e = &arena->ring[at % WIRE_RING];

	e->type = what->type;
	e->slot = slot_index(slot);
	e->seq = what->seq;
	e->ret = what->ret;
	e->tgid = what->tgid;
	e->tid = what->tid;
	for (unsigned int i = 0; i < WIRE_INFO; i++)
		e->info[i] = what->info[i];
	__atomic_store_n(&e->ready, at + 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&arena->beat, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&arena->waiting, __ATOMIC_SEQ_CST))
		CALL(__NR_futex, ADDRESS(&arena->beat), FUTEX_WAKE, 1);
}

/*
 * Which slot it is, the stack tells: the kernel puts what it has to say there.  A fault is over
 * with its handler; the address that it tells of is nobody's business.
 */
static void on_signal(int sig, const uint8_t *info, uint8_t *context)
{
	struct wire_slot *slot = slot_of(ADDRESS(info));
	struct wire_event e = {.type = WIRE_HANDLED};
	unsigned int end = slot->fault == sig ? WIRE_INFO_HEAD : WIRE_INFO;

	for (unsigned int i = 0; i < end; i++)
		e.info[i] = info[i];
	if (slot->fault == sig)
		leave_fault(context);
	publish(slot, &e);
}

static int number(const char **text)
{
	int n = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		n = n * 10 + (**text - '0');
	return n;
}

/* What the referee calls this task: /proc is the one that the referee sees. */
static void say_up(const struct wire_slot *slot)
{
	struct wire_event e = {.type = WIRE_UP};
	char link[64] = "";
	const char *text = link;
	long len = CALL(__NR_readlinkat, (uint64_t)AT_FDCWD, ADDRESS("/proc/thread-self"),
			ADDRESS(link), sizeof(link) - 1);

	e.ret = len < 0 ? len : 0;
	if (len > 0) {
		e.tgid = number(&text); /* TGID/task/TID */
		while (*text && !(*text >= '0' && *text <= '9'))
			text++;
		e.tid = number(&text);
	}
	publish(slot, &e);
}

static void reply(struct wire_slot *slot, uint32_t seq, long ret)
{
	struct wire_event e = {.type = WIRE_REPLY, .seq = seq, .ret = ret};

	__atomic_store_n(&slot->done, seq, __ATOMIC_SEQ_CST);
	publish(slot, &e);
}

static const char *decimal(uint64_t n, char buf[24])
{
	char *at = buf + 23;

	*at = '\0';
	do
		*--at = (char)('0' + n % 10);
	while (n /= 10);
	return at;
}

/* It goes on in slot @to, and tells of this call as the one in @from. */
static long exec(const struct wire_slot *from, uint64_t to)
{
	char buf[3][24];
	const char *const argv[] = {"sigfate-actor", decimal(to, buf[0]),
				    decimal(arena->units, buf[1]),
				    decimal(slot_index(from), buf[2]), NULL};
	const char *const envp[] = {NULL};

	return CALL(__NR_execveat, WIRE_FD_IMAGE, ADDRESS(""), ADDRESS(argv), ADDRESS(envp),
		    AT_EMPTY_PATH);
}

static long make_fault(struct wire_slot *slot, const uint64_t *arg)
{
	long r;

	slot->fault = (int32_t)arg[0];
	r = fault((int)arg[0], (const void *)arg[1]);
	slot->fault = 0;
	return r;
}

/* Signals of timers come at any time: they have come when it has run out. */
static long wait_for_timer(const struct wire_command *c)
{
	struct wire_ask *ask = (struct wire_ask *)c->arg[3];
	long r = CALL(c->nr, c->arg[0], c->arg[1], c->arg[2]);

	while (!r && !CALL(ask->nr, ask->timer, ADDRESS(ask->interval)) &&
	       (ask->left[0] || ask->left[1]))
		;
	return r;
}

/* When the soft limit is reached, the kernel moves it; then it is as before. */
static long burn(const uint64_t *arg)
{
	const uint64_t *soft = (const uint64_t *)arg[1];
	uint64_t used[2] = {0};

	while (*soft == arg[0] && used[0] < arg[0] + WIRE_BURN_MORE) {
		CALL(__NR_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, ADDRESS(used));
		CALL(__NR_prlimit64, 0, RLIMIT_CPU, 0, arg[1]);
	}
	CALL(__NR_prlimit64, 0, RLIMIT_CPU, arg[2], 0);
	return 0;
}

static long obey(struct wire_slot *slot, const struct wire_command *c)
{
	switch ((enum wire_op)c->op) {
	case WIRE_CLONE:
		return call_clone(c->nr, c->arg, (struct wire_slot *)c->child);
	case WIRE_GIVE:
		return (long)c->arg[0];
	case WIRE_EXEC:
		return exec(slot, c->arg[0]);
	case WIRE_FAULT:
		return make_fault(slot, c->arg);
	case WIRE_TIMER:
		return wait_for_timer(c);
	case WIRE_BURN:
		return burn(c->arg);
	case WIRE_CALL:
		break;
	}
	return call6(c->nr, c->arg);
}

void serve(struct wire_slot *slot)
{
	for (;;) {
		uint32_t seq = __atomic_load_n(&slot->command.seq, __ATOMIC_SEQ_CST);

		if (seq == slot->done)
			CALL(__NR_futex, ADDRESS(&slot->command.seq), FUTEX_WAIT, seq);
		else
			reply(slot, seq, obey(slot, &slot->command));
	}
}

void begin(struct wire_slot *slot)
{
	say_up(slot);
	serve(slot);
}

static void die(void)
{
	for (;;)
		CALL(__NR_exit_group, 1);
}

/*
 * The first actor dies with the referee, and all others with it: but what exec() changes may have
 * cleared the wish, and the referee may have died before it was made.
 */
static void live_with_referee(void)
{
	char byte;

	CALL(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if (!CALL(__NR_recvfrom, WIRE_FD_SOCKET, ADDRESS(&byte), 1, MSG_PEEK | MSG_DONTWAIT))
		die();
}

static void map_arena(uint64_t units)
{
	uint64_t size = units * WIRE_SLOT_SIZE;

	/* The page behind it lies behind the end of the file, and has no memory. */
	if (CALL(__NR_mmap, WIRE_ARENA, size + WIRE_PAGE, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED_NOREPLACE, WIRE_FD_ARENA) != (long)WIRE_ARENA)
		die();
	CALL(__NR_madvise, WIRE_ARENA, size, MADV_DONTDUMP);
	CALL(__NR_prctl, PR_SET_NAME, ADDRESS(arena->comm));
}

static struct wire_slot *slot_at(uint64_t index)
{
	return (struct wire_slot *)(WIRE_ARENA + WIRE_HEADER_SIZE + index * WIRE_SLOT_SIZE);
}

/*
 * The program's arguments: the number of its slot, the size of the arena, and "init" for the first
 * actor; for others the slot whose command this execve() was.
 */
void start(const long *stack)
{
	const char *const *argv = (const char *const *)(stack + 1);
	struct wire_slot *slot, *caller;
	const char *text[3] = {argv[1], argv[2], argv[3]};

	if (stack[0] < 4)
		die();
	slot = slot_at((uint64_t)number(&text[0]));
	if (*text[2] == 'i') {
		live_with_referee();
		map_arena((uint64_t)number(&text[1]));
		arena->on_signal = ADDRESS(on_signal);
		arena->restorer = ADDRESS(restorer);
		say_up(slot);
	} else {
		map_arena((uint64_t)number(&text[1]));
		caller = slot_at((uint64_t)number(&text[2]));
		slot->fault = 0;
		/* Whatever its process was doing, it does no more. */
		if (slot != caller)
			slot->done = slot->command.seq;
		say_up(slot);
		reply(caller, caller->command.seq, 0);
	}
	serve_on(slot, (uint8_t *)slot + WIRE_SLOT_SIZE);
}
