/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mermaid.c - the path as a Mermaid state diagram: a state a step, a transition an answer */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "report/words.h"

/* A picture of more processes than this shows nothing. */
#define TARGETS_MAX 12

/*
 * Text inside a label.  Whatever could mean something to Mermaid, to HTML or to a shell is written
 * as #N; with its code point, which every version of Mermaid reads back.
 */
static void label(FILE *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    " _.,()/+-";
	const unsigned char *p = (const unsigned char *)text;
	size_t len = strlen(text);

	while (len) {
		uint32_t cp = *p;
		size_t n = utf8_char(p, len, &cp);

		if (*p < 0x80 && strchr(plain, *p))
			fputc(*p, out);
		else
			fprintf(out, "#%u;", (unsigned int)cp);
		p += n ? n : 1;
		len -= n ? n : 1;
	}
}

static void transition_label(FILE *out, const struct sf_step *s)
{
	fputs(" : ", out);
	label(out, sf_step_text(s->id)->question);
	fputc(' ', out);
	label(out, sf_step_answer(s));
	fputc('\n', out);
}

/* The steps of one process's signal, as a chain that ends in its fate. */
static void chain(FILE *out, const struct answer *a, const struct sf_verdict *v, size_t nr,
		  const char *indent)
{
	const struct sf_step *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < a->n_steps; i++) {
		const struct sf_step *s = &a->step[i];

		if (!path_shown(a, i, v->task))
			continue;
		fprintf(out, "%sstate \"", indent);
		label(out, sf_step_text(s->id)->function);
		fprintf(out, "\" as t%zus%zu\n", nr, n);
		if (last) {
			fprintf(out, "%st%zus%zu --> t%zus%zu", indent, nr, n - 1, nr, n);
			transition_label(out, last);
		} else {
			fprintf(out, "%s[*] --> t%zus%zu\n", indent, nr, n);
		}
		last = s;
		n++;
	}
	fprintf(out, "%sstate \"%s\" as t%zufate\n", indent, sf_fate_name(v->fate), nr);
	if (last) {
		fprintf(out, "%st%zus%zu --> t%zufate", indent, nr, n - 1, nr);
		transition_label(out, last);
	} else {
		fprintf(out, "%s[*] --> t%zufate\n", indent, nr);
	}
	fprintf(out, "%st%zufate --> [*]\n", indent, nr);
}

static int title(FILE *out, const struct answer *a, const struct sf_verdict *v)
{
	_cleanup_free_ char *name = NULL;
	size_t size;
	FILE *f = open_memstream(&name, &size);
	char buf[16];

	if (!f)
		return -ENOMEM;
	fprintf(f, "%s to ", sf_signal_name(a->q->sig, buf));
	say_process(f, a, v->task, true);
	if (fclose(f))
		return -ENOMEM;
	label(out, name);
	return 0;
}

int report_mermaid(FILE *out, const struct answer *a, size_t n)
{
	size_t drawn = 0, left = 0;

	fputs("stateDiagram-v2\n", out);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < a[i].n; k++) {
			int r;

			if (drawn == TARGETS_MAX) {
				left++;
				continue;
			}
			fputs("    state \"", out);
			r = title(out, &a[i], &a[i].verdict[k]);
			if (r)
				return r;
			fprintf(out, "\" as t%zu {\n", drawn);
			chain(out, &a[i], &a[i].verdict[k], drawn++, "        ");
			fputs("    }\n", out);
		}
	}
	if (left)
		fprintf(out, "    state \"and %zu more\" as more\n", left);
	if (!drawn)
		fputs("    state \"nobody is reached\" as nobody\n    [*] --> nobody\n", out);
	return 0;
}
