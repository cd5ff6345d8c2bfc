/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_action.c - dispositions: an argument of sigaction(), and what it gives */
#include "base/cleanup.h"
#include "notation/parser.h"

static const struct constant handlers[] = {
	{"SIG_DFL", SF_SIG_DFL},
	{"SIG_IGN", SF_SIG_IGN},
	{"handler", SF_SIG_HANDLER},
};
static const struct constants dispositions = {.c = handlers, .n = ARRAY_SIZE(handlers)};

int parse_handler(struct parser *p, long *ret)
{
	if (parser_take_word(p, "NULL")) {
		*ret = FATE_HANDLER_NULL;
		return 0;
	}
	return parse_constant(p, &dispositions, "a disposition", ret);
}

static bool begins_set(const struct token *t)
{
	return t->type == '{' || t->type == '[' || t->type == '~';
}

/* [handler], [handler, SA_RESTART], [handler, SA_RESTART, {SIGINT}], [handler, {SIGINT}] */
int parse_action(struct parser *p, struct sf_sigaction *ret)
{
	long handler, flags = 0;
	bool more;
	int r;

	*ret = (struct sf_sigaction){.handler = SF_SIG_DFL};
	parser_next(p);
	r = parse_constant(p, &dispositions, "a disposition", &handler);
	if (r < 0)
		return r;
	more = parser_take(p, ',');
	if (more && !begins_set(&p->token)) {
		r = parse_flags(p, FATE_SIGACTION, &flags);
		more = parser_take(p, ',');
	}
	if (r == 0 && more)
		r = parse_set(p, &ret->mask);
	if (r < 0)
		return r;
	ret->handler = (enum sf_handler)handler;
	ret->flags = (uint32_t)flags;
	return parser_want(p, ']', "',' or ']'");
}
