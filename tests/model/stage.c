/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage.c - what is done with a machine, not in it: finding, looking, recording, observing */
#include <errno.h>
#include <string.h>

#include "bytes.h"

/* ---- found --------------------------------------------------------------------------------- */

/* Of a player, or one that was found empty. */
static struct sf_pidns *some_pidns(struct play *play, struct sf_task *t)
{
	unsigned int b = byte(play);

	return b < 0x60 && play->n_pidns ? play->pidns[b % play->n_pidns] : sf_task_pidns(t);
}

static struct sf_userns *some_userns(struct play *play, struct sf_task *t)
{
	unsigned int b = byte(play);

	return b < 0x60 && play->n_userns ? play->userns[b % play->n_userns] : sf_task_userns(t);
}

static void hold(struct play *play, const struct sf_machine *m, const void *ns)
{
	struct held *held = &play->held[m != play->machine[0]];

	held->ns[held->n_ns++] = ns;
}

static void find_pidns(struct play *play, struct sf_task *t)
{
	struct sf_task *other = player(play);
	struct sf_pidns *parent = some_pidns(play, t), *ns;

	if (play->n_pidns == FOUND)
		return;
	ns = sf_pidns_add(parent, some_userns(play, other ? other : t));
	if (!ns)
		return;
	play->pidns[play->n_pidns++] = ns;
	for (const struct sf_pidns *up = ns; up; up = sf_pidns_parent(up))
		parent = (struct sf_pidns *)(uintptr_t)up;
	hold(play, play->machine[parent != sf_machine_pidns(play->machine[0])], ns);
}

static void find_userns(struct play *play, struct sf_task *t)
{
	const struct sf_id_extent map[2] = {
		{byte(play), byte(play), byte(play)},
		{(uint32_t)number(play), (uint32_t)number(play), (uint32_t)number(play)},
	};
	struct sf_userns *parent = some_userns(play, t), *ns;
	const struct sf_userns *top;

	if (play->n_userns == FOUND)
		return;
	ns = sf_userns_add(parent, byte(play), map, byte(play) % 3);
	if (!ns)
		return;
	play->userns[play->n_userns++] = ns;
	for (top = ns; sf_userns_parent(top);)
		top = sf_userns_parent(top);
	hold(play, play->machine[top != sf_machine_userns(play->machine[0])], ns);
}

static void some_sets(struct play *play, struct sf_task_spec *spec)
{
	spec->blocked = set(play);
	spec->pending = set(play);
	spec->shared_pending = set(play);
	spec->ignored = set(play);
	spec->caught = set(play);
	switch (byte(play) % 4) {
	case 0:
		spec->sigwait = set(play);
		break;
	case 1:
		spec->signalfd = set(play);
		break;
	case 2:
		spec->sigsuspend = true;
		spec->saved_mask = set(play);
		break;
	default:
		break;
	}
}

static void some_relations(struct play *play, struct sf_task_spec *spec)
{
	unsigned int which = byte(play);

	spec->leader = which & 1 ? player(play) : NULL;
	spec->parent = which & 2 ? player(play) : NULL;
	spec->pgrp = which & 4 ? player(play) : NULL;
	spec->session = which & 8 ? player(play) : NULL;
	spec->tracer = which & 16 ? player(play) : NULL;
	spec->traced = which & 32;
	spec->pgrp_nr[0] = which & 64 ? number(play) : 0;
	spec->session_nr[0] = which & 64 ? number(play) : 0;
	spec->pgrp_nr[1] = which & 128 ? number(play) : 0;
}

static void find_task(struct play *play, struct sf_task *t)
{
	static const char states[] = "SSSSTtZZX";
	struct sf_task_spec spec = {.pidns = some_pidns(play, t)};
	unsigned int odd = byte(play);
	struct sf_task *found;

	if (odd & 1)
		spec.userns = some_userns(play, t);
	if (odd & 2)
		spec.pids_for_children = some_pidns(play, t);
	for (size_t i = 0; i < 4; i++)
		spec.nr[i] = odd & 4 ? number(play) : 0;
	some_relations(play, &spec);
	some_sets(play, &spec);
	spec.state = states[byte(play) % sizeof(states)];
	spec.uid[0] = spec.uid[1] = spec.uid[2] = byte(play) % 3 * 1000;
	spec.cap_effective = odd & 8 ? SF_CAP_FULL : set(play);
	spec.unkillable = odd & 16;
	spec.subreaper = odd & 32;
	spec.exit_signal = odd & 64 ? signal_number(play) : 17;
	spec.sigpending = odd == 255 ? LONG_MAX : odd == 254 ? -1 : 0;
	spec.sigpending_limit = byte(play) % 4 ? SF_RLIM_INFINITY : byte(play);
	memset(spec.comm, 'x', sizeof(spec.comm));
	if (sf_task_add(&spec, &found))
		return;
	meet(play, sf_task_get(found));
}

void play_found(struct play *play, struct sf_task *t)
{
	switch (byte(play) % 8) {
	case 0:
		find_pidns(play, t);
		break;
	case 1:
		find_userns(play, t);
		break;
	case 2:
		sf_pidns_set_last_pid(some_pidns(play, t), number(play));
		sf_pidns_set_pid_max(some_pidns(play, t), number(play));
		break;
	default:
		find_task(play, t);
	}
}

/* ---- looking ------------------------------------------------------------------------------- */

/* What may be asked of a task anywhere, in an observer too. */
static void ask_about(struct play *play, const struct sf_task *t)
{
	char comm[SF_COMM_LEN];
	const struct sf_machine *other = play->machine[sf_task_machine(t) == play->machine[0]];
	struct sf_pidns *strange = sf_machine_pidns((struct sf_machine *)(uintptr_t)other);

	if (!memchr(sf_task_comm(t, comm), 0, sizeof(comm)))
		play->wrong = "a name without an end";
	if (!strchr("STtZX", sf_task_state(t)))
		play->wrong = "a state that is none";
	if (sf_task_nr(t, strange) || sf_task_tgid(t, strange))
		play->wrong = "a number in another machine";
	sf_task_leader(t);
	sf_task_parent(t);
	sf_task_is_init(t);
	sf_task_is_dying(t);
	sf_task_is_exiting(t);
	sf_task_exit_status(t);
	sf_task_threads(t);
	sf_task_cap_effective(t);
	sf_task_cap_permitted(t);
	sf_task_pgrp(t, sf_task_pidns(t));
	sf_task_session(t, sf_task_pidns(t));
	sf_userns_parent(sf_task_userns(t));
	for (const struct sf_pidns *ns = sf_task_pidns(t); ns; ns = sf_pidns_parent(ns)) {
		sf_pidns_init(ns);
		sf_pidns_closed(ns);
		sf_pidns_owner(ns);
		if (sf_pidns_level(ns) > SF_MAX_PID_NS_LEVEL)
			play->wrong = "a namespace that is too deep";
	}
}

static bool is_refused(struct sf_machine *m, struct sf_task *t)
{
	return sf_getpid(t) == SF_FAIL && sf_machine_error(m) == -EDEADLK &&
	       sf_settle(m) == -EDEADLK && sf_tasklist_lock(m) == -EDEADLK;
}

static void walk(struct play *play, struct sf_machine *m)
{
	struct sf_task *p, *t;
	size_t n = 0;

	if (sf_tasklist_lock(m)) {
		play->wrong = "no section where there is none";
		return;
	}
	for (p = sf_task_next(m, NULL); p; p = sf_task_next(m, p))
		for (t = p; t; t = sf_task_next_thread(t)) {
			sf_task_tracer(t);
			sf_task_sigset(t, SF_SIGCGT);
			n++;
		}
	p = sf_task_next(m, NULL);
	if (!n || !is_refused(m, p))
		play->wrong = "a call in a section";
	sf_tasklist_unlock(m);
}

void play_look(struct play *play, struct sf_task *t)
{
	struct sf_machine *m = sf_task_machine(t);
	struct sf_siginfo info;
	int status;

	ask_about(play, t);
	sf_task_tracer(t);
	sf_task_call_result(t, &status, &info);
	for (int kind = SF_SIGPND; kind <= SF_SIGCGT + 1; kind++)
		sf_task_sigset(t, (enum sf_sigset_kind)kind);
	for (int i = 0; i < MACHINES; i++)
		sf_task_next(play->machine[i], t);
	sf_task_next_thread(t);
	sf_task_find(sf_task_pidns(t), number(play));
	sf_task_set_comm(t, byte(play) % 2 ? "" : "much longer than any name may be");
	if (m && !sf_machine_panicked(m))
		walk(play, m);
}

/* ---- on the stage -------------------------------------------------------------------------- */

static void observe(void *data, const struct sf_event *e)
{
	struct play *play = data;

	if (play->ledger)
		ledger_event(&play->ledger[sf_task_machine(e->task) != play->machine[0]], e);
	ask_about(play, e->task);
	if (!is_refused(sf_task_machine(e->task), e->task) || sf_task_sigset(e->task, SF_SIGCGT))
		play->wrong = "a call in an observer";
}

void play_with_ledger(struct play *play, struct ledger ledger[MACHINES])
{
	play->ledger = ledger;
	for (int i = 0; i < MACHINES; i++) {
		ledger_close(&ledger[i]);
		play->observed[i] = true;
		sf_machine_observe(play->machine[i], observe, play);
	}
}

static int refuse(void *data, const struct sf_task *sender, const struct sf_task *target,
		  const struct sf_siginfo *info, int sig)
{
	struct play *play = data;

	ask_about(play, sender);
	ask_about(play, target);
	(void)info;
	return sig == 20 ? -EACCES : 0;
}

static unsigned int choose(void *data, enum sf_choice what, unsigned int n)
{
	(void)what;
	return byte(data) % (n + 1); /* now and then too large */
}

static void read_path(struct play *play, int which)
{
	struct sf_verdicts v;
	size_t n;
	int r;

	sf_path_steps(play->path[which], &n);
	sf_reasons(NULL);
	r = sf_verdicts_read(play->machine[which], play->path[which], number(play), &v);
	play->no_memory |= r == -ENOMEM;
	if (r)
		return;
	for (size_t i = 0; i < v.n; i++) {
		if (!v.v[i].reason || v.v[i].step >= n || v.v[i].fate >= SF_NFATES)
			play->wrong = "a verdict without a reason";
		ask_about(play, v.v[i].task);
		for (size_t k = 0; k < v.v[i].n_then; k++)
			ask_about(play, v.v[i].then[k].task);
	}
	sf_verdicts_release(&v);
}

static void audit(struct play *play, int which)
{
	struct sf_machine *m = play->machine[which];
	struct sf_task *daemon = player(play);
	bool ours = !daemon || sf_task_machine(daemon) == m;
	uint32_t uid;
	size_t n;

	sf_audit_records(m, &n);
	sf_audit_signal_sender(m, &uid);
	sf_audit_enable(m, byte(play) % 2);
	if (byte(play) % 4 == 0)
		sf_audit_clear(m);
	if ((sf_audit_set_daemon(m, daemon) == 0) != ours)
		play->wrong = "a daemon of another machine";
}

/* A path that is let go of, while it is recorded into perhaps. */
static void another_path(struct play *play, int which)
{
	struct sf_path *path = sf_path_new(play->machine[which]);

	if (!path) {
		play->no_memory = true;
		return;
	}
	if (byte(play) % 2)
		sf_machine_record(play->machine[which], path);
	given(play, sf_kill(play->player[which], number(play), signal_number(play)));
	sf_path_free(path);
}

/* Words for what there is, and for what there is not. */
static void words(struct play *play)
{
	int n = number(play);
	const struct sf_step s = {.id = (enum sf_step_id)n, .answer = number(play)};
	char buf[16];

	sf_signal_parse(sf_signal_name(n, buf));
	sf_generator_name((enum sf_generator)n);
	sf_generator_signal((enum sf_generator)n);
	sf_step_text((enum sf_step_id)n);
	if (!sf_step_answer(&s) || sf_fate_parse(sf_fate_name((enum sf_fate)n)) >= SF_NFATES)
		play->wrong = "words are missing";
}

void play_stage(struct play *play, int which)
{
	struct sf_machine *m = play->machine[which];

	switch (byte(play) % 12) {
	case 0:
		sf_machine_record(m, play->path[which]);
		break;
	case 1:
		sf_machine_record(m, NULL);
		sf_path_clear(play->path[which]);
		break;
	case 2:
		read_path(play, which);
		break;
	case 3:
		play->observed[which] = byte(play) % 4;
		sf_machine_observe(m, play->observed[which] ? observe : NULL, play);
		break;
	case 4:
		sf_machine_set_lsm(m, byte(play) % 2 ? refuse : NULL, play);
		break;
	case 5:
		audit(play, which);
		break;
	case 6:
		if (sf_machine_record(m, play->path[!which]) != -EINVAL)
			play->wrong = "a path of another machine";
		break;
	case 7:
		sf_machine_choose(m, byte(play) % 2 ? choose : NULL, play);
		break;
	case 8:
		sf_machine_set_overflowuid(m, byte(play));
		sf_machine_set_core_pattern(m, (enum sf_core_pattern)(byte(play) % 4));
		break;
	case 9:
		another_path(play, which);
		break;
	case 10:
		play_nothing(play);
		break;
	default:
		words(play);
	}
}
