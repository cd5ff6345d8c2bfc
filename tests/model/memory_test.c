/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_test.c - whichever allocation fails, the machine says so and can be freed
 *
 * The same calls are made again and again, each time with another allocation failing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/slab.h"
#include "play.h"

#define SEEDS 10 /* so many that every call that needs memory is among theirs */

static long left = -1; /* allocations until one fails; negative: none does */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__real_aligned_alloc(size_t align, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);

static bool fails(void)
{
	return left >= 0 && left-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	return fails() ? NULL : __real_aligned_alloc(align, size);
}

static void script(uint8_t *bytes, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(seed >> 24);
	}
}

/* What chance seldom comes to: mapped namespaces, tracers, handlers that are shared, timers. */
static void seldom(struct sf_task *init)
{
	struct sf_task *made = NULL, *joins = NULL, *shares = NULL;

	sf_clone(init, SF_CLONE_NEWUSER | SF_CLONE_NEWPID | 17, &made);
	sf_fork(init, &joins);
	sf_uid_map(init, made, 0, 0, 1);
	sf_gid_map(init, made, 0, 0, 1);
	sf_setresuid(joins, 7, UINT32_MAX, UINT32_MAX); /* a user that is new there */
	sf_setns(joins, made, SF_CLONE_NEWUSER | SF_CLONE_NEWPID);
	sf_ptrace(joins, SF_PTRACE_TRACEME, 0, 0);
	sf_ptrace(init, SF_PTRACE_SEIZE, sf_task_nr(made, sf_task_pidns(init)), 0);
	sf_fork(joins, NULL);
	sf_setuid(joins, 0);
	sf_clone(init, SF_CLONE_VM | SF_CLONE_SIGHAND | 17, &shares);
	sf_execve(shares, "another");
	sf_generate(init, SF_GENERATOR_TIMER, joins, 34);
	sf_generate(init, SF_GENERATOR_TIMER, joins, 99);
	sf_task_put(shares);
	sf_task_put(made);
	sf_task_put(joins);
}

/* A recorded path, its verdicts and the audit log need memory too. */
static void record(struct play *play)
{
	sf_audit_enable(play->machine[0], true);
	sf_machine_record(play->machine[0], play->path[0]);
}

static int read_verdicts(struct play *play)
{
	struct sf_verdicts v;
	int r;

	sf_machine_record(play->machine[0], NULL);
	r = sf_verdicts_read(play->machine[0], play->path[0], 0, &v);
	if (!r)
		sf_verdicts_release(&v);
	sf_path_clear(play->path[0]);
	return r;
}

/* A machine that lacked memory answers nothing any more. */
static bool answers(const struct play *play)
{
	for (int i = 0; i < MACHINES; i++)
		if (play->player[i] && sf_settle(play->machine[i]) &&
		    sf_kill(play->player[i], 1, 0) != SF_FAIL)
			return true;
	return false;
}

/* 0, or -ENOMEM when memory was lacking and somebody said so. */
static int run(const uint8_t *bytes, size_t n)
{
	struct play play;
	int r = play_begin(&play, bytes, n) ? 0 : -ENOMEM;

	if (!r) {
		record(&play);
		seldom(play.player[0]);
	}
	while (!r && play_call(&play))
		r = play_settle(&play) || play.no_memory ? -ENOMEM : 0;
	if (!r)
		r = read_verdicts(&play);
	if (r && answers(&play))
		r = -EINVAL;
	play_end(&play);
	return r;
}

/* How many allocations there were to fail; negative when something went wrong. */
static long walk(uint32_t seed)
{
	static uint8_t bytes[12000];

	script(bytes, sizeof(bytes), seed);
	for (long at = 0; at < 100000; at++) {
		int r;

		left = at;
		r = run(bytes, sizeof(bytes));
		if (left >= 0) {
			left = -1;
			return r ? -1 : at;
		}
		left = -1;
		if (r != -ENOMEM)
			return -1;
	}
	return -1;
}

int main(void)
{
	int failed = 0;

	kmem_piece_max = 0;
	printf("1..%d\n", SEEDS);
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		long n = walk(seed);

		printf("%s %u - each of %ld allocations fails once\n", n > 100 ? "ok" : "not ok",
		       seed, n);
		failed |= n <= 100;
	}
	return failed;
}
