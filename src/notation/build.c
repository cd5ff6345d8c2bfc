/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build.c - a scenario that is made line by line, and not read */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

void fate_line_init(struct fate_line *l)
{
	*l = (struct fate_line){.parent = -1};
	l->result.status = l->result.name = l->result.info.pid_name = l->info.pid_name = -1;
	for (size_t i = 0; i < FATE_ARGS_MAX; i++)
		l->arg[i].name = l->arg[i].info.pid_name = -1;
}

struct fate *fate_new(const char *path)
{
	struct fate *f = calloc(1, sizeof(*f));

	if (f)
		f->path = strdup(path);
	if (!f || !f->path || fate_add_name(f, "host", false) < 0) {
		fate_free(f);
		return NULL;
	}
	return f;
}

/* The array of @n with room for one more of @size bytes: it doubles at every power of two. */
static void *grown(void *array, size_t n, size_t size)
{
	return n & (n - 1) ? array : reallocarray(array, n ? 2 * n : 1, size);
}

int fate_add_name(struct fate *f, const char *name, bool is_thread)
{
	char **names = grown(f->name, f->n_names, sizeof(*names));
	bool *threads;

	if (!names)
		return -ENOMEM;
	f->name = names;
	threads = grown(f->is_thread, f->n_names, sizeof(*threads));
	if (!threads)
		return -ENOMEM;
	f->is_thread = threads;
	f->name[f->n_names] = strdup(name);
	if (!f->name[f->n_names])
		return -ENOMEM;
	f->is_thread[f->n_names] = is_thread;
	return (int)f->n_names++;
}

int fate_add_line(struct fate *f, const struct fate_line *l)
{
	struct fate_line *lines = grown(f->line, f->n_lines, sizeof(*lines));
	struct fate_expect *expect = NULL;

	if (!lines)
		return -ENOMEM;
	f->line = lines;
	if (l->n_expect) {
		expect = reallocarray(NULL, l->n_expect, sizeof(*expect));
		if (!expect)
			return -ENOMEM;
		memcpy(expect, l->expect, l->n_expect * sizeof(*expect));
	}
	lines[f->n_lines] = *l;
	lines[f->n_lines].expect = expect;
	lines[f->n_lines].number = (unsigned int)f->n_lines + 1;
	f->n_lines++;
	return 0;
}
