/* SPDX-License-Identifier: GPL-2.0-or-later */
/* style.c - what the reader's terminal, locale and wishes allow */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/report.h"

#define WIDTH_PIPED 100
#define WIDTH_LEAST 40
#define WIDTH_MOST 160

static bool wants_color(bool tty, enum color when)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	return tty && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

struct style style_of(FILE *out, enum color when)
{
	struct winsize size = {0};
	struct style style = {.width = WIDTH_PIPED};
	bool tty = isatty(fileno(out));

	style.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	style.color = wants_color(tty, when);
	if (tty && !ioctl(fileno(out), TIOCGWINSZ, &size) && size.ws_col)
		style.width = size.ws_col;
	if (style.width < WIDTH_LEAST)
		style.width = WIDTH_LEAST;
	if (style.width > WIDTH_MOST)
		style.width = WIDTH_MOST;
	return style;
}
