/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - /proc/PID/status: most of what is to be known of a process, in one file */
#include <errno.h>

#include "base/cleanup.h"
#include "procfs/cursor.h"
#include "procfs/procfs.h"

/* The fields that every kernel has; a text without one of them is none of a process. */
enum field {
	NAME,
	STATE,
	TGID,
	PID,
	PPID,
	TRACER,
	UID,
	GID,
	THREADS,
	SIGQ,
	SIGPND,
	SHDPND,
	SIGBLK,
	SIGIGN,
	SIGCGT,
	CAPEFF,
	N_REQUIRED,
	NSPID = N_REQUIRED,
	NSPGID,
	NSSID,
	NNP,
	SECCOMP,
	KTHREAD,
	VMSIZE,
	SWITCHES,
	N_FIELDS
};

static const struct {
	const char *name;
	unsigned int len;
} fields[N_FIELDS] = {
#define FIELD(id, name) [id] = {name ":", sizeof(name)}
	FIELD(NAME, "Name"),	   FIELD(STATE, "State"),
	FIELD(TGID, "Tgid"),	   FIELD(PID, "Pid"),
	FIELD(PPID, "PPid"),	   FIELD(TRACER, "TracerPid"),
	FIELD(UID, "Uid"),	   FIELD(GID, "Gid"),
	FIELD(THREADS, "Threads"), FIELD(SIGQ, "SigQ"),
	FIELD(SIGPND, "SigPnd"),   FIELD(SHDPND, "ShdPnd"),
	FIELD(SIGBLK, "SigBlk"),   FIELD(SIGIGN, "SigIgn"),
	FIELD(SIGCGT, "SigCgt"),   FIELD(CAPEFF, "CapEff"),
	FIELD(NSPID, "NSpid"),	   FIELD(NSPGID, "NSpgid"),
	FIELD(NSSID, "NSsid"),	   FIELD(NNP, "NoNewPrivs"),
	FIELD(SECCOMP, "Seccomp"), FIELD(KTHREAD, "Kthread"),
	FIELD(VMSIZE, "VmSize"),   FIELD(SWITCHES, "voluntary_ctxt_switches"),
#undef FIELD
};

/* In what order the kernel writes them: the search begins where the last field was found. */
static int which_field(struct cursor *line, unsigned int *hint)
{
	size_t len = (size_t)(line->end - line->p);

	for (unsigned int k = 0; k < N_FIELDS; k++) {
		unsigned int i = (*hint + k) % N_FIELDS;

		if (len >= fields[i].len && line->p[0] == fields[i].name[0] &&
		    !memcmp(line->p, fields[i].name, fields[i].len)) {
			line->p += fields[i].len;
			*hint = i;
			return (int)i;
		}
	}
	return -1;
}

/* The kernel writes a newline as \n and a backslash twice; any other byte stands for itself. */
static void take_name(struct cursor *c, char comm[PROC_COMM_LEN])
{
	size_t n = 0;

	skip_char(c, '\t');
	while (c->p < c->end && n < PROC_COMM_LEN - 1) {
		char ch = *c->p++;

		if (ch == '\\' && c->p < c->end && (*c->p == 'n' || *c->p == '\\'))
			ch = *c->p++ == 'n' ? '\n' : '\\';
		comm[n++] = ch;
	}
	comm[n] = '\0';
}

static bool take_pid(struct cursor *c, pid_t least, pid_t *ret)
{
	uint64_t n;

	if (!take_number(c, 10, SF_PID_MAX_LIMIT - 1, &n) || (pid_t)n < least)
		return false;
	*ret = (pid_t)n;
	return true;
}

/* One number a level of namespaces. */
static bool take_levels(struct cursor *c, int nr[SF_MAX_PID_NS_LEVEL + 1], unsigned int *ret_n)
{
	unsigned int n = 0;

	while (n <= SF_MAX_PID_NS_LEVEL && take_pid(c, 0, &nr[n]))
		n++;
	skip_blanks(c);
	*ret_n = n;
	return n && c->p == c->end;
}

static bool take_uids(struct cursor *c, uint32_t uid[3])
{
	for (int i = 0; i < 3; i++) {
		uint64_t n;

		if (!take_number(c, 10, UINT32_MAX, &n))
			return false;
		uid[i] = (uint32_t)n;
	}
	return true;
}

static bool take_egid(struct cursor *c, uint32_t *ret)
{
	uint64_t n;

	if (!take_number(c, 10, UINT32_MAX, &n) || !take_number(c, 10, UINT32_MAX, &n))
		return false;
	*ret = (uint32_t)n;
	return true;
}

static bool take_sigq(struct cursor *c, struct proc_task *t)
{
	uint64_t n;

	if (!take_number(c, 10, LONG_MAX, &n) || !skip_char(c, '/') ||
	    !take_number(c, 10, UINT64_MAX, &t->sigq_limit))
		return false;
	t->sigq = (long)n;
	return true;
}

static bool take_unsigned(struct cursor *c, unsigned int *ret)
{
	uint64_t n;

	if (!take_number(c, 10, UINT32_MAX, &n))
		return false;
	*ret = (unsigned int)n;
	return true;
}

static bool take_flag(struct cursor *c, bool *ret)
{
	unsigned int n;

	if (!take_unsigned(c, &n))
		return false;
	*ret = n != 0;
	return true;
}

static bool take_state(struct cursor *c, char *ret)
{
	skip_blanks(c);
	if (c->p == c->end)
		return false;
	*ret = *c->p;
	return true;
}

static bool take_set(struct cursor *c, uint64_t *ret)
{
	return take_number(c, 16, UINT64_MAX, ret);
}

static bool take_field(int field, struct cursor *c, struct proc_task *t, unsigned int *n_pgid,
		       unsigned int *n_sid)
{
	switch ((enum field)field) {
	case NAME:
		take_name(c, t->comm);
		return true;
	case STATE:
		return take_state(c, &t->state);
	case TGID:
		return take_pid(c, 1, &t->tgid);
	case PID:
		return take_pid(c, 1, &t->tid);
	case PPID:
		return take_pid(c, 0, &t->ppid);
	case TRACER:
		return take_pid(c, 0, &t->tracer);
	case UID:
		return take_uids(c, t->uid);
	case GID:
		return take_egid(c, &t->egid);
	case THREADS:
		return take_unsigned(c, &t->threads);
	case SIGQ:
		return take_sigq(c, t);
	case SIGPND:
		return take_set(c, &t->sigpnd);
	case SHDPND:
		return take_set(c, &t->shdpnd);
	case SIGBLK:
		return take_set(c, &t->sigblk);
	case SIGIGN:
		return take_set(c, &t->sigign);
	case SIGCGT:
		return take_set(c, &t->sigcgt);
	case CAPEFF:
		return take_set(c, &t->cap_effective);
	case NSPID:
		return take_levels(c, t->nspid, &t->n_nspid);
	case NSPGID:
		return take_levels(c, t->nspgid, n_pgid);
	case NSSID:
		return take_levels(c, t->nssid, n_sid);
	case NNP:
		return take_flag(c, &t->no_new_privs);
	case SECCOMP:
		return take_unsigned(c, &t->seccomp);
	case KTHREAD:
		return take_flag(c, &t->kthread);
	case SWITCHES:
		return take_number(c, 10, UINT64_MAX, &t->switches);
	case VMSIZE:
	case N_FIELDS:
	default:
		return true;
	}
}

/* A thread of the kernel has no memory of its own; newer kernels say so themselves. */
static bool without_memory(uint32_t seen, char state)
{
	return !(seen & (1u << KTHREAD | 1u << VMSIZE)) && state != 'Z' && state != 'X';
}

int procfs_parse_status(const char *text, size_t len, struct proc_task *ret)
{
	struct cursor rest = cursor_of(text, len), line;
	struct proc_task t = {.n_nspid = 0};
	unsigned int hint = 0, n_pgid = 0, n_sid = 0;
	uint32_t seen = 0, required = (1u << N_REQUIRED) - 1;

	while (next_line(&rest, &line)) {
		int field = which_field(&line, &hint);

		if (field < 0)
			continue;
		if (!take_field(field, &line, &t, &n_pgid, &n_sid))
			return -EINVAL;
		seen |= 1u << field;
	}
	if ((seen & required) != required)
		return -EINVAL;
	if (!t.threads || t.state == 'X' || t.state == 'x')
		return -ESRCH;
	/* all have a number at every level of the task, or there are no levels at all */
	if (t.n_nspid != n_pgid || t.n_nspid != n_sid || (t.n_nspid && t.nspid[0] != t.tid))
		return -EINVAL;
	for (unsigned int i = 0; i < t.n_nspid; i++)
		if (!t.nspid[i])
			return -EINVAL;
	t.kthread = t.kthread || without_memory(seen, t.state);
	*ret = t;
	return 0;
}
