/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reduce.c - what could be simpler in a scenario */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz/shrink.h"

#define SIGCHLD 17
#define SIGTERM 15

/* ---- fewer lines --------------------------------------------------------------------------- */

/* What a name is called in the copy; -1: nobody makes it there, or has not yet. */
static bool rename_one(const int *new_name, int *name)
{
	if (*name < 0)
		return true;
	*name = new_name[*name];
	return *name >= 0;
}

static bool rename_all(const int *new_name, struct fate_line *l)
{
	bool all = rename_one(new_name, &l->who);

	for (unsigned int i = 0; i < FATE_ARGS_MAX; i++)
		all &= rename_one(new_name, &l->arg[i].name) &&
		       rename_one(new_name, &l->arg[i].info.pid_name);
	return all;
}

static int copy_line(const struct fate *from, const struct fate_line *line, int *new_name,
		     struct fate *to)
{
	struct fate_line l = *line;
	int made = -1;

	if (!rename_all(new_name, &l))
		return 0;
	if (l.result.kind == FATE_RESULT_NEW) {
		int old = l.result.name;

		made = fate_add_name(to, from->name[old], from->is_thread[old]);
		if (made < 0)
			return made;
		new_name[old] = l.result.name = made;
	}
	return fate_add_line(to, &l);
}

int reduce_lines(const struct fate *f, const bool *keep, struct fate **ret)
{
	_cleanup_free_ int *new_name = calloc(f->n_names, sizeof(*new_name));
	struct fate *g = fate_new(f->path);
	int r = new_name && g ? 0 : -ENOMEM;

	for (size_t i = 1; new_name && i < f->n_names; i++)
		new_name[i] = -1;
	for (size_t i = 0; i < f->n_lines && !r; i++)
		if (!keep || keep[i])
			r = copy_line(f, &f->line[i], new_name, g);
	if (r < 0) {
		fate_free(g);
		return r;
	}
	*ret = g;
	return 0;
}

/* ---- simpler lines ------------------------------------------------------------------------- */

static bool set_number(long *number, long to)
{
	if (*number == to)
		return false;
	*number = to;
	return true;
}

/* Without the @i-th bit that is in it. */
static bool drop_bit(uint64_t *set, unsigned int i)
{
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (*set >> bit & 1 && !i--) {
			*set &= ~((uint64_t)1 << bit);
			return true;
		}
	}
	return false;
}

/* A set: nothing; everything; one member less. */
static bool simpler_set(uint64_t *set, unsigned int i)
{
	uint64_t was = *set;

	if (i == 0)
		*set = 0;
	else if (__builtin_popcountll(was) > 32)
		*set = i == 1 ? ~(uint64_t)0 : was;
	else
		return drop_bit(set, i - 1);
	return *set != was;
}

/* Flags: none, but of clone(); one less. */
static bool simpler_flags(enum fate_call_id call, long *flags, unsigned int i)
{
	uint64_t bits = (uint64_t)*flags;
	bool changed;

	if (!fate_flags_join(call))
		return false;
	if (call == FATE_CLONE) {
		bits &= ~(uint64_t)0xff;
		if (i == 0)
			return set_number(flags, (long)(bits | SIGCHLD));
		changed = drop_bit(&bits, i - 1);
		*flags = (long)(bits | ((uint64_t)*flags & 0xff));
		return changed;
	}
	if (i == 0)
		return set_number(flags, 0);
	changed = drop_bit(&bits, i - 1);
	*flags = (long)bits;
	return changed;
}

/* A siginfo: one field less; a plain code. */
static bool simpler_info(struct fate_info *info, unsigned int i)
{
	if (i == 7) {
		info->pid_name = -1;
		info->info.code = SF_SI_QUEUE;
		return info->info.code != SF_SI_QUEUE;
	}
	if (i > 7 || !(info->fields & 1u << i) || 1u << i == FATE_SI_CODE)
		return false;
	info->fields &= ~(1u << i);
	if (1u << i == FATE_SI_PID) {
		info->pid_name = -1;
		info->info.pid = 0;
	} else if (1u << i == FATE_SI_UID) {
		info->info.uid = 0;
	} else if (1u << i == FATE_SI_VALUE) {
		info->info.value = 0;
	}
	return true;
}

static bool simpler_pid(struct fate_arg *arg, unsigned int i)
{
	if (i > 1 || arg->name >= 0)
		return false;
	return set_number(&arg->number, i);
}

static bool simpler_arg(struct fate_line *l, unsigned int arg, unsigned int i)
{
	struct fate_arg *a = &l->arg[arg];

	switch (fate_calls[l->call].arg[arg]) {
	case FATE_ARG_PID:
		return simpler_pid(a, i);
	case FATE_ARG_SIGNAL:
		return i == 0 && set_number(&a->number, SIGTERM);
	case FATE_ARG_NUMBER:
		return i == 0 && set_number(&a->number, 0);
	case FATE_ARG_HANDLER:
		return i == 0 && set_number(&a->number, SF_SIG_HANDLER);
	case FATE_ARG_FLAGS:
		return simpler_flags(l->call, &a->number, i);
	case FATE_ARG_SET:
	case FATE_ARG_CAPS:
		return simpler_set(&a->set, i);
	case FATE_ARG_INFO:
		return simpler_info(&a->info, i);
	case FATE_ARG_TIDS:
		if (i || l->n_nspid < 2)
			return false;
		l->n_nspid--;
		return true;
	case FATE_ARG_WHO:
		break;
	}
	return false;
}

#define WAYS_PER_ARG 40

int reduce_line(const struct fate_line *l, unsigned int i, struct fate_line *ret)
{
	const struct fate_call_type *type = &fate_calls[l->call];
	unsigned int arg = i ? (i - 1) / WAYS_PER_ARG : 0;

	*ret = *l;
	if (i == 0) { /* another call that does as much */
		if (l->call != FATE_CLONE && l->call != FATE_VFORK)
			return -EAGAIN;
		ret->call = FATE_FORK;
		memset(ret->arg, 0, sizeof(ret->arg));
		return 1;
	}
	if (arg >= type->n_args)
		return 0;
	if (!l->arg[arg].given)
		return -EAGAIN;
	if ((i - 1) % WAYS_PER_ARG == WAYS_PER_ARG - 1) {
		bool last = arg + 1 == type->n_args || !l->arg[arg + 1].given;

		ret->arg[arg].given = false;
		return last && arg >= type->min_args ? 1 : -EAGAIN;
	}
	return simpler_arg(ret, arg, (i - 1) % WAYS_PER_ARG) ? 1 : -EAGAIN;
}
