/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trouble.c - what is wrong, on standard error */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "report/words.h"

/*
 * Names of files and arguments are in it, which a script may have from anywhere: so nothing but
 * text gets to the terminal.  NULL without memory.
 */
__attribute__((format(printf, 1, 0))) static char *make_message(const char *format, va_list ap)
{
	_cleanup_free_ char *text = NULL;

	if (vasprintf(&text, format, ap) < 0) {
		text = NULL;
		return NULL;
	}
	return text_shown(text, strlen(text), style_of(stderr, COLOR_NEVER).utf8);
}

int trouble(const char *format, ...)
{
	_cleanup_free_ char *message = NULL;
	va_list ap;

	va_start(ap, format);
	message = make_message(format, ap);
	va_end(ap);
	fflush(stdout);
	fprintf(stderr, "sigfate: %s\n", message ? message : "out of memory");
	return EXIT_TROUBLE;
}

void wrong_arguments(const struct argp_state *state, const char *format, ...)
{
	_cleanup_free_ char *message = NULL;
	va_list ap;

	va_start(ap, format);
	message = make_message(format, ap);
	va_end(ap);
	argp_error(state, "%s", message ? message : "out of memory");
}
