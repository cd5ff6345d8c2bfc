/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pidfd.h - what the kernel tells through a pidfd, where the C library does not know it yet */
#ifndef SIGFATE_PIDFD_H
#define SIGFATE_PIDFD_H

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* struct pidfd_info as it was at first; the kernel goes by its size */
struct pidfd_exit {
	uint64_t mask, cgroup;
	uint32_t id[11];
	int32_t exit_code;
};

#define PIDFD_GET_EXIT _IOWR(0xff, 11, struct pidfd_exit)
#define PIDFD_EXIT_KNOWN (1u << 3)

/**
 * pidfd_exit_status() - how a process ended that somebody has reaped, as wait(2) says it
 *
 * Return: 0 and @ret, -EAGAIN while it is not gone, another errno when this kernel does not tell,
 * which it does since Linux 6.15.
 */
static inline int pidfd_exit_status(int pidfd, int *ret)
{
	struct pidfd_exit info = {.mask = PIDFD_EXIT_KNOWN};

	if (ioctl(pidfd, PIDFD_GET_EXIT, &info) < 0)
		return -errno;
	if (!(info.mask & PIDFD_EXIT_KNOWN))
		return -EAGAIN;
	*ret = info.exit_code;
	return 0;
}

#endif
