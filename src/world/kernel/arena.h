/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.h - the referee's side of the memory that it shares with the actors (wire.h) */
#ifndef SIGFATE_ARENA_H
#define SIGFATE_ARENA_H

#include <stdint.h>

#include "world/kernel/wire.h"

/* The actor's program (actor.c), as embed.py writes it. */
extern const unsigned char actor_image[];
extern const size_t actor_image_size;

/** struct arena - @header: all of it, mapped here; @size: in bytes */
struct arena {
	int fd;
	struct wire_arena *header;
	size_t size;
	unsigned int n_slots;
};

/** arena_init() - make one with so many slots: 0 or a negative errno; arena_release() ends it */
int arena_init(struct arena *a, unsigned int n_slots);
void arena_release(struct arena *a);

struct wire_slot *arena_slot(const struct arena *a, unsigned int index);
/** arena_address() - where an actor sees what is at @p here */
uint64_t arena_address(const struct arena *a, const void *p);

/** arena_wake() - let the actor of a slot see its command */
void arena_wake(struct wire_slot *slot);
/** arena_wait() - sleep until something is published or the time is over, whichever is first */
void arena_wait(struct arena *a, uint32_t beat, unsigned int microseconds);

/** actor_image_open() - the program as a file to be executed: a descriptor, or a negative errno */
int actor_image_open(void);

#endif
