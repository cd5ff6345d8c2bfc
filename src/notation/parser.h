/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parser.h - what the pieces of the reader and the writer share; nobody else includes it
 *
 * The text is checked once (no NUL, no control characters, well-formed UTF-8), then read line by
 * line, each by recursive descent with one token in hand.  Columns are counted while the tokens are
 * taken, so reading a line costs its length, whatever is in it.
 */
#ifndef SIGFATE_NOTATION_PARSER_H
#define SIGFATE_NOTATION_PARSER_H

#include "notation/notation.h"

#define NAME_LEN_MAX 64
#define NAME_SLOTS (4 * FATE_NAMES_MAX)
#define QUOTE_SIZE 64

/* Tokens; a single character stands for itself. */
enum {
	TOKEN_END = 256, /* the end of the line, or a comment */
	TOKEN_WORD,
	TOKEN_NUMBER,
	TOKEN_DASHES,	/* --- */
	TOKEN_PLUSES,	/* +++ */
	TOKEN_ELLIPSIS, /* ... or its one character */
	TOKEN_ARROW,	/* => */
	TOKEN_GE,	/* >= */
	TOKEN_BAD,	/* a number that is none, a character that has no meaning */
};

struct token {
	int type;
	const char *text;
	size_t len;
	unsigned int column;
	uint64_t value;
	bool overflow;
};

/**
 * struct parser - the state of reading one scenario
 * @slot: names by hash, -1 for none
 * @waiting: per name, the last call when it was written "= ?", else FATE_NCALLS
 * @names_size: how many names there is room for
 * @started: a line that is no directive was seen
 */
struct parser {
	struct fate *f;
	struct fate_error *err;
	struct fate_line *line;
	const char *p, *end;
	unsigned int column;
	struct token token;
	int slot[NAME_SLOTS];
	enum fate_call_id *waiting;
	size_t names_size;
	bool started;
};

/* lexer.c */
void parser_start_line(struct parser *p, const char *text, size_t len);
void parser_next(struct parser *p);
bool token_is(const struct token *t, const char *word);
const char *token_copy(const struct token *t, char *buf, size_t size);
const char *token_quote(const struct token *t, char buf[QUOTE_SIZE]);
int parser_fail(struct parser *p, unsigned int column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int parser_expected(struct parser *p, const char *what);
int parser_want(struct parser *p, int type, const char *what);
bool parser_take(struct parser *p, int type);
bool parser_follows(const struct parser *p, char c);
bool parser_take_word(struct parser *p, const char *word);

/* suggest.c: the nearest of the words that could have been meant */
struct suggestion {
	const struct token *wrong;
	const char *word;
	unsigned int distance;
};
void suggest(struct suggestion *s, const char *candidate);
const char *suggest_text(const struct suggestion *s, char buf[QUOTE_SIZE + 32]);

/* Where only a few words could have been meant: the nearest of them, or else them all. */
struct choice {
	struct suggestion nearest;
	size_t len;
	char list[320];
};
void choice_add(struct choice *c, const char *word);
int choice_fail(struct parser *p, const struct choice *c, const char *what);

/* names.c: the processes */
int parse_process(struct parser *p, int *ret);
int parse_new_name(struct parser *p, bool is_thread, int *ret);
int name_add(struct parser *p, const char *text, size_t len, bool is_thread, int *ret);

/* calls.c, constants.c: the tables */
struct call_name {
	const char *name;
	enum fate_call_id id;
};
extern const struct call_name call_aliases[];
extern const size_t n_call_aliases;
bool call_find(const char *name, enum fate_call_id *ret);
const char *call_usage(enum fate_call_id id);

struct constant {
	const char *name;
	long value;
};

/**
 * struct constants - what a FLAGS argument may be
 * @prefix: may be left out of the names, or NULL
 * @what: one of them, for messages
 * @bits: joined with |; otherwise one of them
 * @any: any number will do, also one that the kernel refuses
 */
/* What a tracer is told besides the signal, when a seized process has stopped for none. */
#define PTRACE_EVENT_STOP 128

struct constants {
	const struct constant *c;
	size_t n;
	const char *prefix, *what;
	bool bits, any;
};
const struct constants *constants_of(enum fate_call_id id);
extern const struct constants si_codes, cap_names, sigset_names, state_names, need_names,
	ptrace_options;
const struct constant *constant_find(const struct constants *c, const char *name);
const struct constant *constant_by_value(const struct constants *c, long value);

/* parse_value.c, parse_set.c, parse_info.c: what stands in arguments and results */
int parse_number(struct parser *p, const char *what, long least, long most, long *ret);
int parse_signal(struct parser *p, const char *what, long *ret);
int parse_constant(struct parser *p, const struct constants *c, const char *what, long *ret);
int parse_flags(struct parser *p, enum fate_call_id call, long *ret);
int parse_set(struct parser *p, sf_sigset *ret);
int parse_caps(struct parser *p, uint64_t *ret);
int parse_info(struct parser *p, struct fate_info *ret);
int parse_handler(struct parser *p, long *ret);
int parse_action(struct parser *p, struct sf_sigaction *ret);
int parse_by_signal(struct parser *p, int *ret_sig, bool *ret_dumped);
int parse_with_code(struct parser *p, int *ret_code);
int parse_wait_status(struct parser *p, int *ret_status);

/* parse_call.c, parse_result.c, parse_line.c */
int parse_call(struct parser *p);
int parse_result(struct parser *p, enum fate_call_id call);
int parse_expects(struct parser *p);
int parse_line(struct parser *p);

/* write_value.c */
void write_signal(long sig, FILE *out);
void write_caps(uint64_t set, FILE *out);
void write_action(const struct sf_sigaction *action, FILE *out);
void write_call(const struct fate *f, const struct fate_line *l, FILE *out);

#endif
