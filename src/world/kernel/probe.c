/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "world/kernel/probe.h"

#include <errno.h>
#include <signal.h>

#include "world/kernel/kernel.h"
#include "world/world.h"

enum { HOST, INIT, THREAD, LAST, N_TASKS };

#define TIMEOUT_MS 2000

static int call(struct world *w, int who, struct world_call c)
{
	struct world_result res;
	int r = world_call(w, who, &c, &res);

	if (r)
		return r;
	return res.ret < 0 ? (int)res.ret : 0;
}

/*
 * A namespace's init of two threads, of which only the first blocks SIGTERM: one that is sent from
 * inside is queued, for the first blocks it, and offered to the second.  Does it kill the init?
 */
static int probe_fastpath(struct world *w, bool *ret)
{
	const sf_sigset term = SF_SIGMASK(SIGTERM);
	struct world_look look;
	int r = call(
		w, INIT,
		(struct world_call){
			.id = FATE_SIGPROCMASK, .arg = {SF_SIG_BLOCK}, .n_args = 2, .set = term});

	if (!r)
		r = call(w, INIT,
			 (struct world_call){.id = FATE_KILL, .arg = {1, SIGTERM}, .n_args = 2});
	if (!r)
		r = world_look(w, INIT, &look);
	if (!r)
		*ret = look.state == FATE_RUNNING;
	return r;
}

/* The leader has exited, another thread lives: what is sent to the leader alone is kept, or not. */
static int probe_exiting(struct world *w, bool *ret)
{
	struct world_look look;
	int r = call(w, INIT, (struct world_call){.id = FATE_EXIT, .n_args = 1});
	int leader = world_pid(w, HOST, INIT);

	if (!r)
		r = call(w, HOST,
			 (struct world_call){
				 .id = FATE_TGKILL, .arg = {leader, leader, SIGUSR1}, .n_args = 3});
	if (!r)
		r = world_look(w, INIT, &look);
	if (!r)
		*ret = !(look.set[SF_SIGPND] & SF_SIGMASK(SIGUSR1));
	return r;
}

/* Does the host's namespace have a limit of its own?  It has the greatest already. */
static int probe_pid_max(struct world *w, bool *ret)
{
	int r = call(
		w, HOST,
		(struct world_call){.id = FATE_PID_MAX, .arg = {SF_PID_MAX_LIMIT}, .n_args = 1});

	if (!r || r == -EOPNOTSUPP)
		*ret = !r;
	return r == -EOPNOTSUPP ? 0 : r;
}

static int probe_pidfd_scopes(struct world *w, bool *ret)
{
	int r = call(w, HOST,
		     (struct world_call){.id = FATE_PIDFD_SEND_SIGNAL,
					 .arg = {HOST, 0, 0, SF_PIDFD_SIGNAL_THREAD_GROUP},
					 .n_args = 4});

	if (!r || r == -EINVAL)
		*ret = !r;
	return r == -EINVAL ? 0 : r;
}

/* What a handler of the host, or of another, is told of. */
static const struct sf_siginfo *handled(const struct world *w, int who)
{
	for (size_t i = 0; i < w->n_events; i++)
		if (w->event[i].type == WORLD_HANDLED && w->event[i].who == who)
			return &w->event[i].info;
	return NULL;
}

static int handle(struct world *w, int who, int sig)
{
	return call(w, who,
		    (struct world_call){
			    .id = FATE_SIGACTION, .arg = {sig, SF_SIG_HANDLER}, .n_args = 2});
}

/* The leader has exited, and then the process is killed: what is its parent told of? */
static int probe_leader(struct world *w, bool *ret)
{
	const struct sf_siginfo *info;
	int r = handle(w, HOST, SIGCHLD);

	if (!r)
		r = call(w, INIT, (struct world_call){.id = FATE_EXIT, .n_args = 1});
	if (!r)
		r = call(w, HOST,
			 (struct world_call){.id = FATE_KILL,
					     .arg = {world_pid(w, HOST, INIT), SIGKILL},
					     .n_args = 2});
	info = r ? NULL : handled(w, HOST);
	if (info)
		*ret = info->code == SF_CLD_KILLED;
	return r ? r : info ? 0 : -EIO;
}

/* A signal comes to an inner namespace's init first: who is its sender for the next? */
static int probe_siginfo(struct world *w, bool *ret)
{
	const struct sf_siginfo *info;
	int r = call(w, HOST,
		     (struct world_call){.id = FATE_CLONE,
					 .arg = {SF_CLONE_NEWPID | SIGCHLD},
					 .n_args = 1,
					 .child = INIT});

	if (!r)
		r = call(w, HOST, (struct world_call){.id = FATE_FORK, .child = LAST});
	if (!r)
		r = handle(w, LAST, SIGUSR1);
	if (!r)
		r = call(w, HOST,
			 (struct world_call){.id = FATE_KILL, .arg = {-1, SIGUSR1}, .n_args = 2});
	info = r ? NULL : handled(w, LAST);
	if (info)
		*ret = info->pid;
	return r ? r : info ? 0 : -EIO;
}

/* A child of the host with a second thread. */
static int make_process(struct world *w, long flags)
{
	int r = call(
		w, HOST,
		(struct world_call){
			.id = FATE_CLONE, .arg = {flags | SIGCHLD}, .n_args = 1, .child = INIT});

	return r ? r : call(w, INIT, (struct world_call){.id = FATE_THREAD, .child = THREAD});
}

/* @flags: of a process besides the host; -1: the host is enough */
static int probe(long flags, int (*ask)(struct world *w, bool *ret), bool *ret)
{
	static const bool is_thread[N_TASKS] = {[THREAD] = true};
	const struct world_options o = {
		.n_names = N_TASKS, .is_thread = is_thread, .timeout_ms = TIMEOUT_MS};
	struct world *w;
	char error[256];
	int r = world_kernel_new(&o, &w, error);

	if (r)
		return r;
	r = flags < 0 ? 0 : make_process(w, flags);
	if (!r)
		r = ask(w, ret);
	world_free(w);
	return r;
}

int kernel_probe(struct sf_kernel *k)
{
	struct sf_kernel seen = *k;
	int r = probe(SF_CLONE_NEWPID, probe_fastpath, &seen.guard_unkillable_fastpath);

	if (!r)
		r = probe(0, probe_exiting, &seen.drop_private_to_exiting);
	if (!r)
		r = probe(-1, probe_pid_max, &seen.pidns_pid_max);
	if (!r)
		r = probe(-1, probe_pidfd_scopes, &seen.pidfd_scope_flags);
	if (!r)
		r = probe(0, probe_leader, &seen.leader_group_exit_code);
	if (!r)
		r = probe(-1, probe_siginfo, &seen.own_siginfo);
	/* Where Landlock is not in use, it cannot be asked. */
	if (!r && world_kernel_can(FATE_NEED_LANDLOCK))
		seen.landlock_signal_scope = kernel_has_landlock_scope();
	if (!r)
		*k = seen;
	return r;
}
