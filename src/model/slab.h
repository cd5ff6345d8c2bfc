/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* slab.h - objects of one size, cut from larger pieces; all of them can be freed at once */
#ifndef SIGFATE_SLAB_H
#define SIGFATE_SLAB_H

#include <stddef.h>

#include "model/lock.h"

#define CACHE_LINE 64

/* Pieces get no larger than this, in bytes; 0: every object is a piece of its own. */
extern size_t kmem_piece_max;

struct slab_piece;

/** struct kmem_cache - @size of an object; @free those that were given back; @piece the memory */
struct kmem_cache {
	spinlock_t lock;
	size_t size;
	void *free;
	struct slab_piece *piece;
	size_t used;   /* bytes of the newest piece */
	size_t in_use; /* objects */
};

void kmem_cache_init(struct kmem_cache *c, size_t size);
/** kmem_cache_zalloc() - an object of zeroes, or NULL without memory */
void *kmem_cache_zalloc(struct kmem_cache *c);
void kmem_cache_free(struct kmem_cache *c, void *object);
/** kmem_cache_destroy() - give all memory back, with every object in it */
void kmem_cache_destroy(struct kmem_cache *c);

#endif
