/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scene.h - what the tests of the model share: a machine with a container in it */
#ifndef SIGFATE_TEST_SCENE_H
#define SIGFATE_TEST_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sigfate.h>

#include "base/cleanup.h"

/* <signal.h> has macros that are named as the fields of struct sf_siginfo. */
enum {
	SIGHUP = 1,
	SIGINT = 2,
	SIGQUIT = 3,
	SIGKILL = 9,
	SIGUSR1 = 10,
	SIGSEGV = 11,
	SIGTERM = 15,
	SIGCHLD = 17,
	SIGSTOP = 19,
	SIGTSTP = 20,
	SIGSYS = 31
};

/*
 * A machine with its own init, a process of root's, and a container with its init.
 * @inner, @path: for the tests that make them; else NULL
 */
struct scene {
	struct sf_machine *m;
	struct sf_task *boot, *host, *init, *app, *inner;
	struct sf_path *path;
};

/* It is held, as sf_clone() gives it: until the machine is freed. */
static inline struct sf_task *made(struct sf_task *by, uint64_t flags)
{
	struct sf_task *child = NULL;

	assert_true(sf_clone(by, flags | SIGCHLD, &child) > 0);
	return child;
}

static inline struct scene scene_on(const char *release)
{
	struct scene s = {.m = sf_machine_new(sf_kernel_preset(release))};

	assert_non_null(s.m);
	s.boot = sf_machine_boot(s.m);
	s.host = made(s.boot, 0);
	s.init = made(s.host, SF_CLONE_NEWPID);
	s.app = made(s.init, 0);
	return s;
}

static inline void scene_end(struct scene *s)
{
	assert_int_equal(sf_machine_error(s->m), 0);
	sf_machine_free(s->m);
}

#define SCENE(name, release) _cleanup_(scene_end) struct scene name = scene_on(release)

static inline void settle(const struct scene *s)
{
	assert_int_equal(sf_settle(s->m), 0);
}

#endif
