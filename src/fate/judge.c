/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * judge.c - what the path says of one sending: the fate, and the step that decided it
 *
 * Nothing is worked out here that the model has not decided: each answer on the path stands for one
 * cause.
 */
#include "fate/reason.h"
#include "fate/trail.h"

enum { SIGKILL = 9, SIGSEGV = 11, SIGCONT = 18, SIGSTOP = 19 };

static struct judgement judged(enum reason_id id, size_t step)
{
	const struct sf_reason *why = reason(id);

	return (struct judgement){.fate = why->fate, .reason = why, .step = step};
}

/* ---- what was asked while it was sent ------------------------------------------------------ */

/* The step of one sending that asks @id; NO_STEP when it was not asked. */
static size_t asked(const struct trails *t, size_t generate, enum sf_step_id id)
{
	int sig = t->step[generate].sig;

	for (size_t i = t->prev[generate]; i != NO_STEP; i = t->prev[i]) {
		const struct sf_step *s = &t->step[i];

		if (s->sig != sig || s->id == SF_STEP_GENERATE || s->id == SF_STEP_RESULT)
			break;
		if (s->id == id)
			return i;
	}
	return NO_STEP;
}

static int answer_to(const struct trails *t, size_t generate, enum sf_step_id id)
{
	size_t at = asked(t, generate, id);

	return at == NO_STEP ? -1 : t->step[at].answer;
}

static bool is_kernel_only(int sig)
{
	return sig == SIGKILL || sig == SIGSTOP;
}

/* ---- refused ------------------------------------------------------------------------------- */

static struct judgement judge_refused(const struct trails *t, size_t result)
{
	size_t at = t->prev[result];

	if (at != NO_STEP && t->step[at].id == SF_STEP_GENERATE)
		return judged(REASON_QUEUE_FULL, t->prev[at]);
	if (at == NO_STEP)
		return judged(REASON_GONE, result);
	switch ((int)t->step[at].id) {
	case SF_STEP_VALID_SIGNAL:
		return judged(REASON_INVALID_SIGNAL, at);
	case SF_STEP_CRED:
		return judged(REASON_NO_PERMISSION, at);
	case SF_STEP_SESSION:
		return judged(REASON_SIGCONT_OTHER_SESSION, at);
	case SF_STEP_LSM:
		return judged(REASON_LSM, at);
	default:
		return judged(REASON_GONE, at);
	}
}

/* ---- ignored ------------------------------------------------------------------------------- */

static struct judgement judge_unkillable(const struct trails *t, size_t generate, size_t at)
{
	const struct sf_step *s = &t->step[at];
	bool outside = !sf_task_nr(s->by, sf_task_pidns(s->task));

	if (!is_kernel_only(s->sig))
		return judged(sf_pidns_level(sf_task_pidns(s->task))
				      ? REASON_INIT_NO_HANDLER
				      : REASON_GLOBAL_INIT_NO_HANDLER,
			      at);
	if (outside && answer_to(t, generate, SF_STEP_FORCE) == SF_FORCE_NO_IDS)
		return judged(REASON_INIT_INFO_WITHOUT_SENDER, at);
	return judged(REASON_INIT_FROM_INSIDE, at);
}

static struct judgement judge_ignored(const struct trails *t, size_t generate)
{
	size_t at = t->prev[generate];
	int answer;

	if (at == NO_STEP)
		return judged(REASON_GONE, generate);
	answer = t->step[at].answer;
	switch ((int)t->step[at].id) {
	case SF_STEP_EXITING_THREAD:
		return judged(REASON_THREAD_EXITING, at);
	case SF_STEP_GROUP_EXIT:
		return judged(answer == SF_GROUP_EXIT_ZOMBIE ? REASON_ZOMBIE : REASON_DYING, at);
	case SF_STEP_GLOBAL_INIT:
		return judged(REASON_GLOBAL_INIT, at);
	case SF_STEP_UNKILLABLE:
		return judge_unkillable(t, generate, at);
	case SF_STEP_DISPOSITION:
	default:
		return judged(answer == SF_DISP_IGN ? REASON_SIG_IGN : REASON_DEFAULT_IGNORES, at);
	}
}

/* ---- queued: what became of it later ------------------------------------------------------- */

/* The next step about the process and this signal that asks one of two questions. */
static size_t later(const struct trails *t, size_t from, enum sf_step_id id, bool any_signal)
{
	int sig = t->step[from].sig;

	for (size_t i = t->next[from]; i != NO_STEP; i = t->next[i])
		if (t->step[i].id == id && (any_signal || t->step[i].sig == sig))
			return i;
	return NO_STEP;
}

static bool is_protected_init(const struct trails *t, size_t generate)
{
	return answer_to(t, generate, SF_STEP_UNKILLABLE) == SF_UNKILLABLE_FORCED;
}

static struct judgement judge_killed(const struct trails *t, size_t generate, size_t at)
{
	if (t->step[generate].sig != SIGKILL)
		return judged(REASON_DEFAULT_KILLS, at);
	if (!is_protected_init(t, generate))
		return judged(REASON_SIGKILL, at);
	return judged(answer_to(t, generate, SF_STEP_FORCE) == SF_FORCE_ANCESTOR
			      ? REASON_INIT_FROM_OUTSIDE
			      : REASON_INIT_KILLED_BY_KERNEL,
		      asked(t, generate, SF_STEP_UNKILLABLE));
}

static struct judgement judge_stop(const struct trails *t, size_t generate, size_t action)
{
	if (later(t, action, SF_STEP_STOP, true) == NO_STEP)
		return judged(REASON_STOP_CANCELLED, action);
	if (t->step[generate].sig != SIGSTOP)
		return judged(REASON_DEFAULT_STOPS, action);
	if (is_protected_init(t, generate))
		return judged(REASON_INIT_STOPPED_FROM_OUTSIDE,
			      asked(t, generate, SF_STEP_UNKILLABLE));
	return judged(REASON_SIGSTOP, action);
}

/* It ends the process, with a core dump if it may. */
static struct judgement judge_core(const struct trails *t, size_t generate, size_t action)
{
	bool forced = asked(t, generate, SF_STEP_FORCED) != NO_STEP;
	size_t core = later(t, action, SF_STEP_COREDUMP, false);

	if (core != NO_STEP && t->step[core].answer)
		return judged(forced ? REASON_FORCED_DUMPS : REASON_DEFAULT_DUMPS, action);
	return judged(forced ? REASON_FORCED_KILLS : REASON_DEFAULT_KILLS_NO_CORE, action);
}

/* A handler is called, unless nothing can be put on its stack: then SIGSEGV is forced at once. */
static struct judgement judge_handler(const struct trails *t, size_t action)
{
	size_t at = t->next[action];

	if (at == NO_STEP || t->step[at].id != SF_STEP_FORCED || t->step[at].sig != SIGSEGV)
		return judged(REASON_HANDLER, action);
	at = later(t, at, SF_STEP_ACTION, false);
	if (at != NO_STEP && t->step[at].answer == SF_ACTION_HANDLER)
		return judged(REASON_NO_STACK, action);
	return judged(REASON_NO_STACK_KILLS, action);
}

static struct judgement judge_action(const struct trails *t, size_t generate, size_t action)
{
	switch (t->step[action].answer) {
	case SF_ACTION_IGN:
		return judged(REASON_SIG_IGN_LATE, action);
	case SF_ACTION_HANDLER:
		return judge_handler(t, action);
	case SF_ACTION_DEFAULT_IGNORES:
		return judged(REASON_DEFAULT_IGNORES_LATE, action);
	case SF_ACTION_INIT_DROPS:
		return judged(REASON_INIT_DROPS, action);
	case SF_ACTION_ORPHANED:
		return judged(REASON_ORPHANED_GROUP, action);
	case SF_ACTION_STOP:
		return judge_stop(t, generate, action);
	case SF_ACTION_CORE:
		return judge_core(t, generate, action);
	case SF_ACTION_FATAL:
	default:
		return judge_killed(t, generate, action);
	}
}

static struct judgement judge_waiting(const struct trails *t, size_t generate)
{
	const struct sf_task *task = t->step[generate].task;
	size_t wants = asked(t, generate, SF_STEP_WANTS_SIGNAL);
	size_t at = wants == NO_STEP ? generate : wants;

	switch (sf_task_state(task)) {
	case 'T':
		return judged(REASON_TARGET_STOPPED, at);
	case 't':
		return judged(REASON_TARGET_TRACE_STOPPED, at);
	case 'S':
		return judged(REASON_BLOCKED, at);
	default:
		return judged(REASON_NOT_TAKEN, at);
	}
}

static struct judgement judge_queued(const struct trails *t, size_t generate)
{
	size_t fatal = asked(t, generate, SF_STEP_FATAL), at;

	if (fatal != NO_STEP && t->step[fatal].answer == SF_FATAL_YES)
		return judge_killed(t, generate, fatal);
	at = later(t, generate, SF_STEP_SIGWAIT, false);
	if (at != NO_STEP)
		return judged(REASON_SIGWAIT, at);
	at = later(t, generate, SF_STEP_SIGNALFD, false);
	if (at != NO_STEP)
		return judged(REASON_SIGNALFD, at);
	at = later(t, generate, SF_STEP_DEQUEUE, false);
	if (at == NO_STEP)
		return judge_waiting(t, generate);
	if (later(t, at, SF_STEP_PTRACE_SIGNAL, false) != NO_STEP)
		return judged(REASON_TRACER_DECIDES, later(t, at, SF_STEP_PTRACE_SIGNAL, false));
	at = later(t, at, SF_STEP_ACTION, false);
	return at == NO_STEP ? judge_waiting(t, generate) : judge_action(t, generate, at);
}

/* ---- going on ------------------------------------------------------------------------------ */

bool was_sent(const struct trails *t, size_t at)
{
	int sig = t->step[at].sig;

	for (size_t i = t->prev[at]; i != NO_STEP; i = t->prev[i])
		if (t->step[i].id == SF_STEP_GENERATE && t->step[i].sig == sig)
			return true;
	return false;
}

/* Whether a signal that waited for the process to go on ends it, before any handler has run. */
static bool dies_of_waiting(const struct trails *t, size_t from)
{
	for (size_t i = t->next[from]; i != NO_STEP; i = t->next[i])
		if (t->step[i].id == SF_STEP_ACTION && !was_sent(t, i) &&
		    (t->step[i].answer == SF_ACTION_FATAL || t->step[i].answer == SF_ACTION_CORE))
			return true;
	return false;
}

/* ---- all of it ----------------------------------------------------------------------------- */

struct judgement judge_generated(const struct trails *t, size_t at)
{
	enum { DELIVERED, IGNORED, ALREADY_PENDING, OVERFLOW_FAIL };
	struct judgement j;
	size_t flush;

	switch (t->step[at].answer) {
	case IGNORED:
		j = judge_ignored(t, at);
		break;
	case ALREADY_PENDING:
		j = judged(REASON_ALREADY_PENDING, t->prev[at]);
		break;
	case OVERFLOW_FAIL:
		j = judged(REASON_QUEUE_FULL, t->prev[at]);
		break;
	case DELIVERED:
	default:
		j = judge_queued(t, at);
	}
	/* A stopped process goes on, whatever becomes of the SIGCONT itself. */
	flush = asked(t, at, SF_STEP_FLUSH);
	if (flush != NO_STEP && t->step[flush].answer == SF_FLUSH_WAKES &&
	    ((j.fate != SF_FATE_HANDLED && j.fate != SF_FATE_TRACED) || dies_of_waiting(t, at)))
		return judged(REASON_SIGCONT_RESUMES, flush);
	return j;
}

struct judgement judge_waited(const struct trails *t, size_t at)
{
	return judge_action(t, at, at);
}

struct judgement judge_result(const struct trails *t, size_t at)
{
	size_t before = t->prev[at];

	if (t->step[at].answer)
		return judge_refused(t, at);
	if (before != NO_STEP && t->step[before].id == SF_STEP_PROBE)
		return judged(REASON_MAY_SIGNAL, before);
	if (before != NO_STEP && t->step[before].id == SF_STEP_GENERATE)
		return judge_generated(t, before);
	/* It went between the look-up and the lock, which tkill() calls a success. */
	return judged(REASON_THREAD_EXITING, at);
}
