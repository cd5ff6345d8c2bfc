/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shrink.h - a scenario in which the worlds differ, made as small as it can be */
#ifndef SIGFATE_FUZZ_SHRINK_H
#define SIGFATE_FUZZ_SHRINK_H

#include "fuzz/fuzz.h"

/**
 * struct defect - what kind of difference it is: a smaller scenario must show the same
 * @what: as struct difference has it, or "trouble"; NULL: there is none
 * @call: the call after which it is seen
 * @line: in which line
 */
struct defect {
	const char *what;
	enum fate_call_id call;
	size_t line;
};

struct defect defect_of(const struct scenario *s);

/**
 * shrink() - a smaller scenario that shows the same kind of difference
 * @ret: the smallest that was found, freed with fate_free(); a copy of @f when there is none
 * @ret_certain: whether @f showed it again at once: some differences are a matter of luck
 *
 * Return: 0, or a negative errno.
 */
int shrink(const struct fuzz *fz, const struct fate *f, const struct defect *defect,
	   struct fate **ret, bool *ret_certain);

/* reduce.c: smaller scenarios, to be tried */

/** reduce_lines() - a copy with these lines only, and without those who are not made any more */
int reduce_lines(const struct fate *f, const bool *keep, struct fate **ret);
/**
 * reduce_line() - the @i-th simplification of a line
 *
 * Return: 1 and @ret; 0: there is no @i-th; -EAGAIN: it is none for this line.
 */
int reduce_line(const struct fate_line *l, unsigned int i, struct fate_line *ret);

#endif
