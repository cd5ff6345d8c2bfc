/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define MAP_MAX 16384 /* 340 lines, the kernel's own limit, fit */

static int write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];
	_cleanup_close_ int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* Our own map, with every id as it is; how many ids there are. */
static uint64_t keep_all(const char *name, char map[MAP_MAX])
{
	char path[64], line[128];
	_cleanup_fclose_ FILE *file = NULL;
	uint64_t all = 0;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/self/%s", name);
	file = fopen(path, "re");
	map[0] = '\0';
	while (file && fgets(line, sizeof(line), file)) { /* inside, outside, count */
		char *at = line;
		unsigned long inside = strtoul(at, &at, 10), count;
		int w;

		(void)strtoul(at, &at, 10);
		count = strtoul(at, &at, 10);
		w = snprintf(map + n, MAP_MAX - n, "%lu %lu %lu\n", inside, inside, count);
		if (w < 0 || (size_t)w >= MAP_MAX - n)
			return 0;
		n += (size_t)w;
		all += count;
	}
	return all;
}

static int write_map(pid_t pid, const char *name, unsigned int own, bool *ret_many)
{
	char map[MAP_MAX], alone[64];
	uint64_t all = keep_all(name, map);

	*ret_many = all > 1;
	if (all && !write_file(pid, name, map))
		return 0;
	*ret_many = false;
	/* Who may not set groups, may map one: so the kernel wants it. */
	if (!strcmp(name, "gid_map"))
		write_file(pid, "setgroups", "deny");
	snprintf(alone, sizeof(alone), "0 %u 1\n", own);
	return write_file(pid, name, alone);
}

int idmap_write(pid_t pid, bool *ret_many)
{
	bool many_users, many_groups;
	int r = write_map(pid, "uid_map", geteuid(), &many_users);

	if (!r)
		r = write_map(pid, "gid_map", getegid(), &many_groups);
	if (!r)
		*ret_many = many_users && many_groups;
	return r;
}
