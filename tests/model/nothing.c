/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nothing.c - every function with nothing: no task, no machine, no path, no text */
#include <errno.h>
#include <string.h>

#include "bytes.h"

/* As a caller has it, and not as a compiler knows it. */
static struct sf_task *volatile nobody;

static void expect(struct play *play, bool holds)
{
	if (!holds)
		play->wrong = "something from nothing";
}

/* A call that nobody makes is our own failure, and says so. */
static void nobody_calls(struct play *play, long r)
{
	expect(play, r == SF_FAIL && sf_machine_error(NULL) == -EINVAL);
}

static void calls(struct play *play)
{
	const struct sf_siginfo info = {.signo = 10, .code = SF_SI_QUEUE};
	struct sf_task *child = NULL;

	nobody_calls(play, sf_fork(nobody, &child));
	nobody_calls(play, sf_clone(nobody, SF_CLONE_VFORK, NULL));
	nobody_calls(play, sf_clone3(nobody, NULL, NULL));
	nobody_calls(play, sf_execve(nobody, NULL));
	nobody_calls(play, sf_unshare(nobody, 0));
	nobody_calls(play, sf_setns(nobody, NULL, 0));
	nobody_calls(play, sf_exit(nobody, 0));
	nobody_calls(play, sf_exit_group(nobody, 0));
	nobody_calls(play, sf_wait4(nobody, -1, NULL, 0));
	nobody_calls(play, sf_kill(nobody, 1, 9));
	nobody_calls(play, sf_tkill(nobody, 1, 9));
	nobody_calls(play, sf_tgkill(nobody, 1, 1, 9));
	nobody_calls(play, sf_rt_sigqueueinfo(nobody, 1, 9, &info));
	nobody_calls(play, sf_rt_tgsigqueueinfo(nobody, 1, 1, 9, &info));
	nobody_calls(play, sf_sigqueue(nobody, 1, 9, 0));
	nobody_calls(play, sf_pidfd_send_signal(nobody, NULL, 9, NULL, 0));
	nobody_calls(play, sf_rt_sigaction(nobody, 9, NULL, NULL));
	nobody_calls(play, sf_rt_sigprocmask(nobody, 0, NULL, NULL));
	nobody_calls(play, sf_rt_sigpending(nobody, NULL));
	nobody_calls(play, sf_rt_sigsuspend(nobody, 0));
	nobody_calls(play, sf_rt_sigtimedwait(nobody, 0, NULL));
	nobody_calls(play, sf_signalfd_read(nobody, 0, NULL));
	expect(play, !child);
}

static void more_calls(struct play *play)
{
	nobody_calls(play, sf_getpid(nobody));
	nobody_calls(play, sf_gettid(nobody));
	nobody_calls(play, sf_getppid(nobody));
	nobody_calls(play, sf_getpgid(nobody, 0));
	nobody_calls(play, sf_getsid(nobody, 0));
	nobody_calls(play, sf_getuid(nobody));
	nobody_calls(play, sf_setpgid(nobody, 0, 0));
	nobody_calls(play, sf_setsid(nobody));
	nobody_calls(play, sf_setuid(nobody, 0));
	nobody_calls(play, sf_setresuid(nobody, 0, 0, 0));
	nobody_calls(play, sf_capset(nobody, 0, 0));
	nobody_calls(play, sf_setgroups(nobody));
	nobody_calls(play, sf_setrlimit(nobody, 0, 0));
	nobody_calls(play, sf_prctl(nobody, 0, 0));
	nobody_calls(play, sf_uid_map(nobody, NULL, 0, 0, 1));
	nobody_calls(play, sf_gid_map(nobody, NULL, 0, 0, 1));
	nobody_calls(play, sf_reboot(nobody, SF_REBOOT_CMD_HALT));
	nobody_calls(play, sf_landlock_restrict_self(nobody, true));
	nobody_calls(play, sf_force_sig(nobody, 11, 1, SF_HANDLER_CURRENT));
	nobody_calls(play, sf_generate(nobody, SF_GENERATOR_OOM, NULL, 0));
	nobody_calls(play, sf_ptrace(nobody, SF_PTRACE_TRACEME, 0, 0));
	nobody_calls(play, sf_ptrace_getsiginfo(nobody, 1, NULL));
	nobody_calls(play, sf_pidfd_open(nobody, 1, 0));
	nobody_calls(play, sf_sigaltstack(nobody, true));
	nobody_calls(play, sf_rt_sigtimedwait_until(nobody, 0, 0, 0, NULL));
	nobody_calls(play, sf_ns_last_pid(nobody, 1));
	nobody_calls(play, sf_pid_max(nobody, 400));
	nobody_calls(play, sf_fault(nobody, 11));
	nobody_calls(play, sf_seccomp(nobody, SF_SECCOMP_TRAP));
	nobody_calls(play, sf_tty(nobody, 2, 0));
}

/* Somebody does something to nobody. */
static void to_nobody(struct play *play)
{
	struct sf_task *first = play->player[0];

	/* It may be stopped, or sleep, or its machine have ended: then that is why. */
	if (sf_getpid(first) == SF_FAIL)
		return;
	nobody_calls(play, sf_setns(first, nobody, SF_CLONE_NEWPID));
	nobody_calls(play, sf_pidfd_send_signal(first, nobody, 9, NULL, 0));
	nobody_calls(play, sf_uid_map(first, nobody, 0, 0, 1));
	nobody_calls(play, sf_gid_map(first, nobody, 0, 0, 1));
	nobody_calls(play, sf_generate(first, SF_GENERATOR_OOM, nobody, 0));
}

static void tasks(struct play *play)
{
	struct sf_siginfo info;
	char comm[SF_COMM_LEN];
	int status;

	expect(play, !sf_task_get(nobody) && !sf_task_machine(nobody) && !sf_task_leader(nobody));
	sf_task_put(nobody);
	expect(play, !sf_task_parent(nobody) && !sf_task_tracer(nobody) && !sf_task_pidns(nobody));
	expect(play, !sf_task_userns(nobody) && !*sf_task_comm(nobody, comm));
	expect(play, !*sf_task_comm(play->player[0], NULL));
	sf_task_set_comm(nobody, "name");
	sf_task_set_comm(play->player[0], NULL);
	expect(play, !sf_task_nr(nobody, NULL) && !sf_task_nr(play->player[0], NULL));
	expect(play, !sf_task_tgid(nobody, NULL) && !sf_task_tgid(play->player[0], NULL));
	expect(play, !sf_task_pgrp(nobody, NULL) && !sf_task_pgrp(play->player[0], NULL));
	expect(play, !sf_task_session(nobody, NULL) && !sf_task_session(play->player[0], NULL));
	expect(play, !sf_task_find(NULL, 1) && !sf_task_next(NULL, NULL));
	expect(play, !sf_task_next(NULL, play->player[0]) && !sf_task_next_thread(nobody));
	expect(play, sf_task_state(nobody) == 'X' && !sf_task_is_init(nobody));
	expect(play, sf_task_is_exiting(nobody) && !sf_task_is_dying(nobody));
	expect(play, sf_task_exit_status(nobody) == -1 && !sf_task_threads(nobody));
	expect(play, !sf_task_sigset(nobody, SF_SIGBLK) && !sf_task_cap_effective(nobody));
	expect(play, !sf_task_cap_permitted(nobody));
	expect(play, sf_task_call_result(nobody, &status, &info) == SF_BLOCKED);
}

static void namespaces(struct play *play)
{
	struct sf_pidns *ns = sf_machine_pidns(play->machine[0]);

	expect(play, !sf_pidns_level(NULL) && !sf_pidns_parent(NULL) && !sf_pidns_owner(NULL));
	expect(play, !sf_pidns_init(NULL) && sf_pidns_closed(NULL) && !sf_userns_parent(NULL));
	expect(play, sf_pidns_set_last_pid(NULL, 1) == -EINVAL);
	expect(play, sf_pidns_set_pid_max(NULL, 400) == -EINVAL);
	expect(play, sf_pidns_set_pid_max(ns, INT_MIN) == -EINVAL);
	expect(play, !sf_pidns_add(NULL, NULL) && sf_machine_error(NULL) == -EINVAL);
	expect(play, !sf_pidns_add(ns, NULL) && sf_machine_error(NULL) == -EINVAL);
	expect(play, !sf_userns_add(NULL, 0, NULL, 0) && sf_machine_error(NULL) == -EINVAL);
	expect(play, !sf_userns_add(sf_machine_userns(play->machine[0]), 0, NULL, SIZE_MAX));
}

static void machines(struct play *play)
{
	const struct sf_task_spec spec = {.pidns = sf_machine_pidns(play->machine[0])};
	struct sf_task *t;

	sf_machine_free(NULL);
	expect(play, !sf_machine_boot(NULL) && sf_machine_error(NULL) == -EINVAL);
	expect(play, !sf_machine_panicked(NULL) && !sf_machine_kernel(NULL));
	expect(play, !sf_machine_pidns(NULL) && !sf_machine_userns(NULL));
	expect(play, sf_machine_kernel(play->machine[0])->name);
	expect(play, sf_settle(NULL) == -EINVAL && sf_tasklist_lock(NULL) == -EINVAL);
	sf_tasklist_unlock(NULL);
	sf_tasklist_unlock(play->machine[0]);
	sf_machine_observe(NULL, NULL, NULL);
	sf_machine_choose(NULL, NULL, NULL);
	sf_machine_set_lsm(NULL, NULL, NULL);
	sf_machine_set_overflowuid(NULL, 0);
	sf_machine_set_core_pattern(NULL, SF_CORE_PIPE);
	sf_audit_enable(NULL, true);
	sf_audit_clear(NULL);
	expect(play, !sf_audit_records(NULL, NULL) && !sf_audit_signal_sender(NULL, NULL));
	expect(play, sf_audit_set_daemon(NULL, NULL) == -EINVAL);
	expect(play, sf_task_add(NULL, &t) == -EINVAL && sf_task_add(&spec, NULL) == -EINVAL);
	expect(play, sf_task_add(&(struct sf_task_spec){0}, &t) == -EINVAL);
}

static void words(struct play *play)
{
	struct sf_verdicts v;

	expect(play, !sf_path_new(NULL) && sf_machine_error(NULL) == -EINVAL);
	sf_path_clear(NULL);
	sf_path_free(NULL);
	expect(play, !sf_path_steps(NULL, NULL) && sf_machine_record(NULL, NULL) == -EINVAL);
	expect(play, sf_verdicts_read(NULL, play->path[0], 0, &v) == -EINVAL);
	expect(play, sf_verdicts_read(play->machine[0], NULL, 0, &v) == -EINVAL);
	expect(play, sf_verdicts_read(play->machine[0], play->path[0], 0, NULL) == -EINVAL);
	sf_verdicts_release(NULL);
	expect(play, sf_signal_parse(NULL) == -EINVAL && !*sf_signal_name(99, NULL));
	expect(play, sf_fate_parse(NULL) == -EINVAL && !*sf_step_answer(NULL));
	expect(play, !sf_kernel_has(NULL, "name") && !sf_kernel_switch_name(SIZE_MAX));
	expect(play, !sf_kernel_has(sf_kernel_preset(NULL), NULL));
	for (size_t i = 0; sf_kernel_switch_name(i); i++)
		sf_kernel_has(sf_kernel_preset("6.9"), sf_kernel_switch_name(i));
	expect(play, sf_reasons(NULL) && sf_kernel_preset(NULL) && sf_version());
	expect(play, !sf_generator_name(SF_NGENERATORS) && !sf_step_text(SF_NSTEPS));
	expect(play, sf_generator_signal(SF_NGENERATORS) == -EINVAL);
	expect(play, !strcmp(sf_fate_name(SF_NFATES), "unknown"));
}

void play_nothing(struct play *play)
{
	calls(play);
	more_calls(play);
	to_nobody(play);
	tasks(play);
	namespaces(play);
	machines(play);
	words(play);
}
