/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.c - files, directories and links of /proc, whatever they hold */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "procfs/cursor.h"
#include "procfs/reader.h"

#define FIRST_SIZE 16384
#define MOST_SIZE (16 << 20)

static int grow(struct procfs_reader *r)
{
	size_t size = r->size ? 2 * r->size : FIRST_SIZE;
	char *grown;

	if (size > MOST_SIZE)
		return -EFBIG;
	grown = realloc(r->text, size);
	if (!grown)
		return -ENOMEM;
	r->text = grown;
	r->size = size;
	return 0;
}

/* The file of a process that has gone is not there, or gives this error when it is read. */
static int gone(int error)
{
	return error == ENOENT ? -ESRCH : -error;
}

int read_text(struct procfs_reader *r, int dir, const char *path)
{
	_cleanup_close_ int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return gone(errno);
	r->len = 0;
	for (;;) {
		ssize_t n;
		int error = r->len + 1 >= r->size ? grow(r) : 0;

		if (error)
			return error;
		n = read(fd, r->text + r->len, r->size - r->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return gone(errno);
		if (n == 0)
			break;
		r->len += (size_t)n;
	}
	r->text[r->len] = '\0';
	return 0;
}

static void cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* A number as /proc names a process; 0 for another name. */
static pid_t name_number(const char *name)
{
	struct cursor c = cursor_of(name, strlen(name));
	uint64_t n;

	if (!take_number(&c, 10, SF_PID_MAX_LIMIT - 1, &n) || c.p != c.end)
		return 0;
	return (pid_t)n;
}

int list_numbers(int dir, const char *path, pid_t **ret, size_t *ret_n)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(cleanup_closedir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	_cleanup_free_ pid_t *list = NULL;
	size_t n = 0, size = 0;
	struct dirent *e;

	if (!d) {
		int error = gone(errno);

		if (fd >= 0)
			close(fd);
		return error;
	}
	while (errno = 0, (e = readdir(d))) {
		pid_t number = name_number(e->d_name);

		if (number <= 0)
			continue;
		if (n == size) {
			pid_t *grown = reallocarray(list, size ? 2 * size : 256, sizeof(*list));

			if (!grown)
				return -ENOMEM;
			size = size ? 2 * size : 256;
			list = grown;
		}
		list[n++] = number;
	}
	if (errno)
		return gone(errno);
	*ret = list;
	*ret_n = n;
	list = NULL;
	return 0;
}

int read_ns_link(int dir, const char *path, ino_t *ret)
{
	char text[64];
	ssize_t n = readlinkat(dir, path, text, sizeof(text));
	struct cursor c;
	uint64_t ino;

	if (n < 0)
		return gone(errno);
	c = cursor_of(text, (size_t)n);
	if (!skip_text(&c, "pid:[") && !skip_text(&c, "user:["))
		return -EINVAL;
	if (!take_number(&c, 10, UINT64_MAX, &ino) || !skip_char(&c, ']') || c.p != c.end || !ino)
		return -EINVAL;
	*ret = (ino_t)ino;
	return 0;
}
