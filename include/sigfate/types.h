/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/types.h - the library, and what all of its headers share
 *
 * Numbers that Linux fixed, sets of signals, what a call gives that is no result, and the names of
 * the objects.  Of <sigfate.h>, which has every header and says what holds for all.
 */
#ifndef SF_TYPES_H
#define SF_TYPES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SF_NSIG 64		 /* signals are 1..64 on every architecture but MIPS */
#define SF_SIGRTMIN 32		 /* the kernel's; a C library keeps the first few for itself */
#define SF_MAX_PID_NS_LEVEL 32	 /* a namespace may be this deep; the initial one is at 0 */
#define SF_PID_MAX_LIMIT 4194304 /* one more than the largest possible PID */
#define SF_OVERFLOWUID 65534	 /* an id that has no name in a user namespace */
#define SF_COMM_LEN 16		 /* a task's name with its NUL */

#define SF_CAP_DAC_OVERRIDE 1
#define SF_CAP_KILL 5
#define SF_CAP_SETGID 6
#define SF_CAP_SETUID 7
#define SF_CAP_SYS_PTRACE 19
#define SF_CAP_SYS_ADMIN 21
#define SF_CAP_SYS_BOOT 22
#define SF_CAP_SYS_RESOURCE 24
#define SF_CAP_SETFCAP 31
#define SF_CAP_CHECKPOINT_RESTORE 40
#define SF_CAP_FULL (((uint64_t)1 << 41) - 1)
#define SF_RLIM_INFINITY UINT64_MAX

/** A set of signals: bit sig - 1 stands for sig, as in /proc/PID/status. */
typedef uint64_t sf_sigset;

#define SF_SIGMASK(sig) (UINT64_C(1) << ((sig)-1)) /* of a signal: 1..64 */

/* What a call gives when it has no result of the modelled kernel; no errno is that large. */
#define SF_FAIL LONG_MIN	  /* our failure: see sf_machine_error() */
#define SF_BLOCKED (LONG_MIN + 1) /* the call sleeps: see sf_task_call_result() */

struct sf_machine;
struct sf_task;	  /* a thread; a process is its thread group leader */
struct sf_pidns;  /* a PID namespace */
struct sf_userns; /* a user namespace */
struct sf_path;	  /* the steps that calls took, recorded */

/**
 * sf_version() - the version of the library: "0.1.0"
 *
 * Context: Any thread.
 *
 * Return: the version, a constant.
 */
const char *sf_version(void);

/**
 * sf_threads() - whether many threads may use one machine
 *
 * Context: Any thread.
 *
 * Return: true in the build with threads; in the other, machines belong to one thread at a time,
 * and nothing but the C library is needed.
 */
bool sf_threads(void);

#ifdef __cplusplus
}
#endif

#endif
