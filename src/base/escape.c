/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/escape.h"

#include <stdio.h>
#include <string.h>

size_t utf8_char(const unsigned char *p, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = p[0] < 0x80		   ? 1
		   : (p[0] & 0xe0) == 0xc0 ? 2
		   : (p[0] & 0xf0) == 0xe0 ? 3
		   : (p[0] & 0xf8) == 0xf0 ? 4
					   : 0;

	if (!n || n > len)
		return 0;
	*cp = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

static int is_safe(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return 0;
	/* invisible or direction-changing: soft hyphen, ZW*, LRE..RLO, WJ.., LRI..PDI, BOM, tags */
	if (cp == 0xad || cp == 0x61c || cp == 0x180e || (cp >= 0x200b && cp <= 0x200f) ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
	    (cp >= 0xfff0 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff))
		return 0;
	return 1;
}

size_t escape_bytes(const char *in, size_t len, char *out, size_t size)
{
	const unsigned char *p = (const unsigned char *)in;
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		char piece[32];
		uint32_t cp = 0;
		size_t c = utf8_char(p + i, len - i, &cp), w = 0;

		if (c && is_safe(cp) && cp != '\\') {
			memcpy(piece, p + i, c);
			w = c;
		} else if (cp == '\\' || p[i] == '\n' || p[i] == '\t') {
			piece[w++] = '\\';
			piece[w++] = p[i] == '\n' ? 'n' : p[i] == '\t' ? 't' : '\\';
		} else {
			for (size_t k = 0; k < (c ? c : 1); k++)
				w += (size_t)snprintf(piece + w, sizeof(piece) - w, "\\x%02x",
						      p[i + k]);
		}
		if (n + w + 1 > size)
			break;
		memcpy(out + n, piece, w);
		n += w;
		i += c ? c : 1;
	}
	if (size)
		out[n] = '\0';
	return n;
}
