/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fate_text.h - what the tests of scenarios share: from text, and back */
#ifndef SIGFATE_TEST_FATE_TEXT_H
#define SIGFATE_TEST_FATE_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/notation.h"

static inline void cleanup_fate(struct fate **f)
{
	fate_free(*f);
}
#define _cleanup_fate_ _cleanup_(cleanup_fate)

static inline struct fate *parse(const char *text)
{
	struct fate_error e;
	struct fate *f = NULL;

	if (fate_parse("test", text, strlen(text), &f, &e) < 0)
		fail_msg("%u:%u: %s in:\n%s", e.line, e.column, e.message, text);
	return f;
}

static inline char *text_of(const struct fate *f)
{
	char *s = NULL;
	size_t n;
	FILE *out = open_memstream(&s, &n);

	assert_non_null(out);
	assert_int_equal(fate_write(f, out), 0);
	assert_int_equal(fclose(out), 0);
	return s;
}

#endif
