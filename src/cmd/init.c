/* SPDX-License-Identifier: GPL-2.0-or-later */
/* init.c - sigfate init: the container init, which is a program of its own */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"

#define PROGRAM "sigfate-init"

/* It stands beside this program; an installed one may also be found on the way. */
int cmd_init(int argc, char **argv)
{
	static char name[] = PROGRAM;
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	(void)argc;
	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	argv[0] = name;
	if (slash && (size_t)(slash - path) + sizeof("/" PROGRAM) <= sizeof(path)) {
		memcpy(slash + 1, PROGRAM, sizeof(PROGRAM));
		execv(path, argv);
	}
	execvp(PROGRAM, argv);
	return trouble("'%s': %s: it belongs beside sigfate, or in the PATH", PROGRAM,
		       strerror(errno));
}
