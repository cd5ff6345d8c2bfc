/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play.c - a drawn scenario in the model and in the kernel */
#include <errno.h>

#include "fuzz/fuzz.h"

int fuzz_play(const struct fuzz *fz, const struct fate *f, struct scenario **ret)
{
	const struct world_options o = {.n_names = f->n_names,
					.is_thread = f->is_thread,
					.kernel = fz->kernel,
					.trace = fz->tracing != NULL,
					.tracing = fz->tracing};
	struct world *world[WORLDS_MAX];
	char error[256];
	int r = world_model_new(&o, &world[0], error);

	if (r < 0)
		return r;
	r = world_kernel_new(&o, &world[1], error);
	if (r < 0) {
		world_free(world[0]);
		return r;
	}
	return scenario_play(f, world, 2, PLAY_LENIENT, ret);
}
