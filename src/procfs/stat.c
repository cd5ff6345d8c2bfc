/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stat.c - the small files of /proc/PID: what the status does not say */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/proc_stat.h"
#include "procfs/cursor.h"
#include "procfs/procfs.h"

#define PF_EXITING 0x00000004
#define PF_KTHREAD 0x00200000

/* The numbers of the fields, as proc(5) counts them. */
enum { STAT_PGRP = 5, STAT_SESSION = 6, STAT_FLAGS = 9, STAT_EXIT_SIGNAL = 38 };

int procfs_parse_stat(const char *text, size_t len, struct proc_task *ret)
{
	struct cursor c = cursor_of(text, len);
	int64_t value[STAT_EXIT_SIGNAL + 1] = {0};
	const char *state = proc_stat_state(text, len);

	if (!state)
		return -EINVAL;
	c.p = state + 1;
	for (int i = 4; i <= STAT_EXIT_SIGNAL; i++) {
		uint64_t n;

		if (take_signed(&c, INT64_MAX, &value[i]))
			continue;
		/* some, of no use here, count up to 2^64 */
		if (!take_number(&c, 10, UINT64_MAX, &n))
			return -EINVAL;
	}
	for (int i = STAT_PGRP; i <= STAT_SESSION; i++)
		if (value[i] < -1 || value[i] >= SF_PID_MAX_LIMIT)
			return -EINVAL;
	if (value[STAT_EXIT_SIGNAL] < -1 || value[STAT_EXIT_SIGNAL] > SF_NSIG)
		return -EINVAL;
	if (!ret->n_nspid) {
		/* a kernel without PID namespaces: the one number there is */
		ret->n_nspid = 1;
		ret->nspid[0] = ret->tid;
		ret->nspgid[0] = value[STAT_PGRP] > 0 ? (int)value[STAT_PGRP] : 0;
		ret->nssid[0] = value[STAT_SESSION] > 0 ? (int)value[STAT_SESSION] : 0;
	}
	ret->exiting = value[STAT_FLAGS] & PF_EXITING;
	ret->kthread = ret->kthread || value[STAT_FLAGS] & PF_KTHREAD;
	ret->exit_signal = value[STAT_EXIT_SIGNAL] > 0 ? (int)value[STAT_EXIT_SIGNAL] : 0;
	return 0;
}

static bool take_extent(struct cursor *c, struct sf_id_extent *ret)
{
	uint64_t inside, outside, count;

	if (!take_number(c, 10, UINT32_MAX, &inside) || !take_number(c, 10, UINT32_MAX, &outside) ||
	    !take_number(c, 10, UINT32_MAX, &count))
		return false;
	skip_blanks(c);
	*ret = (struct sf_id_extent){(uint32_t)inside, (uint32_t)outside, (uint32_t)count};
	return c->p == c->end && count && inside + count - 1 <= UINT32_MAX;
}

#define EXTENTS_MAX 340 /* the kernel's own limit */

int procfs_parse_id_map(const char *text, size_t len, struct sf_id_extent **ret, size_t *ret_n)
{
	_cleanup_free_ struct sf_id_extent *map = NULL;
	struct cursor rest = cursor_of(text, len), line;
	size_t n = 0;

	while (next_line(&rest, &line)) {
		struct sf_id_extent *grown;

		if (n == EXTENTS_MAX)
			return -EINVAL;
		grown = reallocarray(map, n + 1, sizeof(*map));
		if (!grown)
			return -ENOMEM;
		map = grown;
		if (!take_extent(&line, &map[n++]))
			return -EINVAL;
	}
	*ret = map;
	*ret_n = n;
	map = NULL;
	return 0;
}

int procfs_parse_core_limit(const char *text, size_t len, uint64_t *ret)
{
	struct cursor rest = cursor_of(text, len), line;

	while (next_line(&rest, &line)) {
		if (!skip_text(&line, "Max core file size"))
			continue;
		skip_blanks(&line);
		if (skip_text(&line, "unlimited")) {
			*ret = SF_RLIM_INFINITY;
			return 0;
		}
		return take_number(&line, 10, UINT64_MAX, ret) ? 0 : -EINVAL;
	}
	return -EINVAL;
}

enum sf_core_pattern procfs_parse_core_pattern(const char *text, size_t len)
{
	if (!len || text[0] == '\n')
		return SF_CORE_NONE;
	/* to a program, or to a socket: neither asks the limit on files */
	return text[0] == '|' || text[0] == '@' ? SF_CORE_PIPE : SF_CORE_FILE;
}
