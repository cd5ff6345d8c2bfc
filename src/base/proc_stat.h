/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* proc_stat.h - /proc/PID/stat: "PID (NAME) STATE NUMBER...", where the name may be anything */
#ifndef SIGFATE_PROC_STAT_H
#define SIGFATE_PROC_STAT_H

#include <string.h>

/** proc_stat_state() - where the state is, two before the numbers; NULL: it is no such line */
static inline const char *proc_stat_state(const char *text, size_t len)
{
	const char *p = memrchr(text, ')', len); /* a name may have parentheses in it */

	return p && text + len - p >= 3 && p[1] == ' ' ? p + 2 : NULL;
}

#endif
