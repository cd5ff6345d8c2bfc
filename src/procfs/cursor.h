/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cursor.h - small steps through text that may hold anything */
#ifndef SIGFATE_PROCFS_CURSOR_H
#define SIGFATE_PROCFS_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** struct cursor - what is left of a text: from @p up to @end, without a NUL there */
struct cursor {
	const char *p, *end;
};

static inline struct cursor cursor_of(const char *text, size_t len)
{
	return (struct cursor){text, text + len};
}

static inline void skip_blanks(struct cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
}

static inline bool skip_char(struct cursor *c, char want)
{
	if (c->p == c->end || *c->p != want)
		return false;
	c->p++;
	return true;
}

static inline bool skip_text(struct cursor *c, const char *want)
{
	size_t len = strlen(want);

	if ((size_t)(c->end - c->p) < len || memcmp(c->p, want, len) != 0)
		return false;
	c->p += len;
	return true;
}

/** next_line() - take the next line, without its end; false when there is none */
static inline bool next_line(struct cursor *c, struct cursor *ret_line)
{
	const char *eol;

	if (c->p == c->end)
		return false;
	eol = memchr(c->p, '\n', (size_t)(c->end - c->p));
	*ret_line = (struct cursor){c->p, eol ? eol : c->end};
	c->p = eol ? eol + 1 : c->end;
	return true;
}

static inline int digit_value(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	return 99;
}

/** take_number() - digits of this base, of a value up to @max; leading blanks are skipped */
static inline bool take_number(struct cursor *c, unsigned int base, uint64_t max, uint64_t *ret)
{
	struct cursor at = *c;
	uint64_t n = 0;
	const char *first;

	skip_blanks(&at);
	first = at.p;
	for (; at.p < at.end && digit_value(*at.p) < (int)base; at.p++) {
		uint64_t digit = (uint64_t)digit_value(*at.p);

		if (n > (max - digit) / base)
			return false;
		n = n * base + digit;
	}
	if (at.p == first)
		return false;
	*ret = n;
	*c = at;
	return true;
}

/** take_signed() - the same, of a value from -@max to @max */
static inline bool take_signed(struct cursor *c, int64_t max, int64_t *ret)
{
	struct cursor at = *c;
	uint64_t n;
	bool minus;

	skip_blanks(&at);
	minus = skip_char(&at, '-');
	if (at.p == at.end || digit_value(*at.p) > 9 || !take_number(&at, 10, (uint64_t)max, &n))
		return false;
	*ret = minus ? -(int64_t)n : (int64_t)n;
	*c = at;
	return true;
}

#endif
