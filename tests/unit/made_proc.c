/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "made_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "%s/sigfate-proc.XXXXXX", P_tmpdir);
	return mkdtemp(root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Create a file and the directories above it; the path is below the root. */
void put(const char *path, const void *data, size_t len)
{
	char full[256];
	int fd;

	assert_true(snprintf(full, sizeof(full), "%s/%s", root, path) < (int)sizeof(full));
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

static void put_files(const struct made *m, const char *dir, const char *numbers)
{
	char path[128], text[2048];

	snprintf(path, sizeof(path), "%s/status", dir);
	snprintf(text, sizeof(text),
		 "Name:\tp%d\nState:\t%c (x)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n"
		 "Uid:\t%u\t%u\t%u\t%u\nGid:\t0\t0\t0\t0\nNSpid:\t%s\nNSpgid:\t%s\nNSsid:\t%s\n"
		 "Kthread:\t0\nThreads:\t%d\nSigQ:\t0/100\n"
		 "SigPnd:\t0\nShdPnd:\t0\nSigBlk:\t%llx\nSigIgn:\t%llx\nSigCgt:\t%llx\n"
		 "CapEff:\t%s\nSeccomp:\t0\n",
		 m->pid, m->state ? m->state : 'S', m->tgid ? m->tgid : m->pid, m->pid, m->ppid,
		 m->tracer, m->uid, m->uid, m->uid, m->uid, numbers,
		 m->nspgid ? m->nspgid : numbers, m->nssid ? m->nssid : numbers,
		 m->threads ? m->threads : 1, (unsigned long long)m->blocked,
		 (unsigned long long)m->ignored, (unsigned long long)m->caught,
		 m->uid ? "0" : "1ffffffffff");
	put_text(path, text);
	snprintf(path, sizeof(path), "%s/stat", dir);
	snprintf(text, sizeof(text),
		 "%d (p) S %d 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 "
		 "17 0\n",
		 m->pid, m->ppid);
	put_text(path, text);
	snprintf(path, sizeof(path), "%s/syscall", dir);
	if (m->syscall)
		put_text(path, m->syscall);
}

void make(const struct made *m)
{
	char number[16], dir[64], task[96], path[256], target[64];
	int tgid = m->tgid ? m->tgid : m->pid;

	snprintf(number, sizeof(number), "%d", m->pid);
	snprintf(dir, sizeof(dir), "%d", tgid);
	snprintf(task, sizeof(task), "%d/task/%d", tgid, m->pid);
	put_files(m, task, m->nspid ? m->nspid : number);
	if (tgid != m->pid) {
		put_files(m, number, m->nspid ? m->nspid : number);
		return;
	}
	put_files(m, dir, m->nspid ? m->nspid : number);
	snprintf(path, sizeof(path), "%d/uid_map", m->pid);
	if (m->map)
		put_text(path, m->map);
	snprintf(path, sizeof(path), "%s/%d/ns", root, m->pid);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/%d/ns/pid", root, m->pid);
	snprintf(target, sizeof(target), "pid:[%lu]", m->pid_ino);
	assert_true(!m->pid_ino || symlink(target, path) == 0);
	snprintf(path, sizeof(path), "%s/%d/ns/user", root, m->pid);
	snprintf(target, sizeof(target), "user:[%lu]", m->user_ino);
	assert_true(!m->user_ino || symlink(target, path) == 0);
}

void remove_process(pid_t pid)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%d", root, (int)pid);
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

struct snapshot *snapshot(void)
{
	struct procfs fs = {root};
	struct snapshot *s = NULL;

	assert_int_equal(snapshot_read(&fs, &s), 0);
	return s;
}

const struct proc_task *look(struct snapshot *s, pid_t pid)
{
	assert_int_equal(snapshot_look(s, &pid, 1), 0);
	return snapshot_find(s, pid);
}

void make_container(bool readable)
{
	unsigned long ino = readable ? 4026532001 : 0;

	MAKE(.pid = 1, .pid_ino = 4026531836);
	MAKE(.pid = 50, .ppid = 1, .pid_ino = 4026531836);
	MAKE(.pid = 100, .ppid = 50, .nspid = "100 1", .pid_ino = ino);
	MAKE(.pid = 101, .ppid = 100, .nspid = "101 7", .pid_ino = ino);
	MAKE(.pid = 102, .ppid = 50, .nspid = "102 9", .pid_ino = ino);
}
