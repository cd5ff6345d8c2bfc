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
	static const uint64_t usual[] = {
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
	const int tid[SF_MAX_PID_NS_LEVEL + 2] = {number(play), number(play), number(play)};
	const struct sf_clone_args args = {
		.flags = flags(play, usual[which % ARRAY_SIZE(usual)]),
		.exit_signal = which & 0x40 ? number(play) : 0,
		.set_tid = which & 0x20 ? tid : NULL,
		.set_tid_size = which & 0x20 ? which % 5 * which % ARRAY_SIZE(tid) : which == 0xdf,
	};
	long r;

	if (which < 0x60 || is_first(play, t))
		r = given(play, sf_fork(t, &child));
	else if (which < 0xc0)
		r = given(play, sf_clone(t, args.flags | 17, &child));
	else
		r = given(play, sf_clone3(t, which == 0xff ? NULL : &args, &child));
	if (child)
		meet(play, child);
	if ((r > 0) != (child != NULL) && r != SF_BLOCKED)
		play->wrong = "a child without a number, or a number without a child";
}

static void generate(struct play *play, struct sf_task *t, struct sf_task *target, int sig)
{
	enum sf_generator g = (enum sf_generator)(byte(play) % (SF_NGENERATORS + 2));

	if (g >= SF_GENERATOR_FAULT && is_first(play, target))
		return;
	given(play, sf_generate(t, g, target, sig));
}

/* What a task's own program does to it. */
static void stumble(struct play *play, struct sf_task *t, int sig)
{
	static const int fault[] = {4, 5, 7, 8, 11};
	unsigned int b = byte(play);

	if (b < 0x30)
		given(play, sf_seccomp(t, (enum sf_seccomp)(b % 4)));
	else
		given(play, sf_fault(t, b < 0xf0 ? fault[b % ARRAY_SIZE(fault)] : sig));
}

static void send(struct play *play, struct sf_task *t)
{
	struct sf_siginfo i = info(play);
	struct sf_task *target = player(play);
	int sig = signal_number(play);

	switch (byte(play) % 12) {
	case 0:
		given(play, sf_tkill(t, number(play), sig));
		break;
	case 1:
		given(play, sf_tgkill(t, number(play), number(play), sig));
		break;
	case 2:
		given(play, sf_rt_sigqueueinfo(t, number(play), sig, maybe(play, &i)));
		break;
	case 3:
		given(play,
		      sf_rt_tgsigqueueinfo(t, number(play), number(play), sig, maybe(play, &i)));
		break;
	case 4:
		given(play, sf_sigqueue(t, number(play), sig, number(play)));
		break;
	case 5:
		given(play, sf_pidfd_send_signal(t, target, sig, byte(play) % 2 ? &i : NULL,
						 (unsigned int)flags(play, byte(play) % 9)));
		break;
	case 6:
		generate(play, t, target, sig);
		break;
	case 7:
		if (!is_first(play, t))
			given(play, sf_force_sig(t, sig, i.code,
						 (enum sf_force_handler)(byte(play) % 4)));
		break;
	case 8:
		given(play, sf_tty(t, sig, number(play)));
		break;
	case 9:
		if (!is_first(play, t))
			stumble(play, t, sig);
		break;
	default:
		given(play, sf_kill(t, byte(play) % 3 ? number(play) : ~number(play), sig));
	}
}

/* A signal that was taken without a handler, if it was. */
static void taken(struct play *play, struct sf_task *t, long r)
{
	if (given(play, r) > 0 && play->ledger)
		ledger_taken(&play->ledger[sf_task_machine(t) != play->machine[0]], t);
}

static void receive(struct play *play, struct sf_task *t)
{
	const struct sf_sigaction act = {
		.handler = (enum sf_handler)(byte(play) % 4),
		.flags = (uint32_t)flags(play, byte(play) % 4 ? 0 : byte(play) << 24 | byte(play)),
		.mask = byte(play) % 4 ? 0 : set(play),
	};
	struct sf_sigaction old;
	struct sf_siginfo i;
	sf_sigset s = set(play);

	switch (is_first(play, t) ? 9 : byte(play) % 10) {
	case 0:
		given(play, sf_rt_sigprocmask(t, byte(play) % 4, maybe(play, &s), maybe(play, &s)));
		break;
	case 1:
		given(play, sf_rt_sigpending(t, maybe(play, &s)));
		break;
	case 2:
		given(play, sf_rt_sigsuspend(t, s));
		break;
	case 3:
		taken(play, t, sf_rt_sigtimedwait(t, s, maybe(play, &i)));
		break;
	case 4:
		taken(play, t, sf_signalfd_read(t, s, maybe(play, &i)));
		break;
	case 5:
		given(play, sf_sigaltstack(t, byte(play) % 2));
		break;
	case 6:
		taken(play, t,
		      sf_rt_sigtimedwait_until(t, s, number(play), number(play), maybe(play, &i)));
		break;
	default:
		given(play, sf_rt_sigaction(t, byte(play) % 4 ? signal_number(play) : number(play),
					    maybe(play, &act), maybe(play, &old)));
	}
}

static void end(struct play *play, struct sf_task *t)
{
	int status;

	switch (is_first(play, t) ? 7 : byte(play) % 8) {
	case 0:
		given(play, sf_exit(t, (int)byte(play)));
		break;
	case 1:
		given(play, sf_exit_group(t, (int)byte(play)));
		break;
	case 2:
		given(play, sf_execve(t, byte(play) % 2 ? "other" : NULL));
		break;
	case 3:
		if (sf_pidns_parent(sf_task_pidns(t)))
			given(play, sf_reboot(t, (unsigned int)flags(play, SF_REBOOT_CMD_HALT)));
		break;
	default:
		given(play, sf_wait4(t, byte(play) % 4 ? -1 : number(play), maybe(play, &status),
				     is_first(play, t) || byte(play) % 3
					     ? SF_WNOHANG | SF_WUNTRACED | SF_WCONTINUED | SF_WALL
					     : (int)flags(play, byte(play) % 12)));
	}
}

static void become(struct play *play, struct sf_task *t)
{
	struct sf_task *target = player(play);
	struct sf_siginfo info;
	uint32_t id[] = {byte(play), byte(play) % 4 ? 0 : 1000, byte(play) % 2 ? UINT32_MAX : 0};

	switch (byte(play) % 17) {
	case 0:
		given(play, sf_setpgid(t, number(play), number(play)));
		break;
	case 1:
		given(play, sf_setsid(t));
		break;
	case 2:
		given(play, sf_setuid(t, id[1]));
		break;
	case 3:
		given(play, sf_setresuid(t, id[0], id[1], id[2]));
		break;
	case 4:
		given(play, sf_capset(t, flags(play, set(play)), set(play)));
		break;
	case 5:
		given(play, sf_unshare(t, flags(play, byte(play) % 2 ? SF_CLONE_NEWPID
								     : SF_CLONE_NEWUSER)));
		break;
	case 6:
		given(play,
		      sf_setns(t, target,
			       flags(play, byte(play) % 2 ? SF_CLONE_NEWPID : SF_CLONE_NEWUSER)));
		break;
	case 7:
		if (byte(play) % 2)
			given(play, sf_uid_map(t, target, id[0], id[1], byte(play)));
		else
			given(play, sf_uid_map(t, t, 0, id[1], 1)); /* it may be so */
		break;
	case 8:
		given(play, sf_gid_map(t, target, id[0], id[1], byte(play)));
		break;
	case 9:
		given(play, sf_setrlimit(t, byte(play) % 8 ? SF_RLIMIT_SIGPENDING : number(play),
					 flags(play, byte(play) % 4)));
		break;
	case 10:
		given(play,
		      sf_prctl(t, byte(play) % 2 ? SF_PR_SET_CHILD_SUBREAPER : SF_PR_SET_PDEATHSIG,
			       flags(play, byte(play) % 70)));
		break;
	case 11:
		given(play, sf_landlock_restrict_self(t, byte(play) % 2));
		break;
	case 12:
		sf_pidns_set_pid_max(sf_task_pidns(t), 301 + (int)byte(play));
		given(play, sf_pid_max(t, byte(play) % 4 ? 301 + (int)byte(play) : number(play)));
		break;
	case 13:
		given(play, sf_ns_last_pid(t, number(play)));
		break;
	case 14:
		given(play, sf_ptrace_getsiginfo(t, number(play), maybe(play, &info)));
		break;
	default:
		given(play, sf_ptrace(t, (enum sf_ptrace_request)(byte(play) % 10),
				      number(play) | 2, signal_number(play)));
	}
}

static void ask(struct play *play, struct sf_task *t)
{
	given(play, sf_getpgid(t, number(play)));
	given(play, sf_getsid(t, number(play)));
	given(play, sf_pidfd_open(t, number(play), (unsigned int)flags(play, SF_PIDFD_NONBLOCK)));
	given(play, sf_getpid(t));
	given(play, sf_gettid(t));
	given(play, sf_getppid(t));
	given(play, sf_getuid(t));
	given(play, sf_setgroups(t));
}

static void look(struct play *play, struct sf_task *t)
{
	struct sf_task *other = player(play);

	ask(play, t);
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
	for (int i = 0; i < MACHINES && !error; i++)
		if (!sf_machine_panicked(play->machine[i]) &&
		    machine_unsettled(play->machine[i], play->unsettled, sizeof(play->unsettled)))
			play->wrong = play->unsettled;
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
		look(play, t);
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
	/* Now and then as nobody at all. */
	call(play, what % 14, t || what & 0x40 ? t : play->player[0]);
	if (what & 0x80)
		play_settle(play);
	return true;
}

void play_act(struct play *play, struct sf_task *t)
{
	switch (byte(play) % 9) {
	case 0:
		make(play, t);
		break;
	case 1:
	case 2:
		receive(play, t);
		break;
	case 3:
		end(play, t);
		break;
	case 4:
	case 5:
		become(play, t);
		break;
	case 6:
		ask(play, t);
		break;
	default:
		send(play, t);
	}
}

/* What the play holds of a machine now. */
static struct held held_of(const struct play *play, int i)
{
	struct held held = play->held[i];

	held.path = play->path[i];
	for (size_t k = 0; k < PLAYERS; k++)
		if (play->player[k] && sf_task_machine(play->player[k]) == play->machine[i])
			held.task[held.n_tasks++] = play->player[k];
	return held;
}

bool play_broken(struct play *play, char *why, size_t size)
{
	bool broken = play->wrong;

	for (int i = 0; i < MACHINES && !broken; i++) {
		struct held held = held_of(play, i);

		if (sf_machine_panicked(play->machine[i]))
			continue;
		broken = machine_broken(play->machine[i], &held, why, size);
		if (play->ledger && !play->observed[i])
			ledger_close(&play->ledger[i]);
		else if (play->ledger && !broken)
			broken = ledger_broken(&play->ledger[i], play->machine[i], why, size);
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
	}
}

void play_end(struct play *play)
{
	for (int i = 0; i < MACHINES; i++)
		sf_machine_free(play->machine[i]);
}
