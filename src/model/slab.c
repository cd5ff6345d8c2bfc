/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/slab.h"

#include <stdlib.h>
#include <string.h>

/* Under the address sanitizer an object that was given back may not be touched. */
#if defined(__SANITIZE_ADDRESS__)
#define SLAB_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLAB_ASAN 1
#endif
#endif
#ifdef SLAB_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define PIECE_MIN 2048

size_t kmem_piece_max = 1 << 18;

struct slab_piece {
	struct slab_piece *next;
	size_t size; /* of data */
	_Alignas(CACHE_LINE) char data[];
};

void kmem_cache_init(struct kmem_cache *c, size_t size)
{
	const size_t align = sizeof(void *);

	*c = (struct kmem_cache){.size = (size + align - 1) / align * align};
}

/* Pieces double in size, so that a small machine stays small. */
static int more(struct kmem_cache *c)
{
	size_t size = c->piece ? c->piece->size * 2 : PIECE_MIN;
	struct slab_piece *piece;

	if (size > kmem_piece_max)
		size = kmem_piece_max;
	if (size < c->size)
		size = c->size;
	piece = aligned_alloc(CACHE_LINE,
			      (sizeof(*piece) + size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
	if (!piece)
		return 0;
	piece->next = c->piece;
	piece->size = size;
	c->piece = piece;
	c->used = 0;
	ASAN_POISON_MEMORY_REGION(piece->data, size);
	return 1;
}

static void *take(struct kmem_cache *c)
{
	void *object = c->free;

	if (object) {
		ASAN_UNPOISON_MEMORY_REGION(object, c->size);
		memcpy(&c->free, object, sizeof(c->free));
		return object;
	}
	if ((!c->piece || c->used + c->size > c->piece->size) && !more(c))
		return NULL;
	object = c->piece->data + c->used;
	c->used += c->size;
	ASAN_UNPOISON_MEMORY_REGION(object, c->size);
	return object;
}

void *kmem_cache_zalloc(struct kmem_cache *c)
{
	void *object;

	spin_lock(&c->lock);
	object = take(c);
	c->in_use += object != NULL;
	spin_unlock(&c->lock);
	return object ? memset(object, 0, c->size) : NULL;
}

void kmem_cache_free(struct kmem_cache *c, void *object)
{
	if (!object)
		return;
	spin_lock(&c->lock);
	memcpy(object, &c->free, sizeof(c->free));
	c->free = object;
	c->in_use--;
	ASAN_POISON_MEMORY_REGION(object, c->size);
	spin_unlock(&c->lock);
}

void kmem_cache_destroy(struct kmem_cache *c)
{
	while (c->piece) {
		struct slab_piece *next = c->piece->next;

		ASAN_UNPOISON_MEMORY_REGION(c->piece->data, c->piece->size);
		free(c->piece);
		c->piece = next;
	}
	c->free = NULL;
}
