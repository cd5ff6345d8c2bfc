/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup.h - control groups that are made for processes of a scenario
 *
 * They are made below the one that this process is in, and removed with the world.  What a process
 * that was killed left behind, the next one that makes such a group removes.
 */
#ifndef SIGFATE_CGROUP_H
#define SIGFATE_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>

#define CGROUP_MEMORY (8ul << 20) /* bytes that there may be in one */

/** struct cgroup - @path: the directory */
struct cgroup {
	struct cgroup *next;
	char path[];
};

/** cgroup_can() - whether one can be made, whose memory is limited, or that has a cgroup.kill */
bool cgroup_can(bool memory);

/**
 * cgroup_new() - make one
 * @list: where it is kept until cgroups_release()
 * @memory: one with little memory; else one with a cgroup.kill
 *
 * Return: 0; -EOPNOTSUPP: there is no such hierarchy; another negative errno.
 */
int cgroup_new(struct cgroup **list, bool memory, struct cgroup **ret);
/** cgroup_add() - move a process into it */
int cgroup_add(const struct cgroup *c, pid_t pid);
/** cgroup_open() - one of its files: a descriptor, or a negative errno */
int cgroup_open(const struct cgroup *c, const char *name, int flags);
/** cgroups_release() - remove them all; all that were in them are gone */
void cgroups_release(struct cgroup **list);

#endif
