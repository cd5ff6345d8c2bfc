/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suggest.c - "did you mean": the nearest of the words that could have been meant */
#include <ctype.h>
#include <string.h>

#include "notation/parser.h"

#define LONGEST 32

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many letters to add, drop, change or swap; letter case counts for nothing. */
static unsigned int distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int row[3][LONGEST + 1];

	for (size_t j = 0; j <= m; j++)
		row[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned int *now = row[i % 3], *up = row[(i + 2) % 3], *upper = row[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= m; j++) {
			int x = toupper((unsigned char)a[i - 1]),
			    y = toupper((unsigned char)b[j - 1]);

			now[j] = least(up[j - 1] + (x != y), least(up[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && x == toupper((unsigned char)b[j - 2]) &&
			    toupper((unsigned char)a[i - 2]) == y)
				now[j] = least(now[j], upper[j - 2] + 1);
		}
	}
	return row[n % 3][m];
}

void suggest(struct suggestion *s, const char *candidate)
{
	size_t n = s->wrong->len, m = strlen(candidate);
	unsigned int d;

	if (s->wrong->type != TOKEN_WORD || n > LONGEST || m > LONGEST)
		return;
	d = distance(s->wrong->text, n, candidate, m);
	/* up to two slips, but never most of the word */
	if (d > 2 || 2 * d >= (n < m ? m : n) || (s->word && d >= s->distance))
		return;
	s->word = candidate;
	s->distance = d;
}

/* ": did you mean 'WORD'?", or nothing. */
const char *suggest_text(const struct suggestion *s, char buf[QUOTE_SIZE + 32])
{
	if (!s->word)
		return "";
	snprintf(buf, QUOTE_SIZE + 32, ": did you mean '%.*s'?", LONGEST, s->word);
	return buf;
}

void choice_add(struct choice *c, const char *word)
{
	suggest(&c->nearest, word);
	if (c->len < sizeof(c->list))
		c->len += (size_t)snprintf(c->list + c->len, sizeof(c->list) - c->len, "%s%s",
					   c->len ? ", " : "", word);
}

/* The token in hand is none of them. */
int choice_fail(struct parser *p, const struct choice *c, const char *what)
{
	char quoted[QUOTE_SIZE], hint[QUOTE_SIZE + 32];

	token_quote(&p->token, quoted);
	if (c->nearest.word)
		return parser_fail(p, p->token.column, "%s is not %s%s", quoted, what,
				   suggest_text(&c->nearest, hint));
	return parser_fail(p, p->token.column, "expected %s, found %s: it can be %s", what, quoted,
			   c->list);
}
