/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz/random.h"

/* SplitMix64, by Sebastiano Vigna: small, fast, and any state will do. */
uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

struct random random_seed(uint64_t seed, uint64_t stream)
{
	struct random r = {.state = seed};

	r.state = random_next(&r) ^ stream;
	r.state = random_next(&r);
	return r;
}

unsigned int random_below(struct random *r, unsigned int n)
{
	return (unsigned int)((random_next(r) >> 32) * n >> 32);
}

bool random_chance(struct random *r, unsigned int percent)
{
	return random_below(r, 100) < percent;
}
