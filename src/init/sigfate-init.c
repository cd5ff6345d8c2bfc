/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sigfate-init - the first process of a container: it lets everyone finish
 *
 * It starts one command, the main process, passes every signal on to it and reaps whoever ends.
 * At a stop signal, and when the main process has ended, it asks all the others to end too, waits
 * for the last of them, and kills, by name, those who do not end in time.
 *
 * Every signal is blocked from the first instruction on (start.S) and taken out of the queue one at
 * a time: so nothing here is ever interrupted, and no signal comes too early.  There is one loop,
 * in main(), which sleeps until a signal comes or a deadline has passed and wakes at no other time.
 * There is no dynamic memory and no recursion.
 */
#include "init/init.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define MS 1000		    /* times are in microseconds */
#define SAME_STOP (50 * MS) /* a stop signal so soon after the last is the same one still */
#define HURRY (500 * MS)    /* what a second stop signal leaves of the grace */
#define LONG 50		    /* for one wait(2) */
#define MANY 32		    /* to do at once: then something else has its turn */
#define TICK (20 * MS)	    /* from look to look at those whose end nobody tells us */
#define ENOUGH (1000 * MS)  /* for whoever was sent SIGKILL to be gone */
#define CHILD_EVENTS (WEXITED | WSTOPPED | WNOHANG)

/* start.S fills these. */
extern sf_sigset mask_at_start;
extern int mask_is_kept;
static struct sigaction child_action_at_start;

pid_t self;
struct boss boss = {.pidfd = -1};
static int64_t began;

/* How far the end has come. */
static enum { RUNNING, ASKED, TOLD, KILLED } stage;
static int64_t asked_at, heard_at = -SAME_STOP, tell_at = FOR_EVER, end_at = FOR_EVER;
static siginfo_t stopper;
static pid_t told_group = -1;
extern uint8_t marks[]; /* what stage each process has had; few pages get used */
uint8_t marks[SF_PID_MAX_LIMIT] AT_THE_END;
static int64_t enough_at; /* whoever is left then cannot be killed */

static bool alone; /* no child is left */
static enum { UNTRIED, BY_US, BY_KERNEL } reaping;
static bool leftovers;		   /* there may be zombies from before the kernel reaped */
static int64_t look_at = FOR_EVER; /* when to look for them, or for the last child's end, again */

static struct {
	pid_t pid;
	siginfo_t info;
} hook[SF_NSIG + 1];

/* ---- small things ------------------------------------------------------------------------- */

int64_t now(void)
{
	struct timespec t = {0};

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 * MS + t.tv_nsec / 1000;
}

long set_mask(sf_sigset mask, sf_sigset *old)
{
	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, old, sizeof(mask));
}

void set_default(int sig, struct sigaction *old)
{
	struct sigaction to_default = {.sa_handler = SIG_DFL};

	sigaction(sig, &to_default, old);
}

static _Noreturn void give_up(const char *what)
{
	say("%s: %s: giving up", what, strerror(errno));
	if (self != 1 && boss.pid > 0 && !boss.ended)
		kill(boss.pid, SIGTERM);
	_exit(EXIT_OURS);
}

/* A call has failed that can only fail for a moment: it is tried again, but not for ever. */
static void once_more(const char *what)
{
	static int64_t since;
	static int times;
	int why = errno;

	if (now() - since > 1000 * MS) {
		since = now();
		times = 0;
	}
	errno = why;
	if (++times > 200)
		give_up(what);
}

/* ---- starting ----------------------------------------------------------------------------- */

static void hear_of_parents_death(void)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, wish.parent_death, 0, 0, 0) < 0)
		say("the parent's end will not be told: %s", strerror(errno));
	else if (getppid() != parent) /* it was too late */
		sigqueue(self, wish.parent_death, (union sigval){0});
}

static void prepare(void)
{
	self = getpid();
	began = wish.report ? now() : 0;
	/* Whoever ignores SIGCHLD does not hear how its children end. */
	set_default(SIGCHLD, &child_action_at_start);
	if (self != 1 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		say("orphans will not come to us: %s", strerror(errno));
	if (wish.parent_death)
		hear_of_parents_death();
	if (wish.hooks) /* whose end is to be seen by us */
		reaping = BY_US;
}

static void start_boss(char **argv)
{
	struct start start = {.argv = argv,
			      .address = self,
			      .action = &child_action_at_start,
			      .mask = mask_at_start};

	share_terminal(&start);
	boss.command = argv[0];
	boss.pid = start_process(&start);
	boss.leads = start.leads;
	if (!start.error)
		return;
	say("'%.200s' cannot be started: %s", argv[0], strerror(start.error));
	boss.ended = true;
	boss.status = start.error == ENOENT || start.error == ENOTDIR ? 127 : 126;
	if (boss.pid < 0)
		boss.status = EXIT_OURS;
}

/* ---- signals ------------------------------------------------------------------------------ */

/*
 * The main process is to see who sent it.  The kernel lets nobody claim that somebody else has used
 * kill(2): that becomes SI_QUEUE, with the sender's numbers.  What sigqueue(3) sent goes on as it
 * is.
 */
static void send_to_boss(int sig, const siginfo_t *from)
{
	static sf_sigset complained;
	siginfo_t info = *from;

	if (info.si_code >= 0 || info.si_code == SI_TKILL) {
		bool named = info.si_code == SI_USER || info.si_code == SI_TKILL;

		memset(&info, 0, sizeof(info));
		info.si_code = SI_QUEUE;
		info.si_pid = named ? from->si_pid : 0;
		info.si_uid = named ? from->si_uid : 0;
	}
	info.si_signo = sig;
	if ((boss.pidfd >= 0 ? syscall(SYS_pidfd_send_signal, boss.pidfd, sig, &info, 0)
			     : syscall(SYS_rt_sigqueueinfo, boss.pid, sig, &info)) == 0)
		return;
	/* Its queue is full, or the call is not allowed: then without the details. */
	if (errno == ESRCH || kill(boss.pid, sig) == 0 || errno == ESRCH ||
	    (complained & SF_SIGMASK(sig)))
		return;
	complained |= SF_SIGMASK(sig);
	say("signal %d cannot be passed on: %s", sig, strerror(errno));
}

void signal_boss(int sig)
{
	siginfo_t info = {.si_code = SI_QUEUE};

	info.si_pid = self;
	info.si_uid = getuid();
	send_to_boss(sig, &info);
}

static void pass_on(int sig, const siginfo_t *from)
{
	if (boss.ended || (wish.ignored & SF_SIGMASK(sig)) || is_not_for_boss(sig, from))
		return;
	if (sig == SIGCONT && boss.stopped && terminal >= 0)
		resume();
	else
		send_to_boss(wish.map[sig], from);
}

/* ---- the end ------------------------------------------------------------------------------ */

static void begin_the_end(void)
{
	asked_at = now();
	if (wish.grace == FOR_EVER)
		return;
	end_at = asked_at + wish.grace * MS;
	tell_at = end_at - wish.grace * MS / 4;
}

static void tell(const struct process *p, int sig)
{
	if (marks[p->pid] >= TOLD || p->group == told_group)
		return;
	marks[p->pid] = TOLD;
	send_signal(p, sig);
	send_signal(p, SIGCONT); /* so that one that is stopped hears it */
}

static void tell_everyone(int sig)
{
	stage = TOLD;
	if (self == 1 && (wish.scope == SCOPE_MAIN || wish.scope == SCOPE_ALL || !have_proc())) {
		kill(-1, sig);
		kill(-1, SIGCONT);
	} else {
		each_process(self, tell, sig);
	}
}

/* The stop signal, to those whom it is meant for. */
static void ask(int sig, const siginfo_t *from)
{
	if (boss.ended)
		return;
	if (wish.scope == SCOPE_MAIN) {
		pass_on(sig, from);
	} else if (wish.scope == SCOPE_GROUP) {
		told_group = getpgid(boss.pid);
		kill(told_group > 1 ? -told_group : boss.pid, wish.map[sig]);
	} else if (wish.scope == SCOPE_TREE) {
		each_process(boss.pid, tell, wish.map[sig]);
	} else {
		tell_everyone(wish.map[sig]);
	}
	if (boss.stopped)
		resume();
}

/* Let sh run the command for this signal first.  False: there is none, or it cannot be run. */
static bool start_hook(int sig, const siginfo_t *info)
{
	static char shell[] = "/bin/sh", c[] = "-c", name[] = "sigfate-init", pid[16];
	char *argv[] = {shell, c, wish.on[sig], name, pid, NULL};
	struct start start = {.argv = argv,
			      .leads = true,
			      .terminal = -1,
			      .action = &child_action_at_start,
			      .mask = mask_at_start,
			      .aside = true};

	if (!wish.on[sig] || hook[sig].pid)
		return wish.on[sig];
	snprintf(pid, sizeof(pid), "%d", boss.pid);
	hook[sig].info = *info;
	hook[sig].pid = start_process(&start);
	if (!start.error)
		return true;
	say("%.200s: %s", wish.on[sig], strerror(start.error));
	hook[sig].pid = 0;
	return false;
}

static void hook_ended(int sig)
{
	hook[sig].pid = 0;
	if (!(wish.stop & ~wish.ignored & SF_SIGMASK(sig)))
		pass_on(sig, &hook[sig].info);
	else if (stage == ASKED)
		ask(sig, &hook[sig].info);
}

static void stop(int sig, const siginfo_t *info)
{
	int64_t t = now();
	bool same = t - heard_at < SAME_STOP;

	heard_at = t;
	if (stage == RUNNING) {
		stage = ASKED;
		stopper = *info;
		begin_the_end();
		if (!start_hook(sig, info))
			ask(sig, info);
		return;
	}
	if (!same || !hook[sig].pid)
		pass_on(sig, info);
	if (same)
		return;
	if (stage == ASKED)
		tell_everyone(SIGTERM);
	if (end_at > t + HURRY)
		end_at = t + HURRY;
}

/* SIGKILL to everybody who is left: named first, for afterwards nobody knows their names. */
static void kill_one(const struct process *p, int sig)
{
	int tenths = (int)((now() - asked_at) / (100 * MS));

	if (marks[p->pid] != KILLED) {
		say("killed '%s' (pid %d), which did not end in %d.%d s", p->comm, p->pid,
		    tenths / 10, tenths % 10);
		report_killed(p->pid, p->comm);
	}
	marks[p->pid] = KILLED;
	if (self != 1)
		send_signal(p, sig);
}

static void kill_everyone(void)
{
	stage = KILLED;
	if (self == 1)
		kill(-1, SIGSTOP); /* lest they make new ones, whom nobody names */
	each_process(self, kill_one, SIGKILL);
	if (self == 1)
		kill(-1, SIGKILL);
	end_at = now() + TICK;
	if (!enough_at)
		enough_at = now() + ENOUGH;
}

static _Noreturn void leave(void)
{
	int code, as;

	if (!boss.ended) { /* it is being killed with everybody else */
		boss.how = CLD_KILLED;
		boss.status = SIGKILL;
	}
	code = boss.how > CLD_EXITED ? 128 + boss.status : boss.status;
	as = wish.exit_code[code & 0xff];
	if (wish.report)
		report_end(&stopper, as, (now() - began) / MS);
	if (wish.reraise && boss.how > CLD_EXITED && as == code) {
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a core of ours is of no interest */
		set_default(boss.status, NULL);
		kill(self, boss.status);
		set_mask(EVERY_SIGNAL & ~SF_SIGMASK(boss.status), NULL);
	}
	_exit(as);
}

/* ---- children ----------------------------------------------------------------------------- */

static void boss_has_ended(int how, int status)
{
	boss.ended = true;
	boss.how = how;
	boss.status = status;
	take_terminal_back();
}

/*
 * wait(2) walks past the children that live until it comes to one that has ended: among thousands
 * of orphans each end costs thousands of steps.  Since 6.15 the kernel can reap all by itself
 * (SA_NOCLDWAIT) and still tell us how the main process ended, for its pidfd keeps that.  Whether
 * it does is tried on the first orphan, which we reap ourselves.
 */
static void reap_first_orphan(pid_t pid)
{
	struct sigaction no_zombies = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
	_cleanup_close_ int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	siginfo_t info = {0};
	int how, status;

	reaping = BY_US;
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) < 0 || info.si_pid != pid)
		return;
	boss.pidfd = (int)syscall(SYS_pidfd_open, boss.pid, 0);
	if (fd >= 0 && boss.pidfd >= 0 && how_it_ended(fd, &how, &status) && how == info.si_code &&
	    status == info.si_status && !syscall(SYS_pidfd_send_signal, boss.pidfd, 0, NULL, 0) &&
	    !sigaction(SIGCHLD, &no_zombies, NULL)) {
		reaping = BY_KERNEL;
		leftovers = true;
		return;
	}
	cleanup_close(&boss.pidfd);
	boss.pidfd = -1;
}

/* A child has ended or stopped; before the first orphan has come, it was only looked at. */
static void take_child(siginfo_t *info)
{
	if (reaping == UNTRIED && info->si_pid != boss.pid && info->si_code != CLD_STOPPED) {
		reap_first_orphan(info->si_pid);
		return;
	}
	if (reaping == UNTRIED && waitid(P_PID, (id_t)info->si_pid, info, CHILD_EVENTS) < 0)
		once_more("a child cannot be waited for");
	if (info->si_code == CLD_STOPPED) {
		if (info->si_pid == boss.pid)
			boss_stopped(info->si_status);
		return;
	}
	if (info->si_pid == boss.pid)
		boss_has_ended(info->si_code, info->si_status);
	for (int sig = 1; wish.hooks && sig <= SF_NSIG; sig++)
		if (hook[sig].pid == info->si_pid)
			hook_ended(sig);
}

/* Take what has become of one child; false when there is nothing more to take. */
static bool wait_for(idtype_t type, id_t id)
{
	int peek = reaping == UNTRIED ? WNOWAIT : 0, how = 0, status = EXIT_OURS;
	siginfo_t info = {0};

	if (!waitid(type, id, &info, CHILD_EVENTS | peek)) {
		if (info.si_pid)
			take_child(&info);
		return info.si_pid;
	}
	if (errno != ECHILD) {
		once_more("a child cannot be waited for");
		return true;
	}
	if (type == P_ALL) {
		alone = true;
	} else {
		if (!how_it_ended(boss.pidfd, &how, &status))
			say("how '%.200s' ended is not known", boss.command);
		boss_has_ended(how, status);
	}
	return false;
}

/*
 * When the kernel reaps, only the main process is asked after, which costs the same whoever else
 * there is.  There may be zombies left from before, and at the end it is to be seen that no child
 * is left: where that takes long, among many that live, it is not done again too soon.
 */
static void reap(void)
{
	static int64_t not_before;
	int64_t start, took;
	int turns = MANY;
	bool more = true;

	while (reaping != BY_KERNEL && more && turns-- > 0)
		more = wait_for(P_ALL, 0);
	look_at = more ? 0 : FOR_EVER;
	if (reaping != BY_KERNEL)
		return;
	while (!boss.ended && turns-- > 0 && wait_for(P_PIDFD, (id_t)boss.pidfd))
		;
	look_at = FOR_EVER;
	if (!boss.ended && !leftovers)
		return;
	start = now();
	look_at = start < not_before ? not_before : FOR_EVER;
	if (start < not_before)
		return;
	do {
		more = wait_for(P_ALL, 0);
		took = now() - start;
		start += took;
	} while (more && took < LONG);
	leftovers = more;
	not_before = start + (10 * took < TICK ? 10 * took : TICK);
	if (more)
		look_at = not_before;
}

/* ---- the loop ----------------------------------------------------------------------------- */

static void take(int sig, const siginfo_t *info)
{
	sf_sigset stops = wish.stop & ~wish.ignored;

	if (sig == SIGCHLD) {
		reap();
		if (info->si_code > 0)
			return; /* what somebody has sent is for the main process */
	}
	if (info->si_code == SI_USER && info->si_pid == self)
		return; /* SIGPIPE for a message of ours, say */
	if (boss.ended) /* ^C at a terminal that waits for the others */
		stops |= SF_SIGMASK(SIGINT) | SF_SIGMASK(SIGQUIT);
	if (stops & SF_SIGMASK(sig))
		stop(sig, info);
	else if (!boss.ended && !start_hook(sig, info))
		pass_on(sig, info);
}

/* Also when signals come one after the other: nobody keeps us from this. */
static void look_at_the_clock(void)
{
	int64_t t = now();

	if (t >= look_at)
		reap();
	if (stage == ASKED && t >= tell_at)
		tell_everyone(SIGTERM);
	if (stage >= TOLD && t >= end_at)
		kill_everyone();
	if (stage == KILLED && self != 1 && t > enough_at)
		say("some are left who cannot be killed");
	if (stage == KILLED && (self == 1 || t > enough_at))
		leave();
}

/* Sleep until there is a signal: its number, or 0 when a deadline has passed. */
static int next_signal(siginfo_t *info)
{
	static unsigned int turns;
	const sf_sigset all = EVERY_SIGNAL, some = all << (++turns / MANY % SF_NSIG);

	/* The lowest comes first: lest a flood of low ones hides the rest, they wait a turn. */
	if (turns % MANY == 0) {
		const long at_once[2] = {0};
		long sig = syscall(SYS_rt_sigtimedwait, &some, info, at_once, sizeof(some));

		if (sig > 0)
			return (int)sig;
	}
	for (;;) {
		int64_t until = stage == RUNNING ? FOR_EVER : stage == ASKED ? tell_at : end_at;
		int64_t left = until = until < look_at ? until : look_at;
		long sig, timeout[2]; /* the kernel's struct timespec */

		if (until != FOR_EVER)
			left -= now();
		if (boss.ended && alone && left > TICK)
			left = TICK;
		timeout[0] = left > 0 ? (long)(left / (1000 * MS)) : 0;
		timeout[1] = left > 0 ? (long)(left % (1000 * MS)) * 1000 : 0;
		sig = syscall(SYS_rt_sigtimedwait, &all, info, left == FOR_EVER ? NULL : timeout,
			      sizeof(all));
		if (sig > 0)
			return (int)sig;
		if (errno == EAGAIN && left != FOR_EVER)
			return 0;
		once_more("the signals cannot be taken");
	}
}

/* Whether nobody is left, neither a child nor one that others have put into our PID namespace. */
static bool is_over(void)
{
	return boss.ended && alone && (self != 1 || kill(-1, 0) < 0);
}

int main(int argc, char **argv)
{
	(void)argc;
	if (!mask_is_kept && set_mask(EVERY_SIGNAL, &mask_at_start) < 0)
		give_up("the signals cannot be blocked");
	argv = read_options(argv);
	prepare();
	report_begin();
	start_boss(argv);
	if (boss.ended)
		leave();
	let_go(terminal);
	for (;;) {
		siginfo_t info;
		int sig = next_signal(&info);

		if (sig)
			take(sig, &info);
		if (stage != RUNNING || look_at != FOR_EVER)
			look_at_the_clock();
		if (!boss.ended)
			continue;
		if (is_over())
			leave();
		if (stage == RUNNING)
			begin_the_end();
		if (stage < TOLD)
			tell_everyone(SIGTERM);
	}
}
