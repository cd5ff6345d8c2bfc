/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_procfs.c - any bytes as the files of /proc: refused or understood, never a broken machine
 *
 * The first line names the file that the rest is; "machine" is the status of several tasks, with an
 * empty line between them, of which a machine is built and a signal is sent in it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

#define MOST_TASKS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_procfs: %s\n", what);
	abort();
}

static void check_task(const struct proc_task *t)
{
	require(memchr(t->comm, 0, sizeof(t->comm)), "a name without an end");
	require(t->tid > 0 && t->tgid > 0 && t->ppid >= 0 && t->tracer >= 0, "a number below zero");
	require(t->n_nspid <= SF_MAX_PID_NS_LEVEL + 1, "too many levels");
	for (unsigned int i = 0; i < t->n_nspid; i++)
		require(t->nspid[i] > 0 && t->nspgid[i] >= 0 && t->nssid[i] >= 0,
			"a number below zero at a level");
}

static void fuzz_status(const char *text, size_t len)
{
	struct proc_task t;
	int r = procfs_parse_status(text, len, &t);

	require(r == 0 || r == -EINVAL || r == -ESRCH, "an error that is none of ours");
	if (!r)
		check_task(&t);
}

static void fuzz_stat(const char *text, size_t len)
{
	struct proc_task t = {.tid = 1};

	if (procfs_parse_stat(text, len, &t))
		return;
	require(t.exit_signal >= 0 && t.exit_signal <= SF_NSIG, "no signal");
	require(t.n_nspid == 1 && t.nspgid[0] >= 0 && t.nssid[0] >= 0, "no number");
}

static void fuzz_map(const char *text, size_t len)
{
	_cleanup_free_ struct sf_id_extent *map = NULL;
	size_t n;

	if (procfs_parse_id_map(text, len, &map, &n))
		return;
	for (size_t i = 0; i < n; i++)
		require(map[i].count && map[i].inside + (map[i].count - 1) >= map[i].inside,
			"an extent beyond the last id");
}

static void fuzz_small(const char *text, size_t len)
{
	struct proc_syscall call;
	uint64_t limit;
	sf_sigset set;
	size_t pos = 0, before = 0;

	procfs_parse_core_limit(text, len, &limit);
	procfs_parse_core_pattern(text, len);
	procfs_parse_syscall(text, len, &call);
	procfs_parse_sigmask(text, len, &set);
	while (procfs_next_tfd(text, len, &pos) >= 0) {
		require(pos > before && pos <= len, "it does not come to an end");
		before = pos;
	}
}

/* ---- a machine ---------------------------------------------------------------------------- */

/* The next piece up to an empty line, of a size of its own, so that a read past its end is seen. */
static char *next_piece(const char **at, const char *end, size_t *ret_len)
{
	const char *p = *at;
	char *copy;

	while (p < end && !(p[0] == '\n' && (p + 1 == end || p[1] == '\n')))
		p++;
	*ret_len = (size_t)(p - *at);
	copy = malloc(*ret_len ? *ret_len : 1);
	require(copy, "no memory");
	memcpy(copy, *at, *ret_len);
	*at = p < end ? p + 1 : end;
	while (*at < end && **at == '\n')
		++*at;
	return copy;
}

static int compare_task(const void *a, const void *b)
{
	const struct proc_task *x = a, *y = b;

	if (x->tgid != y->tgid)
		return x->tgid < y->tgid ? -1 : 1;
	return (x->tid != x->tgid) - (y->tid != y->tgid);
}

static struct snapshot *read_tasks(const char *text, const char *end)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	require(s, "no memory");
	s->reader = calloc(1, sizeof(*s->reader));
	s->task = calloc(MOST_TASKS, sizeof(*s->task));
	require(s->reader && s->task, "no memory");
	s->reader->root = -1;
	while (text < end && s->n_tasks < MOST_TASKS) {
		size_t len;
		_cleanup_free_ char *piece = next_piece(&text, end, &len);
		struct proc_task *t = &s->task[s->n_tasks];

		if (procfs_parse_status(piece, len, t) || !t->n_nspid)
			continue;
		/* what other files say: from the bytes at hand */
		t->pidns_ino = t->sigq & 3 ? (ino_t)(t->sigq & 7) : 0;
		t->sigwait = t->threads & 1 ? t->sigcgt : 0;
		t->exit_signal = t->uid[2] & 63;
		t->gaps = t->egid & (GAP_BIT(N_GAPS) - 1);
		s->n_tasks++;
	}
	qsort(s->task, s->n_tasks, sizeof(*s->task), compare_task);
	return s;
}

static void play(const struct snapshot *s, unsigned int other)
{
	const struct proc_assume assume = {.other = other};
	_cleanup_free_ struct sf_task **task = NULL;
	struct sf_machine *m = NULL;
	struct sf_task *outermost;

	require(snapshot_machine(s, NULL, &assume, &m, &task) == 0, "no machine");
	outermost = sf_pidns_init(sf_machine_pidns(m));
	if (outermost && sf_task_state(outermost) == 'S') {
		require(sf_kill(outermost, -1, 15) != SF_FAIL, "kill() fails");
		require(sf_settle(m) == 0, "it does not settle");
		require(sf_task_state(outermost) != 'S' || sf_kill(outermost, -1, 9) != SF_FAIL,
			"kill() fails");
		require(sf_settle(m) == 0, "it does not settle");
	}
	sf_machine_free(m);
}

static void fuzz_machine(const char *text, size_t len)
{
	struct snapshot *s = read_tasks(text, text + len);

	require(snapshot_resolve(s) == 0, "not resolved");
	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct proc_task *t = &s->task[i];
		int ns = t->pidns;

		require(ns >= 0 && (size_t)ns < s->n_pidns, "no namespace");
		require(t->tid != t->tgid || s->pidns[ns].level + 1 == t->n_nspid,
			"a namespace of another level");
		for (size_t k = 0; ns > 0 && k <= s->n_pidns; k++) {
			require(s->pidns[ns].parent < ns, "a namespace before its parent");
			ns = s->pidns[ns].parent;
		}
	}
	play(s, 0);
	for (int gap = 0; gap < N_GAPS; gap++)
		play(s, GAP_BIT(gap));
	snapshot_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		const char *name;
		void (*fuzz)(const char *text, size_t len);
	} kinds[] = {
		{"status\n", fuzz_status}, {"stat\n", fuzz_stat},	{"map\n", fuzz_map},
		{"small\n", fuzz_small},   {"machine\n", fuzz_machine},
	};
	const char *text = (const char *)data;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].name);

		if (size >= len && !memcmp(text, kinds[i].name, len))
			kinds[i].fuzz(text + len, size - len);
	}
	return 0;
}
