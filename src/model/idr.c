/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * idr.c - the numbers of one namespace: which are taken, and by whom
 *
 * Changes are under pidmap_lock, look-ups under RCU.
 */
#include <stdlib.h>
#include <string.h>

#include "model/machine.h"

static struct idr_page *page_of(const struct idr *idr, int nr)
{
	const struct idr_table *table = rcu_dereference(idr->table);
	unsigned int at = (unsigned int)nr / IDR_PAGE;

	return table && nr >= 0 && at < table->n_pages ? rcu_dereference(table->page[at]) : NULL;
}

static void free_table(struct sf_machine *m, struct rcu_head *head)
{
	(void)m;
	free(container_of(head, struct idr_table, rcu));
}

static int grow(struct sf_machine *m, struct idr *idr, unsigned int at)
{
	struct idr_table *old = idr->table, *table;
	unsigned int n = old ? old->n_pages : 4;

	while (n <= at)
		n *= 2;
	table = calloc(1, sizeof(*table) + n * sizeof(struct idr_page *));
	if (!table)
		return -ENOMEM;
	table->n_pages = n;
	if (old)
		memcpy(table->page, old->page, old->n_pages * sizeof(struct idr_page *));
	rcu_assign_pointer(idr->table, table);
	if (old)
		call_rcu(m, &old->rcu, free_table);
	return 0;
}

/* The page that holds @nr, made if need be. */
static struct idr_page *make_page(struct sf_machine *m, struct idr *idr, int nr)
{
	unsigned int at = (unsigned int)nr / IDR_PAGE;
	struct idr_page *page;

	if ((!idr->table || at >= idr->table->n_pages) && grow(m, idr, at)) {
		machine_no_memory(m);
		return NULL;
	}
	page = idr->table->page[at];
	if (!page) {
		page = calloc(1, sizeof(struct idr_page));
		if (!page)
			machine_no_memory(m);
		rcu_assign_pointer(idr->table->page[at], page);
	}
	return page;
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
	const struct idr_table *table = rcu_dereference(idr->table);
	unsigned int end = table ? table->n_pages * IDR_PAGE : 0;

	for (unsigned int at = (unsigned int)*nr; at < end; at++) {
		const struct idr_page *page = rcu_dereference(table->page[at / IDR_PAGE]);
		struct pid *pid = page ? rcu_dereference(page->pid[at % IDR_PAGE]) : NULL;

		if (pid) {
			*nr = (int)at;
			return pid;
		}
		if (!page)
			at = (at / IDR_PAGE + 1) * IDR_PAGE - 1;
	}
	return NULL;
}

void idr_destroy(struct idr *idr)
{
	for (unsigned int i = 0; idr->table && i < idr->table->n_pages; i++)
		free(idr->table->page[i]);
	free(idr->table);
	idr->table = NULL;
}
