/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write_value.c - arguments, each as the reader would have it */
#include <limits.h>

#include "notation/parser.h"

void write_signal(long sig, FILE *out)
{
	char buf[16];

	if (sig >= 0 && sig <= SF_NSIG)
		fputs(sf_signal_name((int)sig, buf), out);
	else
		fprintf(out, "%ld", sig);
}

static void write_signal_member(unsigned int bit, FILE *out)
{
	write_signal(bit + 1, out);
}

static void write_cap_member(unsigned int bit, FILE *out)
{
	const struct constant *c = constant_by_value(&cap_names, bit);

	if (c)
		fputs(c->name, out);
}

/* Whichever is shorter: the members, or what is not among them. */
static void write_members(uint64_t set, uint64_t all, void (*member)(unsigned int, FILE *),
			  FILE *out)
{
	bool others = __builtin_popcountll(set & all) > __builtin_popcountll(all) / 2;
	const char *comma = "";

	set = all & (others ? ~set : set);
	fputs(others ? "~{" : "{", out);
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (set >> bit & 1) {
			fputs(comma, out);
			member(bit, out);
			comma = ", ";
		}
	}
	fputc('}', out);
}

void fate_write_set(sf_sigset set, FILE *out)
{
	write_members(set, ~(uint64_t)0, write_signal_member, out);
}

void write_caps(uint64_t set, FILE *out)
{
	write_members(set, SF_CAP_FULL, write_cap_member, out);
}

static void write_code(int sig, int code, FILE *out)
{
	const char *name = fate_code_name(sig, code);

	if (name)
		fputs(name, out);
	else
		fprintf(out, "%d", code);
}

/* A child's notice has an exit code here, or the signal that it is about. */
static void write_status(const struct sf_siginfo *i, FILE *out)
{
	if (i->code >= SF_CLD_KILLED && i->code <= SF_CLD_CONTINUED && i->status > 0)
		write_signal(i->status, out);
	else
		fprintf(out, "%d", i->status);
}

/* @sig is the signal that it is about, which tells what a small si_code means. */
void fate_write_info(const struct fate *f, const struct fate_info *info, int sig, FILE *out)
{
	static const char *const field[] = {"si_signo", "si_errno",  "si_code", "si_pid",
					    "si_uid",	"si_status", "si_value"};
	const struct sf_siginfo *i = &info->info;
	const char *comma = "";

	fputc('{', out);
	for (unsigned int k = 0; k < sizeof(field) / sizeof(field[0]); k++) {
		if (!(info->fields & 1u << k))
			continue;
		fprintf(out, "%s%s=", comma, field[k]);
		comma = ", ";
		switch (1u << k) {
		case FATE_SI_SIGNO:
			write_signal(i->signo, out);
			break;
		case FATE_SI_ERRNO:
			fprintf(out, "%d", i->error);
			break;
		case FATE_SI_CODE:
			write_code(sig, i->code, out);
			break;
		case FATE_SI_PID:
			if (info->pid_name >= 0)
				fputs(f->name[info->pid_name], out);
			else
				fprintf(out, "%d", i->pid);
			break;
		case FATE_SI_UID:
			fprintf(out, "%u", i->uid);
			break;
		case FATE_SI_STATUS:
			write_status(i, out);
			break;
		default:
			fprintf(out, "%lld", (long long)i->value);
		}
	}
	fputc('}', out);
}

static void write_exit_signal(long sig, const char *bar, FILE *out)
{
	if (sig == 17 && *bar) /* SIGCHLD goes without saying */
		return;
	fputs(bar, out);
	write_signal(sig, out);
}

static void write_flags(enum fate_call_id call, long flags, FILE *out)
{
	const struct constants *c = constants_of(call);
	const struct constant *one = constant_by_value(c, flags);
	long exit_signal = flags & 0xff;
	const char *bar = "";

	if (!c->bits) {
		if (one)
			fputs(one->name, out);
		else
			fprintf(out, "%ld", flags);
		return;
	}
	if (call == FATE_CLONE)
		flags &= ~0xffL;
	for (size_t i = 0; i < c->n; i++) {
		if ((flags & c->c[i].value) == c->c[i].value) {
			fprintf(out, "%s%s", bar, c->c[i].name);
			flags &= ~c->c[i].value;
			bar = "|";
		}
	}
	if (call == FATE_CLONE)
		write_exit_signal(exit_signal, bar, out);
	else if (flags || !*bar)
		fprintf(out, flags ? "%s0x%lx" : "%s0", bar, (unsigned long)flags);
}

static void write_handler(long handler, FILE *out)
{
	fputs(handler == FATE_HANDLER_NULL ? "NULL"
	      : handler == SF_SIG_DFL	   ? "SIG_DFL"
	      : handler == SF_SIG_IGN	   ? "SIG_IGN"
					   : "handler",
	      out);
}

void write_action(const struct sf_sigaction *action, FILE *out)
{
	fputc('[', out);
	write_handler((long)action->handler, out);
	if (action->flags) {
		fputs(", ", out);
		write_flags(FATE_SIGACTION, (long)action->flags, out);
	}
	if (action->mask) {
		fputs(", ", out);
		fate_write_set(action->mask, out);
	}
	fputc(']', out);
}

static void write_tids(const struct fate_line *l, FILE *out)
{
	fputc('[', out);
	for (unsigned int i = 0; i < l->n_nspid; i++)
		fprintf(out, "%s%d", i ? ", " : "", l->nspid[i]);
	fputc(']', out);
}

/* In place of a signal, two requests of ptrace() take options. */
static void write_signal_or_options(const struct fate_line *l, long v, FILE *out)
{
	long request = l->arg[0].number;
	const struct constant *option = NULL;

	if (l->call != FATE_PTRACE ||
	    (request != SF_PTRACE_SEIZE && request != SF_PTRACE_SETOPTIONS)) {
		write_signal(v, out);
		return;
	}
	option = constant_by_value(&ptrace_options, v);
	if (option)
		fputs(option->name, out);
	else
		fprintf(out, "%ld", v);
}

/* Oneself may have no name. */
static void write_who(const struct fate *f, const struct fate_arg *arg, FILE *out)
{
	fputs(arg->name >= 0			      ? f->name[arg->name]
	      : arg->number == FATE_PIDFD_SELF_THREAD ? "PIDFD_SELF_THREAD"
						      : "PIDFD_SELF_THREAD_GROUP",
	      out);
}

static void write_number(const struct fate_line *l, unsigned int i, FILE *out)
{
	long v = l->arg[i].number;

	if (l->call == FATE_SETRLIMIT && v == -1)
		fputs("RLIM_INFINITY", out);
	else if (l->call == FATE_PRCTL && l->arg[0].number == SF_PR_SET_PDEATHSIG)
		write_signal(v, out);
	else
		fprintf(out, "%ld", v);
}

static void write_pid(const struct fate *f, const struct fate_arg *arg, FILE *out)
{
	if (arg->name >= 0)
		fprintf(out, "%s%s", arg->negative ? "-" : "", f->name[arg->name]);
	else if (arg->number == INT_MIN)
		fputs("INT_MIN", out);
	else
		fprintf(out, "%ld", arg->number);
}

static void write_arg(const struct fate *f, const struct fate_line *l, unsigned int i, FILE *out)
{
	const struct fate_arg *arg = &l->arg[i];

	switch (fate_calls[l->call].arg[i]) {
	case FATE_ARG_NUMBER:
		write_number(l, i, out);
		break;
	case FATE_ARG_PID:
		write_pid(f, arg, out);
		break;
	case FATE_ARG_WHO:
		write_who(f, arg, out);
		break;
	case FATE_ARG_TIDS:
		write_tids(l, out);
		break;
	case FATE_ARG_SIGNAL:
		write_signal_or_options(l, arg->number, out);
		break;
	case FATE_ARG_SET:
		fate_write_set(arg->set, out);
		break;
	case FATE_ARG_FLAGS:
		write_flags(l->call, arg->number, out);
		break;
	case FATE_ARG_INFO:
		/* the signal comes right before it */
		if (arg->is_null)
			fputs("NULL", out);
		else
			fate_write_info(f, &arg->info, (int)l->arg[i - 1].number, out);
		break;
	case FATE_ARG_CAPS:
		write_caps(arg->set, out);
		break;
	case FATE_ARG_HANDLER:
		write_handler(arg->number, out);
		break;
	}
}

void write_call(const struct fate *f, const struct fate_line *l, FILE *out)
{
	const struct fate_call_type *type = &fate_calls[l->call];

	fprintf(out, "%s(", type->name);
	for (unsigned int i = 0; i < type->n_args && l->arg[i].given; i++) {
		if (i)
			fputs(", ", out);
		write_arg(f, l, i, out);
	}
	fputc(')', out);
}
