/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fates.c - what became of the signal that the last call sent
 *
 * Nothing here knows what a signal does.  What is known is whom the call addressed (a number, a
 * group, all), what was generated, where that is traced, and what was then seen.  Where all that
 * leaves several fates open, all of them are given.
 */
#include "world/kernel/kernel.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/cleanup.h"

#define BIT(fate) (1u << SF_FATE_##fate)

/* The signals that wait for a process, or for the one thread that was addressed. */
static sf_sigset pending_of(const struct kernel_world *k, const struct actor *process)
{
	sf_sigset pending = 0;
	struct status s;

	if (k->sent.thread)
		return look_status(&k->sent.thread->look, &s) ? 0 : s.set[SF_SIGPND];
	if (!look_status(&process->look, &s))
		pending = s.set[SF_SHDPND];
	return pending;
}

static sf_sigset signal_bit(int sig)
{
	return sig >= 1 && sig <= SF_NSIG ? SF_SIGMASK(sig) : 0;
}

static bool is_dying(const struct kernel_world *k, const struct actor *process)
{
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born && k->actor[i].leader == process && !k->actor[i].exiting)
			return false;
	return true;
}

static bool has_tracer(const struct kernel_world *k, const struct actor *process)
{
	struct status s;

	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (a->born && a->leader == process && a->state != 'X' &&
		    !look_status(&a->look, &s) && s.traced)
			return true;
	}
	return false;
}

bool is_stop_signal(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/* All of it, or some, while another is to come back from vfork() first. */
static bool has_stopped_thread(const struct kernel_world *k, const struct actor *process)
{
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born && k->actor[i].leader == process && k->actor[i].state == 'T')
			return true;
	return false;
}

int sent_begin(struct kernel_world *k, struct actor *a, const struct world_call *c)
{
	struct sent *s = &k->sent;

	s->any = fate_calls[c->id].sends;
	if (!s->any)
		return 0;
	s->sender = a;
	s->thread = NULL;
	for (unsigned int i = 0; i < k->n_actors; i++)
		s->target[i] = (struct target){.generated = -1};
	address(k, a, c);
	for (unsigned int i = 0; i < k->n_actors; i++) {
		if (!s->target[i].addressed)
			continue;
		s->target[i].was_dead = k->actor[i].dead;
		s->target[i].was_dying = is_dying(k, &k->actor[i]);
		/* or from this call on */
		s->target[i].had_stopped = has_stopped_thread(k, &k->actor[i]);
		s->target[i].was_traced = c->id == FATE_PTRACE || has_tracer(k, &k->actor[i]);
		if (!k->trace)
			s->target[i].was_pending = pending_of(k, &k->actor[i]) & signal_bit(s->sig);
	}
	return 0;
}

/* The task with this number, also when it is gone by now. */
static const struct actor *find_target(const struct kernel_world *k, pid_t tid)
{
	const struct actor *found = NULL;

	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (a->born && a->tid == tid && (!found || found->state == 'X'))
			found = a;
	}
	return found;
}

/* Sent by the call itself, and not by what its sender did of it: a dying init kills others. */
static bool is_of_call(const struct sent *s, const struct trace_event *e, const struct actor *to)
{
	bool code =
		s->any_code ? e->code == SF_SI_USER || e->code == SF_SI_TKILL : e->code == s->code;

	return s->any && (code || s->forced) && (e->sender == s->sender->tid || s->any_sender) &&
	       e->sig == s->sig && (s->all || s->target[to->leader->index].addressed);
}

static int take_generated(void *data, const struct trace_event *e)
{
	struct kernel_world *k = data;
	const struct actor *a = find_target(k, e->pid);
	struct sent *s = &k->sent;
	struct world_generate g = {
		.who = -1, .sig = e->sig, .code = e->code, .result = e->result, .group = e->group};

	if (!a)
		return 0;
	if (a->index < k->n_names)
		g.who = (int)a->index;
	if (is_of_call(s, e, a) && s->target[a->leader->index].generated < 0)
		s->target[a->leader->index].generated = e->result;
	return world_add_generate(&k->world, &g);
}

int sent_end(struct kernel_world *k, long ret)
{
	int r;

	/* What these say is that the signal was sent. */
	k->sent.ret = ret == -EPIPE || ret == -EFBIG ? 0 : ret;
	r = k->trace ? trace_read(k->trace, take_generated, k) : 0;
	if (r == -EOVERFLOW)
		world_fail(&k->world, r, "the kernel's trace lost events");
	return r;
}

/* One that has a tracer may have stood for it, and died of a signal like this that came before. */
static unsigned int fate_of_death(const struct sent *s, int status, bool was_traced)
{
	unsigned int others = was_traced ? BIT(PENDING) | BIT(DROPPED) | BIT(TRACED) : 0;

	if (status < 0)
		return BIT(KILLED) | BIT(DUMPED) | BIT(PENDING) | BIT(DROPPED) | others;
	if (WTERMSIG(status) != s->sig)
		return 0;
	return (WCOREDUMP(status) ? BIT(DUMPED) : BIT(KILLED)) | others;
}

static unsigned int fate_of_event(const struct sent *s, const struct world_event *e,
				  bool was_traced)
{
	switch (e->type) {
	case WORLD_KILLED:
		return fate_of_death(s, e->status, was_traced);
	case WORLD_STOPPED:
		return e->info.signo == s->sig ? BIT(STOPPED) : 0;
	case WORLD_CONTINUED:
		return s->sig == SIGCONT ? BIT(CONTINUED) : 0;
	case WORLD_HANDLED:
		return e->info.signo == s->sig ? BIT(HANDLED) : 0;
	case WORLD_TRACED:
		return e->info.signo == s->sig ? BIT(TRACED) : 0;
	case WORLD_RESUMED: /* only sigwaitinfo() has one */
		return e->result.info.signo == s->sig ? BIT(HANDLED) : 0;
	case WORLD_EXITED:
		break;
	}
	return 0;
}

void sent_saw(struct kernel_world *k, const struct actor *a, const struct world_event *e)
{
	struct target *t = &k->sent.target[a->leader->index];

	if (k->sent.any)
		t->nameless |= fate_of_event(&k->sent, e, t->was_traced);
}

/* What was seen of a process that the signal may have done. */
static unsigned int fates_seen(const struct kernel_world *k, const struct actor *process)
{
	bool was_traced = k->sent.target[process->index].was_traced;
	unsigned int set = k->sent.target[process->index].nameless;

	for (size_t i = 0; i < k->world.n_events; i++) {
		const struct world_event *e = &k->world.event[i];

		if (k->actor[e->who].leader == process)
			set |= fate_of_event(&k->sent, e, was_traced);
	}
	return set;
}

/* Dying of it, but not dead, for it has to wait for others; its leader may have ended before. */
static unsigned int fate_of_dying(const struct kernel_world *k, const struct actor *process)
{
	struct stat_line s;

	if (process->dead || k->sent.target[process->index].was_dying || !is_dying(k, process) ||
	    look_stat(&process->look, &s) || WTERMSIG(s.exit_code) != k->sent.sig)
		return 0;
	return WCOREDUMP(s.exit_code) ? BIT(DUMPED) : BIT(KILLED);
}

/* It has taken the signal in its call, but stands before it could tell. */
static bool waits_for_signals(const struct kernel_world *k, const struct actor *process)
{
	for (unsigned int i = 0; i < k->n_actors; i++) {
		const struct actor *a = &k->actor[i];

		if (a->born && a->leader == process && a->busy && a->call == FATE_SIGWAITINFO &&
		    (a->state == 'T' || a->state == 't'))
			return true;
	}
	return false;
}

/*
 * Who stands for a tracer may have stopped before, and gone on only as far as that.  And some
 * threads may have stopped, but not all.
 */
static unsigned int unseen_continued(const struct kernel_world *k, const struct actor *process)
{
	const struct target *t = &k->sent.target[process->index];

	return k->sent.sig == SIGCONT && (t->was_traced || t->had_stopped) ? BIT(CONTINUED) : 0;
}

/* Some threads have stopped, where others stand for a tracer or are yet to come. */
static unsigned int stopped_in_part(const struct kernel_world *k, const struct actor *process)
{
	const struct target *t = &k->sent.target[process->index];

	return is_stop_signal(k->sent.sig) && !t->had_stopped && has_stopped_thread(k, process)
		       ? BIT(STOPPED)
		       : 0;
}

static bool has_threads(const struct kernel_world *k, const struct actor *process)
{
	for (unsigned int i = 0; i < k->n_actors; i++)
		if (k->actor[i].born && k->actor[i].leader == process && &k->actor[i] != process)
			return true;
	return false;
}

/*
 * What a look afterwards does not show: a stop that is over already, or that a thread still waits
 * for its tracer to join; a stop for a tracer who is gone or has waited.
 */
static unsigned int unseen(const struct kernel_world *k, const struct actor *process)
{
	const struct sent *s = &k->sent;
	bool traced = s->target[process->index].was_traced;
	bool stops = is_stop_signal(s->sig);

	/* one thread that nobody traces, and that alone was meant, stands when it has stopped */
	if (s->one && !traced && !has_threads(k, process))
		stops = false;
	return BIT(DROPPED) | (traced ? BIT(TRACED) : 0) | (stops ? BIT(STOPPED) : 0) |
	       unseen_continued(k, process) | (waits_for_signals(k, process) ? BIT(HANDLED) : 0);
}

/* It is known what became of it where it was generated. */
static unsigned int fates_traced(const struct kernel_world *k, const struct actor *process,
				 int generated)
{
	enum { QUEUED, IGNORED, ALREADY_PENDING, OVERFLOW_FAIL, LOSE_INFO };
	unsigned int seen = fates_seen(k, process);

	switch (generated) {
	case IGNORED:
		return seen & BIT(CONTINUED) ? BIT(CONTINUED)
					     : BIT(IGNORED) | unseen_continued(k, process);
	case ALREADY_PENDING:
		return BIT(MERGED) | (seen & BIT(CONTINUED)) | unseen_continued(k, process);
	case OVERFLOW_FAIL:
		return BIT(REFUSED);
	default:
		break;
	}
	if (seen || (seen = fate_of_dying(k, process)))
		return seen | stopped_in_part(k, process);
	if (pending_of(k, process) & signal_bit(k->sent.sig))
		return BIT(PENDING) | unseen_continued(k, process);
	/* Dead of something else, before it came to that, or because its handler could not run. */
	return unseen(k, process) | (process->dead ? BIT(PENDING) | BIT(KILLED) | BIT(HANDLED) : 0);
}

static unsigned int fates_untraced(const struct kernel_world *k, const struct actor *process)
{
	const struct target *t = &k->sent.target[process->index];
	unsigned int seen = fates_seen(k, process);
	unsigned int refused = k->sent.one ? 0 : BIT(REFUSED); /* of several, this one may be */
	/* it may have been one that waited; or something else, when nobody knows what it died of */
	bool unsure = t->was_pending || (process->dead && process->exit_status < 0);
	unsigned int before = unsure ? BIT(MERGED) | BIT(PENDING) | BIT(IGNORED) | refused : 0;

	if (seen || (seen = fate_of_dying(k, process)))
		return seen | before | stopped_in_part(k, process);
	/* What waits for it was there before: nothing more comes to who is dying. */
	if (t->was_dead || t->was_dying)
		return BIT(IGNORED) | refused;
	if (pending_of(k, process) & signal_bit(k->sent.sig)) {
		if (!t->was_pending)
			return BIT(PENDING) | unseen_continued(k, process);
		/* Timers have room of their own. */
		if (k->sent.sig >= SF_SIGRTMIN ||
		    (k->sent.code == SF_SI_TIMER && k->sent.any_sender))
			return BIT(PENDING) | refused;
		return BIT(MERGED) | BIT(IGNORED) | refused;
	}
	return BIT(IGNORED) | unseen(k, process) | refused |
	       (process->dead ? BIT(PENDING) | BIT(MERGED) | BIT(KILLED) | BIT(HANDLED) : 0);
}

unsigned int fates_of(struct kernel_world *k, struct actor *process)
{
	const struct sent *s = &k->sent;
	const struct target *t = &s->target[process->index];

	if (!s->any || (!t->addressed && t->generated < 0))
		return 0;
	if (t->generated >= 0)
		return fates_traced(k, process, t->generated);
	/* Of all, some may have been reached even so. */
	if (s->ret < 0 && (!s->all || k->trace))
		return BIT(REFUSED);
	if (s->sig == 0)
		return s->one ? BIT(PROBE) : BIT(PROBE) | BIT(REFUSED);
	/* Traced, but not generated: of several, this one was refused. */
	if (k->trace)
		return s->one ? BIT(IGNORED) : BIT(REFUSED);
	return fates_untraced(k, process) | (s->ret < 0 ? BIT(REFUSED) : 0);
}
