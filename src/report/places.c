/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/places.h"

#include <stddef.h>

/* Which part of the tree a function hangs in. */
enum root {
	ROOT_CALL,    /* the system call itself */
	ROOT_LOOKUP,  /* where that call looks its target up */
	ROOT_SENDING, /* where that call hands the signal on to one target */
	ROOT_TASK,    /* a task on its way back to its program */
};

struct place {
	enum root root;
	const char *frame[7];
};

#define SEND "do_send_sig_info", "send_signal_locked", "__send_signal_locked"
#define EXITING "get_signal", "do_group_exit", "do_exit", "exit_notify"

static const struct place places[SF_NSTEPS] = {
	[SF_STEP_CALL] = {ROOT_CALL, {NULL}},
	[SF_STEP_ARGUMENTS] = {ROOT_CALL, {NULL}},
	[SF_STEP_PREPARE_INFO] = {ROOT_CALL, {NULL}},
	[SF_STEP_WHOM] = {ROOT_CALL, {NULL}},
	[SF_STEP_FIND] = {ROOT_LOOKUP, {NULL}},
	[SF_STEP_AGAIN] = {ROOT_LOOKUP, {NULL}},
	[SF_STEP_TGID] = {ROOT_LOOKUP, {NULL}},
	[SF_STEP_CANDIDATE] = {ROOT_LOOKUP, {NULL}},
	[SF_STEP_MEMBER] = {ROOT_LOOKUP, {NULL}},
	[SF_STEP_VALID_SIGNAL] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_FROM_USER] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_AUDIT] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_SAME_GROUP] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_CRED] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_SESSION] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_LSM] = {ROOT_SENDING, {"check_kill_permission"}},
	[SF_STEP_PROBE] = {ROOT_SENDING, {NULL}},
	[SF_STEP_SIGHAND] = {ROOT_SENDING, {"do_send_sig_info"}},
	[SF_STEP_TRANSLATE_UID] = {ROOT_SENDING, {"do_send_sig_info"}},
	[SF_STEP_ANCESTOR] = {ROOT_SENDING, {"do_send_sig_info"}},
	[SF_STEP_FORCE] = {ROOT_SENDING, {"do_send_sig_info"}},
	[SF_STEP_EXITING_THREAD] = {ROOT_SENDING, {"do_send_sig_info", "send_signal_locked"}},
	[SF_STEP_GROUP_EXIT] = {ROOT_SENDING, {SEND}},
	[SF_STEP_FLUSH] = {ROOT_SENDING, {SEND}},
	[SF_STEP_BLOCKED] = {ROOT_SENDING, {SEND, "prepare_signal"}},
	[SF_STEP_TRACED] = {ROOT_SENDING, {SEND, "prepare_signal"}},
	[SF_STEP_GLOBAL_INIT] = {ROOT_SENDING, {SEND, "prepare_signal", "sig_ignored"}},
	[SF_STEP_UNKILLABLE] = {ROOT_SENDING, {SEND, "prepare_signal", "sig_ignored"}},
	[SF_STEP_DISPOSITION] = {ROOT_SENDING,
				 {SEND, "prepare_signal", "sig_ignored", "sig_task_ignored"}},
	[SF_STEP_LEGACY_QUEUE] = {ROOT_SENDING, {SEND}},
	[SF_STEP_SIGQUEUE] = {ROOT_SENDING, {SEND}},
	[SF_STEP_PENDING_SET] = {ROOT_SENDING, {"do_send_sig_info", "send_signal_locked"}},
	[SF_STEP_WANTS_SIGNAL] = {ROOT_SENDING, {SEND, "complete_signal"}},
	[SF_STEP_FATAL] = {ROOT_SENDING, {SEND}},
	[SF_STEP_GENERATE] = {ROOT_SENDING, {SEND}},
	[SF_STEP_RESULT] = {ROOT_SENDING, {NULL}},
	[SF_STEP_DYING] = {ROOT_TASK, {NULL}},
	[SF_STEP_DEQUEUE] = {ROOT_TASK, {"get_signal"}},
	[SF_STEP_PTRACE_SIGNAL] = {ROOT_TASK, {"get_signal"}},
	[SF_STEP_ACTION] = {ROOT_TASK, {NULL}},
	[SF_STEP_STOP] = {ROOT_TASK, {"get_signal"}},
	[SF_STEP_SIGWAIT] = {ROOT_TASK, {NULL}},
	[SF_STEP_SIGNALFD] = {ROOT_TASK, {NULL}},
	[SF_STEP_COREDUMP] = {ROOT_TASK, {"get_signal"}},
	[SF_STEP_DO_GROUP_EXIT] = {ROOT_TASK, {"get_signal"}},
	[SF_STEP_EXIT] = {ROOT_TASK, {"get_signal", "do_group_exit"}},
	[SF_STEP_CHILD_REAPER] = {ROOT_TASK, {EXITING, "forget_original_parent"}},
	[SF_STEP_ZAP] = {ROOT_TASK, {EXITING, "forget_original_parent", "find_child_reaper"}},
	[SF_STEP_NEW_PARENT] = {ROOT_TASK, {EXITING, "forget_original_parent"}},
	[SF_STEP_ORPHANED_PGRP] = {ROOT_TASK, {EXITING}},
	[SF_STEP_NOTIFY] = {ROOT_TASK, {EXITING}},
	[SF_STEP_RELEASE] = {ROOT_TASK, {EXITING}},
	[SF_STEP_ALLOC_PID] = {ROOT_CALL, {NULL}},
};

/* How each call comes to one target; the first @lookup functions of it are above the look-up. */
struct route {
	unsigned int lookup;
	const char *frame[5];
};

static const struct route kill_route[] = {
	[SF_WHOM_ONE] = {2, {"kill", "kill_something_info", "group_send_sig_info"}},
	[SF_WHOM_OWN_PGRP] = {2,
			      {"kill", "kill_something_info", "__kill_pgrp_info",
			       "group_send_sig_info"}},
	[SF_WHOM_PGRP] = {2,
			  {"kill", "kill_something_info", "__kill_pgrp_info",
			   "group_send_sig_info"}},
	[SF_WHOM_ALL] = {2, {"kill", "kill_something_info", "group_send_sig_info"}},
	[SF_WHOM_INT_MIN] = {2, {"kill", "kill_something_info"}},
};

static const struct route routes[] = {
	[SF_CALL_TKILL] = {3, {"tkill", "do_tkill", "do_send_specific"}},
	[SF_CALL_TGKILL] = {3, {"tgkill", "do_tkill", "do_send_specific"}},
	[SF_CALL_RT_SIGQUEUEINFO] = {2,
				     {"rt_sigqueueinfo", "kill_proc_info", "group_send_sig_info"}},
	[SF_CALL_RT_TGSIGQUEUEINFO] = {2, {"rt_tgsigqueueinfo", "do_send_specific"}},
	[SF_CALL_PIDFD_SEND_SIGNAL] = {1, {"pidfd_send_signal", "group_send_sig_info"}},
	[SF_CALL_KERNEL] = {0, {NULL}},
};

static unsigned int put_route(const struct route *route, enum root root, const char **ret)
{
	unsigned int n = 0, max = root == ROOT_CALL ? 1 : root == ROOT_LOOKUP ? route->lookup : 5;

	while (n < max && n < 5 && route->frame[n]) {
		ret[n] = route->frame[n];
		n++;
	}
	return n;
}

unsigned int place_frames(enum sf_step_id id, int call, int whom, const char **ret)
{
	const struct place *place = &places[id];
	const struct route *route = &routes[call];
	unsigned int n = 0;

	if (call == SF_CALL_KILL)
		route = &kill_route[whom];
	if (place->root != ROOT_TASK)
		n = put_route(route, place->root, ret);
	for (size_t i = 0; i < 7 && place->frame[i]; i++)
		ret[n++] = place->frame[i];
	return n;
}
