/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* number.h - numbers that somebody has typed */
#ifndef SIGFATE_NUMBER_H
#define SIGFATE_NUMBER_H

#include <errno.h>
#include <stdlib.h>

/** decimal() - the number from 0 to @max that a text is, with nothing before or after it; or -1 */
static inline long decimal(const char *text, long max)
{
	char *end;
	long n;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	n = strtol(text, &end, 10);
	return *end || errno || n > max ? -1 : n;
}

#endif
