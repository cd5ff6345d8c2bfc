/* SPDX-License-Identifier: GPL-2.0-or-later */
/* self.c - which process asks, by the numbers of the procfs that it reads */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "procfs/procfs.h"

pid_t procfs_self(const struct procfs *fs)
{
	char path[4096], number[32];
	ssize_t n;
	long pid;

	if ((size_t)snprintf(path, sizeof(path), "%s/self", fs->root) >= sizeof(path))
		return 0;
	n = readlink(path, number, sizeof(number) - 1);
	if (n <= 0)
		return 0;
	number[n] = '\0';
	errno = 0;
	pid = strtol(number, NULL, 10);
	return errno || pid <= 0 || pid >= SF_PID_MAX_LIMIT ? 0 : (pid_t)pid;
}
