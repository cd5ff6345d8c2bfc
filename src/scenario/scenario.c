/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario.c - the worlds that a scenario is played in */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "scenario/play.h"

/* A scenario that was not played, and why. */
static int not_played(const struct fate *f, char *skipped, const char *trouble,
		      struct scenario **ret)
{
	struct scenario *s = calloc(1, sizeof(*s));

	if (s) {
		s->f = f;
		s->skipped = skipped;
		s->trouble = trouble ? strdup(trouble) : NULL;
		s->trouble_line = NONE;
	}
	if (!s || (trouble && !s->trouble)) {
		free(skipped);
		free(s);
		return -ENOMEM;
	}
	*ret = s;
	return 0;
}

/* How a world is called in a report: "model 6.18", "Linux 6.18.44". */
static void name_world(struct staging *st, const char *kind, const char *release)
{
	int digits = (int)strspn(release, "0123456789.");

	snprintf(st->name, sizeof(st->name), "%s %.*s", kind, digits, release);
}

static int make_worlds(const struct fate *f, const struct scenario_options *o,
		       struct world *world[WORLDS_MAX], size_t *ret_n, char *error)
{
	struct world_options options = {.n_names = f->n_names,
					.is_thread = f->is_thread,
					.kernel = o->kernel,
					.trace = o->tracing != NULL,
					.tracing = o->tracing};
	int r = 0;

	*ret_n = 0;
	if (o->on & ON_MODEL)
		r = world_model_new(&options, &world[(*ret_n)++], error);
	if (r == 0 && (o->on & ON_KERNEL))
		r = world_kernel_new(&options, &world[(*ret_n)++], error);
	if (r < 0 && !*error)
		snprintf(error, 256, "%s", strerror(-r));
	return r;
}

int scenario_run(const struct fate *f, const struct scenario_options *o, struct scenario **ret)
{
	struct world *world[WORLDS_MAX] = {NULL};
	struct scenario *s;
	struct utsname u;
	char *skipped, error[256] = "";
	size_t n;
	int r = needs_lacking(f, o, &skipped);

	if (r < 0 || skipped)
		return r < 0 ? r : not_played(f, skipped, NULL, ret);
	r = make_worlds(f, o, world, &n, error);
	if (r < 0) {
		world_free(world[0]);
		return not_played(f, NULL, error, ret);
	}
	r = scenario_play(f, world, n,
			  (o->strict ? PLAY_STRICT : 0) | (o->lenient ? PLAY_LENIENT : 0), &s);
	if (r < 0)
		return r;
	uname(&u);
	for (size_t i = 0; i < n; i++) {
		bool model = i == 0 && (o->on & ON_MODEL);

		name_world(&s->staging[i], model ? "model" : "Linux",
			   model ? o->kernel->name : u.release);
	}
	*ret = s;
	return 0;
}
