/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nsfs.c - namespaces as the kernel shows them: which one is around which, and whose it is */
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/reader.h"

static struct ns_fact *lookup(const struct procfs_reader *r, ino_t ino)
{
	for (size_t i = 0; i < r->n_facts; i++)
		if (r->fact[i].ino == ino)
			return &r->fact[i];
	return NULL;
}

const struct ns_fact *find_fact(const struct procfs_reader *r, ino_t ino)
{
	return ino ? lookup(r, ino) : NULL;
}

static int add_fact(struct procfs_reader *r, const struct ns_fact *fact)
{
	struct ns_fact *grown = reallocarray(r->fact, r->n_facts + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	r->fact = grown;
	r->fact[r->n_facts++] = *fact;
	return 0;
}

static ino_t ino_of(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* The number of the namespace that is related to this one; 0 where that is not to be seen. */
static ino_t related(int fd, unsigned long request)
{
	_cleanup_close_ int other = ioctl(fd, request);

	return ino_of(other);
}

/* Opening the link follows it to the namespace itself: only where nobody else can be meant. */
static int open_ns(int dir, const char *path, ino_t ino)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0 && ino_of(fd) != ino) {
		close(fd);
		return -1;
	}
	return fd;
}

int learn_pidns(struct procfs_reader *r, int dir, ino_t ino)
{
	struct ns_fact fact = {.ino = ino};
	_cleanup_close_ int fd = -1;

	if (lookup(r, ino))
		return 0;
	fd = open_ns(dir, "ns/pid", ino);
	if (fd >= 0) {
		fact.parent = related(fd, NS_GET_PARENT);
		fact.owner = related(fd, NS_GET_USERNS);
	}
	return add_fact(r, &fact);
}

static int owner_uid(int fd, uint32_t *ret)
{
	uid_t uid;

	if (ioctl(fd, NS_GET_OWNER_UID, &uid) < 0)
		return -errno;
	*ret = uid;
	return 0;
}

/* The map, from the files of a process that is in that namespace. */
static int learn_map(struct procfs_reader *r, int dir, struct ns_fact *fact)
{
	int error = read_text(r, dir, "uid_map");

	if (error)
		return error == -ENOMEM ? error : 0;
	error = procfs_parse_id_map(r->text, r->len, &fact->map, &fact->n_map);
	fact->has_map = !error;
	return error == -ENOMEM ? error : 0;
}

int learn_userns(struct procfs_reader *r, int dir, ino_t ino)
{
	struct ns_fact *known = lookup(r, ino);
	int fd;

	if (known && known->has_map)
		return 0;
	if (known)
		return learn_map(r, dir, known);
	fd = open_ns(dir, "ns/user", ino);
	for (int level = 0; level <= SF_MAX_PID_NS_LEVEL; level++) {
		struct ns_fact fact = {.ino = ino, .owner_uid = UINT32_MAX};
		int up = fd < 0 ? -1 : ioctl(fd, NS_GET_PARENT), error = 0;

		fact.parent = ino_of(up);
		if (fd >= 0)
			owner_uid(fd, &fact.owner_uid);
		if (!level)
			error = learn_map(r, dir, &fact);
		if (!error)
			error = add_fact(r, &fact);
		if (fd >= 0)
			close(fd);
		fd = up;
		ino = fact.parent;
		if (error || !ino || lookup(r, ino)) {
			if (fd >= 0)
				close(fd);
			return error;
		}
	}
	close(fd);
	return 0;
}

static bool same_map(const struct ns_fact *a, const struct ns_fact *b)
{
	if (a->n_map != b->n_map)
		return false;
	return !a->n_map || !memcmp(a->map, b->map, a->n_map * sizeof(*a->map));
}

/* A namespace below the reader's has only ids that the reader's has too. */
static bool maps_outside(const struct ns_fact *fact)
{
	for (size_t i = 0; i < fact->n_map; i++)
		if (fact->map[i].outside == UINT32_MAX)
			return true;
	return false;
}

int learn_by_map(struct procfs_reader *r, int dir, ino_t *ret)
{
	struct ns_fact seen = {.ino = 1, .parent = r->userns_here, .owner_uid = UINT32_MAX};
	int error = learn_map(r, dir, &seen);
	ino_t found = 0;

	if (error)
		return error;
	if (!seen.has_map)
		found = r->userns_here;
	else if (r->userns_here != INITIAL_USERNS && (r->sees_all || maps_outside(&seen)))
		found = INITIAL_USERNS; /* where it may look nothing is hidden: it is outside */
	for (size_t i = 0; i < r->n_facts && !found; i++) {
		const struct ns_fact *fact = &r->fact[i];

		if (fact->has_map && same_map(fact, &seen))
			found = fact->ino;
		if (fact->ino == seen.ino)
			seen.ino++; /* small numbers name those that only a map is known of */
	}
	if (!found) {
		error = add_fact(r, &seen);
		if (!error)
			*ret = seen.ino;
		else
			free(seen.map);
		return error;
	}
	free(seen.map);
	*ret = found;
	return 0;
}

int learn_here(struct procfs_reader *r)
{
	_cleanup_close_ int self = openat(r->root, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct proc_task t;

	/* in a /proc of tests, or one in which we are not, there is nothing to compare with */
	if (self < 0 || read_ns_link(self, "ns/pid", &r->pidns_here) ||
	    read_ns_link(self, "ns/user", &r->userns_here))
		return 0;
	if (!read_status(r, self, "", &t))
		r->sees_all = t.cap_effective >> SF_CAP_SYS_PTRACE & 1;
	return learn_userns(r, self, r->userns_here);
}
