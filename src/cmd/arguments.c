/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arguments.c - the values of options that several subcommands have */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cmd/cmd.h"

bool number_argument(const char *text, long min, long max, long *ret)
{
	bool minus = *text == '-';
	long n = decimal(text + minus, LONG_MAX);

	if (n < 0)
		return false;
	n = minus ? -n : n;
	if (n < min || n > max)
		return false;
	*ret = n;
	return true;
}

int choice_argument(const char *arg, const char *const *names, int n,
		    const struct argp_state *state)
{
	char list[80] = "";
	size_t length = 0;

	for (int i = 0; i < n; i++) {
		if (!strcmp(arg, names[i]))
			return i;
		if (length < sizeof(list))
			length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
						   i ? ", " : "", names[i]);
	}
	wrong_arguments(state, "'%s' is none of %s", arg, list);
	return 0;
}

enum color color_argument(const char *arg, const struct argp_state *state)
{
	static const char *const names[] = {"auto", "always", "never"};

	return (enum color)choice_argument(arg, names, ARRAY_SIZE(names), state);
}

const char *profile_argument(const char *arg, const struct argp_state *state)
{
	if (*arg < '0' || *arg > '9')
		wrong_arguments(state, "'%s' is no kernel's release: give one like 6.1", arg);
	return arg;
}
