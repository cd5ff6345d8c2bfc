/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kernel.c - how kernels differ in what matters to a signal */
#include <string.h>

#include "model/machine.h"

#define SWITCH(field)                                                                              \
	{                                                                                          \
#field, offsetof(struct sf_kernel, field)                                          \
	}

static const struct {
	const char *name;
	size_t at;
} switches[] = {
	SWITCH(guard_unkillable_fastpath),
	SWITCH(drop_private_to_exiting),
	SWITCH(pidfd_scope_flags),
	SWITCH(pidns_pid_max),
	SWITCH(landlock_signal_scope),
	SWITCH(leader_group_exit_code),
	SWITCH(own_siginfo),
};

const char *sf_kernel_switch_name(size_t i)
{
	return i < ARRAY_SIZE(switches) ? switches[i].name : NULL;
}

bool sf_kernel_has(const struct sf_kernel *k, const char *name)
{
	for (size_t i = 0; k && name && i < ARRAY_SIZE(switches); i++)
		if (!strcmp(switches[i].name, name))
			return *(const bool *)((const char *)k + switches[i].at);
	return false;
}

/*
 * Oldest first.  What a version does not tell (guard_unkillable_fastpath, drop_private_to_exiting,
 * own_siginfo) is as the kernel of that name was seen to behave.
 */
static const struct {
	unsigned int major, minor;
	struct sf_kernel kernel;
} presets[] = {
	{5, 3, {.name = "5.3"}},
	{6, 1, {.name = "6.1", .own_siginfo = true}},
	{6, 9, {.name = "6.9", .pidfd_scope_flags = true}},
	{6, 12, {.name = "6.12", .pidfd_scope_flags = true, .landlock_signal_scope = true}},
	{6,
	 14,
	 {.name = "6.14",
	  .pidfd_scope_flags = true,
	  .landlock_signal_scope = true,
	  .pidns_pid_max = true}},
	{6,
	 15,
	 {.name = "6.15",
	  .pidfd_scope_flags = true,
	  .landlock_signal_scope = true,
	  .pidns_pid_max = true,
	  .leader_group_exit_code = true}},
	{6,
	 18,
	 {.name = "6.18",
	  .guard_unkillable_fastpath = true,
	  .drop_private_to_exiting = true,
	  .pidfd_scope_flags = true,
	  .landlock_signal_scope = true,
	  .pidns_pid_max = true,
	  .leader_group_exit_code = true}},
};

static bool read_number(const char **p, unsigned int *ret)
{
	unsigned int n = 0;
	const char *s = *p;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9' && n < 100000; s++)
		n = n * 10 + (unsigned int)(*s - '0');
	*p = s;
	*ret = n;
	return true;
}

const struct sf_kernel *sf_kernel_preset(const char *release)
{
	unsigned int major, minor = 0;
	size_t best = 0;

	if (!release || !read_number(&release, &major))
		return &presets[ARRAY_SIZE(presets) - 1].kernel;
	if (*release == '.') {
		release++;
		read_number(&release, &minor);
	}
	for (size_t i = 0; i < ARRAY_SIZE(presets); i++)
		if (presets[i].major < major ||
		    (presets[i].major == major && presets[i].minor <= minor))
			best = i;
	return &presets[best].kernel;
}
