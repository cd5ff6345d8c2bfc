/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/arena.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3 */
#endif

int arena_init(struct arena *a, unsigned int n_slots)
{
	size_t size = WIRE_HEADER_SIZE + n_slots * WIRE_SLOT_SIZE;
	_cleanup_close_ int fd = memfd_create("sigfate-arena", MFD_CLOEXEC);
	struct rlimit limit;
	void *p;

	/* The kernel would not only refuse, but send SIGXFSZ. */
	if (!getrlimit(RLIMIT_FSIZE, &limit) && size > limit.rlim_cur)
		return -EFBIG;
	if (fd < 0 || ftruncate(fd, (off_t)size))
		return -errno;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	*a = (struct arena){.fd = take_fd(&fd), .header = p, .size = size, .n_slots = n_slots};
	a->header->units = size / WIRE_SLOT_SIZE;
	return 0;
}

void arena_release(struct arena *a)
{
	if (!a->header)
		return;
	munmap(a->header, a->size);
	close(a->fd);
	*a = (struct arena){.fd = -1};
}

struct wire_slot *arena_slot(const struct arena *a, unsigned int index)
{
	return (struct wire_slot *)((uint8_t *)a->header + WIRE_HEADER_SIZE +
				    index * WIRE_SLOT_SIZE);
}

uint64_t arena_address(const struct arena *a, const void *p)
{
	return WIRE_ARENA + (uint64_t)((const uint8_t *)p - (const uint8_t *)a->header);
}

void arena_wake(struct wire_slot *slot)
{
	syscall(SYS_futex, &slot->command.seq, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void arena_wait(struct arena *a, uint32_t beat, unsigned int microseconds)
{
	struct timespec t = {.tv_nsec = microseconds * 1000L};

	__atomic_store_n(&a->header->waiting, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &a->header->beat, FUTEX_WAIT, beat, &t, NULL, 0);
	__atomic_store_n(&a->header->waiting, 0, __ATOMIC_SEQ_CST);
}

int actor_image_open(void)
{
	_cleanup_close_ int fd = memfd_create("sigfate-actor", MFD_CLOEXEC | MFD_EXEC);

	if (fd < 0 && errno == EINVAL) /* before 6.3 all of them may be executed */
		fd = memfd_create("sigfate-actor", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, actor_image, actor_image_size) != (ssize_t)actor_image_size)
		return -EIO;
	return take_fd(&fd);
}
