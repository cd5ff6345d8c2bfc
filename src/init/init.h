/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init.h - what the parts of sigfate-init share
 *
 * sigfate-init.c is the init.  It stands on words.c (options, messages, the report), process.c (to
 * start a process, and to find those that are there) and terminal.c (job control).
 */
#ifndef SIGFATE_INIT_H
#define SIGFATE_INIT_H

#include <sigfate/signal.h>

#include <signal.h>
#include <sys/types.h>

#define FOR_EVER INT64_MAX
#define EXIT_OURS 125 /* our own failure, as env(1) and timeout(1) have it */
#define EVERY_SIGNAL (~(sf_sigset)0)

/* Large, and mostly never touched: behind all the rest, which then fits into a few pages. */
#define AT_THE_END __attribute__((common))

/* ---- sigfate-init.c ----------------------------------------------------------------------- */

/** self - our own number: 1, or that of an ordinary process */
extern pid_t self;

/**
 * boss - the main process
 * @command: as it was called
 * @pidfd: -1 until somebody needs it
 * @leads: it leads a process group of its own
 * @stopped: it was, when we last heard of it
 * @how, @status: as waitid() gives them when it has ended; @how is 0 when it was not started
 */
extern struct boss {
	const char *command;
	pid_t pid;
	int pidfd;
	bool leads, stopped, ended;
	int how, status;
} boss;

/** now() - microseconds that only ever go on */
int64_t now(void);

/** set_mask() - the kernel's own call: a C library hides the signals that it uses itself */
long set_mask(sf_sigset mask, sf_sigset *old);

/** signal_boss() - from us to the main process */
void signal_boss(int sig);

/** set_default() - let a signal do what it does by default */
void set_default(int sig, struct sigaction *old);

/* ---- words.c ------------------------------------------------------------------------------ */

enum scope { SCOPE_MAIN, SCOPE_GROUP, SCOPE_TREE, SCOPE_ALL };

/**
 * wish - the options
 * @stop: the signals that begin the end
 * @ignored: these go to nobody
 * @scope: who gets a signal of @stop
 * @grace: milliseconds until SIGKILL
 * @map: what each signal is passed on as
 * @on: a command to run before a signal is acted on, or NULL
 * @hooks: there is such a command
 * @exit_code: what each exit code becomes
 * @parent_death: the signal to get when our parent ends, or 0
 * @reraise: die of the signal that the main process died of
 * @report: a descriptor's number or a path, or NULL
 */
extern struct wish {
	sf_sigset stop, ignored;
	enum scope scope;
	int64_t grace;
	uint8_t map[SF_NSIG + 1];
	char *on[SF_NSIG + 1];
	bool hooks;
	uint8_t exit_code[256];
	int parent_death;
	bool reraise;
	const char *report;
} wish;

/** read_options() - of the environment, then of the arguments; the command, or the program's end */
char **read_options(char **argv);

/** say() - a line on standard error */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** report - the descriptor that the report goes to, or -1; it is not the main process's */
extern int report;

/** report_begin() - open it; report_killed(): one more; report_end(): how the main process ended */
void report_begin(void);
void report_killed(pid_t pid, const char *comm);
void report_end(const siginfo_t *stop, int code, int64_t ms);

/* ---- process.c ---------------------------------------------------------------------------- */

/**
 * struct start - a process to start
 * @argv: the command, found as execvp() finds it
 * @leads: whether it leads a process group of its own
 * @terminal: which then has that group in the foreground, unless it is -1
 * @address: who the environment's LISTEN_PID means, who is it now; 0: leave that as it is
 * @action: what it does at SIGCHLD
 * @mask: what it blocks
 * @aside: it is not the main process: it writes to our standard error, and has no input
 * @error: why it could not be run, an errno
 */
struct start {
	char *const *argv;
	bool leads;
	int terminal;
	pid_t address;
	const struct sigaction *action;
	sf_sigset mask;
	bool aside;
	int error;
};

/** start_process() - its number, or -1; @start->error, which a command aside keeps for itself */
pid_t start_process(struct start *start);

/** let_go() - of what the main process has: files, ends of pipes, the directory */
void let_go(int terminal);

/** how_it_ended() - a process that is reaped, as its pidfd has kept it; false when it has not */
bool how_it_ended(int pidfd, int *ret_how, int *ret_status);

/**
 * struct process - another process
 * @dir: its directory in /proc, which stays its own when the number is used again; -1: no /proc
 * @comm: what it calls itself: anything; "?" without a /proc
 */
struct process {
	pid_t pid, parent, group;
	bool dead;
	int dir;
	char comm[64];
};

/** open_again() - a pipe or a terminal, so that writing does not wait; -1: it is another, or no */
int open_again(int fd);

/** have_proc() - whether there is a /proc, of our PID namespace, that can be read */
bool have_proc(void);

/**
 * each_process() - call act() for every process but ourselves that is @root or descends from it
 *
 * From PID 1 everybody descends.  Without a /proc those are found that can be found by number, in a
 * second: all for PID 1, for others their children.
 */
void each_process(pid_t root, void (*act)(const struct process *p, int sig), int sig);

/** send_signal() - to this process, and to no other that may have its number now */
void send_signal(const struct process *p, int sig);

/* ---- terminal.c --------------------------------------------------------------------------- */

/** terminal - a descriptor of our terminal, or -1 */
extern int terminal;

/** share_terminal() - find it, and say in @start what is to become of it */
void share_terminal(struct start *start);

/** boss_stopped() - the main process was stopped by this signal: and now? */
void boss_stopped(int sig);

/** resume() - let the main process go on, with the terminal if that is ours */
void resume(void);

/** take_terminal_back() - the main process has ended */
void take_terminal_back(void);

/**
 * is_not_for_boss() - whether it is a signal of the terminal that we do not pass on
 *
 * The main process has a copy of its own, for the terminal sends to all of a process group.
 */
bool is_not_for_boss(int sig, const siginfo_t *from);

#endif
