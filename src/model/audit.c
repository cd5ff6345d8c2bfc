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
	m->audit.enabled = on;
}

const struct sf_audit_record *sf_audit_records(const struct sf_machine *m, size_t *ret_n)
{
	*ret_n = m->audit.n;
	return m->audit.record;
}

void sf_audit_set_daemon(struct sf_machine *m, struct sf_task *auditd)
{
	m->audit.auditd = auditd;
}

int sf_audit_signal_sender(const struct sf_machine *m, uint32_t *ret_uid)
{
	if (m->audit.sig_pid)
		*ret_uid = m->audit.sig_uid;
	return m->audit.sig_pid;
}

void audit_call(int nr, const long arg[4])
{
	struct audit *a = &current->machine->audit;

	if (likely(!a->enabled))
		return;
	a->nr = nr;
	a->serial++;
	a->first = a->n;
	memcpy(a->arg, arg, sizeof(a->arg));
}

/* All records of a call bear its result. */
void audit_call_done(long ret)
{
	struct audit *a = &current->machine->audit;

	if (likely(!a->enabled))
		return;
	for (size_t i = a->first; i < a->n; i++)
		a->record[i].result = ret;
	a->first = a->n;
}

static struct sf_audit_record *new_record(struct sf_machine *m)
{
	struct audit *a = &m->audit;

	if (a->n == a->size) {
		size_t size = a->size ? 2 * a->size : 16;
		struct sf_audit_record *record = realloc(a->record, size * sizeof(*record));

		if (!record) {
			machine_no_memory(m);
			return NULL;
		}
		a->record = record;
		a->size = size;
	}
	return &a->record[a->n++];
}

static int record_signal(const struct task_struct *t)
{
	struct sf_machine *m = current->machine;
	const struct pid_namespace *ns = m->init_pid_ns;
	const struct cred *cred = current->cred;
	struct sf_audit_record *r = new_record(m);

	if (!r)
		return -ENOMEM;
	*r = (struct sf_audit_record){
		.serial = m->audit.serial,
		.sender = task_tgid_nr_ns(current, ns),
		.sender_tid = task_pid_nr_ns(current, ns),
		.sender_ppid = task_tgid_nr_ns(current->real_parent, ns),
		.call = m->audit.nr,
		.sender_uid = {cred->uid, cred->euid, cred->suid},
		.target = task_tgid_nr_ns(t, ns),
		.target_uid = t->cred->uid,
	};
	memcpy(r->arg, m->audit.arg, sizeof(r->arg));
	memcpy(r->comm, current->comm, sizeof(r->comm));
	memcpy(r->target_comm, t->comm, sizeof(r->target_comm));
	return 0;
}

int audit_signal_info(int sig, struct task_struct *t)
{
	const sf_sigset reported =
		sigmask(SIGTERM) | sigmask(SIGHUP) | sigmask(SIGUSR1) | sigmask(SIGUSR2);
	struct audit *a = &current->machine->audit;
	bool daemon = a->auditd && same_thread_group(a->auditd, t) && siginmask(sig, reported);

	if (daemon) {
		a->sig_pid = task_tgid_nr_ns(current, current->machine->init_pid_ns);
		a->sig_uid = current->cred->uid;
	}
	step(t, SF_STEP_AUDIT, a->enabled || daemon, sig, 0, 0);
	return a->enabled ? record_signal(t) : 0;
}
