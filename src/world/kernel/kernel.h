/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.h - the running kernel as a world: what its parts share
 *
 * A call goes through these hands: calls.c says which system call it is (calls.h), command.c has
 * the actor make it, settle.c waits until nothing can happen any more, events.c and fates.c tell
 * what has become of it.  born.c keeps account of new tasks and namespaces.
 */
#ifndef SIGFATE_KERNEL_H
#define SIGFATE_KERNEL_H

#include "world/kernel/arena.h"
#include "world/kernel/cage.h"
#include "world/kernel/cgroup.h"
#include "world/kernel/look.h"
#include "world/kernel/trace.h"
#include "world/world.h"

/* How many places of the ring may stand open, whose actors stopped or died before filling them. */
#define KERNEL_HOLES 16
/* Slots for processes that the scenario has no name for, and for the init. */
#define KERNEL_SPARE 16

/** struct ns - a PID or user namespace of the scenario; @fd keeps it there when it is empty */
struct ns {
	struct ns *next, *parent;
	ino_t ino;
	int fd;
	unsigned int level; /* 0: the throw-away one */
};

/**
 * struct actor - one task
 * @leader: the actor that is its process, maybe itself
 * @tid, @tgid: as this process counts; @nr: from the throw-away namespace inwards
 * @state: the letter of its last settling, 'X' when it is gone, and with it @ppid, @exiting and
 *	@exit_code as stat has them; @ran, @ran_ns: see look_ran()
 * @dirty: it has run in the present settling; @ran_before, @ran_ns_before: until then
 * @busy: it has not returned from its last command; @told: and the scenario was told so
 * @swallow: it came to a halt in a call that cannot but have given 0: its reply is no event
 * @quiet: its command is our own, no call of the scenario
 * @makes_vfork: its call waits for the child that it makes
 * @call, @ret, @result_at: the call, what it gave, and where in the slot's data the rest of it is
 * @lent: the descriptor that it was given last, -1 for none
 * @terminal: of a leader: our side of the terminal that its session has, -1 for none;
 *	@terminal_there: its own; @in_background: another group is in the foreground
 * @memory: of a leader: which memory it has; @borrows: and that it is another's
 * @group: of a leader: the letter of the whole process; @was_stopped: before this settling;
 *	@stood: it had stopped, and has not gone on, whatever a tracer did to it in between
 * @exit_status: how it ended, -1 unknown; @waited_stop: what its last waiter was told; @touched,
 *	@last_told: of a leader: see events.c
 */
struct actor {
	bool born;
	unsigned int index;
	struct actor *leader;
	pid_t tid, tgid;
	unsigned int n_nr;
	int nr[SF_MAX_PID_NS_LEVEL + 1];
	struct ns *pidns, *userns;
	struct look look;
	int pidfd;

	char state;
	int ppid, exit_code;
	bool exiting, dirty;
	uint64_t ran, ran_ns, ran_before, ran_ns_before;

	bool busy, told, swallow, quiet, makes_vfork;
	enum fate_call_id call;
	long ret;
	uint8_t *result_at;
	size_t data_used;
	int lent;
	int terminal, terminal_there;
	bool in_background, borrows;
	unsigned int memory;

	char group;
	bool was_stopped, stood, dead, touched;
	size_t last_told;
	int exit_status, waited_stop;
};

/**
 * struct sent - the call that sent a signal, and to whom; see fates.c
 * @one: it names one process; @all: it was kill(-1)
 * @code: its si_code; @any_code: which one the kernel takes is not ours to say; @forced: nor is it
 *	of a fault; @any_sender: nor who runs while it is sent
 * @thread: the one task that it was sent to, NULL: to processes
 * @target: per actor that is a process
 */
struct sent {
	bool any, one, all, any_code, forced, any_sender;
	int sig, code;
	long ret;
	const struct actor *sender, *thread;
	struct target {
		bool addressed, was_pending, was_dying, was_dead, was_traced, had_stopped;
		int generated;	       /* the tracepoint's result, -1: none */
		unsigned int nameless; /* fates that were seen of threads without a name */
	} * target;
};

struct kernel_world {
	struct world world;
	size_t n_names;
	uint64_t timeout_ns;
	bool pinned;

	struct arena arena;
	struct cage cage;
	struct cgroup *cgroups;
	struct world_trace *trace;
	bool own_trace;

	struct actor *actor; /* the names, then the spare ones, the throw-away init last */
	unsigned int n_actors, n_memories;
	struct actor *init, *caller;
	struct actor *expected; /* the caller is making it */
	bool own_pid_max;	/* each PID namespace is known to have its own */
	struct ns *namespaces;
	unsigned int outer_levels; /* PID namespaces that /proc shows outside of ours */

	/* The present settling: what was published, in order. */
	struct wire_event *log;
	size_t n_log, log_size;
	uint32_t ring_read; /* places of the ring */
	uint32_t hole[KERNEL_HOLES];
	unsigned int n_holes;
	uint64_t deadline;
	unsigned int extensions;
	bool came_up; /* a task that nobody has looked at yet */
	struct sent sent;
};

/* command.c: make actors do something */
/** struct command - a system call for an actor; pointers among the arguments are data_put()'s */
struct command {
	uint32_t op;
	long nr;
	uint64_t arg[6];
	struct actor *child;
};
void command_give(struct kernel_world *k, struct actor *a, const struct command *c);
/** command_quiet() - a call of our own that does not wait: 0 and *@ret, or a negative errno */
int command_quiet(struct kernel_world *k, struct actor *a, long nr, const uint64_t arg[6],
		  long *ret);
/** command_lend() - give the actor a descriptor of ours, until the next: 0 and its number there */
int command_lend(struct kernel_world *k, struct actor *a, int fd, int *ret);
/** command_take_back() - close what it was lent last */
int command_take_back(struct kernel_world *k, struct actor *a);
/** data_put() - room in the actor's data, a multiple of 16 bytes, with a copy of @p or zeroes */
uint8_t *data_put(struct kernel_world *k, struct actor *a, const void *p, size_t size);
void data_reset(struct actor *a);

/* born.c: account of tasks and namespaces */
int actor_up(struct kernel_world *k, const struct wire_event *e);
void actor_release(struct actor *a);
/** actor_became_leader() - it has made execve(), and goes on in the slot of its process */
void actor_became_leader(struct actor *a);
struct actor *actor_of(struct kernel_world *k, int who);
struct actor *actor_by_tid(struct kernel_world *k, pid_t tid);
/** actor_nr() - the number of @a in @caller's PID namespace; 0 when it is not seen there */
int actor_nr(const struct actor *caller, const struct actor *a);
/** actor_update_userns() - it has entered another user namespace */
int actor_update_userns(struct kernel_world *k, struct actor *a);
void namespaces_release(struct kernel_world *k);

/* settle.c */
/** settle_begin() - from here on its time counts */
void settle_begin(struct kernel_world *k);
/** ring_drain() - read what was published; @all_asleep: nobody is about to finish an entry */
int ring_drain(struct kernel_world *k, bool all_asleep);
/** breathe() - let the actors run, above all @who: 0, or -ETIMEDOUT */
int breathe(struct kernel_world *k, struct actor *who, unsigned int times);
int settle(struct kernel_world *k);

/* calls.c */
/** call_prepare() - which system call it is: 0 and *@ret, or a negative errno */
int call_prepare(struct kernel_world *k, struct actor *a, const struct world_call *c,
		 struct command *ret);
/** call_result() - what it gave, for the caller */
void call_result(const struct actor *a, struct world_result *ret);

/* can.c */
/** kernel_has_own_pid_max() - by what a task of another namespace reads: see there */
bool kernel_has_own_pid_max(long inside);
/** kernel_has_landlock_scope() - whether Landlock can keep signals within a domain */
bool kernel_has_landlock_scope(void);

/* events.c */
int events_make(struct kernel_world *k);

/* info.c */
struct sf_siginfo info_from_wire(const uint8_t info[WIRE_INFO]);
void info_to_wire(const struct sf_siginfo *info, uint8_t wire[128]);
/** info_of_sigqueue() - what the C library's sigqueue() sends */
struct sf_siginfo info_of_sigqueue(const struct actor *sender, long uid,
				   const struct world_call *c);

/* addressed.c */
/** address() - whom a call that sends a signal means */
void address(struct kernel_world *k, const struct actor *caller, const struct world_call *c);

/* fates.c */
int sent_begin(struct kernel_world *k, struct actor *a, const struct world_call *c);
int sent_end(struct kernel_world *k, long ret);
/** is_stop_signal() - whether its default is to stop a process */
bool is_stop_signal(int sig);
/** sent_saw() - what happened to one that the scenario has no name for */
void sent_saw(struct kernel_world *k, const struct actor *a, const struct world_event *e);
unsigned int fates_of(struct kernel_world *k, struct actor *process);

#endif
