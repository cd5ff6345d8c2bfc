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

/* A time-out that passes at once, or that is none: nothing here takes time. */
static int parse_nanoseconds(struct parser *p, struct fate_arg *arg)
{
	long seconds = (arg - 1)->number;
	int r = parse_number(p, "nanoseconds", LONG_MIN, LONG_MAX, &arg->number);

	if (r == 0 && seconds >= 0 && arg->number >= 0 && arg->number < 1000000000 &&
	    (seconds || arg->number))
		return parser_fail(p, arg->column,
				   "nothing takes time here: a time-out is 0, 0, or one that is "
				   "wrong");
	return r;
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
	case FATE_NS_LAST_PID:
	case FATE_PID_MAX:
		return parse_number(p, "a process number", INT_MIN, INT_MAX, &arg->number);
	case FATE_SIGTIMEDWAIT:
		if (arg == &l->arg[2])
			return parse_nanoseconds(p, arg);
		return parse_number(p, "seconds", LONG_MIN, LONG_MAX, &arg->number);
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

/* A process by its name; pidfd_send_signal() has words for oneself. */
static int parse_who(struct parser *p, struct fate_arg *arg)
{
	bool self = p->line->call == FATE_PIDFD_SEND_SIGNAL;

	if (self && parser_take_word(p, "PIDFD_SELF_THREAD"))
		arg->number = FATE_PIDFD_SELF_THREAD;
	else if (self && parser_take_word(p, "PIDFD_SELF_THREAD_GROUP"))
		arg->number = FATE_PIDFD_SELF_THREAD_GROUP;
	else
		return parse_process(p, &arg->name);
	return 0;
}

/* [5, 3] */
static int parse_tids(struct parser *p)
{
	struct fate_line *l = p->line;
	long nr = 0;
	int r = parser_want(p, '[', "numbers like [5, 3]");

	while (r == 0 && p->token.type != ']') {
		if (l->n_nspid == ARRAY_SIZE(l->nspid))
			return parser_fail(p, p->token.column,
					   "at most %zu numbers can be asked for",
					   ARRAY_SIZE(l->nspid));
		r = parse_number(p, "a process number", INT_MIN, INT_MAX, &nr);
		l->nspid[l->n_nspid++] = (int)nr;
		if (r == 0 && !parser_take(p, ','))
			break;
	}
	return r < 0 ? r : parser_want(p, ']', "',' or ']'");
}

/* What a tracee goes on with is a signal; two requests take options in its place. */
static int parse_signal_or_options(struct parser *p, struct fate_arg *arg)
{
	const struct fate_line *l = p->line;
	long request = l->arg[0].number;

	if (l->call == FATE_PTRACE &&
	    (request == SF_PTRACE_SEIZE || request == SF_PTRACE_SETOPTIONS))
		return parse_constant(p, &ptrace_options, "an option like PTRACE_O_EXITKILL",
				      &arg->number);
	return parse_signal(p, "a signal", &arg->number);
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
		return parse_who(p, arg);
	case FATE_ARG_TIDS:
		return parse_tids(p);
	case FATE_ARG_SIGNAL:
		return parse_signal_or_options(p, arg);
	case FATE_ARG_SET:
		return parse_set(p, &arg->set);
	case FATE_ARG_FLAGS:
		return parse_flags(p, p->line->call, &arg->number);
	case FATE_ARG_INFO:
		return parse_arg_info(p, arg);
	case FATE_ARG_CAPS:
		return parse_caps(p, &arg->set);
	case FATE_ARG_HANDLER:
		return parse_handler(p, &arg->number);
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

/* A tracer says whom it means; who wants to be traced need not. */
static bool lacks_pid(const struct fate_line *l)
{
	return l->call == FATE_PTRACE && !l->arg[1].given && l->arg[0].number != SF_PTRACE_TRACEME;
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
	if (p->token.type == ')' && (i < type->min_args || lacks_pid(p->line)))
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
	char quoted[QUOTE_SIZE], hint[QUOTE_SIZE + 32];

	for (unsigned int i = 0; i < FATE_NCALLS; i++)
		suggest(&s, fate_calls[i].name);
	return parser_fail(p, p->token.column, "%s is not among the calls%s",
			   token_quote(&p->token, quoted),
			   s.word ? suggest_text(&s, hint) : ": fate(5) has them all");
}

/* A parent that waits for its vfork() child has given it a name all the same. */
static bool may_resume(const struct fate_line *l)
{
	return l->result.kind == FATE_RESULT_ANY ||
	       (l->result.kind == FATE_RESULT_NEW && fate_calls[l->call].may_block);
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
	p->waiting[l->who] = may_resume(l) && !ends ? l->call : FATE_NCALLS;
	if (r == 0 && p->token.type == TOKEN_ARROW)
		r = parse_expects(p);
	return r;
}
