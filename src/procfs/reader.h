/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.h - what the parts of procfs share while a snapshot is taken */
#ifndef SIGFATE_PROCFS_READER_H
#define SIGFATE_PROCFS_READER_H

#include "procfs/procfs.h"

/* What is known of a namespace that somebody is in, by the number that its link shows. */
struct ns_fact {
	ino_t ino, parent, owner; /* 0: not known */
	uint32_t owner_uid;
	bool has_map;
	struct sf_id_extent *map; /* as the reader sees it */
	size_t n_map;
};

struct tid_index {
	pid_t tid;
	size_t task;
};

/**
 * struct procfs_reader - the descriptor of /proc, and what was learnt by the way
 * @text, @len, @size: the last file read
 * @fact: namespaces
 * @index: the tasks by their number; rebuilt by snapshot_resolve()
 * @pidns_here, @userns_here: of the reading process itself; 0: not known
 * @overflowuid: what an id without a name is shown as
 * @sees_all: capable of reading everything in its user namespace and below
 * @landlock: this kernel can keep a process from signalling others
 */
struct procfs_reader {
	int root;
	char *text;
	size_t len, size;
	struct ns_fact *fact;
	size_t n_facts;
	struct tid_index *index;
	size_t n_index;
	ino_t pidns_here, userns_here;
	uint32_t overflowuid;
	bool sees_all;
	bool landlock;
};

/* The numbers that the kernel gives to the first namespaces; no namespace has one below these. */
#define INITIAL_PIDNS 0xeffffffcu
#define INITIAL_USERNS 0xeffffffdu

/* file.c */
/** read_text() - a file below @dir into r->text, NUL-terminated; -ESRCH: its process is gone */
int read_text(struct procfs_reader *r, int dir, const char *path);
/** list_numbers() - the entries of a directory that are numbers; freed by the caller */
int list_numbers(int dir, const char *path, pid_t **ret, size_t *ret_n);
/** read_ns_link() - the number of the namespace that a link like ns/pid names */
int read_ns_link(int dir, const char *path, ino_t *ret);

/* task.c */
/** read_status() - the task whose files are in @path below @dir, from its status alone */
int read_status(struct procfs_reader *r, int dir, const char *path, struct proc_task *ret);
/** read_closely() - one thread: status, stat, and what it waits for; read until it stands still */
int read_closely(struct procfs_reader *r, int dir, const char *path, struct proc_task *ret);
void add_gap(struct proc_task *t, enum proc_gap gap, int error);

/* waits.c */
void read_waits(struct procfs_reader *r, int dir, const char *path, struct proc_task *t);

/* nsfs.c */
const struct ns_fact *find_fact(const struct procfs_reader *r, ino_t ino);
/** learn_pidns() - who is around the PID namespace of a process, and who owns it */
int learn_pidns(struct procfs_reader *r, int dir, ino_t ino);
/** learn_userns() - the user namespaces from that of a process up, as far as one can see */
int learn_userns(struct procfs_reader *r, int dir, ino_t ino);
/** learn_by_map() - a user namespace that may not be seen, told by its map: a number that fits */
int learn_by_map(struct procfs_reader *r, int dir, ino_t *ret);
/** learn_here() - the namespaces of the reading process itself */
int learn_here(struct procfs_reader *r);

/* snapshot.c */
/** read_orphans_again() - the parents of those whose parent has gone meanwhile */
int read_orphans_again(struct snapshot *s);

/* resolve.c, pidns.c, userns.c */
/** snapshot_resolve() - index the tasks and find out who is in which namespace */
int snapshot_resolve(struct snapshot *s);
/** index_tasks() - so that find_task() finds them */
int index_tasks(struct snapshot *s);
int resolve_pidns(struct snapshot *s);
int resolve_userns(struct snapshot *s);
struct proc_task *find_task(const struct snapshot *s, pid_t tid);
/** add_ns() - append to a list of namespaces; its index, or -ENOMEM */
int add_ns(struct proc_ns **list, size_t *n, const struct proc_ns *ns);
void free_ns(struct proc_ns *list, size_t n);

#endif
