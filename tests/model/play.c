/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play.c - calls on a machine, any of them with anything, as bytes say */
#include "play.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static unsigned int byte(struct play *play)
{
	return play->p < play->end ? *play->p++ : 0;
}

/* Mostly small, sometimes at a limit, rarely absurd. */
static int number(struct play *play)
{
	static const int odd[] = {0, -1, INT_MIN, INT_MAX, SF_PID_MAX_LIMIT, -2, 65, 4194303};
	unsigned int b = byte(play);

	return b < 0xe0 ? (int)b % 24 : odd[b % ARRAY_SIZE(odd)];
}

static uint64_t set(struct play *play)
{
	uint64_t s = 0;

	for (unsigned int n = byte(play) % 4; n; n--)
		s |= (uint64_t)1 << byte(play) % 64;
	return byte(play) % 8 ? s : ~s;
}

static int signal_number(struct play *play)
{
	static const int usual[] = {0, 9, 10, 15, 17, 18, 19, 20, 34, 34, 40, 11, 1};
	unsigned int b = byte(play);

	return b < 0xc0 ? usual[b % ARRAY_SIZE(usual)] : (int)(b - 0xc0) + 2;
}

/* The first player makes the others: it neither sleeps nor ends. */
static bool is_first(const struct play *play, const struct sf_task *t)
{
	return t == play->player[0];
}

static struct sf_task *player(struct play *play)
{
	return play->player[byte(play) % PLAYERS];
}

static void meet(struct play *play, struct sf_task *t)
{
	struct sf_task **slot = &play->player[1 + byte(play) % (PLAYERS - 1)];

	if (*slot)
		sf_task_put(*slot);
	*slot = t;
}

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
	sf_getpgid(t, number(play));
	sf_getsid(t, number(play));
	sf_getpid(t);
	sf_gettid(t);
	sf_getppid(t);
	sf_getuid(t);
	sf_setgroups(t);
	sf_task_parent(t);
	sf_task_tracer(t);
	sf_task_call_result(t, NULL, NULL);
	for (int kind = SF_SIGPND; kind <= SF_SIGCGT; kind++)
		sf_task_sigset(t, (enum sf_sigset_kind)kind);
}

/* ---- the play ------------------------------------------------------------------------------ */

bool play_begin(struct play *play, const uint8_t *bytes, size_t n)
{
	struct sf_kernel kernel = *sf_kernel_preset(NULL);

	*play = (struct play){.p = bytes, .end = bytes + n};
	if (n && bytes[0] & 1)
		kernel = *sf_kernel_preset("6.1");
	play->machine = sf_machine_new(&kernel);
	play->player[0] = play->machine ? sf_machine_boot(play->machine) : NULL;
	if (play->player[0])
		sf_task_get(play->player[0]);
	return play->player[0];
}

bool play_call(struct play *play)
{
	unsigned int what = byte(play);
	struct sf_task *t = player(play);

	if (play->p >= play->end)
		return false;
	if (!t)
		t = play->player[0];
	switch (what % 12) {
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
		sf_settle(play->machine);
		break;
	default:
		send(play, t);
	}
	if (what & 0x80)
		sf_settle(play->machine);
	return true;
}

void play_release(struct play *play)
{
	for (size_t i = 0; i < PLAYERS; i++)
		if (play->player[i])
			sf_task_put(play->player[i]);
	memset(play->player, 0, sizeof(play->player));
}

void play_end(struct play *play)
{
	sf_machine_free(play->machine);
}
