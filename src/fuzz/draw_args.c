/* SPDX-License-Identifier: GPL-2.0-or-later */
/* draw_args.c - random arguments: mostly what means something, sometimes what does not */
#include <limits.h>

#include "base/cleanup.h"
#include "fuzz/draw.h"

#define ONE_OF(d, array) ((array)[random_below(&(d)->random, ARRAY_SIZE(array))])
#define SIGCHLD 17

int draw_signal(struct draw *d)
{
	static const int odd[] = {0, 0, 0, 65, 99, -1, 32, 33, 64};

	if (random_chance(&d->random, 70))
		return ONE_OF(d, d->palette);
	if (random_chance(&d->random, 85))
		return 1 + (int)random_below(&d->random, SF_NSIG);
	return ONE_OF(d, odd);
}

/* ---- processes ----------------------------------------------------------------------------- */

static int any_name(struct draw *d)
{
	return (int)random_below(&d->random, (unsigned int)d->f->n_names);
}

static bool is_alive(const struct draw *d, int who)
{
	struct world_look look;

	return !world_look(d->guide, who, &look) && look.state != FATE_GONE &&
	       look.state != FATE_ZOMBIE;
}

/* Someone whom the caller can see, rarely one who is dead; -1: there was none at hand. */
static int visible_name(struct draw *d, int caller)
{
	bool dead = random_chance(&d->random, 12);

	for (unsigned int tries = 0; tries < 12; tries++) {
		int who = any_name(d);

		if (world_pid(d->guide, caller, who) > 0 && (dead || is_alive(d, who)))
			return who;
	}
	return -1;
}

/* The caller's own child, or one of a thread of its process; else anyone. */
static int child_name(struct draw *d, int caller)
{
	for (unsigned int tries = 0; tries < 12; tries++) {
		int who = any_name(d);
		struct world_look look;

		if (!world_look(d->guide, who, &look) && look.parent == d->leader[caller] &&
		    world_pid(d->guide, caller, who) > 0)
			return who;
	}
	return visible_name(d, caller);
}

/* By its name, or by the number that it stands for. */
static void name_it(struct draw *d, const struct fate_line *l, struct fate_arg *arg, int who)
{
	arg->name = who;
	if (who < 0) {
		arg->number = 1 + (long)random_below(&d->random, 30);
	} else if (random_chance(&d->random, 4)) {
		arg->number = world_pid(d->guide, l->who, who);
		arg->name = -1;
	}
}

static void negate(struct fate_arg *arg)
{
	if (arg->name >= 0)
		arg->negative = true;
	else if (arg->number != INT_MIN)
		arg->number = -arg->number;
}

void draw_target(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const int odd[] = {0, -1, -2, INT_MIN, INT_MAX, 99, 4194304};
	unsigned int dice = random_below(&d->random, 100);

	if (dice < 6)
		l->arg[i].number = ONE_OF(d, odd);
	else if (dice < 12)
		l->arg[i].number = 1;
	else
		name_it(d, l, &l->arg[i], dice < 22 ? l->who : visible_name(d, l->who));
}

/* A process by its number, and after it one of its threads. */
void draw_process(struct draw *d, struct fate_line *l, unsigned int i)
{
	draw_target(d, l, i);
	if (l->arg[i].name >= 0 && random_chance(&d->random, 90) &&
	    world_pid(d->guide, l->who, d->leader[l->arg[i].name]) > 0)
		l->arg[i].name = d->leader[l->arg[i].name];
}

void draw_thread_of(struct draw *d, struct fate_line *l, unsigned int i)
{
	int process = l->arg[i - 1].name, who;

	if (process < 0 || random_chance(&d->random, 10)) {
		draw_target(d, l, i);
		return;
	}
	for (unsigned int tries = 0; tries < 8; tries++) {
		who = any_name(d);
		if (d->leader[who] == d->leader[process] && world_pid(d->guide, l->who, who) > 0) {
			name_it(d, l, &l->arg[i], who);
			return;
		}
	}
	l->arg[i].name = process;
}

/* kill() also takes numbers that stand for several. */
void draw_kill(struct draw *d, struct fate_line *l, unsigned int i)
{
	unsigned int dice = random_below(&d->random, 100);

	if (dice < 14) {
		l->arg[i].number = 0;
	} else if (dice < 19) {
		l->arg[i].number = -1;
	} else {
		draw_target(d, l, i);
		if (dice < 35)
			negate(&l->arg[i]);
	}
}

void draw_child(struct draw *d, struct fate_line *l, unsigned int i)
{
	if (random_chance(&d->random, 15))
		draw_target(d, l, i);
	else
		name_it(d, l, &l->arg[i], child_name(d, l->who));
}

/* setpgid(): its own group and that of its children, more often than others. */
void draw_own(struct draw *d, struct fate_line *l, unsigned int i)
{
	unsigned int dice = random_below(&d->random, 100);

	if (dice < 45)
		l->arg[i].number = 0;
	else if (dice < 70)
		name_it(d, l, &l->arg[i], child_name(d, l->who));
	else
		draw_target(d, l, i);
}

void draw_wait(struct draw *d, struct fate_line *l, unsigned int i)
{
	unsigned int dice = random_below(&d->random, 100);

	l->arg[i].number = dice < 50 ? -1 : 0;
	if (dice < 56)
		return;
	draw_child(d, l, i);
	if (dice < 64)
		negate(&l->arg[i]);
}

/* ---- numbers ------------------------------------------------------------------------------- */

void draw_exit_code(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const int codes[] = {0, 0, 0, 1, 3, 255, 256, 265, -1};

	l->arg[i].number = ONE_OF(d, codes);
}

void draw_uid(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long ids[] = {0, 0, 0, 1000, 1000, 1001, 2, 65534, -1, -1};

	l->arg[i].number = ONE_OF(d, ids);
}

/* Of a map: a user namespace below another has few ids. */
void draw_id(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long ids[] = {0, 0, 0, 0, 1, 1000, 1000, 1001, 100000};

	l->arg[i].number = ONE_OF(d, ids);
}

void draw_count(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long counts[] = {1, 1, 2, 10, 1500, 65536, 0};

	l->arg[i].number = ONE_OF(d, counts);
}

void draw_limit(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long limits[] = {0, 1, 1, 2, 3, 5};

	l->arg[i].number = ONE_OF(d, limits);
}

/* Not the init of the world itself: its tracer would be its master. */
void draw_tracee(struct draw *d, struct fate_line *l, unsigned int i)
{
	struct world_look look;

	l->arg[i].given = l->arg[0].number != SF_PTRACE_TRACEME;
	if (!l->arg[i].given)
		return;

	draw_target(d, l, i);
	if (!world_look(d->guide, l->who, &look) && look.n_nr == 1 && l->arg[i].number == 1)
		l->arg[i].number = 2;
}

/* Those that let a tracee go on take a signal, others options. */
void draw_ptrace_signal(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long options[] = {SF_PTRACE_O_EXITKILL, 0};
	long request = l->arg[0].number;

	l->arg[i].given = random_chance(&d->random, 70);
	if (request == SF_PTRACE_CONT || request == SF_PTRACE_DETACH)
		l->arg[i].number = draw_signal(d);
	else if (request == SF_PTRACE_SEIZE || request == SF_PTRACE_SETOPTIONS)
		l->arg[i].number = ONE_OF(d, options);
	else
		l->arg[i].given = false;
	if (!l->arg[i].given)
		l->arg[i].number = 0;
}

void draw_fault(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const int faults[] = {4, 5, 7, 8, 11, 11, 11, 15};

	l->arg[i].number = ONE_OF(d, faults);
}

void draw_last_pid(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long numbers[] = {1, 2, 4, 6, 9, 14, 60, 299, 300, 4194303, 4194304, -1};

	l->arg[i].number = ONE_OF(d, numbers);
}

void draw_pid_max(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long numbers[] = {300, 301, 302, 310, 400, 32768, 4194304, 4194305};

	l->arg[i].number = ONE_OF(d, numbers);
}

void draw_zero(struct draw *d, struct fate_line *l, unsigned int i)
{
	l->arg[i].number = random_chance(&d->random, 5) ? -1 : 0;
}

void draw_nanoseconds(struct draw *d, struct fate_line *l, unsigned int i)
{
	static const long numbers[] = {0, 0, 0, 0, 0, -1, 1000000000};

	l->arg[i].number = ONE_OF(d, numbers);
}

void draw_option_value(struct draw *d, struct fate_line *l, unsigned int i)
{
	if (l->arg[0].number == SF_PR_SET_PDEATHSIG)
		l->arg[i].number = draw_signal(d);
	else
		l->arg[i].number = (long)random_below(&d->random, 2);
}

void draw_value(struct draw *d, struct fate_line *l, unsigned int i)
{
	l->arg[i].number = (long)random_below(&d->random, 1000);
}

/* ---- flags --------------------------------------------------------------------------------- */

static long flag(struct draw *d, enum fate_call_id call)
{
	unsigned int n = 0;
	long value = 0;

	while (fate_flag(call, n, &value))
		n++;
	if (n)
		fate_flag(call, random_below(&d->random, n), &value);
	return value;
}

static void draw_flags(struct draw *d, struct fate_line *l, unsigned int i)
{
	l->arg[i].number = flag(d, l->call);
	if (!fate_flags_join(l->call))
		return;
	while (random_chance(&d->random, 30))
		l->arg[i].number |= flag(d, l->call);
	if (random_chance(&d->random, 25))
		l->arg[i].number = 0;
}

void draw_ns_flag(struct draw *d, struct fate_line *l, unsigned int i)
{
	l->arg[i].number = random_chance(&d->random, 65) ? SF_CLONE_NEWPID : SF_CLONE_NEWUSER;
	if (random_chance(&d->random, 10))
		draw_flags(d, l, i);
}

/* A new namespace more often than not; a thread has what it must share. */
void draw_clone3_flags(struct draw *d, struct fate_line *l, unsigned int i)
{
	draw_flags(d, l, i);
	l->arg[i].number &= ~SF_CLONE_VFORK | -(long)random_chance(&d->random, 30);
	if (random_chance(&d->random, 40))
		l->arg[i].number |= SF_CLONE_NEWPID;
	if (l->arg[i].number & SF_CLONE_THREAD && random_chance(&d->random, 70)) {
		l->arg[i].number &= ~(SF_CLONE_NEWPID | SF_CLONE_NEWUSER | SF_CLONE_PARENT);
		l->arg[i].number |= SF_CLONE_VM | SF_CLONE_SIGHAND;
	}
}

/* SIGTRAP, SIGIO, SIGSYS: their siginfo has no word for how a child ended. */
static bool tells_nothing(int sig)
{
	return sig == 5 || sig == 29 || sig == 31;
}

/* A new namespace more often than not, and in the low byte a signal. */
void draw_clone_flags(struct draw *d, struct fate_line *l, unsigned int i)
{
	int sig = random_chance(&d->random, 80) ? SIGCHLD : draw_signal(d);

	draw_clone3_flags(d, l, i);
	l->arg[i].number |= sig < 0 || sig > 0xff || tells_nothing(sig) ? SIGCHLD : sig;
}

void draw_wait_flags(struct draw *d, struct fate_line *l, unsigned int i)
{
	draw_flags(d, l, i);
	if (random_chance(&d->random, 60))
		l->arg[i].number |= SF_WNOHANG;
}

void draw_action_flags(struct draw *d, struct fate_line *l, unsigned int i)
{
	draw_flags(d, l, i);
	if (random_chance(&d->random, 60))
		l->arg[i].number = 0;
}

/* ---- sets and siginfos --------------------------------------------------------------------- */

static sf_sigset draw_set(struct draw *d)
{
	sf_sigset set = 0;

	for (unsigned int n = random_below(&d->random, 4); n; n--) {
		int sig = draw_signal(d);

		if (sig >= 1 && sig <= SF_NSIG)
			set |= SF_SIGMASK(sig);
	}
	return random_chance(&d->random, 12) ? ~set : set;
}

static uint64_t draw_caps(struct draw *d)
{
	static const unsigned int caps[] = {
		SF_CAP_KILL,	     SF_CAP_KILL,    SF_CAP_SYS_ADMIN,
		SF_CAP_SETUID,	     SF_CAP_SETGID,  SF_CAP_SYS_PTRACE,
		SF_CAP_SYS_RESOURCE, SF_CAP_SETFCAP, SF_CAP_DAC_OVERRIDE};
	uint64_t set = 0;

	for (unsigned int n = 1 + random_below(&d->random, 3); n; n--)
		set |= (uint64_t)1 << ONE_OF(d, caps);
	return random_chance(&d->random, 20) ? SF_CAP_FULL & ~set : set;
}

static int draw_code(struct draw *d)
{
	static const int codes[] = {SF_SI_USER,
				    SF_SI_KERNEL,
				    SF_SI_KERNEL,
				    SF_SI_TIMER,
				    SF_SI_MESGQ,
				    SF_SI_ASYNCIO,
				    SF_SI_SIGIO,
				    SF_SI_TKILL,
				    SF_SI_ASYNCNL,
				    -7,
				    -100,
				    SF_CLD_EXITED,
				    SF_CLD_KILLED,
				    5,
				    7,
				    127,
				    129};

	return random_chance(&d->random, 55) ? SF_SI_QUEUE : ONE_OF(d, codes);
}

/* Without a field that this code does not have. */
static void draw_info(struct draw *d, struct fate_line *l, struct fate_arg *arg)
{
	struct fate_info *info = &arg->info;
	static const uint32_t ids[] = {0, 0, 1000, 1001, 65534};

	info->info = (struct sf_siginfo){.code = draw_code(d)};
	info->fields = FATE_SI_CODE;
	if (random_chance(&d->random, 60)) {
		info->fields |= FATE_SI_PID;
		info->pid_name = visible_name(d, l->who);
		if (info->pid_name < 0 || random_chance(&d->random, 30)) {
			info->pid_name = -1;
			info->info.pid = (int)random_below(&d->random, 1000);
		}
	}
	if (random_chance(&d->random, 40)) {
		info->fields |= FATE_SI_UID;
		info->info.uid = ONE_OF(d, ids);
	}
	if (random_chance(&d->random, 40) && info->info.code < 0) {
		info->fields |= FATE_SI_VALUE;
		info->info.value = random_below(&d->random, 1000);
	}
	if (random_chance(&d->random, 3)) {
		info->fields |= FATE_SI_SIGNO;
		info->info.signo = draw_signal(d);
	}
}

/*
 * Few are free, and fewer may be asked for.  One for each namespace that the caller is in, at most:
 * where its children go may be further inside, and what is further outside is not the scenario's.
 */
static void draw_tids(struct draw *d, struct fate_line *l)
{
	static const int nr[] = {0, 1, 2, 3, 4, 6, 9, 60, 61, 299, 300, 4194304};
	struct world_look look;

	l->n_nspid = 1;
	if (!world_look(d->guide, l->who, &look) && look.n_nr)
		l->n_nspid += random_below(&d->random, look.n_nr);
	for (unsigned int i = 0; i < l->n_nspid; i++)
		l->nspid[i] = ONE_OF(d, nr);
}

/* ---- by its kind --------------------------------------------------------------------------- */

void draw_arg(struct draw *d, struct fate_line *l, unsigned int i)
{
	struct fate_arg *arg = &l->arg[i];

	switch (fate_calls[l->call].arg[i]) {
	case FATE_ARG_NUMBER:
		draw_value(d, l, i);
		break;
	case FATE_ARG_PID:
		draw_target(d, l, i);
		break;
	case FATE_ARG_WHO:
		arg->name = any_name(d);
		break;
	case FATE_ARG_SIGNAL:
		arg->number = draw_signal(d);
		break;
	case FATE_ARG_SET:
		arg->set = draw_set(d);
		break;
	case FATE_ARG_FLAGS:
		draw_flags(d, l, i);
		break;
	case FATE_ARG_INFO:
		arg->is_null = l->call == FATE_PIDFD_SEND_SIGNAL && random_chance(&d->random, 70);
		if (!arg->is_null)
			draw_info(d, l, arg);
		break;
	case FATE_ARG_TIDS:
		draw_tids(d, l);
		break;
	case FATE_ARG_CAPS:
		arg->set = draw_caps(d);
		break;
	case FATE_ARG_HANDLER:
		arg->number = (long)random_below(&d->random, 4);
		if (arg->number > SF_SIG_HANDLER)
			arg->number = SF_SIG_HANDLER;
		break;
	}
}
