/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_line.c - a line: what kind it is, and all kinds but calls */
#include <string.h>

#include "notation/parser.h"

/* One of the things that kernels differ in. */
static int parse_switch(struct parser *p)
{
	struct choice c = {.nearest.wrong = &p->token};
	const char *name;

	p->line->check_column = p->token.column;
	for (size_t i = 0; (name = sf_kernel_switch_name(i)); i++) {
		if (token_is(&p->token, name)) {
			p->line->kernel_switch = name;
			parser_next(p);
			return 0;
		}
		choice_add(&c, name);
	}
	return choice_fail(p, &c, "something that kernels differ in");
}

/* kernel >= MAJOR.MINOR, kernel has SWITCH */
static int parse_kernel(struct parser *p)
{
	static const char *const what = "a kernel's version like 6.9";
	struct fate_line *l = p->line;
	long major = 0, minor = 0;
	int r;

	l->kind = FATE_LINE_KERNEL;
	l->kernel_op = FATE_KERNEL_HAS;
	if (parser_take_word(p, "has"))
		return parse_switch(p);
	l->kernel_op = FATE_KERNEL_LACKS;
	if (parser_take_word(p, "lacks"))
		return parse_switch(p);
	if (p->token.type != TOKEN_GE && p->token.type != '<')
		return parser_expected(p, "'kernel >= MAJOR.MINOR', 'kernel < MAJOR.MINOR', "
					  "'kernel has SWITCH' or 'kernel lacks SWITCH'");
	l->kernel_op = p->token.type == '<' ? FATE_KERNEL_LT : FATE_KERNEL_GE;
	parser_next(p);
	l->check_column = p->token.column;
	r = parse_number(p, what, 0, 9999, &major);
	if (r == 0)
		r = parser_want(p, '.', "'.' and the second number of the version");
	if (r == 0)
		r = parse_number(p, what, 0, 9999, &minor);
	l->kernel_major = (unsigned int)major;
	l->kernel_minor = (unsigned int)minor;
	return r;
}

static int parse_needs(struct parser *p)
{
	struct fate_line *l = p->line;
	long need = 0;
	int r;

	l->kind = FATE_LINE_NEEDS;
	l->check_column = p->token.column;
	r = parse_constant(p, &need_names, "what a scenario may need", &need);
	l->need = (enum fate_need)need;
	return r;
}

static int parse_directive(struct parser *p)
{
	bool kernel = token_is(&p->token, "kernel");

	if (p->started)
		return parser_fail(p, p->token.column,
				   "'%s' comes before the first call of a scenario",
				   kernel ? "kernel" : "needs");
	parser_next(p);
	return kernel ? parse_kernel(p) : parse_needs(p);
}

/* --- SIGNAL {...} ---, --- stopped by SIGNAL ---, --- continued --- */
static int parse_dashes(struct parser *p)
{
	struct fate_line *l = p->line;
	long sig = 0;
	int r = 0;

	l->check_column = p->token.column;
	if (parser_take_word(p, "continued")) {
		l->kind = FATE_LINE_CONTINUED;
	} else if (parser_take_word(p, "stopped")) {
		l->kind = FATE_LINE_STOPPED;
		l->check_column = p->token.column;
		r = parse_by_signal(p, &l->sig, NULL);
	} else {
		l->kind = FATE_LINE_DELIVERED;
		r = parse_signal(p, "a signal, 'stopped by SIGNAL' or 'continued'", &sig);
		if (r == 0 && (sig < 1 || sig > SF_NSIG))
			return parser_fail(p, l->check_column, "%ld is not a signal", sig);
		l->sig = (int)sig;
		if (r == 0 && p->token.type == '{')
			r = parse_info(p, &l->info);
	}
	return r < 0 ? r : parser_want(p, TOKEN_DASHES, "'---'");
}

/* +++ killed by SIGNAL +++, +++ exited with CODE +++ */
static int parse_pluses(struct parser *p)
{
	struct fate_line *l = p->line;
	int r;

	l->check_column = p->token.column;
	if (parser_take_word(p, "killed")) {
		l->kind = FATE_LINE_KILLED;
		r = parse_by_signal(p, &l->sig, &l->dumped);
	} else if (parser_take_word(p, "exited")) {
		l->kind = FATE_LINE_EXITED;
		r = parse_with_code(p, &l->code);
	} else {
		return parser_expected(p, "'killed by SIGNAL' or 'exited with CODE'");
	}
	return r < 0 ? r : parser_want(p, TOKEN_PLUSES, "'+++'");
}

/* The call that is named after the dots must be the one that waits. */
static int check_resumed_call(struct parser *p)
{
	enum fate_call_id call;
	struct token t = p->token;
	char word[32], quoted[QUOTE_SIZE];

	if (t.type != TOKEN_WORD || token_is(&t, "resumed"))
		return 0;
	if (!token_copy(&t, word, sizeof(word)) || !call_find(word, &call) || call != p->line->call)
		return parser_fail(p, t.column, "expected '%s resumed', found %s",
				   fate_calls[p->line->call].name, token_quote(&t, quoted));
	parser_next(p);
	return 0;
}

/* ... resumed = RESULT, and strace's <... CALL resumed> ) = RESULT */
static int parse_resumed(struct parser *p)
{
	struct fate_line *l = p->line;
	bool angle;
	int r;

	l->kind = FATE_LINE_RESUMED;
	l->check_column = p->token.column;
	angle = parser_take(p, '<');
	l->call = p->waiting[l->who];
	if (l->call == FATE_NCALLS)
		return parser_fail(
			p, l->check_column,
			"%s is in no call that could resume: write the call first, with '= ?'",
			p->f->name[l->who]);
	r = parser_want(p, TOKEN_ELLIPSIS, "'... resumed'");
	if (r == 0)
		r = check_resumed_call(p);
	if (r < 0)
		return r;
	if (!parser_take_word(p, "resumed"))
		return parser_expected(p, "'resumed'");
	if (angle)
		r = parser_want(p, '>', "'>'");
	if (r == 0 && angle)
		parser_take(p, ')');
	if (r == 0)
		r = parser_want(p, '=', "'= RESULT'");
	if (r == 0)
		r = parse_result(p, l->call);
	if (r == 0 && l->result.kind != FATE_RESULT_ANY)
		p->waiting[l->who] = FATE_NCALLS;
	return r;
}

/* NSpid = 17 3 1 */
static int parse_nspid(struct parser *p)
{
	struct fate_line *l = p->line;
	long nr = 0;
	int r;

	l->kind = FATE_LINE_NSPID;
	do {
		if (l->n_nspid == SF_MAX_PID_NS_LEVEL + 1)
			return parser_fail(p, p->token.column, "a process has at most %d numbers",
					   SF_MAX_PID_NS_LEVEL + 1);
		r = parse_number(p, "a process's number", 1, SF_PID_MAX_LIMIT - 1, &nr);
		if (r < 0)
			return r;
		l->nspid[l->n_nspid++] = (int)nr;
	} while (p->token.type != TOKEN_END);
	return 0;
}

static int parse_parent(struct parser *p)
{
	p->line->kind = FATE_LINE_PARENT;
	p->line->parent = -1;
	return parser_take_word(p, "none") ? 0 : parse_process(p, &p->line->parent);
}

static int parse_state(struct parser *p)
{
	struct fate_line *l = p->line;
	long state = 0;
	int r;

	l->kind = FATE_LINE_IS;
	l->check_column = p->token.column;
	r = parse_constant(p, &state_names, "a state", &state);
	l->state = (enum fate_state)state;
	return r;
}

/* WHO: FIELD = VALUE, as /proc shows it */
static int parse_shown(struct parser *p)
{
	struct fate_line *l = p->line;
	const struct constant *set = NULL;
	struct token t = p->token;
	struct suggestion s = {.wrong = &t};
	char word[32], hint[QUOTE_SIZE + 32], quoted[QUOTE_SIZE];
	int r;

	if (token_copy(&t, word, sizeof(word)))
		set = constant_find(&sigset_names, word);
	if (!set && !token_is(&t, "NSpid") && !token_is(&t, "parent")) {
		suggest(&s, "NSpid");
		suggest(&s, "parent");
		for (size_t i = 0; i < sigset_names.n; i++)
			suggest(&s, sigset_names.c[i].name);
		return parser_fail(p, t.column,
				   "expected a call like kill(1, SIGTERM), or something to "
				   "check ('is', 'parent', 'NSpid', 'SigPnd', ...), found "
				   "%s%s",
				   token_quote(&t, quoted), suggest_text(&s, hint));
	}
	parser_next(p);
	r = parser_want(p, '=', "'='");
	if (r < 0)
		return r;
	l->check_column = p->token.column;
	if (!set)
		return token_is(&t, "NSpid") ? parse_nspid(p) : parse_parent(p);
	l->kind = FATE_LINE_SIGSET;
	l->sigset = (enum sf_sigset_kind)set->value;
	return parse_set(p, &l->set);
}

/* What a process does, or what has become of it. */
static int parse_what(struct parser *p)
{
	if (parser_take(p, TOKEN_DASHES))
		return parse_dashes(p);
	if (parser_take(p, TOKEN_PLUSES))
		return parse_pluses(p);
	if (p->token.type == '<' || p->token.type == TOKEN_ELLIPSIS)
		return parse_resumed(p);
	if (p->token.type == TOKEN_WORD && parser_follows(p, '('))
		return parse_call(p);
	if (parser_take_word(p, "is"))
		return parse_state(p);
	return parse_shown(p);
}

int parse_line(struct parser *p)
{
	struct fate_line *l = p->line;
	int r;

	if (p->token.type == TOKEN_END)
		return 0;
	if ((token_is(&p->token, "kernel") || token_is(&p->token, "needs")) &&
	    !parser_follows(p, ':')) {
		r = parse_directive(p);
	} else {
		l->who_column = p->token.column;
		if (p->token.type != TOKEN_WORD || parser_follows(p, '('))
			return parser_expected(
				p, "a process and what it does, like 'host: fork() = a'");
		r = parse_process(p, &l->who);
		if (r == 0)
			r = parser_want(p, ':', "':' after the name of the process");
		if (r == 0)
			r = parse_what(p);
		p->started = true;
	}
	if (r == 0 && p->token.type != TOKEN_END)
		return parser_expected(p, "the end of the line or a comment");
	return r;
}
