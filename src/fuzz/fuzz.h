/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h - random scenarios, played on the model and on the kernel, compared after every call */
#ifndef SIGFATE_FUZZ_H
#define SIGFATE_FUZZ_H

#include <stdint.h>

#include "notation/notation.h"
#include "scenario/scenario.h"

/** struct fuzz - what scenarios are played with: @kernel is modelled, @tracing may be NULL */
struct fuzz {
	const struct sf_kernel *kernel;
	struct world_trace *tracing;
};

/** fuzz_draw() - the @number-th scenario of a seed: 0, and @ret is freed with fate_free() */
int fuzz_draw(uint64_t seed, uint64_t number, const struct sf_kernel *kernel, struct fate **ret);

/**
 * fuzz_play() - play a scenario in both worlds, up to the first difference
 * @ret: freed by the caller with scenario_free(), before @f
 */
int fuzz_play(const struct fuzz *fz, const struct fate *f, struct scenario **ret);

#endif
