/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_scenario.c - whatever reads as a scenario can be played on the model, and reported */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "report/scenario_report.h"

#define LINES_MOST 2000 /* longer ones are only slower */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_scenario: %s\n", what);
	abort();
}

static void report(const struct scenario *s)
{
	static const struct style style = {.color = true, .utf8 = true, .width = 80};
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	require(out, "no memory");
	require(!report_scenario_text(out, s, PLAYBILL_LINES, &style), "it cannot be told");
	if (s->trouble)
		require(!report_scenario_trouble(out, s, &style), "its trouble cannot be told");
	require(!report_run_json_add(out, true, "fuzz", s, NULL), "it cannot be told to a program");
	require(!fclose(out), "no memory");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sf_kernel *kernel = sf_kernel_preset(NULL);
	const struct scenario_options o = {
		.on = ON_MODEL, .kernel = kernel, .release = kernel->name, .strict = true};
	struct fate_error err;
	struct scenario *s = NULL;
	struct fate *f = NULL;

	if (fate_parse("fuzz", (const char *)data, size, &f, &err))
		return 0;
	if (f->n_lines <= LINES_MOST) {
		require(!scenario_run(f, &o, &s), "it cannot be played");
		require(!scenario_held(s) || !s->n_failed, "it holds, and it does not");
		report(s);
		scenario_free(s);
	}
	fate_free(f);
	return 0;
}
