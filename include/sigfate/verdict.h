/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sigfate/verdict.h - the verdict
 *
 * A path read: what became of a signal for each target, why, and what follows.  The caller owns the
 * verdicts and releases them before their path is cleared.  One thread reads a path at a time.
 */
#ifndef SF_VERDICT_H
#define SF_VERDICT_H

#include <stddef.h>

#include <sigfate/path.h>
#include <sigfate/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum sf_fate - what becomes of a signal, in one word */
enum sf_fate {
	SF_FATE_REFUSED, /* the call failed for this target */
	SF_FATE_PROBE,	 /* signal 0: checked, nothing sent */
	SF_FATE_IGNORED, /* accepted, and discarded before it was queued */
	SF_FATE_MERGED,	 /* accepted, pending already: nothing new is queued */
	SF_FATE_PENDING, /* queued, and stays so */
	SF_FATE_HANDLED, /* a handler runs, or a waiting reader takes it */
	SF_FATE_KILLED,	 /* the process dies of it */
	SF_FATE_DUMPED,	 /* the process dies of it, with a core dump */
	SF_FATE_STOPPED,
	SF_FATE_CONTINUED,
	SF_FATE_TRACED,	 /* goes to the tracer, which decides */
	SF_FATE_DROPPED, /* queued, and discarded at delivery */
	SF_NFATES
};

/**
 * sf_fate_name() - the name of a fate: "ignored"
 * @fate: any number
 *
 * Context: Any thread.
 *
 * Return: the name, a constant; "unknown" for none.
 */
const char *sf_fate_name(enum sf_fate fate);

/**
 * sf_fate_parse() - the fate of a name
 * @name: as sf_fate_name() gives it
 *
 * Context: Any thread.
 *
 * Return: the fate, or
 * * -EINVAL: @name is NULL or none
 */
int sf_fate_parse(const char *name);

/**
 * struct sf_reason - why; one per distinct cause
 * @slug: short and stable
 * @fate: the fate that it explains
 * @because: one sentence, for people
 * @remedy: what would work instead, one sentence; NULL when there is nothing to mend
 */
struct sf_reason {
	const char *slug;
	enum sf_fate fate;
	const char *because;
	const char *remedy;
};

/**
 * sf_reasons() - all reasons, in the order the kernel would come to them
 * @ret_n: how many there are; may be NULL
 *
 * Context: Any thread.
 *
 * Return: the reasons, constants.
 */
const struct sf_reason *sf_reasons(size_t *ret_n);

/**
 * struct sf_consequence - what follows for another process, or for the target later
 * @task: the process (its thread group leader)
 * @fate: what becomes of it
 * @sig: by which signal
 */
struct sf_consequence {
	struct sf_task *task;
	enum sf_fate fate;
	int sig;
};

/**
 * struct sf_verdict - what becomes of a signal for one target
 * @task: the process (its thread group leader)
 * @sig: the signal
 * @fate: what becomes of it
 * @error: the errno, positive, when refused
 * @generate: the result that the tracepoint signal_generate gives, -1 when it is not reached
 * @reason: why
 * @step: the index in the path of the step that decided it
 * @then: what follows; @n_then of them
 */
struct sf_verdict {
	struct sf_task *task;
	int sig;
	enum sf_fate fate;
	int error;
	int generate;
	const struct sf_reason *reason;
	size_t step;
	struct sf_consequence *then;
	size_t n_then;
};

/**
 * struct sf_verdicts - the answer to one call
 * @result: what the call gave
 * @reason: why a call that reached no target failed; NULL otherwise
 * @v: one for each target that the call came to; @n of them
 */
struct sf_verdicts {
	long result;
	const struct sf_reason *reason;
	struct sf_verdict *v;
	size_t n;
};

/**
 * sf_verdicts_read() - read the fate of the signal of the first call on a path
 * @m: the machine
 * @path: recorded over that call and the sf_settle() after it
 * @result: what the call gave
 * @ret: what became of it for each target; untouched on an error
 *
 * The caller releases it with sf_verdicts_release(), before the path is cleared or the machine
 * freed.
 *
 * Context: One thread at a time for a path; not while another records into it.
 *
 * Return: 0, or
 * * -EINVAL: one of the arguments is NULL
 * * -ENOMEM: we had no memory; the machine goes on
 */
int sf_verdicts_read(const struct sf_machine *m, const struct sf_path *path, long result,
		     struct sf_verdicts *ret);

/**
 * sf_verdicts_release() - free what sf_verdicts_read() gave
 * @v: the verdicts; NULL is nothing; they are empty afterwards
 *
 * Context: Any thread.
 */
void sf_verdicts_release(struct sf_verdicts *v);

#ifdef __cplusplus
}
#endif

#endif
