/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session.c - one random scenario after the other, until it is enough */
#include <errno.h>
#include <time.h>

#include "fuzz/fuzz.h"
#include "fuzz/shrink.h"

struct session {
	const struct fuzz *fz;
	const struct fuzz_limits *limits;
	const struct fuzz_watcher *watcher;
	struct fuzz_tally tally;
	uint64_t begun, seed;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool reached(uint64_t count, uint64_t limit)
{
	return limit && count >= limit;
}

static bool is_enough(const struct session *se)
{
	const struct fuzz_tally *t = &se->tally;
	const struct fuzz_limits *l = se->limits;

	return (se->fz->stop && se->fz->stop()) ||
	       reached(t->scenarios + t->left_out, l->scenarios) || reached(t->calls, l->calls) ||
	       reached(t->ns / 1000000000u, l->seconds) || reached(t->findings, l->findings);
}

/* Takes @f and @s over. */
static int found(struct session *se, uint64_t number, struct fate *f, struct scenario *s)
{
	struct finding fi;
	int r;

	se->tally.findings++;
	se->watcher->shrinking(se->watcher->data, number);
	r = finding_make(se->fz, f, s, &fi);
	if (r < 0)
		return r;
	fi.seed = se->seed;
	fi.number = number;
	r = se->watcher->found(se->watcher->data, &fi);
	finding_release(&fi);
	return r;
}

/* They make one; or a limit counts the signals of a user, who has no others in one of his own. */
static bool needs_userns(const struct fate *f)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct fate_line *l = &f->line[i];
		bool clones =
			l->call == FATE_CLONE || l->call == FATE_CLONE3 || l->call == FATE_UNSHARE;

		if (l->kind != FATE_LINE_CALL)
			continue;
		if (l->call == FATE_SETRLIMIT || (clones && l->arg[0].number & SF_CLONE_NEWUSER))
			return true;
	}
	return false;
}

static int play_one(struct session *se, uint64_t number, char *why)
{
	struct scenario *s = NULL;
	struct fate *f;
	int r = fuzz_draw(se->seed, number, se->fz->kernel, &f);

	if (r < 0)
		return r;
	if (se->fz->no_userns && needs_userns(f)) {
		se->tally.left_out++;
		fate_free(f);
		return 0;
	}
	r = fuzz_play(se->fz, f, &s);
	if (r < 0) {
		if (s)
			snprintf(why, 256, "%s", s->trouble ? s->trouble : s->skipped);
		scenario_free(s);
		fate_free(f);
		return r;
	}
	se->tally.scenarios++;
	se->tally.calls += s->n_checked;
	se->tally.passed += s->n_passed;
	se->tally.followed += s->n_followed;
	if (s->n_differences || s->trouble)
		return found(se, number, f, s);
	scenario_free(s);
	fate_free(f);
	return 0;
}

int fuzz_run(const struct fuzz *fz, uint64_t seed, uint64_t first, const struct fuzz_limits *limits,
	     const struct fuzz_watcher *watcher, struct fuzz_tally *ret, char *why)
{
	struct session se = {.fz = fz, .limits = limits, .watcher = watcher, .seed = seed};
	int r = 0;

	*why = '\0';
	se.begun = now_ns();
	for (uint64_t i = first; r == 0 && !is_enough(&se); i++) {
		r = play_one(&se, i, why);
		se.tally.ns = now_ns() - se.begun;
		if (r == 0)
			watcher->played(watcher->data, &se.tally);
	}
	*ret = se.tally;
	return r;
}
