/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse_set.c - sets of signals or capabilities, and the fields of a siginfo */
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

static int parse_set_signal(struct parser *p, uint64_t *bit)
{
	unsigned int column = p->token.column;
	long sig;
	int r = parse_signal(p, "a signal", &sig);

	if (r < 0)
		return r;
	if (sig < 1 || sig > SF_NSIG)
		return parser_fail(p, column, "%ld is not a signal: a set holds 1 to %d", sig,
				   SF_NSIG);
	*bit = SF_SIGMASK(sig);
	return 0;
}

static int parse_set_cap(struct parser *p, uint64_t *bit)
{
	long cap;
	int r = parse_constant(p, &cap_names, "a capability like CAP_KILL", &cap);

	if (r < 0)
		return r;
	*bit = (uint64_t)1 << cap;
	return 0;
}

/* {A, B}, [A B]; with ~ before it, all others. */
static int parse_members(struct parser *p, int (*member)(struct parser *, uint64_t *), uint64_t all,
			 uint64_t *ret)
{
	bool others = parser_take(p, '~');
	int close = p->token.type == '[' ? ']' : '}';
	uint64_t set = 0, bit;
	int r;

	if (p->token.type != '{' && p->token.type != '[')
		return parser_expected(p, "a set like {SIGTERM, SIGINT} or {CAP_KILL}");
	parser_next(p);
	while (p->token.type != close) {
		r = member(p, &bit);
		if (r < 0)
			return r;
		set |= bit;
		/* strace leaves a blank between them */
		if (parser_take(p, ',') && p->token.type == close)
			return parser_expected(p, "another member after the comma");
	}
	parser_next(p);
	*ret = others ? all & ~set : set;
	return 0;
}

int parse_set(struct parser *p, sf_sigset *ret)
{
	return parse_members(p, parse_set_signal, ~(uint64_t)0, ret);
}

int parse_caps(struct parser *p, uint64_t *ret)
{
	return parse_members(p, parse_set_cap, SF_CAP_FULL, ret);
}

/* A field that we read but that no line can check carries no bit. */
static const struct constant fields[] = {
	{"si_signo", FATE_SI_SIGNO},
	{"si_errno", FATE_SI_ERRNO},
	{"si_code", FATE_SI_CODE},
	{"si_pid", FATE_SI_PID},
	{"si_uid", FATE_SI_UID},
	{"si_status", FATE_SI_STATUS},
	{"si_value", FATE_SI_VALUE},
	{"si_int", FATE_SI_VALUE},
	{"si_ptr", 0},
	{"si_utime", 0},
	{"si_stime", 0},
};
static const struct constants field_names = {.c = fields, .n = ARRAY_SIZE(fields)};

static int parse_si_pid(struct parser *p, struct fate_info *ret)
{
	long v;
	int r;

	ret->pid_name = -1;
	if (p->token.type == TOKEN_WORD)
		return parse_process(p, &ret->pid_name);
	r = parse_number(p, "a process, by name or number", INT_MIN, INT_MAX, &v);
	ret->info.pid = r < 0 ? 0 : (int)v;
	return r;
}

static int parse_field_value(struct parser *p, unsigned int field, struct fate_info *ret)
{
	struct sf_siginfo *i = &ret->info;
	long v = 0;
	int r;

	switch (field) {
	case FATE_SI_SIGNO:
		r = parse_signal(p, "a signal", &v);
		i->signo = (int)v;
		return r;
	case FATE_SI_ERRNO:
		r = parse_number(p, "a number", INT_MIN, INT_MAX, &v);
		i->error = (int)v;
		return r;
	case FATE_SI_CODE:
		r = parse_constant(p, &si_codes, "a code like SI_USER", &v);
		i->code = (int)v;
		return r;
	case FATE_SI_PID:
		return parse_si_pid(p, ret);
	case FATE_SI_UID:
		r = parse_number(p, "a user id", 0, UINT32_MAX, &v);
		i->uid = (uint32_t)v;
		return r;
	case FATE_SI_STATUS:
		r = parse_signal(p, "an exit code or a signal", &v);
		i->status = (int)v;
		return r;
	case FATE_SI_VALUE:
		r = parse_number(p, "a number", LONG_MIN, LONG_MAX, &v);
		i->value = v;
		return r;
	default:
		return parse_number(p, "a number", LONG_MIN, LONG_MAX, &v);
	}
}

/* {FIELD=VALUE, ...} */
int parse_info(struct parser *p, struct fate_info *ret)
{
	unsigned int column;
	struct token t;
	long field;
	int r;

	*ret = (struct fate_info){.pid_name = -1};
	r = parser_want(p, '{', "a siginfo like {si_code=SI_USER, si_pid=1}");
	if (r < 0 || parser_take(p, '}'))
		return r;
	do {
		t = p->token;
		if (t.type != TOKEN_WORD)
			return parser_expected(p, "a field like si_code");
		column = t.column;
		r = parse_constant(p, &field_names, "a field", &field);
		if (r < 0)
			return r;
		if (ret->fields & (unsigned int)field)
			return parser_fail(p, column, "%.*s is there already", (int)t.len, t.text);
		r = parser_want(p, '=', "'=' and the value of the field");
		if (r < 0)
			return r;
		r = parse_field_value(p, (unsigned int)field, ret);
		if (r < 0)
			return r;
		ret->fields |= (unsigned int)field;
	} while (parser_take(p, ','));
	return parser_want(p, '}', "',' or '}'");
}

/* "by SIGNAL", and "(core dumped)" where @ret_dumped is wanted. */
int parse_by_signal(struct parser *p, int *ret_sig, bool *ret_dumped)
{
	unsigned int column;
	long sig;
	int r;

	if (!parser_take_word(p, "by"))
		return parser_expected(p, "'by SIGNAL'");
	column = p->token.column;
	r = parse_signal(p, "a signal", &sig);
	if (r < 0)
		return r;
	if (sig < 1 || sig > SF_NSIG)
		return parser_fail(p, column, "%ld is not a signal", sig);
	*ret_sig = (int)sig;
	if (!ret_dumped)
		return 0;
	*ret_dumped = parser_take(p, '(');
	if (*ret_dumped && (!parser_take_word(p, "core") || !parser_take_word(p, "dumped") ||
			    !parser_take(p, ')')))
		return parser_expected(p, "'(core dumped)'");
	return 0;
}

/* "with CODE" */
int parse_with_code(struct parser *p, int *ret_code)
{
	long code;
	int r;

	if (!parser_take_word(p, "with"))
		return parser_expected(p, "'with CODE'");
	r = parse_number(p, "an exit code", 0, 255, &code);
	if (r == 0)
		*ret_code = (int)code;
	return r;
}

/* What became of the child, in brackets after wait4()'s result, as the status that wait4() gives.
 */
int parse_wait_status(struct parser *p, int *ret_status)
{
	bool dumped = false;
	int v = 0, r = 0;

	parser_next(p);
	if (parser_take_word(p, "killed")) {
		r = parse_by_signal(p, &v, &dumped);
		v |= dumped ? 0x80 : 0;
	} else if (parser_take_word(p, "stopped")) {
		r = parse_by_signal(p, &v, NULL);
		v = v << 8 | 0x7f;
		if (r == 0 && parser_take(p, ',')) {
			v |= PTRACE_EVENT_STOP << 16;
			r = parser_take_word(p, "PTRACE_EVENT_STOP")
				    ? 0
				    : parser_expected(p, "PTRACE_EVENT_STOP");
		}
	} else if (parser_take_word(p, "exited")) {
		r = parse_with_code(p, &v);
		v <<= 8;
	} else if (parser_take_word(p, "continued")) {
		v = 0xffff;
	} else {
		return parser_expected(p,
				       "killed by SIGNAL, exited with CODE, stopped by SIGNAL or "
				       "continued");
	}
	if (r < 0)
		return r;
	*ret_status = v;
	return parser_want(p, ']', "']'");
}
