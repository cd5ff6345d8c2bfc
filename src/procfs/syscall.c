/* SPDX-License-Identifier: GPL-2.0-or-later */
/* syscall.c - the files that say what a thread sleeps in, and what its descriptors are */
#include <errno.h>

#include "procfs/cursor.h"
#include "procfs/procfs.h"

int procfs_parse_syscall(const char *text, size_t len, struct proc_syscall *ret)
{
	struct cursor c = cursor_of(text, len);
	struct proc_syscall call = {.nr = -1};
	int64_t nr;

	if (skip_text(&c, "running")) {
		*ret = call;
		return 0;
	}
	if (!take_signed(&c, INT32_MAX, &nr))
		return -EINVAL;
	call.nr = (long)nr;
	/* asleep, but in no call: its number is -1, and there are no arguments */
	for (int i = 0; nr >= 0 && i < 6; i++) {
		skip_blanks(&c);
		if (!skip_text(&c, "0x") || !take_number(&c, 16, UINT64_MAX, &call.arg[i]))
			return -EINVAL;
	}
	skip_blanks(&c);
	if (!skip_text(&c, "0x") || !take_number(&c, 16, UINT64_MAX, &call.sp))
		return -EINVAL;
	*ret = call;
	return 0;
}

int procfs_parse_sigmask(const char *text, size_t len, sf_sigset *ret)
{
	struct cursor rest = cursor_of(text, len), line;

	while (next_line(&rest, &line)) {
		if (!skip_text(&line, "sigmask:"))
			continue;
		return take_number(&line, 16, UINT64_MAX, ret) ? 0 : -EINVAL;
	}
	return -ENOENT;
}

int procfs_next_tfd(const char *text, size_t len, size_t *pos)
{
	struct cursor rest = cursor_of(text, len), line;

	rest.p += *pos < len ? *pos : len;
	while (next_line(&rest, &line)) {
		uint64_t fd;

		*pos = (size_t)(rest.p - text);
		if (skip_text(&line, "tfd:") && take_number(&line, 10, INT32_MAX, &fd))
			return (int)fd;
	}
	*pos = len;
	return -1;
}
