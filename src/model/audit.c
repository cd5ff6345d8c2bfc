/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * audit.c - what the audit system would have seen: every sender and target, refused or not
 *
 * Models: kernel/audit.c:audit_signal_info, kernel/auditsc.c:audit_signal_info_syscall
 */
#include <stdlib.h>
#include <string.h>

#include "model/machine.h"
#include "model/signal.h"

void sf_audit_enable(struct sf_machine *m, bool on)
{
	if (m)
		WRITE_ONCE(m->audit.enabled, on);
}

const struct sf_audit_record *sf_audit_records(const struct sf_machine *m, size_t *ret_n)
{
	if (ret_n)
		*ret_n = m ? m->audit.n : 0;
	return m ? m->audit.record : NULL;
}

void sf_audit_clear(struct sf_machine *m)
{
	if (!m)
		return;
	free(m->audit.record);
	m->audit.record = NULL;
	m->audit.n = m->audit.size = 0;
}

/* It is held: that it has ended does not make it somebody else. */
int sf_audit_set_daemon(struct sf_machine *m, struct sf_task *auditd)
{
	if (!m || (auditd && auditd->machine != m))
		return -EINVAL;
	if (auditd)
		get_task_struct(auditd);
	put_task_struct(m->audit.auditd);
	m->audit.auditd = auditd;
	return 0;
}

int sf_audit_signal_sender(const struct sf_machine *m, uint32_t *ret_uid)
{
	int pid = m ? rcu_dereference(m->audit.sig_pid) : 0;

	if (pid && ret_uid)
		*ret_uid = READ_ONCE(m->audit.sig_uid);
	return pid;
}

/* The call that this thread is in, when it is one that is recorded. */
static _Thread_local struct {
	bool live;
	int nr;
	long arg[4];
	uint32_t serial;
	size_t first; /* where its records begin */
} context;

void audit_call(int nr, const long arg[4])
{
	struct sf_machine *m = current->machine;
	struct audit *a = &m->audit;

	if (likely(!READ_ONCE(a->enabled)))
		return;
	spin_lock(&m->audit_lock);
	context.serial = ++a->serial;
	context.first = a->n;
	spin_unlock(&m->audit_lock);
	context.nr = nr;
	memcpy(context.arg, arg, sizeof(context.arg));
	context.live = true;
}

/* All records of a call bear its result. */
void audit_call_done(long ret)
{
	struct sf_machine *m = current->machine;
	struct audit *a = &m->audit;

	if (likely(!context.live))
		return;
	context.live = false;
	spin_lock(&m->audit_lock);
	for (size_t i = context.first; i < a->n; i++)
		if (a->record[i].serial == context.serial)
			a->record[i].result = ret;
	spin_unlock(&m->audit_lock);
}

static int add_record(struct sf_machine *m, const struct sf_audit_record *new)
{
	struct audit *a = &m->audit;
	struct sf_audit_record *record;

	spin_lock(&m->audit_lock);
	if (a->n == a->size) {
		size_t size = a->size ? 2 * a->size : 16;

		record = realloc(a->record, size * sizeof(*record));
		if (!record) {
			spin_unlock(&m->audit_lock);
			return machine_no_memory(m);
		}
		a->record = record;
		a->size = size;
	}
	a->record[a->n++] = *new;
	spin_unlock(&m->audit_lock);
	return 0;
}

static int record_signal(const struct task_struct *t)
{
	struct sf_machine *m = current->machine;
	const struct pid_namespace *ns = m->init_pid_ns;
	const struct cred *cred = current->cred;
	struct sf_audit_record r = {
		.serial = context.serial,
		.sender = task_tgid_nr_ns(current, ns),
		.sender_tid = task_pid_nr_ns(current, ns),
		.sender_ppid = task_tgid_nr_ns(rcu_dereference(current->real_parent), ns),
		.call = context.nr,
		.sender_uid = {cred->uid, cred->euid, cred->suid},
		.target = task_tgid_nr_ns(t, ns),
		.target_uid = rcu_dereference(t->cred)->uid,
	};

	memcpy(r.arg, context.arg, sizeof(r.arg));
	spin_lock(&m->comm_lock);
	memcpy(r.comm, current->comm, sizeof(r.comm));
	memcpy(r.target_comm, t->comm, sizeof(r.target_comm));
	spin_unlock(&m->comm_lock);
	return add_record(m, &r);
}

int audit_signal_info(int sig, struct task_struct *t)
{
	const sf_sigset reported =
		sigmask(SIGTERM) | sigmask(SIGHUP) | sigmask(SIGUSR1) | sigmask(SIGUSR2);
	struct audit *a = &current->machine->audit;
	bool daemon = a->auditd && same_thread_group(a->auditd, t) && siginmask(sig, reported);
	/* A signal that is sent at somebody's end belongs to no call any more. */
	bool recorded = context.live;

	if (daemon) {
		WRITE_ONCE(a->sig_uid, current->cred->uid);
		rcu_assign_pointer(a->sig_pid,
				   task_tgid_nr_ns(current, current->machine->init_pid_ns));
	}
	step(t, SF_STEP_AUDIT, recorded || daemon, sig, 0, 0);
	return recorded ? record_signal(t) : 0;
}
