/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play.c - calls on machines, any of them with anything, as bytes say */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* ---- the calls ----------------------------------------------------------------------------- */

static struct sf_siginfo info(struct play *play)
{
	struct sf_siginfo i = {
		.signo = signal_number(play),
		.code = (int8_t)byte(play),
		.pid = number(play),
		.uid = byte(play),
		.value = byte(play),
	};

	if (byte(play) % 4 == 0)
		i.code = SF_SI_KERNEL;
	return i;
}

static void make(struct play *play, struct sf_task *t)
{
	static const uint64_t flags[] = {
		SF_CLONE_VM | SF_CLONE_SIGHAND | SF_CLONE_THREAD,
		SF_CLONE_NEWPID,
		SF_CLONE_NEWPID | SF_CLONE_NEWUSER,
		SF_CLONE_NEWUSER,
		SF_CLONE_PARENT,
		SF_CLONE_VFORK,
		SF_CLONE_VM | SF_CLONE_SIGHAND,
		SF_CLONE_CLEAR_SIGHAND,
	};
	unsigned int which = byte(play);
	struct sf_task *child = NULL;
	const int tid[2] = {number(play), number(play)};
	const struct sf_clone_args args = {
		.flags = flags[which % ARRAY_SIZE(flags)],
		.exit_signal = which & 0x40 ? signal_number(play) : 0,
		.set_tid = which & 0x20 ? tid : NULL,
		.set_tid_size = which & 0x20 ? which % 3 : 0,
	};
	long r;

	if (which < 0x60 || is_first(play, t))
		r = sf_fork(t, &child);
	else if (which < 0xc0)
		r = sf_clone(t, args.flags | 17, &child);
	else
		r = sf_clone3(t, &args, &child);
	(void)r;
	if (child)
		meet(play, child);
}

static void send(struct play *play, struct sf_task *t)
{
	struct sf_siginfo i = info(play);
	struct sf_task *target = player(play);
	int sig = signal_number(play);

	switch (byte(play) % 10) {
	case 0:
		sf_tkill(t, number(play), sig);
		break;
	case 1:
		sf_tgkill(t, number(play), number(play), sig);
		break;
	case 2:
		sf_rt_sigqueueinfo(t, number(play), sig, &i);
		break;
	case 3:
		sf_rt_tgsigqueueinfo(t, number(play), number(play), sig, &i);
		break;
	case 4:
		sf_sigqueue(t, number(play), sig, 5);
		break;
	case 5:
		if (target)
			sf_pidfd_send_signal(t, target, sig, byte(play) % 2 ? &i : NULL,
					     byte(play) % 9);
		break;
	case 6:
		if (target)
			sf_generate(t, (enum sf_generator)(byte(play) % 14), target, sig);
		break;
	case 7:
		if (!is_first(play, t))
			sf_force_sig(t, sig, i.code, (enum sf_force_handler)(byte(play) % 4));
		break;
	default:
		sf_kill(t, byte(play) % 3 ? number(play) : ~number(play), sig);
	}
}

static void receive(struct play *play, struct sf_task *t)
{
	const struct sf_sigaction act = {
		.handler = (enum sf_handler)(byte(play) % 3),
		.flags = byte(play) % 4 ? 0 : (uint32_t)(byte(play) << 24 | byte(play)),
		.mask = byte(play) % 4 ? 0 : set(play),
	};
	struct sf_sigaction old;
	struct sf_siginfo i;
	sf_sigset s = set(play);

	switch (is_first(play, t) ? 7 : byte(play) % 8) {
	case 0:
		sf_rt_sigprocmask(t, (int)byte(play) % 5, &s, NULL);
		break;
	case 1:
		sf_rt_sigpending(t, &s);
		break;
	case 2:
		sf_rt_sigsuspend(t, s);
		break;
	case 3:
		sf_rt_sigtimedwait(t, s, &i);
		break;
	case 4:
		sf_signalfd_read(t, s, &i);
		break;
	default:
		sf_rt_sigaction(t, signal_number(play), &act, &old);
	}
}

static void end(struct play *play, struct sf_task *t)
{
	int status;

	switch (is_first(play, t) ? 7 : byte(play) % 8) {
	case 0:
		sf_exit(t, (int)byte(play));
		break;
	case 1:
		sf_exit_group(t, (int)byte(play));
		break;
	case 2:
		sf_execve(t, byte(play) % 2 ? "other" : NULL);
		break;
	case 3:
		if (sf_pidns_parent(sf_task_pidns(t)))
			sf_reboot(t, SF_REBOOT_CMD_HALT);
		break;
	default:
		sf_wait4(t, byte(play) % 4 ? -1 : number(play), &status,
			 is_first(play, t) || byte(play) % 3
				 ? SF_WNOHANG | SF_WUNTRACED | SF_WCONTINUED | SF_WALL
				 : (int)(byte(play) % 12));
	}
}

static void become(struct play *play, struct sf_task *t)
{
	struct sf_task *target = player(play);
	uint32_t id[] = {byte(play), byte(play) % 4 ? 0 : 1000, byte(play) % 2 ? UINT32_MAX : 0};

	switch (byte(play) % 15) {
	case 0:
		sf_setpgid(t, number(play), number(play));
		break;
	case 1:
		sf_setsid(t);
		break;
	case 2:
		sf_setuid(t, id[1]);
		break;
	case 3:
		sf_setresuid(t, id[0], id[1], id[2]);
		break;
	case 4:
		sf_capset(t, set(play), set(play));
		break;
	case 5:
		sf_unshare(t, byte(play) % 2 ? SF_CLONE_NEWPID : SF_CLONE_NEWUSER);
		break;
	case 6:
		if (target)
			sf_setns(t, target, byte(play) % 2 ? SF_CLONE_NEWPID : SF_CLONE_NEWUSER);
		break;
	case 7:
		if (target)
			sf_uid_map(t, target, id[0], id[1], byte(play));
		break;
	case 8:
		if (target)
			sf_gid_map(t, target, id[0], id[1], byte(play));
		break;
	case 9:
		sf_setrlimit(t, SF_RLIMIT_SIGPENDING, byte(play) % 4);
		break;
	case 10:
		sf_prctl(t, byte(play) % 2 ? SF_PR_SET_CHILD_SUBREAPER : SF_PR_SET_PDEATHSIG,
			 byte(play) % 70);
		break;
	case 11:
		sf_landlock_restrict_self(t, byte(play) % 2);
		break;
	case 12:
		sf_pidns_set_pid_max(sf_task_pidns(t), 301 + (int)byte(play));
		break;
	default:
		sf_ptrace(t, (enum sf_ptrace_request)(byte(play) % 10), number(play) | 2,
			  signal_number(play));
	}
}

static void ask(struct play *play, struct sf_task *t)
{
	struct sf_task *other = player(play);

	sf_getpgid(t, number(play));
	sf_getsid(t, number(play));
	sf_getpid(t);
	sf_gettid(t);
	sf_getppid(t);
	sf_getuid(t);
	sf_setgroups(t);
	play_look(play, t);
	if (other)
		play_look(play, other);
}

/* ---- the play ------------------------------------------------------------------------------ */

bool play_begin(struct play *play, const uint8_t *bytes, size_t n)
{
	*play = (struct play){.p = bytes, .end = bytes + n};
	for (int i = 0; i < MACHINES; i++) {
		bool old = n && bytes[0] & 1u << i;

		play->machine[i] = sf_machine_new(old ? sf_kernel_preset("6.1") : NULL);
		if (!play->machine[i])
			return false;
		play->player[i] = sf_machine_boot(play->machine[i]);
		play->path[i] = sf_path_new(play->machine[i]);
		if (!play->player[i] || !play->path[i])
			return false;
		sf_task_get(play->player[i]);
	}
	return true;
}

int play_settle(struct play *play)
{
	int error = 0;

	for (int i = 0; i < MACHINES; i++)
		error |= sf_settle(play->machine[i]);
	return error;
}

static int machine_of(const struct play *play, const struct sf_task *t)
{
	int i = 0;

	while (i < MACHINES - 1 && sf_task_machine(t) != play->machine[i])
		i++;
	return i;
}

static void call(struct play *play, unsigned int what, struct sf_task *t)
{
	switch (what) {
	case 0:
	case 1:
		make(play, t);
		break;
	case 2:
	case 3:
		receive(play, t);
		break;
	case 4:
		end(play, t);
		break;
	case 5:
		become(play, t);
		break;
	case 6:
		ask(play, t);
		break;
	case 7:
		play_found(play, t);
		break;
	case 8:
		play_stage(play, machine_of(play, t));
		break;
	case 9:
		play_settle(play);
		break;
	default:
		send(play, t);
	}
}

bool play_call(struct play *play)
{
	unsigned int what = byte(play);
	struct sf_task *t = player(play);

	if (play->p >= play->end)
		return false;
	call(play, what % 14, t ? t : play->player[0]);
	if (what & 0x80)
		play_settle(play);
	return true;
}

bool play_broken(struct play *play, char *why, size_t size)
{
	bool broken = play->wrong;

	for (int i = 0; i < MACHINES && !broken; i++) {
		struct sf_machine *m = play->machine[i];
		struct held held = play->held[i];
		size_t n_steps = 0;

		sf_path_steps(play->path[i], &n_steps);
		held.tasks += 2 * n_steps;
		for (size_t k = 0; k < PLAYERS; k++)
			held.tasks += play->player[k] && sf_task_machine(play->player[k]) == m;
		if (!sf_machine_panicked(m))
			broken = machine_broken(m, &held, why, size);
	}
	if (play->wrong)
		snprintf(why, size, "%s", play->wrong);
	return broken;
}

void play_release(struct play *play)
{
	for (size_t i = 0; i < PLAYERS; i++)
		if (play->player[i])
			sf_task_put(play->player[i]);
	memset(play->player, 0, sizeof(play->player));
	for (int i = 0; i < MACHINES; i++) {
		sf_machine_record(play->machine[i], NULL);
		sf_path_clear(play->path[i]);
		sf_audit_set_daemon(play->machine[i], NULL);
		play->held[i].tasks = 0;
	}
}

void play_end(struct play *play)
{
	for (int i = 0; i < MACHINES; i++)
		sf_machine_free(play->machine[i]);
}
