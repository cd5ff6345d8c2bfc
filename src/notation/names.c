/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.c - the processes of a scenario by their names */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "notation/parser.h"

/* Words that would make a line read as something else. */
static const char *const reserved[] = {"NULL",	"handler", "is",      "kernel",
				       "needs", "none",	   "resumed", "INT_MIN"};

/* The slot where a name is, or where it would go. */
static int *slot_of(struct parser *p, const char *text, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	for (i = h % NAME_SLOTS; p->slot[i] >= 0; i = (i + 1) % NAME_SLOTS) {
		const char *name = p->f->name[p->slot[i]];

		if (strlen(name) == len && !memcmp(name, text, len))
			break;
	}
	return &p->slot[i];
}

static int grow(struct parser *p)
{
	size_t size = p->names_size ? 2 * p->names_size : 16;
	char **name = reallocarray(p->f->name, size, sizeof(*name));
	enum fate_call_id *waiting;
	bool *is_thread;

	if (!name)
		return -ENOMEM;
	p->f->name = name;
	is_thread = reallocarray(p->f->is_thread, size, sizeof(*is_thread));
	if (!is_thread)
		return -ENOMEM;
	p->f->is_thread = is_thread;
	waiting = reallocarray(p->waiting, size, sizeof(*waiting));
	if (!waiting)
		return -ENOMEM;
	p->waiting = waiting;
	p->names_size = size;
	return 0;
}

/* Add a name that is not there yet. */
int name_add(struct parser *p, const char *text, size_t len, bool is_thread, int *ret)
{
	size_t n = p->f->n_names;
	int *slot = slot_of(p, text, len);
	char *copy;

	if (n == p->names_size && grow(p) < 0)
		return -ENOMEM;
	copy = strndup(text, len);
	if (!copy)
		return -ENOMEM;
	p->f->name[n] = copy;
	p->f->is_thread[n] = is_thread;
	p->waiting[n] = FATE_NCALLS;
	*slot = *ret = (int)n;
	p->f->n_names++;
	return 0;
}

static bool is_reserved(const char *word)
{
	enum fate_call_id call;

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		if (!strcmp(word, reserved[i]))
			return true;
	if (call_find(word, &call) || fate_errno_parse(word) > 0)
		return true;
	return !strncmp(word, "SIG", 3) && sf_signal_parse(word) >= 0;
}

/* A process that an earlier line has made. */
int parse_process(struct parser *p, int *ret)
{
	struct suggestion s = {.wrong = &p->token};
	char quoted[QUOTE_SIZE], hint[QUOTE_SIZE + 32], word[QUOTE_SIZE];
	int name;

	if (p->token.type != TOKEN_WORD)
		return parser_expected(p, "the name of a process");
	name = *slot_of(p, p->token.text, p->token.len);
	if (name >= 0) {
		*ret = name;
		parser_next(p);
		return 0;
	}
	token_quote(&p->token, quoted);
	for (size_t i = 0; i < p->f->n_names; i++)
		suggest(&s, p->f->name[i]);
	if (!s.word && token_copy(&p->token, word, sizeof(word)) && is_reserved(word))
		return parser_fail(
			p, p->token.column,
			"expected the name of a process, found %s, which is a word of the "
			"notation",
			quoted);
	if (!s.word)
		return parser_fail(
			p, p->token.column,
			"no process is called %s yet: a name is given to a new process by "
			"'= NAME' after fork(), vfork(), clone() or thread()",
			quoted);
	return parser_fail(p, p->token.column, "no process is called %s yet%s", quoted,
			   suggest_text(&s, hint));
}

/* The name that a new process gets. */
int parse_new_name(struct parser *p, bool is_thread, int *ret)
{
	const struct token *t = &p->token;
	char word[NAME_LEN_MAX + 1], quoted[QUOTE_SIZE];
	int r;

	token_quote(t, quoted);
	if (t->len > NAME_LEN_MAX)
		return parser_fail(p, t->column, "a name has at most %d characters", NAME_LEN_MAX);
	if (!token_copy(t, word, sizeof(word)) || memchr(t->text, '+', t->len))
		return parser_expected(p, "the name of the new process");
	if (*slot_of(p, t->text, t->len) >= 0)
		return parser_fail(p, t->column,
				   "%s is the name of a process already: give the new one another",
				   quoted);
	if (is_reserved(word))
		return parser_fail(p, t->column,
				   "%s is a word of the notation: choose another name", quoted);
	if (p->f->n_names == FATE_NAMES_MAX)
		return parser_fail(p, t->column, "too many processes: a scenario names at most %d",
				   FATE_NAMES_MAX);
	r = name_add(p, t->text, t->len, is_thread, ret);
	if (r == 0)
		parser_next(p);
	return r;
}
