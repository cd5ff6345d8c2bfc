/* SPDX-License-Identifier: GPL-2.0-or-later */
/* random.h - numbers that look random, and are the same again for the same seed, on any machine */
#ifndef SIGFATE_FUZZ_RANDOM_H
#define SIGFATE_FUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/** random_seed() - the @stream-th row of numbers of a seed; each is a row of its own */
struct random random_seed(uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *r);
/** random_below() - 0..n-1; @n is not 0 */
unsigned int random_below(struct random *r, unsigned int n);
/** random_chance() - true in @percent of a hundred cases */
bool random_chance(struct random *r, unsigned int percent);

#endif
