/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_notation.c - any bytes as a scenario: refused with a place and a message, or read as written
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/notation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_notation: %s\n", what);
	abort();
}

static char *written(const struct fate *f, size_t *ret_len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_len);

	require(out && fate_write(f, out) == 0 && fclose(out) == 0, "cannot be written");
	return text;
}

/* What has been read is written, reads again, and is then written the same. */
static void check_round_trip(const struct fate *f)
{
	_cleanup_free_ char *once = NULL, *twice = NULL;
	struct fate_error err;
	struct fate *again = NULL;
	size_t n, m;

	once = written(f, &n);
	/* the plain form may be longer than the text was */
	if (n > FATE_TEXT_MAX)
		return;
	require(fate_parse("again", once, n, &again, &err) == 0, "what was written does not read");
	require(again->n_lines == f->n_lines && again->n_names == f->n_names, "something got lost");
	for (size_t i = 0; i < f->n_lines; i++)
		require(again->line[i].kind == f->line[i].kind, "a line became another one");
	twice = written(again, &m);
	require(n == m && !memcmp(once, twice, n), "it is written differently the second time");
	fate_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fate_error err;
	struct fate *f = NULL;
	int r = fate_parse("fuzz", (const char *)data, size, &f, &err);

	if (r == 0) {
		check_round_trip(f);
		fate_free(f);
		return 0;
	}
	require(r == -EINVAL || r == -ENOMEM, "an error that is none of ours");
	require(r == -ENOMEM || (err.line >= 1 && err.column >= 1), "no place is given");
	require(r == -ENOMEM || (err.message[0] && memchr(err.message, 0, sizeof(err.message))),
		"no message is given");
	return 0;
}
