/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* idr.c - the numbers of one namespace: which are taken, and by whom */
#include <stdlib.h>
#include <string.h>

#include "model/machine.h"

static struct idr_page *page_of(const struct idr *idr, int nr)
{
	unsigned int at = (unsigned int)nr / IDR_PAGE;

	return nr >= 0 && at < idr->n_pages ? idr->page[at] : NULL;
}

static int grow(struct idr *idr, unsigned int at)
{
	unsigned int n = idr->n_pages ? idr->n_pages : 4;
	struct idr_page **page;

	while (n <= at)
		n *= 2;
	page = realloc(idr->page, n * sizeof(*page));
	if (!page)
		return -ENOMEM;
	memset(page + idr->n_pages, 0, (n - idr->n_pages) * sizeof(*page));
	idr->page = page;
	idr->n_pages = n;
	return 0;
}

/* The page that holds @nr, made if need be. */
static struct idr_page *make_page(struct sf_machine *m, struct idr *idr, int nr)
{
	unsigned int at = (unsigned int)nr / IDR_PAGE;

	if (at >= idr->n_pages && grow(idr, at)) {
		machine_no_memory(m);
		return NULL;
	}
	if (!idr->page[at]) {
		idr->page[at] = calloc(1, sizeof(struct idr_page));
		if (!idr->page[at])
			machine_no_memory(m);
	}
	return idr->page[at];
}

/* The first free number of a page from @from on, as an index; IDR_PAGE when it is full. */
static unsigned int first_free(const struct idr_page *page, unsigned int from)
{
	for (unsigned int word = from / 64; word < IDR_PAGE / 64; word++) {
		uint64_t free = ~page->taken[word];

		if (word == from / 64)
			free &= ~(uint64_t)0 << from % 64;
		if (free)
			return word * 64 + (unsigned int)__builtin_ctzll(free);
	}
	return IDR_PAGE;
}

static int search(const struct idr *idr, int start, int end)
{
	int nr = start;

	while (nr < end) {
		const struct idr_page *page = page_of(idr, nr);
		unsigned int at = (unsigned int)nr % IDR_PAGE;

		if (!page)
			return nr;
		if (page->used < IDR_PAGE)
			at = first_free(page, at);
		else
			at = IDR_PAGE;
		nr = nr / IDR_PAGE * IDR_PAGE + (int)at;
		if (at < IDR_PAGE)
			return nr < end ? nr : -ENOSPC;
	}
	return -ENOSPC;
}

int idr_alloc(struct sf_machine *m, struct idr *idr, int start, int end)
{
	int nr = search(idr, start, end);
	unsigned int at;
	struct idr_page *page;

	if (nr < 0)
		return nr;
	page = make_page(m, idr, nr);
	if (!page)
		return -ENOMEM;
	at = (unsigned int)nr % IDR_PAGE;
	page->taken[at / 64] |= (uint64_t)1 << at % 64;
	page->used++;
	return nr;
}

int idr_alloc_cyclic(struct sf_machine *m, struct idr *idr, int start, int end)
{
	int next = idr->next > start ? idr->next : start;
	int nr = idr_alloc(m, idr, next, end);

	if (nr == -ENOSPC && next > start)
		nr = idr_alloc(m, idr, start, end);
	if (nr >= 0)
		idr->next = nr + 1;
	return nr;
}

void idr_replace(struct idr *idr, int nr, struct pid *pid)
{
	rcu_assign_pointer(page_of(idr, nr)->pid[nr % IDR_PAGE], pid);
}

void idr_remove(struct idr *idr, int nr)
{
	struct idr_page *page = page_of(idr, nr);
	unsigned int at = (unsigned int)nr % IDR_PAGE;

	rcu_assign_pointer(page->pid[at], NULL);
	page->taken[at / 64] &= ~((uint64_t)1 << at % 64);
	page->used--;
}

struct pid *idr_find(const struct idr *idr, int nr)
{
	const struct idr_page *page = page_of(idr, nr);

	return page ? rcu_dereference(page->pid[nr % IDR_PAGE]) : NULL;
}

struct pid *idr_get_next(const struct idr *idr, int *nr)
{
	unsigned int end = idr->n_pages * IDR_PAGE;

	for (unsigned int at = (unsigned int)*nr; at < end; at++) {
		const struct idr_page *page = idr->page[at / IDR_PAGE];

		if (!page || !page->used) {
			at = (at / IDR_PAGE + 1) * IDR_PAGE - 1;
			continue;
		}
		if (page->pid[at % IDR_PAGE]) {
			*nr = (int)at;
			return page->pid[at % IDR_PAGE];
		}
	}
	return NULL;
}

void idr_destroy(struct sf_machine *m, struct idr *idr)
{
	(void)m;
	for (unsigned int i = 0; i < idr->n_pages; i++)
		free(idr->page[i]);
	free(idr->page);
	idr->page = NULL;
	idr->n_pages = 0;
}
