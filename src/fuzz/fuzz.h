/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h - random scenarios, played on the model and on the kernel, compared after every call */
#ifndef SIGFATE_FUZZ_H
#define SIGFATE_FUZZ_H

#include <stdint.h>

#include "notation/notation.h"
#include "scenario/scenario.h"

/**
 * struct fuzz - what scenarios are played with
 * @kernel: what is modelled; @release: of the running kernel
 * @tracing: may be NULL
 * @no_userns: scenarios that need user namespaces are left out
 * @stop: whether to come to an end: asked before a scenario is played; NULL: never
 */
struct fuzz {
	const struct sf_kernel *kernel;
	const char *release;
	struct world_trace *tracing;
	bool no_userns;
	bool (*stop)(void);
};

/** fuzz_draw() - the @number-th scenario of a seed: 0, and @ret is freed with fate_free() */
int fuzz_draw(uint64_t seed, uint64_t number, const struct sf_kernel *kernel, struct fate **ret);

/**
 * fuzz_play() - play a scenario in both worlds, up to the first difference
 * @ret: freed by the caller with scenario_free(), before @f
 *
 * Return: 0; -ENOMEM; -EPERM and the like, with a scenario that says why: there are no worlds here.
 */
int fuzz_play(const struct fuzz *fz, const struct fate *f, struct scenario **ret);

/**
 * struct finding - a scenario in which the worlds differ
 * @f, @s: made as small as it can be, and as it was played
 * @n_drawn: how many lines were drawn
 * @again: whether it differed each time that it was played; if it never did again, @f is as drawn
 */
struct finding {
	uint64_t seed, number;
	struct fate *f;
	struct scenario *s;
	size_t n_drawn;
	bool again;
};

/**
 * finding_make() - shrink a scenario in which the worlds differ
 * @f, @s: as drawn and played; taken over, also when it fails
 */
int finding_make(const struct fuzz *fz, struct fate *f, struct scenario *s, struct finding *ret);
void finding_release(struct finding *fi);
/**
 * finding_write() - as a .fate file: what differs and why in comments, then the scenario with all
 * that it led to on the kernel
 */
int finding_write(const struct fuzz *fz, const struct finding *fi, FILE *out);

/** struct fuzz_limits - when to end; 0: not for this; @scenarios: with those that are left out */
struct fuzz_limits {
	uint64_t scenarios, calls, seconds, findings;
};

/**
 * struct fuzz_tally - what has been done
 * @scenarios: that were played; @left_out: that need user namespaces, where there are none
 * @calls: that were made in both worlds and compared; @passed: that could be made in neither
 * @followed: calls at which the kernel was free, and the model found its way
 * @ns: how long it took
 */
struct fuzz_tally {
	uint64_t scenarios, left_out, calls, passed, followed, findings, ns;
};

/**
 * struct fuzz_watcher - who is told
 * @played: after each scenario
 * @shrinking: before one in which the worlds differ is made smaller
 * @found: a finding; a negative errno of it ends all
 */
struct fuzz_watcher {
	void (*played)(void *data, const struct fuzz_tally *t);
	void (*shrinking)(void *data, uint64_t number);
	int (*found)(void *data, const struct finding *fi);
	void *data;
};

/**
 * fuzz_run() - draw and play one scenario after the other, from the @first-th of a seed on
 * @why: 256 bytes: why there is nothing to play in, where that is so
 *
 * Return: 0, or a negative errno: with *@why when there are no worlds.
 */
int fuzz_run(const struct fuzz *fz, uint64_t seed, uint64_t first, const struct fuzz_limits *limits,
	     const struct fuzz_watcher *watcher, struct fuzz_tally *ret, char *why);

#endif
