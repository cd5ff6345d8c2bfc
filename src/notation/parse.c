/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse.c - a text becomes a scenario */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "notation/parser.h"

#define BOM "\xef\xbb\xbf" /* a byte order mark */

static void cleanup_fate(struct fate **f)
{
	fate_free(*f);
}

void fate_free(struct fate *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_lines; i++)
		free(f->line[i].expect);
	for (size_t i = 0; i < f->n_names; i++)
		free(f->name[i]);
	free(f->line);
	free(f->name);
	free(f->is_thread);
	free(f->text);
	free(f->path);
	free(f);
}

/* Whether every character can stand in a text: what cannot, no line has to care about. */
static int check_text(struct parser *p, const char *text, size_t len)
{
	unsigned int column = 1;
	uint32_t cp;
	size_t n;

	for (size_t i = 0; i < len; i += n, column++) {
		unsigned char c = (unsigned char)text[i];

		n = utf8_char((const unsigned char *)text + i, len - i, &cp);
		if (c == '\n') {
			p->line->number++;
			column = 0;
			if (p->line->number > FATE_LINES_MAX && i + 1 < len)
				return parser_fail(p, 1,
						   "too many lines: a scenario has at most %d",
						   FATE_LINES_MAX);
		} else if (!n) {
			return parser_fail(p, column,
					   "the byte \\x%02x is not UTF-8: save the text as "
					   "UTF-8",
					   c);
		} else if (c == '\r' && i + 1 < len && text[i + 1] == '\n') {
			continue;
		} else if ((cp < 0x20 && c != '\t') || (cp >= 0x7f && cp < 0xa0)) {
			return parser_fail(p, column,
					   "a control character (\\x%02x) has no place in a "
					   "scenario",
					   (unsigned int)cp);
		}
	}
	return 0;
}

/* Make a line of the text a string of its own; gives the start of the next one. */
static char *cut_line(char *text, char *end, size_t *ret_len)
{
	char *newline = memchr(text, '\n', (size_t)(end - text));
	char *stop = newline ? newline : end;

	*stop = '\0';
	if (newline && stop > text && stop[-1] == '\r')
		*--stop = '\0';
	*ret_len = (size_t)(stop - text);
	return newline ? newline + 1 : end;
}

static int parse_lines(struct parser *p, char *text, char *end)
{
	struct fate *f = p->f;
	size_t n = 1, len;
	char *next;
	int r;

	for (const char *q = text; (q = memchr(q, '\n', (size_t)(end - q))); q++)
		n++;
	f->line = calloc(n, sizeof(*f->line));
	if (!f->line)
		return -ENOMEM;
	for (; text < end; text = next) {
		struct fate_line *l = p->line = &f->line[f->n_lines++];

		next = cut_line(text, end, &len);
		fate_line_init(l);
		l->number = (unsigned int)f->n_lines;
		l->text = text;
		parser_start_line(p, text, len);
		r = parse_line(p);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_text(struct parser *p, const char *text, size_t len)
{
	struct fate_line at = {.number = 1};
	struct fate *f = p->f;
	int host, r;

	if (len >= 3 && !memcmp(text, BOM, 3)) {
		text += 3;
		len -= 3;
	}
	p->line = &at;
	r = len <= FATE_TEXT_MAX
		    ? check_text(p, text, len)
		    : parser_fail(p, 1, "the text is too long: a scenario has at most %u bytes",
				  FATE_TEXT_MAX);
	p->line = NULL;
	if (r < 0)
		return r;
	f->text = malloc(len + 1);
	if (!f->text)
		return -ENOMEM;
	if (len)
		memcpy(f->text, text, len);
	f->text[len] = '\0';
	r = name_add(p, "host", 4, false, &host);
	return r < 0 ? r : parse_lines(p, f->text, f->text + len);
}

/* The line that is wrong, from the text as it came: the reader may have cut its own. */
static void copy_line(const char *text, size_t len, struct fate_error *err)
{
	const char *end = text + len, *stop;

	if (err->line == 1 && len >= 3 && !memcmp(text, BOM, 3))
		text += 3;
	for (unsigned int n = 1; n < err->line; n++) {
		text = memchr(text, '\n', (size_t)(end - text));
		if (!text)
			return;
		text++;
	}
	stop = memchr(text, '\n', (size_t)(end - text));
	snprintf(err->text, sizeof(err->text), "%.*s", (int)((stop ? stop : end) - text), text);
}

int fate_parse(const char *path, const char *text, size_t len, struct fate **ret,
	       struct fate_error *err)
{
	_cleanup_(cleanup_fate) struct fate *f = calloc(1, sizeof(*f));
	struct parser p = {.f = f, .err = err};
	int r;

	*err = (struct fate_error){0};
	if (!f || !(f->path = strdup(path)))
		return -ENOMEM;
	memset(p.slot, 0xff, sizeof(p.slot));
	r = parse_text(&p, text, len);
	free(p.waiting);
	if (r == -EINVAL)
		copy_line(text, len, err);
	if (r < 0)
		return r;
	*ret = f;
	f = NULL;
	return 0;
}

/* All of a file, but no more than is needed to know that it is too long. */
static int read_all(int fd, char **ret, size_t *ret_len)
{
	size_t size = 1 << 16, len = 0;
	_cleanup_free_ char *buf = malloc(size);
	ssize_t n;

	if (!buf)
		return -ENOMEM;
	while ((n = read(fd, buf + len, size - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (len == size) {
			char *more = len > FATE_TEXT_MAX + 3 ? NULL : realloc(buf, size *= 2);

			if (len > FATE_TEXT_MAX + 3)
				break;
			if (!more)
				return -ENOMEM;
			buf = more;
		}
	}
	*ret = buf;
	*ret_len = len;
	buf = NULL;
	return 0;
}

int fate_read(const char *path, struct fate **ret, struct fate_error *err)
{
	bool standard_input = !strcmp(path, "-");
	_cleanup_close_ int fd =
		standard_input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	int r;

	*err = (struct fate_error){0};
	if (fd < 0)
		return -errno;
	r = read_all(fd, &text, &len);
	if (r < 0)
		return r;
	return fate_parse(standard_input ? "standard input" : path, text, len, ret, err);
}
