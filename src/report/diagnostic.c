/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diagnostic.c - where a text is wrong: FILE:LINE:COLUMN, the line, and a caret below the place */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "report/text.h"
#include "report/words.h"

size_t text_byte(const char *line, size_t len, unsigned int column)
{
	size_t at = 0;

	for (unsigned int i = 1; i < column && at < len; i++) {
		uint32_t cp;
		size_t n = utf8_char((const unsigned char *)line + at, len - at, &cp);

		at += n ? n : 1;
	}
	return at;
}

char *text_shown(const char *piece, size_t len, bool utf8)
{
	_cleanup_free_ char *plain = malloc(len + 1), *escaped = malloc(4 * len + 1);
	char *text = NULL;
	size_t size;
	FILE *f;

	if (!plain || !escaped)
		return NULL;
	for (size_t i = 0; i < len; i++)
		plain[i] = piece[i] == '\t' ? ' ' : piece[i];
	escape_bytes(plain, len, escaped, 4 * len + 1);
	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	say_ascii(f, escaped, utf8);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

int report_diagnostic(FILE *out, const char *path, unsigned int line, unsigned int column,
		      const char *message, const char *text, size_t len, const struct style *style)
{
	size_t at = text_byte(text, len, column);
	_cleanup_free_ char *before = text_shown(text, at, style->utf8);
	_cleanup_free_ char *after = text_shown(text + at, len - at, style->utf8);
	_cleanup_free_ char *name = text_shown(path, strlen(path), style->utf8);

	if (!before || !after || !name)
		return -ENOMEM;
	fprintf(out, "%s%s:%u:%u: %s%s\n", paint(style, PAINT_BOLD), name, line, column, message,
		paint(style, PAINT_PLAIN));
	fprintf(out, "    %s%s\n", before, after);
	fprintf(out, "    %*s%s^%s\n", (int)text_width(before, strlen(before), style->utf8), "",
		paint(style, PAINT_RED), paint(style, PAINT_PLAIN));
	return 0;
}
