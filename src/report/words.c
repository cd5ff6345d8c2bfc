/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/words.h"

#include <errno.h>
#include <string.h>
#include <wchar.h>

#include "base/escape.h"

const char *comm_escaped(const struct answer *a, const struct sf_task *t, char buf[NAME_LEN])
{
	const char *comm = answer_comm(a, t);

	escape_bytes(comm, strnlen(comm, PROC_COMM_LEN - 1), buf, NAME_LEN);
	return buf;
}

const char *proc_escaped(const struct proc_task *t, char buf[NAME_LEN])
{
	escape_bytes(t->comm, strnlen(t->comm, PROC_COMM_LEN - 1), buf, NAME_LEN);
	return buf;
}

void say_ascii(FILE *out, const char *text, bool utf8)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (utf8 || *p < 0x80)
			fputc(*p, out);
		else
			fprintf(out, "\\x%02x", *p);
}

void say_process(FILE *out, const struct answer *a, const struct sf_task *t, bool utf8)
{
	char name[NAME_LEN];
	int pid = answer_pid(a, t);

	say_ascii(out, comm_escaped(a, t, name), utf8);
	if (pid)
		fprintf(out, " (%d)", pid);
}

const char *fate_phrase(enum sf_fate fate)
{
	static const char *const phrase[SF_NFATES] = {
		[SF_FATE_REFUSED] = "would be refused",
		[SF_FATE_PROBE] = "would succeed: the process is there and may be signalled",
		[SF_FATE_IGNORED] = "would be ignored",
		[SF_FATE_MERGED] = "would change nothing, one being pending already",
		[SF_FATE_PENDING] = "would stay pending",
		[SF_FATE_HANDLED] = "would be handled by it",
		[SF_FATE_KILLED] = "would kill it",
		[SF_FATE_DUMPED] = "would kill it, with a core dump",
		[SF_FATE_STOPPED] = "would stop it",
		[SF_FATE_CONTINUED] = "would let it continue",
		[SF_FATE_TRACED] = "would go to its tracer first",
		[SF_FATE_DROPPED] = "would be queued, then dropped",
	};

	return phrase[fate];
}

size_t text_width(const char *text, size_t len, bool utf8)
{
	size_t width = 0;

	if (!utf8)
		return len;
	for (size_t i = 0; i < len;) {
		mbstate_t state = {0};
		wchar_t wc;
		size_t n = mbrtowc(&wc, text + i, len - i, &state);
		int w = n == 0 || n > len - i ? 1 : wcwidth(wc);

		width += w < 0 ? 1 : (size_t)w;
		i += n == 0 || n > len - i ? 1 : n;
	}
	return width;
}

void fill(FILE *out, const char *text, size_t at, size_t indent, const struct style *style,
	  const char *margin)
{
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " ");
		size_t width = text_width(text, len, style->utf8);

		if (!first && at + 1 + width > style->width) {
			fprintf(out, "\n%s", margin);
			at = indent;
			first = true;
		}
		if (!first) {
			fputc(' ', out);
			at++;
		}
		for (size_t i = 0; i < len; i++)
			fputc(text[i] == GLUE[0] ? ' ' : text[i], out);
		at += width;
		text += len;
		text += strspn(text, " ");
		first = false;
	}
	fputc('\n', out);
}
