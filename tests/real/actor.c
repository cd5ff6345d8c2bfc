/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * actor - a process that makes the system calls it is told to make
 *
 * The test holds the other end of a SOCK_SEQPACKET pair for every thread of every actor.  A request
 * names a system call and its arguments, the reply has what it gave.  A handler that runs says so
 * on the channel of the thread that it runs in, before that thread answers anything else: so a
 * thread that answers a request has taken every signal that it could take before it.  When the test
 * goes away, so do its actors: their channels end.
 *
 * No handler is installed, nothing is blocked and no thread is made but on request.  The signal
 * calls are made raw: the C library hides two signals and rewrites a si_code.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NARGS 6
#define MAXFDS 2
#define DATA 256

/* Both are read and written by wire.py; keep them the same. */
struct request {
	int64_t id;
	char op[24];
	int64_t arg[NARGS];
	uint32_t pointers; /* bit n: arg[n] is an offset into data */
	uint32_t fds;	   /* bit n: arg[n] is the index of a descriptor that came along */
	_Alignas(16) uint8_t data[DATA];
};

struct reply {
	int64_t id;
	int64_t result;
	int64_t value;
	int32_t kind; /* 'U' up, 'R' reply, 'H' a handler runs */
	int32_t tid;
	int32_t signo, code, pid, uid;
	_Alignas(16) uint8_t data[DATA];
};

/* As the kernel has it on x86-64 and arm64; the C library's is another. */
struct kernel_sigaction {
	uintptr_t handler;
	unsigned long flags;
	uintptr_t restorer;
	uint64_t mask;
};

static __thread int channel = -1;
static struct kernel_sigaction sample; /* one that the C library made: it knows the restorer */

static const struct {
	const char *name;
	long nr;
} calls[] = {
	{"capset", SYS_capset},
	{"chdir", SYS_chdir},
	{"close", SYS_close},
	{"exit", SYS_exit},
	{"exit_group", SYS_exit_group},
	{"getpid", SYS_getpid},
	{"gettid", SYS_gettid},
	{"ioctl", SYS_ioctl},
	{"kill", SYS_kill},
	{"pidfd_send_signal", SYS_pidfd_send_signal},
	{"openat", SYS_openat},
	{"ppoll", SYS_ppoll},
	{"prctl", SYS_prctl},
	{"prlimit64", SYS_prlimit64},
	{"ptrace", SYS_ptrace},
	{"read", SYS_read},
	{"rt_sigprocmask", SYS_rt_sigprocmask},
	{"rt_sigqueueinfo", SYS_rt_sigqueueinfo},
	{"rt_sigsuspend", SYS_rt_sigsuspend},
	{"rt_sigtimedwait", SYS_rt_sigtimedwait},
	{"rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo},
	{"setgroups", SYS_setgroups},
	{"setitimer", SYS_setitimer},
	{"setns", SYS_setns},
	{"setpgid", SYS_setpgid},
	{"setresgid", SYS_setresgid},
	{"setresuid", SYS_setresuid},
	{"setsid", SYS_setsid},
	{"signalfd4", SYS_signalfd4},
	{"tgkill", SYS_tgkill},
	{"timer_create", SYS_timer_create},
	{"timer_settime", SYS_timer_settime},
	{"tkill", SYS_tkill},
	{"unshare", SYS_unshare},
	{"waitid", SYS_waitid},
	{"write", SYS_write},
};

static void say(const struct reply *reply)
{
	while (send(channel, reply, sizeof(*reply), MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved_errno = errno;
	struct reply reply = {
		.kind = 'H',
		.tid = (int32_t)syscall(SYS_gettid),
		.signo = sig,
		.code = info->si_code,
		.pid = info->si_pid,
		.uid = (int32_t)info->si_uid,
		.value = info->si_value.sival_int,
	};

	(void)context;
	say(&reply);
	errno = saved_errno;
}

static void learn_sigaction(void)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO}, before;

	sigaction(SIGUSR1, &action, &before);
	syscall(SYS_rt_sigaction, SIGUSR1, NULL, &sample, sizeof(sample.mask));
	sigaction(SIGUSR1, &before, NULL);
}

/* sigaction(SIG, 0 default | 1 ignore | 2 handler, flags, mask) */
static long do_sigaction(const struct request *req)
{
	struct kernel_sigaction action = {.handler = (uintptr_t)req->arg[1]};

	if (req->arg[1] == 2)
		action = sample;
	action.flags |= (unsigned long)req->arg[2];
	action.mask = (uint64_t)req->arg[3];
	return syscall(SYS_rt_sigaction, (int)req->arg[0], &action, NULL, sizeof(action.mask));
}

static void serve(void);

static void *thread_main(void *arg)
{
	channel = (int)(intptr_t)arg;
	serve();
	return NULL;
}

static void *thread_ends(void *arg)
{
	return arg;
}

/*
 * With its first thread the C library handles the signal by which its threads change their user
 * together.  It believes whoever sends it from within the process, and would crash.
 */
static void forget_setxid(void)
{
	const struct kernel_sigaction none = {0};
	pthread_t thread;

	if (!pthread_create(&thread, NULL, thread_ends, NULL))
		pthread_join(thread, NULL);
	syscall(SYS_rt_sigaction, 33, &none, NULL, sizeof(none.mask));
}

static long do_thread(int fd)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, thread_main, (void *)(intptr_t)fd);

	if (err) {
		errno = err;
		return -1;
	}
	return 0;
}

/* The child serves the channel that came along, and only that one. */
static long do_spawn(unsigned long flags, int fd)
{
	long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);

	if (pid != 0) {
		close(fd);
		return pid;
	}
	close(channel);
	channel = fd;
	serve();
	_exit(0);
}

/* burn(MILLISECONDS): compute until the process has had so much processor time */
static long do_burn(int64_t ms)
{
	struct timespec t;

	do {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	} while (t.tv_sec * 1000 + t.tv_nsec / 1000000 < ms);
	return 0;
}

/* eat(BYTES): use so much memory */
static long do_eat(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	memset(p, 1, size);
	return munmap(p, size);
}

/* fault(): write where nothing is */
static long do_fault(void)
{
	char *nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*(volatile char *)nowhere = 1;
	return 0;
}

/* filtered(): make a call that a seccomp filter ends the process for */
static long do_filtered(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		return -1;
	return syscall(SYS_getppid);
}

static long do_call(struct request *req)
{
	int64_t *a = req->arg;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(calls[i].name, req->op))
			return syscall(calls[i].nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	errno = ENOSYS;
	return -1;
}

static void perform(struct request *req, const int *fd)
{
	struct reply reply = {.id = req->id, .kind = 'R'};
	int kept = -1;

	for (int i = 0; i < NARGS; i++) {
		if (req->pointers >> i & 1)
			req->arg[i] = (int64_t)(uintptr_t)(req->data + req->arg[i] % DATA);
		if (req->fds >> i & 1)
			req->arg[i] = fd[req->arg[i] % MAXFDS];
	}
	errno = 0;
	if (!strcmp(req->op, "sigaction")) {
		reply.result = do_sigaction(req);
	} else if (!strcmp(req->op, "burn")) {
		reply.result = do_burn(req->arg[0]);
	} else if (!strcmp(req->op, "eat")) {
		reply.result = do_eat((size_t)req->arg[0]);
	} else if (!strcmp(req->op, "fault")) {
		reply.result = do_fault();
	} else if (!strcmp(req->op, "filtered")) {
		reply.result = do_filtered();
	} else if (!strcmp(req->op, "thread")) {
		kept = fd[0];
		reply.result = do_thread(fd[0]);
	} else if (!strcmp(req->op, "spawn")) {
		kept = fd[0];
		reply.result = do_spawn((unsigned long)req->arg[0], fd[0]);
	} else {
		reply.result = do_call(req);
	}
	if (reply.result < 0)
		reply.result = -errno;
	for (int i = 0; i < MAXFDS; i++)
		if (fd[i] >= 0 && fd[i] != kept)
			close(fd[i]);
	reply.tid = (int32_t)syscall(SYS_gettid);
	memcpy(reply.data, req->data, DATA);
	say(&reply);
}

static ssize_t receive(struct request *req, int fd[MAXFDS])
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * MAXFDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = {.iov_base = req, .iov_len = sizeof(*req)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t n = recvmsg(channel, &msg, 0);

	for (int i = 0; i < MAXFDS; i++)
		fd[i] = -1;
	if (n <= 0)
		return n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(fd, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return n;
}

static void serve(void)
{
	struct reply up = {.kind = 'U', .tid = (int32_t)syscall(SYS_gettid)};

	say(&up);
	for (;;) {
		struct request req;
		int fd[MAXFDS];
		ssize_t n = receive(&req, fd);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(req))
			syscall(SYS_exit_group, 0);
		perform(&req, fd);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: actor FD\n");
		return 2;
	}
	channel = atoi(argv[1]);
	learn_sigaction();
	forget_setxid();
	serve();
}
