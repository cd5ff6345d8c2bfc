/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lexer.c - a line's tokens, and saying where it goes wrong */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/escape.h"
#include "notation/parser.h"

#define ELLIPSIS "\xe2\x80\xa6"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool starts(const struct parser *p, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(p->end - p->p) >= n && !memcmp(p->p, text, n);
}

/* A word may hold dashes; SIGRTMIN+3 is one word too. */
static size_t word_length(const char *s, const char *end)
{
	const char *q = s;

	while (q < end && (is_letter(*q) || is_digit(*q) || *q == '-'))
		q++;
	if (end - q >= 2 && *q == '+' && is_digit(q[1]))
		for (q++; q < end && is_digit(*q);)
			q++;
	return (size_t)(q - s);
}

static int digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* Decimal, 0x hexadecimal or 0 octal, as C writes them. */
static size_t number_token(struct parser *p)
{
	const char *s = p->p, *q = s;
	unsigned int base = 10;
	uint64_t v = 0;

	p->token.type = TOKEN_NUMBER;
	while (q < p->end && (is_letter(*q) || is_digit(*q)))
		q++;
	if (*s == '0' && q - s > 1) {
		base = s[1] == 'x' || s[1] == 'X' ? 16 : 8;
		s += base == 16 ? 2 : 1;
		if (s == q)
			p->token.type = TOKEN_BAD;
	}
	for (; s < q; s++) {
		unsigned int d = (unsigned int)digit_value(*s);

		if (d >= base)
			p->token.type = TOKEN_BAD;
		else if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, d, &v))
			p->token.overflow = true;
	}
	p->token.value = v;
	return (size_t)(q - p->p);
}

static size_t sign_token(struct parser *p)
{
	static const struct {
		const char *text;
		int type;
	} sign[] = {
		{"---", TOKEN_DASHES},	    {"+++", TOKEN_PLUSES}, {"...", TOKEN_ELLIPSIS},
		{ELLIPSIS, TOKEN_ELLIPSIS}, {"=>", TOKEN_ARROW},   {">=", TOKEN_GE},
	};
	uint32_t cp;

	for (size_t i = 0; i < sizeof(sign) / sizeof(sign[0]); i++) {
		if (starts(p, sign[i].text)) {
			p->token.type = sign[i].type;
			return strlen(sign[i].text);
		}
	}
	if (strchr("(){}[],=|~:-?.<>", *p->p)) {
		p->token.type = *p->p;
		return 1;
	}
	p->token.type = TOKEN_BAD;
	return utf8_char((const unsigned char *)p->p, (size_t)(p->end - p->p), &cp);
}

void parser_start_line(struct parser *p, const char *text, size_t len)
{
	p->p = text;
	p->end = text + len;
	p->column = 1;
	parser_next(p);
}

/* Take the next token into p->token; after the last one it stays at TOKEN_END. */
void parser_next(struct parser *p)
{
	size_t n;

	for (; p->p < p->end && (*p->p == ' ' || *p->p == '\t'); p->p++)
		p->column++;
	p->token = (struct token){.type = TOKEN_END, .text = p->p, .column = p->column};
	if (p->p == p->end)
		return;
	if (*p->p == '#') {
		p->line->comment = p->p;
		return;
	}
	if (is_letter(*p->p)) {
		p->token.type = TOKEN_WORD;
		n = word_length(p->p, p->end);
	} else if (is_digit(*p->p)) {
		n = number_token(p);
	} else {
		n = sign_token(p);
	}
	p->token.len = n;
	p->p += n;
	/* only the ellipsis, and characters that end the reading, are longer than a byte */
	p->column += (unsigned char)*p->token.text < 0x80 ? (unsigned int)n : 1;
}

bool token_is(const struct token *t, const char *word)
{
	return t->type == TOKEN_WORD && t->len == strlen(word) && !memcmp(t->text, word, t->len);
}

/* The token as a string, NULL when it is no word or too long to be one that we know. */
const char *token_copy(const struct token *t, char *buf, size_t size)
{
	if (t->type != TOKEN_WORD || t->len >= size)
		return NULL;
	memcpy(buf, t->text, t->len);
	buf[t->len] = '\0';
	return buf;
}

/* The token for a message: in quotes, escaped, cut when it is long. */
const char *token_quote(const struct token *t, char buf[QUOTE_SIZE])
{
	char text[QUOTE_SIZE - 8];
	size_t n = t->len;

	if (t->type == TOKEN_END)
		return "the end of the line";
	/* escape_bytes() cuts at whole characters of its output, the limit keeps its work small */
	n = escape_bytes(t->text, n < sizeof(text) ? n : sizeof(text), text, sizeof(text) - 4);
	snprintf(buf, QUOTE_SIZE, "'%s%s'", text, n < t->len ? "..." : "");
	return buf;
}

int parser_fail(struct parser *p, unsigned int column, const char *fmt, ...)
{
	va_list ap;

	p->err->line = p->line->number;
	p->err->column = column;
	va_start(ap, fmt);
	vsnprintf(p->err->message, sizeof(p->err->message), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int parser_expected(struct parser *p, const char *what)
{
	char buf[QUOTE_SIZE];

	return parser_fail(p, p->token.column, "expected %s, found %s", what,
			   token_quote(&p->token, buf));
}

int parser_want(struct parser *p, int type, const char *what)
{
	if (!parser_take(p, type))
		return parser_expected(p, what);
	return 0;
}

bool parser_take(struct parser *p, int type)
{
	if (p->token.type != type)
		return false;
	parser_next(p);
	return true;
}

/* Whether this character comes after the token in hand. */
bool parser_follows(const struct parser *p, char c)
{
	const char *q = p->p;

	while (q < p->end && (*q == ' ' || *q == '\t'))
		q++;
	return q < p->end && *q == c;
}

bool parser_take_word(struct parser *p, const char *word)
{
	if (!token_is(&p->token, word))
		return false;
	parser_next(p);
	return true;
}
