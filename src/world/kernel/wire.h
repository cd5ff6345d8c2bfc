/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire.h - the memory that the actors and the referee share
 *
 * An actor is a task that makes the system calls it is told to make (actor.c).  Every one has a
 * slot of its own in one shared memory, the arena: the command it is given, room for what the
 * command's arguments point to, and its stack.  What becomes of it goes into one ring for all, so
 * the order of what happened to different tasks is known.  Nothing is sent and no descriptor is
 * needed; an idle actor sleeps on the futex of its own command.
 */
#ifndef SIGFATE_WIRE_H
#define SIGFATE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_ARENA 0x2000000000ull /* where every actor sees it */
#define WIRE_SLOT_SIZE 0x80000ull  /* a power of two: a stack pointer tells the slot */
#define WIRE_HEADER_SIZE (16 * WIRE_SLOT_SIZE)
#define WIRE_DATA 4096
#define WIRE_RING 65536
#define WIRE_INFO 48	  /* the bytes of a siginfo that mean something */
#define WIRE_INFO_HEAD 16 /* those that mean the same whatever it is of */
#define WIRE_BURN_MORE 3  /* seconds at most after the limit */
#define WIRE_PAGE 65536	  /* of any machine, or a multiple of it */

/* The descriptors that every actor has. */
#define WIRE_FD_SOCKET 0 /* the referee's end closes when it dies; descriptors come through it */
#define WIRE_FD_ARENA 1
#define WIRE_FD_IMAGE 2

enum wire_op {
	WIRE_CALL,  /* make the system call */
	WIRE_CLONE, /* make it; in the child, start as the actor of slot @child */
	WIRE_GIVE,  /* make none, and give arg[0] */
	WIRE_EXEC,  /* become this program again, as the actor of slot arg[0] */
	WIRE_FAULT, /* execute what cannot be: signal arg[0]; arg[1]: an address without memory */
	WIRE_TIMER, /* make it with arg[0..2]; ask until the timer has run out: struct wire_ask */
	WIRE_BURN,  /* use the CPU to the soft limit arg[0], at arg[1]; then set that at arg[2] */
};

/* struct wire_ask - at arg[3]: how to ask a timer; its answer is @interval and @left */
struct wire_ask {
	uint64_t nr, timer;
	uint64_t interval[2], left[2];
};

/* struct wire_command - what to do next; @seq grows by one when it is complete */
struct wire_command {
	uint32_t seq;
	uint32_t op;
	uint64_t nr;
	uint64_t arg[6];
	uint64_t child;
};

/*
 * struct wire_slot - the stack is the rest of it
 * @done: the last command that was done
 * @fault: the signal of the fault that is being made
 */
struct wire_slot {
	struct wire_command command;
	uint32_t done;
	int32_t fault;
	_Alignas(64) uint8_t data[WIRE_DATA];
};

enum wire_event_type {
	WIRE_UP = 1,  /* the actor is there: @tgid and @tid as the referee counts */
	WIRE_REPLY,   /* command @seq gave @ret */
	WIRE_HANDLED, /* a handler runs, and was told @info */
};

/* struct wire_event - @ready is written last: its place, counted from 1; none is used twice */
struct wire_event {
	uint32_t ready;
	uint32_t type;
	uint32_t slot;
	uint32_t seq;
	int64_t ret;
	int32_t tgid, tid;
	uint8_t info[WIRE_INFO];
};

/*
 * struct wire_arena - the first part of the arena
 * @head: how many places of the ring have been taken, ever
 * @beat: grows with each event; @waiting: the referee sleeps on it
 * @units: its size, in slots
 * @comm: the name of every actor
 * @on_signal, @restorer: what an actor's handlers are, and where they return to
 * @setup_step, @setup_errno: why there is no first actor
 */
struct wire_arena {
	uint32_t head;
	uint32_t beat;
	uint32_t waiting;
	int32_t setup_step, setup_errno;
	uint64_t units;
	char comm[16];
	uint64_t on_signal, restorer;
	_Alignas(64) struct wire_event ring[WIRE_RING];
};

_Static_assert(sizeof(struct wire_arena) <= WIRE_HEADER_SIZE, "the ring has room");

#endif
