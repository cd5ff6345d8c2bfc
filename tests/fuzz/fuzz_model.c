/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_model.c - the library's calls in any order, with anything, and after each of them nothing
 * that cannot be
 */
#include <stdio.h>
#include <stdlib.h>

#include "invariants.h"
#include "play.h"

#define CALLS_MOST 400

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void broken(const char *why)
{
	fprintf(stderr, "fuzz_model: %s\n", why);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ledger ledger[MACHINES];
	struct play play;
	char why[256];

	if (!play_begin(&play, data, size))
		broken("no memory");
	play_with_ledger(&play, ledger);
	for (int i = 0; i < CALLS_MOST && play_call(&play); i++)
		if (play_broken(&play, why, sizeof(why)))
			broken(why);
	play_settle(&play);
	play_release(&play);
	if (play_broken(&play, why, sizeof(why)))
		broken(why);
	play_end(&play);
	return 0;
}
