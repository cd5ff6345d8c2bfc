/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/audit.h - audit
 *
 * What Linux's audit would record of signals.  The machine owns the records.  To read or to clear
 * them excludes calls; to turn recording on or off does not.
 */
#ifndef SF_AUDIT_H
#define SF_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct sf_audit_record - one signal that the audit hook saw
 * @serial: the same for all targets of one call
 * @sender: the number of the sending process in the initial PID namespace, and its @sender_tid
 * @sender_ppid: of its parent
 * @call: the system call, by its number on x86-64
 * @result: what the call gave
 * @arg: the call's first four arguments
 * @sender_uid: real, effective, saved id, in the initial user namespace
 * @comm: the sender's name
 * @target: the target's process number in the initial PID namespace
 * @target_uid: its real id
 * @target_comm: its name
 *
 * Models: kernel/auditsc.c:audit_signal_info_syscall
 */
struct sf_audit_record {
	uint32_t serial;
	int sender, sender_tid, sender_ppid;
	int call;
	long result;
	long arg[4];
	uint32_t sender_uid[3];
	char comm[SF_COMM_LEN];
	int target;
	uint32_t target_uid;
	char target_comm[SF_COMM_LEN];
};

/**
 * sf_audit_enable() - as if audit rules on signals were loaded: record every sender and target
 * @m: the machine
 * @on: whether to record, from the next call on
 *
 * Context: Any thread, at once with calls.
 *
 * Models: kernel/auditsc.c:audit_signal_info_syscall
 */
void sf_audit_enable(struct sf_machine *m, bool on);

/**
 * sf_audit_records() - what was recorded so far
 * @m: the machine, which owns the records; the next call may move them
 * @ret_n: how many there are; may be NULL
 *
 * Context: Excludes calls in the machine, until the caller has read what it wants.
 *
 * Return: the records, in order; NULL when there are none.
 */
const struct sf_audit_record *sf_audit_records(const struct sf_machine *m, size_t *ret_n);

/**
 * sf_audit_clear() - forget what was recorded
 * @m: the machine
 *
 * Context: Excludes calls in the machine.
 */
void sf_audit_clear(struct sf_machine *m);

/**
 * sf_audit_set_daemon() - say which process is the audit daemon
 * @m: the machine
 * @auditd: the process, of which a reference is held; NULL: there is none
 *
 * Context: Excludes calls in the machine.
 *
 * Return: 0, or
 * * -EINVAL: it is of another machine, or @m is NULL
 */
int sf_audit_set_daemon(struct sf_machine *m, struct sf_task *auditd);

/**
 * sf_audit_signal_sender() - who last sent the audit daemon one of the signals it reports
 * @m: the machine
 * @ret_uid: the sender's real id in the initial user namespace; may be NULL
 *
 * Context: Any thread, at once with calls.
 *
 * Return: the sender's process number in the initial PID namespace, 0 when there was none; then
 * @ret_uid is untouched.
 *
 * Models: kernel/audit.c:audit_signal_info
 */
int sf_audit_signal_sender(const struct sf_machine *m, uint32_t *ret_uid);

#ifdef __cplusplus
}
#endif

#endif
