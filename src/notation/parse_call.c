/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_call.c - CALL(ARGUMENTS) = RESULT => FATE */
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

/* A process as its caller counts it: NAME, -NAME, or any number. */
static int parse_pid(struct parser *p, struct fate_arg *arg)
{
	struct token t = p->token;
	bool names_signal;
	char word[32];

	if (parser_take_word(p, "INT_MIN")) {
		arg->number = INT_MIN;
		return 0;
	}
	if (t.type == TOKEN_NUMBER ||
	    (t.type == '-' && p->p < p->end && *p->p >= '0' && *p->p <= '9'))
		return parse_number(p, "a process number", INT_MIN, INT_MAX, &arg->number);
	arg->negative = parser_take(p, '-');
	t = p->token;
	if (t.type != TOKEN_WORD)
		return parser_expected(p, "a process, by name or number");
	names_signal = token_copy(&t, word, sizeof(word)) && !strncmp(word, "SIG", 3) &&
		       sf_signal_parse(word) >= 0;
	if (names_signal)
		return parser_fail(p, t.column, "expected a process, found the signal %s: write %s",
				   word, call_usage(p->line->call));
	return parse_process(p, &arg->name);
}

static int parse_handler(struct parser *p, struct fate_arg *arg)
{
	static const struct constant handlers[] = {
		{"SIG_DFL", SF_SIG_DFL},
		{"SIG_IGN", SF_SIG_IGN},
		{"handler", SF_SIG_HANDLER},
	};
	static const struct constants table = {.c = handlers, .n = ARRAY_SIZE(handlers)};

	return parse_constant(p, &table, "a disposition", &arg->number);
}

/* A plain number; what it may be depends on the call. */
static int parse_plain(struct parser *p, struct fate_arg *arg)
{
	const struct fate_line *l = p->line;

	switch ((int)l->call) {
	case FATE_EXIT:
	case FATE_EXIT_GROUP:
		return parse_number(p, "an exit code", INT_MIN, INT_MAX, &arg->number);
	case FATE_SETUID:
	case FATE_SETRESUID:
		return parse_number(p, "a user id", -1, UINT32_MAX, &arg->number);
	case FATE_UID_MAP:
	case FATE_GID_MAP:
		return parse_number(p, "an id", 0, UINT32_MAX, &arg->number);
	case FATE_SETRLIMIT:
		arg->number = -1;
		if (parser_take_word(p, "RLIM_INFINITY"))
			return 0;
		return parse_number(p, "a limit, or RLIM_INFINITY", 0, LONG_MAX, &arg->number);
	case FATE_PRCTL:
		if (l->arg[0].number == SF_PR_SET_PDEATHSIG)
			return parse_signal(p, "a signal", &arg->number);
		return parse_number(p, "a number", INT_MIN, INT_MAX, &arg->number);
	default:
		return parse_number(p, "a number", LONG_MIN, LONG_MAX, &arg->number);
	}
}

static int parse_arg_info(struct parser *p, struct fate_arg *arg)
{
	if (p->line->call == FATE_PIDFD_SEND_SIGNAL && parser_take_word(p, "NULL")) {
		arg->is_null = true;
		return 0;
	}
	return parse_info(p, &arg->info);
}

static int parse_arg(struct parser *p, enum fate_arg_kind kind, struct fate_arg *arg)
{
	arg->given = true;
	arg->column = p->token.column;
	switch (kind) {
	case FATE_ARG_NUMBER:
		return parse_plain(p, arg);
	case FATE_ARG_PID:
		return parse_pid(p, arg);
	case FATE_ARG_WHO:
		return parse_process(p, &arg->name);
	case FATE_ARG_SIGNAL:
		return parse_signal(p, "a signal", &arg->number);
	case FATE_ARG_SET:
		return parse_set(p, &arg->set);
	case FATE_ARG_FLAGS:
		return parse_flags(p, p->line->call, &arg->number);
	case FATE_ARG_INFO:
		return parse_arg_info(p, arg);
	case FATE_ARG_CAPS:
		return parse_caps(p, &arg->set);
	case FATE_ARG_HANDLER:
		return parse_handler(p, arg);
	}
	return 0;
}

/* The list of groups tells no signal anything: whatever it is, it is read over. */
static int skip_groups(struct parser *p)
{
	while (p->token.type != ')') {
		if (p->token.type == TOKEN_END || p->token.type == TOKEN_BAD)
			return parser_expected(p, "')'");
		parser_next(p);
	}
	return 0;
}

/* What strace shows where a system call takes more than the notation has. */
enum padding {
	PADDING_NONE,
	PADDING_BETWEEN, /* NULL, anywhere: wait4(-1, NULL, 0, NULL) */
	PADDING_AFTER, /* NULL, and then no more of ours: rt_sigaction(SIGINT, SIG_DFL, NULL, 8) */
};

/* Read over a NULL or a size that means nothing here. */
static bool skip_padding(struct parser *p, enum padding padding, bool *after)
{
	bool null = token_is(&p->token, "NULL");

	if (padding == PADDING_NONE || (!null && !(*after && p->token.type == TOKEN_NUMBER)))
		return false;
	*after |= padding == PADDING_AFTER;
	parser_next(p);
	return true;
}

/* The arguments up to the closing parenthesis. */
static int parse_args(struct parser *p, enum padding padding)
{
	const struct fate_call_type *type = &fate_calls[p->line->call];
	unsigned int i = 0;
	bool after = false;
	int r;

	if (p->line->call == FATE_SETGROUPS)
		return skip_groups(p);
	if (p->token.type == ')' && !type->min_args)
		return 0;
	do {
		after |= padding == PADDING_AFTER && i == type->n_args;
		if (i && skip_padding(p, padding, &after))
			continue;
		if (after || i == type->n_args || p->token.type == ')')
			break;
		r = parse_arg(p, type->arg[i], &p->line->arg[i]);
		if (r < 0)
			return r;
		i++;
	} while (parser_take(p, ','));
	if (i < type->min_args && p->token.type == ')')
		return parser_fail(p, p->token.column, "an argument is missing: write %s",
				   call_usage(p->line->call));
	if (p->token.type != ')' && (after || i == type->n_args))
		return parser_fail(p, p->token.column, "expected ')': write %s",
				   call_usage(p->line->call));
	return 0;
}

static int unknown_call(struct parser *p)
{
	struct suggestion s = {.wrong = &p->token};
	char quoted[QUOTE_SIZE], hint[QUOTE_SIZE + 32], list[400];
	size_t n = 0;

	for (unsigned int i = 0; i < FATE_NCALLS; i++) {
		suggest(&s, fate_calls[i].name);
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", i ? ", " : "",
					      fate_calls[i].name);
	}
	token_quote(&p->token, quoted);
	if (s.word)
		return parser_fail(p, p->token.column, "%s is not among the calls%s", quoted,
				   suggest_text(&s, hint));
	return parser_fail(p, p->token.column, "%s is not among the calls: %s", quoted, list);
}

int parse_call(struct parser *p)
{
	struct fate_line *l = p->line;
	enum padding padding = PADDING_NONE;
	bool ends;
	char word[32];
	int r;

	if (!token_copy(&p->token, word, sizeof(word)) || !call_find(word, &l->call))
		return unknown_call(p);
	l->kind = FATE_LINE_CALL;
	if (l->call == FATE_WAIT4 || l->call == FATE_PTRACE)
		padding = PADDING_BETWEEN;
	else if (strcmp(word, fate_calls[l->call].name)) /* strace's name */
		padding = PADDING_AFTER;
	parser_next(p);
	r = parser_want(p, '(', "'(' and the arguments");
	if (r == 0)
		r = parse_args(p, padding);
	if (r == 0)
		r = parser_want(p, ')', "',' or ')'");
	if (r < 0)
		return r;
	ends = l->call == FATE_EXIT || l->call == FATE_EXIT_GROUP;
	if (parser_take(p, '='))
		r = parse_result(p, l->call);
	else if (!ends)
		return parser_expected(p, "'= RESULT' ('= ?' where any will do)");
	p->waiting[l->who] = l->result.kind == FATE_RESULT_ANY && !ends ? l->call : FATE_NCALLS;
	if (r == 0 && p->token.type == TOKEN_ARROW)
		r = parse_expects(p);
	return r;
}
