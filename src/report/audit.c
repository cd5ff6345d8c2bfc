/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * audit.c - signals as Linux audit records
 *
 * Field by field what the kernel writes; what a machine does not hold (groups, login, terminal,
 * program file) is written as the kernel writes it when it is not set.
 *
 * Models: kernel/auditsc.c:audit_log_exit, audit_log_pid_context
 */
#include <errno.h>
#include <string.h>

#include "report/report.h"

#define ARCH_X86_64 0xc000003eu
#define UNSET 4294967295u
#define AUX_PIDS 16 /* targets after the first are kept in blocks of so many */

struct stamp {
	long long seconds;
	unsigned int milliseconds;
};

/* Quoted when that is safe, in hexadecimal otherwise: kernel/audit.c:audit_log_untrustedstring. */
static void untrusted(FILE *out, const char *s)
{
	size_t len = strnlen(s, SF_COMM_LEN);
	bool plain = true;

	for (size_t i = 0; i < len; i++)
		if (s[i] == '"' || (unsigned char)s[i] < 0x21 || (unsigned char)s[i] > 0x7e)
			plain = false;
	if (plain) {
		fprintf(out, "\"%.*s\"", (int)len, s);
		return;
	}
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02X", (unsigned char)s[i]);
}

static void begin(FILE *out, const char *type, const struct stamp *at, uint32_t serial)
{
	fprintf(out, "type=%s msg=audit(%lld.%03u:%u): ", type, at->seconds, at->milliseconds,
		serial);
}

/* An int argument fills half a register: the rest of it is zero. */
static unsigned long argument(long arg)
{
	return arg < 0 && arg >= INT_MIN ? (unsigned int)arg : (unsigned long)arg;
}

static void syscall_record(FILE *out, const struct sf_audit_record *r, const struct stamp *at)
{
	const uint32_t *uid = r->sender_uid;

	begin(out, "SYSCALL", at, r->serial);
	fprintf(out, "arch=%x syscall=%d success=%s exit=%ld a0=%lx a1=%lx a2=%lx a3=%lx items=0 ",
		ARCH_X86_64, r->call, r->result < 0 ? "no" : "yes", r->result, argument(r->arg[0]),
		argument(r->arg[1]), argument(r->arg[2]), argument(r->arg[3]));
	fprintf(out, "ppid=%d pid=%d auid=%u uid=%u gid=%u euid=%u suid=%u fsuid=%u ",
		r->sender_ppid, r->sender, UNSET, uid[0], UNSET, uid[1], uid[2], uid[1]);
	fprintf(out, "egid=%u sgid=%u fsgid=%u tty=(none) ses=%u comm=", UNSET, UNSET, UNSET,
		UNSET);
	untrusted(out, r->comm);
	fputs(" exe=(null) key=(null)\n", out);
}

static void target_record(FILE *out, const struct sf_audit_record *r, const struct stamp *at)
{
	begin(out, "OBJ_PID", at, r->serial);
	fprintf(out, "opid=%d oauid=-1 ouid=%u oses=-1 ocomm=", r->target, r->target_uid);
	untrusted(out, r->target_comm);
	fputc('\n', out);
}

/* The kernel logs the newest block of targets first, and the very first target last. */
static void event(FILE *out, const struct sf_audit_record *r, size_t n, const struct stamp *at)
{
	size_t blocks = (n - 1 + AUX_PIDS - 1) / AUX_PIDS;

	syscall_record(out, r, at);
	for (size_t b = blocks; b-- > 0;)
		for (size_t i = 1 + b * AUX_PIDS; i < n && i < 1 + (b + 1) * AUX_PIDS; i++)
			target_record(out, &r[i], at);
	target_record(out, r, at);
}

int audit_write(FILE *out, const struct sf_audit_record *record, size_t n, long long seconds,
		unsigned int milliseconds)
{
	const struct stamp at = {seconds, milliseconds};

	if (seconds < 0 || milliseconds > 999)
		return -EINVAL;
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n; same++)
			if (record[i + same].serial != record[i].serial)
				break;
		event(out, &record[i], same, &at);
	}
	return ferror(out) ? -EIO : 0;
}
