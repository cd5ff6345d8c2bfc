/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tables.c - the library's words as JSON: tools/docs makes parts of the documents from them */
#include <stdio.h>

#include <jansson.h>
#include <sigfate.h>

static json_t *strings(const char *const *text, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, text[i] ? json_string(text[i]) : json_null());
	return array;
}

static json_t *steps(void)
{
	json_t *array = json_array();

	for (int id = 0; id < SF_NSTEPS; id++) {
		const struct sf_step_text *text = sf_step_text((enum sf_step_id)id);

		json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:o, s:o}", "function",
						       text->function, "source", text->source,
						       "question", text->question, "answers",
						       strings(text->answers, text->n_answers),
						       "values", strings(text->values, 2)));
	}
	return array;
}

static json_t *reasons(void)
{
	json_t *array = json_array();
	size_t n;
	const struct sf_reason *reason = sf_reasons(&n);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array,
				      json_pack("{s:s, s:s, s:s, s:s?}", "slug", reason[i].slug,
						"fate", sf_fate_name(reason[i].fate), "because",
						reason[i].because, "remedy", reason[i].remedy));
	return array;
}

static json_t *fates(void)
{
	json_t *array = json_array();

	for (int fate = 0; fate < SF_NFATES; fate++)
		json_array_append_new(array, json_string(sf_fate_name((enum sf_fate)fate)));
	return array;
}

int main(void)
{
	json_t *all = json_pack("{s:o, s:o, s:o}", "steps", steps(), "reasons", reasons(), "fates",
				fates());
	int r = all ? json_dumpf(all, stdout, JSON_INDENT(1)) : -1;

	json_decref(all);
	return r || fflush(stdout) ? 1 : 0;
}
