/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* escape.h - bytes from other processes, made fit to print */
#ifndef SIGFATE_ESCAPE_H
#define SIGFATE_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

/**
 * utf8_char() - the well-formed UTF-8 character that bytes begin with
 * @p: @len bytes, at least one
 * @cp: its code point
 *
 * Return: its length in bytes, 0 when there is none.
 */
size_t utf8_char(const unsigned char *p, size_t len, uint32_t *cp);

/**
 * escape_bytes() - write bytes so that no terminal and no line-reader can be fooled by them
 * @in: @len bytes, of anything
 * @out: @size bytes; 4 * @len + 1 are always enough; it is NUL-terminated, cut off at a whole
 *	character when it is too small
 *
 * Printable UTF-8 stays as it is; control characters (C0, DEL, C1), bidirectional and invisible
 * format characters, and bytes that are no UTF-8 become \n, \t, \xNN; a backslash is doubled.
 *
 * Return: the length of @out.
 */
size_t escape_bytes(const char *in, size_t len, char *out, size_t size);

#endif
