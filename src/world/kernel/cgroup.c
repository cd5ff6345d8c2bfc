/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define PREFIX "sigfate-"
#define PATH_SIZE 4096
#define REMOVE_TRIES 1000

/* "N:NAMES:PATH" of /proc/self/cgroup: where we are in the hierarchy that has this controller. */
static bool own_group(const char *controller, char *ret, size_t size)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/cgroup", "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) >= 0) {
		char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		if (!strcmp(names + 1, controller))
			return snprintf(ret, size, "%s", path) < (int)size;
	}
	return false;
}

/* One line of /proc/self/mountinfo: where a hierarchy is mounted, and what of it. */
static bool parse_mount(char *line, const char *controller, char **ret_root, char **ret_point)
{
	char *dash = strstr(line, " - "), *save = NULL, *field = line, *type, *options;

	if (!dash)
		return false;
	*dash = '\0';
	type = strtok_r(dash + 3, " ", &save);
	(void)strtok_r(NULL, " ", &save);
	options = strtok_r(NULL, " \n", &save);
	if (!type || !options)
		return false;
	if (*controller ? strcmp(type, "cgroup") || !strstr(options, controller)
			: strcmp(type, "cgroup2"))
		return false;
	for (int i = 0; i < 5 && field; i++) {
		char *word = strtok_r(i ? NULL : line, " ", &save);

		if (i == 3)
			*ret_root = word;
		if (i == 4)
			*ret_point = word;
		field = word;
	}
	return field;
}

/* The directory of our own group. */
static int own_directory(const char *controller, char *ret, size_t size)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	char group[PATH_SIZE];
	size_t room = 0;

	if (!file || !own_group(controller, group, sizeof(group)))
		return -EOPNOTSUPP;
	while (getline(&line, &room, file) >= 0) {
		char *root = NULL, *point = NULL, *below = group;
		size_t n;

		if (!parse_mount(line, controller, &root, &point))
			continue;
		n = strlen(root);
		if (n > 1 && strncmp(group, root, n))
			continue;
		below += n > 1 ? n : 0;
		n = (size_t)snprintf(ret, size, "%s%s", point, strcmp(below, "/") ? below : "");
		return n < size ? 0 : -ENAMETOOLONG;
	}
	return -EOPNOTSUPP;
}

/* What others have left behind, whose process is gone. */
static void remove_stale(const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		char *end;
		long pid;

		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)))
			continue;
		pid = strtol(e->d_name + strlen(PREFIX), &end, 10);
		if (pid > 0 && *end == '-' && kill((pid_t)pid, 0) && errno == ESRCH)
			unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}

static int write_file(const struct cgroup *c, const char *name, const char *text)
{
	_cleanup_close_ int fd = cgroup_open(c, name, O_WRONLY);

	if (fd < 0)
		return fd;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* Nor may it swap, where the kernel can. */
static int limit_memory(const struct cgroup *c, bool v1)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", CGROUP_MEMORY);
	if (v1)
		write_file(c, "memory.swappiness", "0");
	else
		write_file(c, "memory.swap.max", "0");
	return write_file(c, v1 ? "memory.limit_in_bytes" : "memory.max", text);
}

static int make(struct cgroup **list, const char *controller, bool memory, struct cgroup **ret)
{
	static unsigned int number;
	char path[PATH_SIZE];
	int r = own_directory(controller, path, sizeof(path) - 64);
	struct cgroup *c;

	if (r)
		return r;
	remove_stale(path);
	snprintf(path + strlen(path), 64, "/" PREFIX "%d-%u", (int)getpid(),
		 __atomic_add_fetch(&number, 1, __ATOMIC_SEQ_CST));
	c = malloc(sizeof(*c) + strlen(path) + 1);
	if (!c)
		return -ENOMEM;
	memcpy(c->path, path, strlen(path) + 1);
	if (mkdir(path, 0755)) {
		r = -errno;
		free(c);
		return r;
	}
	c->next = *list;
	*list = c;
	r = memory ? limit_memory(c, *controller) : faccessat(AT_FDCWD, path, W_OK, 0) ? -errno : 0;
	if (!r)
		*ret = c;
	return r;
}

int cgroup_new(struct cgroup **list, bool memory, struct cgroup **ret)
{
	int r = make(list, "", memory, ret);

	/* Where the newer hierarchy does not have the controller, the older one may. */
	return r && memory ? make(list, "memory", memory, ret) : r;
}

bool cgroup_can(bool memory)
{
	struct cgroup *list = NULL, *c;
	int fd = -1;
	bool can = !cgroup_new(&list, memory, &c);

	if (can && !memory) {
		fd = cgroup_open(c, "cgroup.kill", O_WRONLY);
		can = fd >= 0;
	}
	if (fd >= 0)
		close(fd);
	cgroups_release(&list);
	return can;
}

int cgroup_open(const struct cgroup *c, const char *name, int flags)
{
	char path[PATH_SIZE];
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", c->path, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int cgroup_add(const struct cgroup *c, pid_t pid)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", (int)pid);
	return write_file(c, "cgroup.procs", text);
}

/* The dead may not have left it quite yet. */
void cgroups_release(struct cgroup **list)
{
	while (*list) {
		struct cgroup *c = *list;

		*list = c->next;
		for (int i = 0; i < REMOVE_TRIES && rmdir(c->path) && errno == EBUSY; i++)
			sched_yield();
		free(c);
	}
}
