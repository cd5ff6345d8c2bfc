/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_value.c - numbers, signals, flags and sets of signals or capabilities */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "notation/parser.h"

/* A number in its range, with an optional minus. */
int parse_number(struct parser *p, const char *what, long lowest, long most, long *ret)
{
	unsigned int column = p->token.column;
	bool negative = parser_take(p, '-');
	uint64_t limit = negative ? -(uint64_t)LONG_MIN : (uint64_t)LONG_MAX;
	struct token t = p->token;
	long v;

	if (t.type != TOKEN_NUMBER)
		return parser_expected(p, what);
	v = t.value > limit ? 0 : negative ? (long)-t.value : (long)t.value;
	if (t.overflow || t.value > limit || v < lowest || v > most)
		return parser_fail(p, column, "the number is out of range: %s is from %ld to %ld",
				   what, lowest, most);
	parser_next(p);
	*ret = v;
	return 0;
}

static void suggest_signals(struct suggestion *s, char buf[SF_NSIG + 1][16])
{
	for (int sig = 1; sig <= SF_NSIG; sig++) {
		const char *name = sf_signal_name(sig, buf[sig]);

		suggest(s, name);
		suggest(s, name + 3);
	}
}

/* A signal by its name, with or without SIG, or any number. */
int parse_signal(struct parser *p, const char *what, long *ret)
{
	struct suggestion s = {.wrong = &p->token};
	char word[32], quoted[QUOTE_SIZE], hint[QUOTE_SIZE + 32], names[SF_NSIG + 1][16];
	int sig;

	if (p->token.type == TOKEN_NUMBER || p->token.type == '-')
		return parse_number(p, what, INT_MIN, INT_MAX, ret);
	if (p->token.type != TOKEN_WORD)
		return parser_expected(p, what);
	sig = token_copy(&p->token, word, sizeof(word)) ? sf_signal_parse(word) : -EINVAL;
	if (sig < 0) {
		suggest_signals(&s, names);
		return parser_fail(p, p->token.column, "%s is not a signal%s",
				   token_quote(&p->token, quoted),
				   s.word ? suggest_text(&s, hint)
					  : ": write one like SIGTERM, SIGRTMIN+3 or 15");
	}
	parser_next(p);
	*ret = sig;
	return 0;
}

static int unknown_constant(struct parser *p, const struct constants *c, const char *what)
{
	struct choice choice = {.nearest.wrong = &p->token};

	for (size_t i = 0; i < c->n; i++)
		choice_add(&choice, c->c[i].name);
	return choice_fail(p, &choice, what);
}

/* One name of a table, or one of its numbers. */
int parse_constant(struct parser *p, const struct constants *c, const char *what, long *ret)
{
	const struct constant *found = NULL;
	unsigned int column = p->token.column;
	struct token t = p->token;
	char word[64];
	int r;

	if (t.type == TOKEN_NUMBER || t.type == '-') {
		r = parse_number(p, what, INT_MIN, UINT32_MAX, ret);
		if (r < 0 || c->any || constant_by_value(c, *ret))
			return r;
		p->token = t;
		p->token.column = column;
		return unknown_constant(p, c, what);
	}
	if (token_copy(&t, word, sizeof(word)))
		found = constant_find(c, word);
	if (!found)
		return unknown_constant(p, c, what);
	parser_next(p);
	*ret = found->value;
	return 0;
}

static long known_bits(const struct constants *c)
{
	long all = 0;

	for (size_t i = 0; i < c->n; i++)
		all |= c->c[i].value;
	return all;
}

/*
 * One member of clone()'s flags may be the signal that the parent gets; @exit_signal becomes true
 * then, and also for a plain 0, which asks for none.
 */
static int parse_flag(struct parser *p, const struct constants *c, bool is_clone, long *ret,
		      bool *exit_signal)
{
	unsigned int column = p->token.column;
	long allowed = known_bits(c);
	char word[64];
	int sig, r;

	if (p->token.type == TOKEN_NUMBER) {
		r = parse_number(p, "the flags", 0, UINT32_MAX, ret);
		if (r < 0)
			return r;
		if (is_clone) {
			allowed |= 0xff;
			*exit_signal |= *ret == 0 || (*ret & 0xff);
		}
		if (!c->any && (*ret & ~allowed))
			return parser_fail(p, column,
					   "0x%lx has bits that are no flags of this call",
					   (unsigned long)*ret);
		return 0;
	}
	if (is_clone && token_copy(&p->token, word, sizeof(word)) && !strncmp(word, "SIG", 3)) {
		sig = sf_signal_parse(word);
		if (sig > 0 && *exit_signal)
			return parser_fail(p, column, "one signal is enough: the parent gets one");
		*exit_signal = true;
		*ret = sig;
		if (sig > 0) {
			parser_next(p);
			return 0;
		}
		return parse_signal(p, "a signal", ret);
	}
	return parse_constant(p, c, "a flag of this call", ret);
}

/* The FLAGS argument of a call: names and numbers joined by |, or one of a few words. */
int parse_flags(struct parser *p, enum fate_call_id call, long *ret)
{
	const struct constants *c = constants_of(call);
	bool exit_signal = false;
	long flags = 0, flag;
	int r;

	if (!c->bits)
		return parse_constant(p, c, c->what, ret);
	do {
		r = parse_flag(p, c, call == FATE_CLONE, &flag, &exit_signal);
		if (r < 0)
			return r;
		flags |= flag;
	} while (parser_take(p, '|'));
	if (call == FATE_CLONE && !exit_signal)
		flags |= 17; /* SIGCHLD: what fork() asks for */
	*ret = flags;
	return 0;
}
