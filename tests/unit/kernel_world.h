/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_world.h - what the tests of the kernel's world share: calls in one line, and looks */
#ifndef SIGFATE_TEST_KERNEL_WORLD_H
#define SIGFATE_TEST_KERNEL_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "world/world.h"

#define SKIPPED 77
#define BIT(fate) (1u << SF_FATE_##fate)

static inline void cleanup_world(struct world **w)
{
	world_free(*w);
}
#define _cleanup_world_ __attribute__((cleanup(cleanup_world)))

static inline struct world *world_with(size_t n_names, struct world_trace *tracing)
{
	const struct world_options o = {.n_names = n_names, .tracing = tracing};
	char error[256] = "";
	struct world *w = NULL;

	if (world_kernel_new(&o, &w, error))
		fail_msg("%s", error);
	return w;
}

/* tools/check reads the line: cmocka's own way to skip has no room for a reason */
#define SKIP(why)                                                                                  \
	do {                                                                                       \
		printf("# skipped: %s\n", why);                                                    \
		skip();                                                                            \
	} while (0)

/* 0, or SKIPPED and why. */
static inline int need_namespaces(void)
{
	const struct world_options o = {.n_names = 1};
	char error[256] = "";
	struct world *w = NULL;
	int r = world_kernel_new(&o, &w, error);

	world_free(w);
	if (r != -EPERM)
		return 0;
	printf("skipped: namespaces: %s\n", error);
	return SKIPPED;
}

static inline struct world_result call_full(struct world *w, int who, struct world_call c)
{
	struct world_result res = {0};
	int r;

	c.n_args = FATE_ARGS_MAX;
	r = world_call(w, who, &c, &res);
	if (r)
		fail_msg("call %d of %d: %s: %s", (int)c.id, who, strerror(-r), w->error);
	return res;
}

static inline long ret_of(struct world_result res)
{
	return res.ret;
}

#define CALL_FULL(w, who, name, ...)                                                               \
	call_full(w, who, (struct world_call){.id = FATE_##name, .arg = {__VA_ARGS__}, .child = -1})
/* CALL(w, HOST, KILL, pid, SIGTERM): what it gave */
#define CALL(...) ret_of(CALL_FULL(__VA_ARGS__))

/* A new process or thread called @child: its number as @who sees it. */
static inline long make(struct world *w, int who, enum fate_call_id id, long flags, int child)
{
	return call_full(w, who, (struct world_call){.id = id, .arg = {flags}, .child = child}).ret;
}

/* A call that takes a set of signals. */
static inline struct world_result with_set(struct world *w, int who, enum fate_call_id id, long arg,
					   sf_sigset set)
{
	return call_full(w, who,
			 (struct world_call){.id = id, .arg = {arg}, .set = set, .child = -1});
}

static inline struct world_look look_at(struct world *w, int who)
{
	struct world_look look = {.state = FATE_GONE};

	assert_int_equal(world_look(w, who, &look), 0);
	return look;
}

static inline enum fate_state state_of(struct world *w, int who)
{
	return look_at(w, who).state;
}

static inline sf_sigset set_of(struct world *w, int who, enum sf_sigset_kind kind)
{
	return look_at(w, who).set[kind];
}

/* The @n-th event of the last call of this type that is about @who; NULL: there is none. */
static inline const struct world_event *event_of(const struct world *w, int who,
						 enum world_event_type type, size_t n)
{
	for (size_t i = 0; i < w->n_events; i++)
		if (w->event[i].who == who && w->event[i].type == type && !n--)
			return &w->event[i];
	return NULL;
}

static inline const struct world_event *only_event(const struct world *w, int who,
						   enum world_event_type type)
{
	const struct world_event *e = event_of(w, who, type, 0);

	assert_non_null(e);
	assert_null(event_of(w, who, type, 1));
	return e;
}

#endif
