/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scale.c - as many processes as the kernel can number: their memory, and a kill() among them */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigfate.h>

#include "base/cleanup.h"
#include "harness.h"

#define CALLS 200000
#define FEW 10
#define MIB_MOST 2560

struct crowd {
	struct sf_machine *machine;
	struct sf_task *init;
	long n;
};

/* A line of /proc/self/status, in MiB. */
static double status_mib(const char *field)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/status", "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, field, strlen(field)))
			return (double)strtol(line + strlen(field), NULL, 10) / 1024;
	return 0;
}

static bool crowd_new(struct crowd *c, long most)
{
	c->machine = sf_machine_new(NULL);
	c->init = c->machine ? sf_machine_boot(c->machine) : NULL;
	if (!c->init)
		return false;
	for (c->n = 1; c->n < most && sf_fork(c->init, NULL) > 0; c->n++)
		;
	return true;
}

/* To one after the other, far from each other. */
static bool kill_around(void *data, size_t n)
{
	const struct crowd *c = data;
	long failed = 0;

	for (size_t i = 0; i < n; i++)
		failed |= sf_kill(c->init, 2 + (int)(i * 7919 % (size_t)(c->n - 1)), 0);
	return !failed;
}

static bool kill_one(void *data, size_t n)
{
	const struct crowd *c = data;
	long failed = 0;

	for (size_t i = 0; i < n; i++)
		failed |= sf_kill(c->init, 2, 0);
	return !failed;
}

bool bench_scale(void)
{
	double before = status_mib("VmRSS:"), start = now(), built;
	struct crowd few = {0}, all = {0};
	bool good;

	if (!crowd_new(&few, FEW) || !crowd_new(&all, SF_PID_MAX_LIMIT))
		return false;
	built = now() - start;
	report(&(struct figure){
		.name = "MiB for every number there is",
		.unit = "MiB",
		.a_name = "used",
		.b_name = "allowed",
		.a = status_mib("VmRSS:") - before,
		.b = MIB_MOST,
		.goal = AT_MOST(1),
	});
	good = all.n == SF_PID_MAX_LIMIT - 1;
	report(&(struct figure){
		.name = "kill() among 4,194,303",
		.unit = "ns",
		.a_name = "among all",
		.b_name = "of 10",
		.a = best_ns(kill_one, &all, CALLS),
		.b = best_ns(kill_one, &few, CALLS),
		.goal = AT_MOST(1.5),
	});
	report(&(struct figure){
		.name = "kill() to each of them in turn",
		.unit = "ns",
		.a_name = "of all",
		.b_name = "of 10",
		.a = best_ns(kill_around, &all, CALLS),
		.b = best_ns(kill_around, &few, CALLS),
	});
	start = now();
	sf_machine_free(all.machine);
	sf_machine_free(few.machine);
	report(&(struct figure){
		.name = "seconds to build them",
		.unit = "s",
		.a_name = "build",
		.b_name = "tear down",
		.a = built,
		.b = now() - start,
	});
	return good;
}
