/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "world/kernel/idmap.h"

#define NAMESPACES (CLONE_NEWPID | CLONE_NEWNS)
#define FIRST_FREE_FD 16 /* above all that the actor's own are moved to */
#define CLOSE_TIMEOUT_MS 10000

/* FSCONFIG_SET_STRING and others: not every C library has linux/mount.h's words. */
enum { CONFIG_STRING = 1, CONFIG_CREATE = 6, MOVE_FROM_FD = 4 };

/* On the way from a copy of this process to an actor: what can fail, for setup_step. */
enum step { STEP_NONE, STEP_DESCRIPTORS, STEP_EXEC };

static const char *const step_name[] = {
	[STEP_NONE] = "the throw-away init ended",
	[STEP_DESCRIPTORS] = "cannot arrange the descriptors of the throw-away init",
	[STEP_EXEC] = "cannot execute the actor from memory",
};

struct setup {
	struct arena *arena;
	unsigned int slot;
	int socket, other_socket, image;
};

__attribute__((noreturn)) static void setup_failed(const struct setup *s, enum step step)
{
	s->arena->header->setup_errno = errno;
	s->arena->header->setup_step = (int32_t)step;
	_exit(1);
}

/* No handler, nothing ignored, nothing blocked, whatever the program that made us has. */
static void reset_signals(void)
{
	const struct {
		uintptr_t handler;
		unsigned long flags;
		uintptr_t restorer;
		uint64_t mask;
	} action = {0};
	const uint64_t none = 0;

	for (long sig = 1; sig <= 64; sig++)
		syscall(SYS_rt_sigaction, sig, &action, NULL, sizeof(none));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none));
}

static void move_descriptors(const struct setup *s)
{
	int from[] = {[WIRE_FD_SOCKET] = s->socket,
		      [WIRE_FD_ARENA] = s->arena->fd,
		      [WIRE_FD_IMAGE] = s->image};

	for (size_t i = 0; i < ARRAY_SIZE(from); i++) {
		from[i] = fcntl(from[i], F_DUPFD, FIRST_FREE_FD);
		if (from[i] < 0)
			setup_failed(s, STEP_DESCRIPTORS);
	}
	for (size_t i = 0; i < ARRAY_SIZE(from); i++)
		if (dup2(from[i], (int)i) < 0)
			setup_failed(s, STEP_DESCRIPTORS);
	if (syscall(SYS_close_range, ARRAY_SIZE(from), ~0U, 0))
		setup_failed(s, STEP_DESCRIPTORS);
}

/* A file system in memory, mounted nowhere; -1 when there can be none. */
static int make_place(void)
{
	int fs = (int)syscall(SYS_fsopen, "tmpfs", 0);

	if (fs < 0 || syscall(SYS_fsconfig, fs, CONFIG_STRING, "mode", "1777", 0) ||
	    syscall(SYS_fsconfig, fs, CONFIG_CREATE, NULL, NULL, 0))
		return -1;
	return (int)syscall(SYS_fsmount, fs, 0, 0);
}

/* The directory that core dumps go to, when it is not where the process stands. */
static bool core_directory(char *buf, size_t size)
{
	int fd = open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);
	char *slash;

	if (n <= 0 || *buf != '/')
		return false;
	buf[n] = '\0';
	slash = strrchr(buf, '/');
	slash[slash == buf] = '\0';
	return true;
}

/*
 * An actor that dies with a core dump leaves it in a place that goes away with the actors.  Where
 * there can be none, there can be no core dump either.
 */
static void go_to_place(void)
{
	struct rlimit core = {0, 0};
	char directory[512];
	int place = make_place();

	getrlimit(RLIMIT_CORE, &core);
	core.rlim_cur = 0;
	if (place < 0 || fchdir(place))
		core.rlim_max = 0;
	else if (core_directory(directory, sizeof(directory)) &&
		 (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		  syscall(SYS_move_mount, place, "", AT_FDCWD, directory, MOVE_FROM_FD)) &&
		 errno != ENOENT)
		core.rlim_max = 0;
	setrlimit(RLIMIT_CORE, &core);
	umask(0);
}

__attribute__((noreturn)) static void become_init(const struct setup *s)
{
	char slot[16], units[32], byte;
	char *const argv[] = {(char[]){"sigfate-actor"}, slot, units, (char[]){"init"}, NULL};
	char *const envp[] = {NULL};

	/* Both are needed: the maker may die before it is asked, or after it was asked whether. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(s->other_socket);
	if (recv(s->socket, &byte, 1, 0) != 1)
		_exit(1);
	reset_signals();
	setsid();
	go_to_place();
	move_descriptors(s);
	snprintf(slot, sizeof(slot), "%u", s->slot);
	snprintf(units, sizeof(units), "%llu", s->arena->size / WIRE_SLOT_SIZE);
	syscall(SYS_execveat, WIRE_FD_IMAGE, "", argv, envp, AT_EMPTY_PATH);
	setup_failed(s, STEP_EXEC);
}

/* As fork(): no handler of the C library's runs, and the namespaces are made on the way. */
static pid_t clone_init(const struct setup *s, int flags)
{
	pid_t pid = (pid_t)syscall(SYS_clone, (long)flags | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		become_init(s);
	return pid < 0 ? -errno : pid;
}

static int start_init(struct cage *c, const struct setup *s, char *error)
{
	int r = -EPERM;

	/* Root needs no user namespace, but in it nobody else's signals count for a limit. */
	c->init = clone_init(s, NAMESPACES | CLONE_NEWUSER);
	c->user = c->init > 0;
	if (!c->user && geteuid() == 0)
		c->init = clone_init(s, NAMESPACES);
	if (c->init < 0) {
		r = c->init == -EAGAIN || c->init == -ENOMEM ? c->init : -EPERM;
		snprintf(error, 256, "cannot make a PID and a user namespace: %s",
			 c->init == -ENOSPC ? "/proc/sys/user/max_*_namespaces does not allow it"
					    : strerror(-c->init));
		c->init = 0;
		return r;
	}
	c->pidfd = (int)syscall(SYS_pidfd_open, c->init, 0);
	if (c->pidfd < 0) {
		r = -errno;
		snprintf(error, 256, "cannot open a pidfd: %s", strerror(-r));
		return r;
	}
	c->mapped = !c->user;
	r = c->user ? idmap_write(c->init, &c->mapped) : 0;
	if (r)
		snprintf(error, 256, "cannot map ids into the user namespace: %s", strerror(-r));
	return r;
}

int cage_open(struct cage *c, struct arena *a, unsigned int slot, char *error)
{
	_cleanup_close_ int theirs = -1, image = actor_image_open();
	int pair[2], r;

	*c = (struct cage){.pidfd = -1, .socket = -1};
	if (image < 0) {
		snprintf(error, 256, "cannot hold the actor in memory: %s", strerror(-image));
		return image;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
		r = -errno;
		snprintf(error, 256, "cannot make a socket: %s", strerror(-r));
		return r;
	}
	c->socket = pair[0];
	theirs = pair[1];
	r = start_init(c,
		       &(struct setup){.arena = a,
				       .slot = slot,
				       .socket = theirs,
				       .other_socket = pair[0],
				       .image = image},
		       error);
	if (!r && send(c->socket, "", 1, MSG_NOSIGNAL) != 1)
		r = -errno;
	if (r)
		cage_close(c);
	return r;
}

bool cage_died(const struct cage *c, const struct arena *a, char *error)
{
	struct pollfd p = {.fd = c->pidfd, .events = POLLIN};

	if (poll(&p, 1, 0) <= 0)
		return false;
	if (a->header->setup_step)
		snprintf(error, 256, "%s: %s", step_name[a->header->setup_step],
			 strerror(a->header->setup_errno));
	else
		snprintf(error, 256, "%s", step_name[STEP_NONE]);
	return true;
}

void cage_close(struct cage *c)
{
	struct pollfd p = {.fd = c->pidfd, .events = POLLIN};
	siginfo_t info;

	if (c->init > 0) {
		if (c->pidfd >= 0)
			syscall(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
		else
			kill(c->init, SIGKILL);
		/* It ends when the last process of its namespace has; nothing there can refuse. */
		if (c->pidfd < 0 || poll(&p, 1, CLOSE_TIMEOUT_MS) != 0)
			while (waitid(P_PID, (id_t)c->init, &info, WEXITED | __WALL) &&
			       errno == EINTR)
				;
	}
	if (c->pidfd >= 0)
		close(c->pidfd);
	if (c->socket >= 0)
		close(c->socket);
	*c = (struct cage){.pidfd = -1, .socket = -1};
}
