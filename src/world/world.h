/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * world.h - a place where a scenario can happen: the model, or the running kernel
 *
 * One interface: make this call, let everything settle, show me what has become of it.  Whoever
 * runs a scenario does not know which world it is in.  Processes are indices: those of the
 * scenario's names (notation.h), 0 is the host.
 *
 * All worlds start alike.  Above the host, and unseen, is the init of a throw-away PID namespace:
 * its parent, number 1 where the host is number 2 and leads a session.  It is protected as every
 * init is, waits for each child that it has or inherits, and nothing else becomes of what is sent
 * to it.
 * The host has all capabilities in its user namespace, no handler, nothing blocked or ignored, and
 * a soft RLIMIT_CORE of 0.
 *
 * A world belongs to the thread that made it, and must not outlive it.  world_free() ends every
 * process that it made; the end of the thread, whatever its cause, does the same.
 */
#ifndef SIGFATE_WORLD_H
#define SIGFATE_WORLD_H

#include <sigfate.h>

#include "notation/notation.h"

struct world;

/**
 * struct world_call - one call, its names resolved to numbers
 * @id: the call
 * @arg: numbers; for a WHO argument the index of the process
 * @set: the signal set or capability set among the arguments
 * @tid: the @n_tids numbers among them
 * @info: the siginfo among the arguments, when @has_info
 * @child: the index that a process made by it gets, -1 for none
 */
struct world_call {
	enum fate_call_id id;
	long arg[FATE_ARGS_MAX];
	unsigned int n_args;
	uint64_t set;
	int tid[SF_MAX_PID_NS_LEVEL + 1];
	unsigned int n_tids;
	struct sf_siginfo info;
	bool has_info;
	int child;
};

/**
 * struct world_result - what the call gave
 * @blocked: it has not returned yet, or never will; the rest is then empty, see WORLD_RESUMED
 * @ret: zero or more, or a negative errno
 * @unreturned: the caller died or stopped of the call before it came back: what it gave was not
 *	seen by anybody, and no such call can have given anything but success: @ret is 0
 * @status: of wait4() when it found a child, else -1
 * @info: of sigwaitinfo() and what else gives one; @set: of sigpending()
 * @action: of sigaction(): what it was before
 */
struct world_result {
	bool blocked, unreturned;
	long ret;
	int status;
	struct sf_siginfo info;
	sf_sigset set;
	struct sf_sigaction action;
};

enum world_event_type {
	WORLD_HANDLED,
	WORLD_KILLED,
	WORLD_EXITED,
	WORLD_STOPPED,
	WORLD_CONTINUED,
	WORLD_RESUMED,
	WORLD_TRACED,
};

/**
 * struct world_event - something that became of process @who
 *
 * HANDLED, RESUMED and TRACED are of one task, which may be a thread; the others are of processes.
 * Events of one process are in order; between processes only cause comes before effect where a
 * world can tell: a death before the handler that is told of it.
 * @info: HANDLED: what the handler was told; STOPPED, TRACED: si_signo
 * @status: KILLED, EXITED: as wait4() gives it, -1 when this world cannot know it any more
 * @result: RESUMED: what the call gave
 */
struct world_event {
	enum world_event_type type;
	int who;
	struct sf_siginfo info;
	int status;
	struct world_result result;
};

/* struct world_generate's @result, as the tracepoint has it; those further on are losses. */
enum { GENERATE_DELIVERED, GENERATE_IGNORED, GENERATE_PENDING };

/** struct world_generate - one signal_generate event: @result is 0..4 */
struct world_generate {
	int who; /* the addressed task; -1: a process that the scenario has no name for */
	int sig, code, result;
	bool group;
};

/**
 * struct world_look - what /proc shows of a task
 * @n_nr, @nr: its numbers, from the scenario's outermost namespace inwards
 * @pgrp, @session: the numbers of its group and session in that outermost namespace
 * @parent: an index, or -1 for one outside the scenario
 *
 * Of one that is gone, only @state means anything.
 */
struct world_look {
	enum fate_state state;
	sf_sigset set[SF_SIGCGT + 1];
	unsigned int n_nr;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	int pgrp, session;
	int parent;
};

struct world_ops {
	const char *name; /* "model", "kernel" */
	void (*free)(struct world *w);
	int (*call)(struct world *w, int who, const struct world_call *call,
		    struct world_result *ret);
	int (*pid)(struct world *w, int caller, int who);
	unsigned int (*fates)(struct world *w, int who);
	int (*look)(struct world *w, int who, struct world_look *ret);
	const struct sf_reason *(*reason)(struct world *w, int who);		   /* may be NULL */
	int (*again)(struct world *w, unsigned int off, struct world_result *ret); /* may be NULL */
};

/**
 * struct world - what all worlds have; each embeds it
 * @event: what happened during the last call and its settling, in order
 * @generate: the signals generated in that time; @traces: whether this world can see them
 * @error: why the last operation failed, for people
 */
struct world {
	const struct world_ops *ops;
	struct world_event *event;
	size_t n_events, events_size;
	struct world_generate *generate;
	size_t n_generate, generate_size;
	bool traces;
	char error[256];
};

/** struct world_trace - the kernel's record of signals, for one world after the other: see below */
struct world_trace;

/** struct world_options - @n_names: how many processes there may be; @is_thread: the threads */
struct world_options {
	size_t n_names;
	const bool *is_thread;
	const struct sf_kernel *kernel; /* the model's; NULL: newest */
	unsigned int timeout_ms;     /* how long the kernel's world waits for anything; 0: 5000 */
	bool trace;		     /* use tracefs where it can be had */
	struct world_trace *tracing; /* use this one, of nobody else; NULL: make one for it */
};

/** world_model_new() - the model as a world: 0, or a negative errno and @error (256 bytes) */
int world_model_new(const struct world_options *o, struct world **ret, char *error);
/**
 * world_kernel_new() - the running kernel as a world: as world_model_new()
 *
 * Until it is freed, its thread stays on the CPU that it is on, with all tasks that it makes.  The
 * soft limit of open files is raised to what so many processes need.
 *
 * An ordinary user is root in it, but alone: the kernel maps no other id for such a one.  A call
 * that would become another user then fails with -EOPNOTSUPP, and so it does in @error's words.
 *
 * Return: also -EPERM: no namespace can be made here.
 */
int world_kernel_new(const struct world_options *o, struct world **ret, char *error);

/** world_kernel_can() - whether the running kernel lets us have what a scenario may need */
bool world_kernel_can(enum fate_need need);

/**
 * world_trace_new() - a trace for many worlds, of which one lives at a time
 *
 * Making and removing one takes a tenth of a second.  One that a killed process left behind is
 * removed by the next that is made.
 *
 * Return: 0, or a negative errno where there can be none: worlds do without.
 */
int world_trace_new(struct world_trace **ret);
void world_trace_free(struct world_trace *t);

void world_free(struct world *w);

/**
 * world_call() - make a call as process @who, and let everything settle
 *
 * The events and generated signals of before are forgotten first.
 *
 * Return: 0 and @ret; negative errno when the world itself failed (w->error): -ETIMEDOUT: it did
 * not settle in time; -ESRCH: @who is dead; -EBUSY: @who is stopped or in a call; -EDEADLK: it
 * would make a process that nothing could end any more; others.
 */
int world_call(struct world *w, int who, const struct world_call *call, struct world_result *ret);

/**
 * world_again() - make the last call once more, another way
 *
 * Often the kernel may do any of several things, and is right: of the tasks that can run, the
 * scheduler chooses one.  The model does the first of them; when that is not what a kernel did, the
 * next way may be.  All is as if the call had been made only once, as now.
 * @off: how far it is from what the kernel did, the way that it has gone last: what is like a
 *	better one is tried first
 *
 * Return: 1 and @ret: it went another way; 0: no way is left, and it went as the first time; 0 also
 * in a world that has no choice; or a negative errno.
 */
int world_again(struct world *w, unsigned int off, struct world_result *ret);

/** world_pid() - the number of @who in @caller's namespace, as it is or last was; 0: not seen */
int world_pid(struct world *w, int caller, int who);

/**
 * world_fates() - what became of the last call's signal for @who (the process of a thread)
 *
 * Return: a set of 1 << enum sf_fate: more than one when this world cannot tell them apart, 0 when
 * the signal was not sent to it.
 */
unsigned int world_fates(struct world *w, int who);

/**
 * world_reason() - why that became of it
 * @who: -1: why the call came to nobody
 *
 * Return: NULL where this world does not know.
 */
const struct sf_reason *world_reason(struct world *w, int who);

/** world_state_of() - the state that /proc/PID/stat has this letter for */
enum fate_state world_state_of(char letter);
/** world_look() - what /proc shows of @who: 0; -ESRCH: it was never made; another negative errno */
int world_look(struct world *w, int who, struct world_look *ret);

/* For the worlds themselves. */
int world_add_event(struct world *w, const struct world_event *event);
/** world_fail() - say why a call cannot be made, as printf() does; gives @error */
int world_fail(struct world *w, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int world_add_generate(struct world *w, const struct world_generate *generate);
/** world_generate_order() - for qsort(): by whom it is for, and what; 0: the same */
int world_generate_order(const void *a, const void *b);
/**
 * world_generate_adds() - whether @g tells more than @before: how often the same is ignored, or
 * waits already, depends on who of several ends first
 */
bool world_generate_adds(const struct world_generate *g, const struct world_generate *before);

#endif
