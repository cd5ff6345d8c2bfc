/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_result.c - what a call gives, and what becomes of its signal */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

/* strace adds the words for an error in parentheses: they are read over. */
static int skip_error_text(struct parser *p)
{
	if (p->token.type != '(')
		return 0;
	while (p->token.type != ')' && p->token.type != TOKEN_END)
		parser_next(p);
	return parser_want(p, ')', "')'");
}

static int unknown_errno(struct parser *p)
{
	struct suggestion s = {.wrong = &p->token};
	char quoted[QUOTE_SIZE], hint[QUOTE_SIZE + 32];

	for (int e = 1; e < 134; e++)
		if (fate_errno_name(e))
			suggest(&s, fate_errno_name(e));
	return parser_fail(p, p->token.column, "expected an error like EPERM after -1, found %s%s",
			   token_quote(&p->token, quoted), suggest_text(&s, hint));
}

/* -1 ERRNO */
static int parse_errno(struct parser *p, struct fate_result *ret)
{
	char word[32];

	parser_next(p);
	if (p->token.type != TOKEN_NUMBER || p->token.value != 1)
		return parser_fail(p, ret->column,
				   "a call that fails gives -1 and the error: write "
				   "'= -1 EPERM'");
	parser_next(p);
	ret->kind = FATE_RESULT_ERRNO;
	ret->error = token_copy(&p->token, word, sizeof(word)) ? fate_errno_parse(word) : -EINVAL;
	if (ret->error < 0)
		return unknown_errno(p);
	parser_next(p);
	return skip_error_text(p);
}

/* A word: a new process, one that is there, or the signal that sigwaitinfo() took. */
static int parse_word(struct parser *p, enum fate_call_id call, struct fate_result *ret)
{
	char quoted[QUOTE_SIZE];
	long sig;
	int r;

	bool resumed = p->line->kind == FATE_LINE_RESUMED;

	if (fate_calls[call].makes_task && !resumed) {
		ret->kind = FATE_RESULT_NEW;
		return parse_new_name(p, fate_makes_thread(p->line), &ret->name);
	}
	if (fate_calls[call].gives_pid || fate_calls[call].makes_task) {
		ret->kind = FATE_RESULT_NAME;
		return parse_process(p, &ret->name);
	}
	if (!fate_calls[call].gives_signal)
		return parser_fail(
			p, ret->column,
			"%s gives no process: expected a number, '-1 ERRNO' or '?', found %s",
			fate_calls[call].name, token_quote(&p->token, quoted));
	ret->kind = FATE_RESULT_NUMBER;
	r = parse_signal(p, "a signal", &sig);
	if (r == 0)
		ret->number = sig;
	return r;
}

/* ?, which strace may follow with an error that programs do not see. */
static int parse_any(struct parser *p, struct fate_result *ret)
{
	ret->kind = FATE_RESULT_ANY;
	parser_next(p);
	if (p->token.type == TOKEN_WORD && p->token.len > 8 &&
	    !memcmp(p->token.text, "ERESTART", 8)) {
		parser_next(p);
		return skip_error_text(p);
	}
	return 0;
}

/* What follows the value itself: wait4()'s status, a siginfo, what sigaction() replaced. */
static int parse_details(struct parser *p, enum fate_call_id call, struct fate_result *ret)
{
	bool number = ret->kind == FATE_RESULT_NUMBER;

	if (call == FATE_WAIT4 && (number || ret->kind == FATE_RESULT_NAME) && p->token.type == '[')
		return parse_wait_status(p, &ret->status);
	if (fate_calls[call].gives_info && number && p->token.type == '{')
		return parse_info(p, &ret->info);
	ret->has_action = call == FATE_SIGACTION && number && p->token.type == '[';
	if (ret->has_action)
		return parse_action(p, &ret->action);
	return 0;
}

int parse_result(struct parser *p, enum fate_call_id call)
{
	struct fate_result *ret = &p->line->result;
	int r;

	ret->column = p->token.column;
	switch (p->token.type) {
	case '?':
		r = parse_any(p, ret);
		break;
	case '-':
		r = parse_errno(p, ret);
		break;
	case TOKEN_NUMBER:
		ret->kind = FATE_RESULT_NUMBER;
		r = parse_number(p, "a result", 0, LONG_MAX, &ret->number);
		break;
	case TOKEN_WORD:
		r = parse_word(p, call, ret);
		break;
	case '{':
	case '[':
	case '~':
		if (call != FATE_SIGPENDING)
			return parser_fail(p, ret->column, "%s gives no set",
					   fate_calls[call].name);
		ret->kind = FATE_RESULT_SET;
		r = parse_set(p, &ret->set);
		break;
	default:
		return parser_expected(p, "a result: a number, a name, '-1 ERRNO', or '?' for any");
	}
	return r < 0 ? r : parse_details(p, call, ret);
}

static int parse_fate(struct parser *p, enum sf_fate *ret)
{
	struct choice c = {.nearest.wrong = &p->token};
	char word[32];
	int fate = -EINVAL;

	if (token_copy(&p->token, word, sizeof(word)))
		fate = sf_fate_parse(word);
	if (fate >= 0) {
		*ret = (enum sf_fate)fate;
		parser_next(p);
		return 0;
	}
	for (int i = 0; i < SF_NFATES; i++)
		choice_add(&c, sf_fate_name((enum sf_fate)i));
	return choice_fail(p, &c, "a fate");
}

/* "NAME: FATE", or "FATE" alone. */
static int parse_expect(struct parser *p, struct fate_expect *ret)
{
	const struct fate_line *l = p->line;
	int r;

	*ret = (struct fate_expect){.name = -1, .column = p->token.column};
	if (parser_follows(p, ':')) {
		r = parse_process(p, &ret->name);
		if (r < 0)
			return r;
		for (size_t i = 0; i < l->n_expect; i++)
			if (l->expect[i].name == ret->name)
				return parser_fail(p, ret->column,
						   "the fate of %s is there already",
						   p->f->name[ret->name]);
		parser_next(p);
	}
	return parse_fate(p, &ret->fate);
}

/* => FATE, or => NAME: FATE, NAME: FATE */
int parse_expects(struct parser *p)
{
	struct fate_line *l = p->line;
	struct fate_expect e, *more;
	int r;

	if (!fate_calls[l->call].sends)
		return parser_fail(p, p->token.column,
				   "%s sends no signal whose fate could be told",
				   fate_calls[l->call].name);
	parser_next(p);
	do {
		if (l->n_expect == FATE_TARGETS_MAX)
			return parser_fail(p, p->token.column,
					   "too many fates: a line has at most %d",
					   FATE_TARGETS_MAX);
		r = parse_expect(p, &e);
		if (r < 0)
			return r;
		if (e.name < 0 && (l->n_expect || p->token.type == ','))
			return parser_fail(p, e.column,
					   "where several processes get the signal, each fate "
					   "has a name: '=> NAME: FATE, NAME: FATE'");
		/* doubling at every power of two */
		if (!(l->n_expect & (l->n_expect - 1))) {
			more = reallocarray(l->expect, l->n_expect ? 2 * l->n_expect : 1,
					    sizeof(e));
			if (!more)
				return -ENOMEM;
			l->expect = more;
		}
		l->expect[l->n_expect++] = e;
	} while (parser_take(p, ','));
	return 0;
}
