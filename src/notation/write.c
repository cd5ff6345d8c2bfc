/* SPDX-License-Identifier: GPL-2.0-or-later */
/* write.c - a scenario in its plain form */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

#define RESUMED "\xe2\x80\xa6 resumed"

/* How wide the parts of the lines of a paragraph are; what is wider sticks out. */
#define WHO_WIDTH_MAX 12
#define BODY_WIDTH_MIN 24
#define BODY_WIDTH_MAX 56

/* As Linux lays a status out; <sys/wait.h> would bring macros that are named as our fields. */
static void write_wait_status(int status, FILE *out)
{
	int sig = status & 0x7f;

	if (status == 0xffff) {
		fputs(" [continued]", out);
	} else if (!sig) {
		fprintf(out, " [exited with %d]", status >> 8 & 0xff);
	} else {
		bool stopped = sig == 0x7f;

		fprintf(out, " [%s by ", stopped ? "stopped" : "killed");
		write_signal(stopped ? status >> 8 & 0xff : sig, out);
		if (stopped && status >> 16 == PTRACE_EVENT_STOP)
			fputs(", PTRACE_EVENT_STOP", out);
		fputs(!stopped && status & 0x80 ? " (core dumped)]" : "]", out);
	}
}

void fate_write_result(const struct fate *f, enum fate_call_id call, const struct fate_result *r,
		       FILE *out)
{
	switch (r->kind) {
	case FATE_RESULT_ANY:
		fputc('?', out);
		break;
	case FATE_RESULT_NUMBER:
		if (fate_calls[call].gives_signal)
			write_signal(r->number, out);
		else
			fprintf(out, "%ld", r->number);
		break;
	case FATE_RESULT_ERRNO:
		if (fate_errno_name(r->error))
			fprintf(out, "-1 %s", fate_errno_name(r->error));
		else
			fputc('?', out);
		break;
	case FATE_RESULT_NAME:
	case FATE_RESULT_NEW:
		fputs(f->name[r->name], out);
		break;
	case FATE_RESULT_SET:
		fate_write_set(r->set, out);
		break;
	}
	if (r->status >= 0)
		write_wait_status(r->status, out);
	if (r->info.fields) {
		fputc(' ', out);
		fate_write_info(f, &r->info,
				fate_calls[call].gives_signal ? (int)r->number : r->info.info.signo,
				out);
	}
	if (r->has_action) {
		fputc(' ', out);
		write_action(&r->action, out);
	}
}

static void write_shown(const struct fate *f, const struct fate_line *l, FILE *out)
{
	const struct constant *c;

	switch ((int)l->kind) {
	case FATE_LINE_IS:
		c = constant_by_value(&state_names, l->state);
		fprintf(out, "is %s", c ? c->name : "running");
		break;
	case FATE_LINE_SIGSET:
		c = constant_by_value(&sigset_names, l->sigset);
		fprintf(out, "%s = ", c ? c->name : "SigPnd");
		fate_write_set(l->set, out);
		break;
	case FATE_LINE_NSPID:
		fputs("NSpid =", out);
		for (unsigned int i = 0; i < l->n_nspid; i++)
			fprintf(out, " %d", l->nspid[i]);
		break;
	case FATE_LINE_PARENT:
		fprintf(out, "parent = %s", l->parent < 0 ? "none" : f->name[l->parent]);
		break;
	default:
		break;
	}
}

static void write_event(const struct fate *f, const struct fate_line *l, FILE *out)
{
	bool ends = l->kind == FATE_LINE_KILLED || l->kind == FATE_LINE_EXITED;

	fputs(ends ? "+++ " : "--- ", out);
	if (l->kind == FATE_LINE_EXITED) {
		fprintf(out, "exited with %d", l->code);
	} else if (l->kind == FATE_LINE_CONTINUED) {
		fputs("continued", out);
	} else {
		if (l->kind != FATE_LINE_DELIVERED)
			fputs(ends ? "killed by " : "stopped by ", out);
		write_signal(l->sig, out);
	}
	if (l->kind == FATE_LINE_KILLED && l->dumped)
		fputs(" (core dumped)", out);
	if (l->kind == FATE_LINE_DELIVERED && l->info.fields) {
		fputc(' ', out);
		fate_write_info(f, &l->info, l->sig, out);
	}
	fputs(ends ? " +++" : " ---", out);
}

static void write_kernel(const struct fate_line *l, FILE *out)
{
	static const char *const op[] = {
		[FATE_KERNEL_GE] = ">=",
		[FATE_KERNEL_LT] = "<",
		[FATE_KERNEL_HAS] = "has",
		[FATE_KERNEL_LACKS] = "lacks",
	};

	fprintf(out, "kernel %s ", op[l->kernel_op]);
	if (l->kernel_switch)
		fputs(l->kernel_switch, out);
	else
		fprintf(out, "%u.%u", l->kernel_major, l->kernel_minor);
}

/* The line without "WHO:", fates and comment. */
static void write_body(const struct fate *f, const struct fate_line *l, FILE *out)
{
	switch (l->kind) {
	case FATE_LINE_BLANK:
		break;
	case FATE_LINE_KERNEL:
		write_kernel(l, out);
		break;
	case FATE_LINE_NEEDS:
		fprintf(out, "needs %s", fate_need_name(l->need));
		break;
	case FATE_LINE_CALL:
		write_call(f, l, out);
		fputs(" = ", out);
		fate_write_result(f, l->call, &l->result, out);
		break;
	case FATE_LINE_RESUMED:
		fputs(RESUMED " = ", out);
		fate_write_result(f, l->call, &l->result, out);
		break;
	case FATE_LINE_DELIVERED:
	case FATE_LINE_STOPPED:
	case FATE_LINE_CONTINUED:
	case FATE_LINE_KILLED:
	case FATE_LINE_EXITED:
		write_event(f, l, out);
		break;
	case FATE_LINE_IS:
	case FATE_LINE_SIGSET:
	case FATE_LINE_NSPID:
	case FATE_LINE_PARENT:
		write_shown(f, l, out);
		break;
	}
}

static void write_expects(const struct fate *f, const struct fate_line *l, FILE *out)
{
	for (size_t i = 0; i < l->n_expect; i++) {
		fputs(i ? ", " : "=> ", out);
		if (l->expect[i].name >= 0)
			fprintf(out, "%s: ", f->name[l->expect[i].name]);
		fputs(sf_fate_name(l->expect[i].fate), out);
	}
}

static bool has_who(const struct fate_line *l)
{
	return l->kind != FATE_LINE_BLANK && l->kind != FATE_LINE_KERNEL &&
	       l->kind != FATE_LINE_NEEDS;
}

static int who_width(const struct fate *f, const struct fate_line *l)
{
	return has_who(l) ? (int)strlen(f->name[l->who]) : 0;
}

/* The characters of a string, not its bytes. */
static int width_of(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static int body_string(const struct fate *f, const struct fate_line *l, char **ret)
{
	size_t size;
	FILE *mem = open_memstream(ret, &size);

	if (!mem)
		return -ENOMEM;
	write_body(f, l, mem);
	return fclose(mem) ? -ENOMEM : 0;
}

/* A comment that has a line to itself stays where it is. */
static void write_blank(const struct fate_line *l, FILE *out)
{
	if (l->comment)
		fputs(l->text ? l->text : l->comment, out);
}

static int write_padded(const struct fate *f, const struct fate_line *l, int who, int body,
			FILE *out)
{
	_cleanup_free_ char *s = NULL;
	int r, pad;

	if (l->kind == FATE_LINE_BLANK) {
		write_blank(l, out);
		return 0;
	}
	r = body_string(f, l, &s);
	if (r < 0)
		return r;
	if (has_who(l)) {
		pad = who - who_width(f, l);
		fprintf(out, "%s: %*s", f->name[l->who], pad > 0 ? pad : 0, "");
		body -= pad < 0 ? -pad : 0;
	} else {
		body += who + 2; /* the comments of directives stand in the same column */
	}
	fputs(s, out);
	if (l->n_expect || l->comment) {
		pad = body - width_of(s);
		fprintf(out, "%*s", pad > 0 ? pad + 2 : 2, "");
	}
	write_expects(f, l, out);
	if (l->comment)
		fprintf(out, "%s%s", l->n_expect ? "  " : "", l->comment);
	return 0;
}

int fate_write_line(const struct fate *f, const struct fate_line *line, FILE *out)
{
	int r = write_padded(f, line, 0, BODY_WIDTH_MIN, out);

	return r < 0 ? r : ferror(out) ? -EIO : 0;
}

static bool is_empty(const struct fate_line *l)
{
	return l->kind == FATE_LINE_BLANK && !l->comment;
}

/* The lines up to the next empty one are set in columns of their own. */
static size_t measure(const struct fate *f, size_t first, int *ret_who, int *ret_body)
{
	size_t i;

	*ret_who = 0;
	*ret_body = BODY_WIDTH_MIN;
	for (i = first; i < f->n_lines && !is_empty(&f->line[i]); i++) {
		const struct fate_line *l = &f->line[i];
		_cleanup_free_ char *s = NULL;
		int w = who_width(f, l);

		if (w > *ret_who && w <= WHO_WIDTH_MAX)
			*ret_who = w;
		if ((l->n_expect || l->comment) && has_who(l) && body_string(f, l, &s) == 0) {
			w = width_of(s);
			if (w > *ret_body && w <= BODY_WIDTH_MAX)
				*ret_body = w;
		}
	}
	return i;
}

int fate_write(const struct fate *f, FILE *out)
{
	int who = 0, body = 0, r;
	size_t end = 0;

	for (size_t i = 0; i < f->n_lines; i++) {
		if (i >= end)
			end = measure(f, i, &who, &body);
		r = write_padded(f, &f->line[i], who, body, out);
		if (r < 0)
			return r;
		fputc('\n', out);
	}
	return ferror(out) ? -EIO : 0;
}
