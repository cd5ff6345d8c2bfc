/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "world/kernel/wire.h"
#include "world/world.h"

#define CONFIG_CREATE 6 /* FSCONFIG_CMD_CREATE: not every C library has it */
#define INITIAL_PIDNS "pid:[4026531836]"
#define PREFIX "sigfate-" /* PID-STARTTIME-NUMBER */
#define EVENT "events/signal/signal_generate/"
#define BUFFER_KB "512"
#define GENERATE ": signal_generate: sig="
#define START_TIME_FIELD 22
#define COMM_WIDTH 16 /* of the first column of a line; then a dash and the task's number */

/** struct world_trace - @instances: the directory; @name: ours; @dir: its own; @pipe: its lines */
struct world_trace {
	int instances, dir, pipe;
	char name[64];
	char text[65536];
};

void trace_comm(char comm[16])
{
	snprintf(comm, 16, "sf-%x", (unsigned int)getpid());
}

/* When a process was started: with its number, that is who it is; 0: there is none. */
static unsigned long long start_time(pid_t pid)
{
	char path[32], buf[1024], *p;
	_cleanup_close_ int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	if (n <= 0)
		return 0;
	buf[n] = '\0';
	p = strrchr(buf, ')'); /* the name before it may be anything */
	for (unsigned int field = 2; p && field < START_TIME_FIELD; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p, NULL, 10) : 0;
}

static int write_file(int dir, const char *name, const char *text)
{
	_cleanup_close_ int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* One that is being read stays: a process in another PID namespace looks dead from here. */
static void remove_instance(int instances, const char *name)
{
	unlinkat(instances, name, AT_REMOVEDIR);
}

/* A process that was killed could not remove its instance: its name says that it is dead. */
static void remove_stale(int instances)
{
	int fd = openat(instances, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		cleanup_close(&fd);
		return;
	}
	while ((e = readdir(d))) {
		char *at = e->d_name + strlen(PREFIX);
		long pid;

		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)))
			continue;
		pid = strtol(at, &at, 10);
		if (pid > 0 && *at == '-' && strtoull(at + 1, NULL, 10) != start_time((pid_t)pid))
			remove_instance(instances, e->d_name);
	}
	closedir(d);
}

/* Mounted nowhere: it is there as long as we hold it, and nobody else sees it. */
static int open_instances(void)
{
	_cleanup_close_ int fs = (int)syscall(SYS_fsopen, "tracefs", 1 /* close-on-exec */);
	_cleanup_close_ int mount = -1;
	int dir;

	if (fs < 0 || syscall(SYS_fsconfig, fs, CONFIG_CREATE, NULL, NULL, 0))
		return -errno;
	mount = (int)syscall(SYS_fsmount, fs, 1 /* close-on-exec */, 0);
	if (mount < 0)
		return -errno;
	dir = openat(mount, "instances", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : dir;
}

static int make_instance(struct world_trace *t)
{
	unsigned long long time = start_time(getpid());

	for (unsigned int i = 0;; i++) {
		snprintf(t->name, sizeof(t->name), PREFIX "%d-%llu-%u", (int)getpid(), time, i);
		if (!mkdirat(t->instances, t->name, 0700))
			break;
		t->name[0] = '\0';
		if (errno != EEXIST)
			return -errno;
	}
	t->dir = openat(t->instances, t->name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return t->dir < 0 ? -errno : 0;
}

static int set_up(struct world_trace *t)
{
	char comm[16], filter[128];
	int r;

	trace_comm(comm);
	/* In its first moments a new program has the name of its file, or of the descriptor. */
	snprintf(filter, sizeof(filter),
		 "comm == \"%s\" || comm ~ \"memfd:sigfate*\" || comm == \"%d\"", comm,
		 WIRE_FD_IMAGE);
	r = write_file(t->dir, "buffer_size_kb", BUFFER_KB);
	if (!r)
		r = write_file(t->dir, EVENT "filter", filter);
	if (!r)
		r = write_file(t->dir, EVENT "enable", "1");
	if (r)
		return r;
	t->pipe = openat(t->dir, "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return t->pipe < 0 ? -errno : 0;
}

int world_trace_new(struct world_trace **ret)
{
	char ns[64] = "";
	struct world_trace *t;
	int r;

	/* The kernel counts in the initial namespace; from another one, nobody would know whom. */
	if (readlink("/proc/self/ns/pid", ns, sizeof(ns) - 1) < 0 || strcmp(ns, INITIAL_PIDNS))
		return -EOPNOTSUPP;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->dir = t->pipe = -1;
	t->instances = r = open_instances();
	if (r >= 0) {
		remove_stale(t->instances);
		r = make_instance(t);
	}
	if (!r)
		r = set_up(t);
	if (r) {
		world_trace_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

void world_trace_free(struct world_trace *t)
{
	if (!t)
		return;
	cleanup_close(&t->pipe);
	cleanup_close(&t->dir);
	if (t->name[0])
		remove_instance(t->instances, t->name);
	cleanup_close(&t->instances);
	free(t);
}

/* The last place where a line has this word: a task's name, before it, may hold anything. */
static const char *find_last(const char *line, const char *word)
{
	const char *found = NULL;

	for (const char *p = line; (p = strstr(p, word)); p++)
		found = p;
	return found;
}

/* " pid=17": a number after its label, and on with the text behind it. */
static bool take_number(const char **text, const char *label, int *ret)
{
	const char *from = *text + strlen(label);
	char *end;
	long n;

	if (strncmp(*text, label, strlen(label)))
		return false;
	n = strtol(from, &end, 10);
	if (end == from || n < INT_MIN || n > INT_MAX)
		return false;
	*text = end;
	*ret = (int)n;
	return true;
}

/* "NAME-PID [CPU] FLAGS TIME: signal_generate: sig=15 errno=0 code=0 comm=N pid=9 grp=1 res=0" */
static bool parse_line(const char *line, struct trace_event *ret)
{
	const char *event = find_last(line, GENERATE), *pid = find_last(line, " pid=");
	const char *sender = line + COMM_WIDTH;
	struct trace_event e;
	int group, error;

	if (strlen(line) <= COMM_WIDTH || !event || !pid || !take_number(&sender, "-", &e.sender) ||
	    !take_number(&event, GENERATE, &e.sig) || !take_number(&event, " errno=", &error) ||
	    !take_number(&event, " code=", &e.code) || !take_number(&pid, " pid=", &e.pid) ||
	    !take_number(&pid, " grp=", &group) || !take_number(&pid, " res=", &e.result))
		return false;
	e.group = group;
	*ret = e;
	return true;
}

static int read_lines(char *text, int (*fn)(void *data, const struct trace_event *e), void *data)
{
	char *end;
	int r = 0;

	for (; !r && (end = strchr(text, '\n')); text = end + 1) {
		struct trace_event e;

		*end = '\0';
		if (!strncmp(text, "CPU:", 4) && strstr(text, "LOST"))
			return -EOVERFLOW;
		if (parse_line(text, &e))
			r = fn(data, &e);
	}
	return r;
}

void trace_discard(struct world_trace *t)
{
	ssize_t n;

	do
		n = read(t->pipe, t->text, sizeof(t->text));
	while (n > 0 || (n < 0 && errno == EINTR));
}

int trace_read(struct world_trace *t, int (*fn)(void *data, const struct trace_event *e),
	       void *data)
{
	int r = 0;

	while (!r) {
		ssize_t n = read(t->pipe, t->text, sizeof(t->text) - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 && errno != EAGAIN ? -errno : 0;
		t->text[n] = '\0';
		r = read_lines(t->text, fn, data);
	}
	return r;
}
