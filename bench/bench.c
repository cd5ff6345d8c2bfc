/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.c - what the model costs: bench [--json FILE] [calls|threads|everybody|scale]...
 *
 * A goal that is missed is said so, but is no failure: on a busy machine it means nothing.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "harness.h"

static const struct {
	const char *name;
	bool (*run)(void);
} parts[] = {
	{"calls", bench_calls},
	{"threads", bench_threads},
	{"everybody", bench_everybody},
	{"scale", bench_scale},
};

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc == 0;
}

int main(int argc, char **argv)
{
	const char *json = NULL;

	argc--;
	argv++;
	if (argc > 1 && !strcmp(argv[0], "--json")) {
		json = argv[1];
		argc -= 2;
		argv += 2;
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!wanted(parts[i].name, argc, argv) || parts[i].run())
			continue;
		fprintf(stderr, "bench: %s: the model cannot do it\n", parts[i].name);
		return 1;
	}
	return json && report_json(json) ? 1 : 0;
}
