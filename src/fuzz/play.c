/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play.c - a drawn scenario in the model and in the kernel */
#include <errno.h>

#include "fuzz/fuzz.h"

int fuzz_play(const struct fuzz *fz, const struct fate *f, struct scenario **ret)
{
	const struct scenario_options o = {.on = ON_BOTH,
					   .kernel = fz->kernel,
					   .release = fz->release,
					   .tracing = fz->tracing,
					   .lenient = true};
	int r = scenario_run(f, &o, ret);

	if (r < 0)
		return r;
	return (*ret)->n_worlds ? 0 : -EPERM;
}
