/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs.c - the directives: whether a scenario is to be played here */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "scenario/play.h"

/* "6.18.44-1-amd64" is 6.18; what is no release is older than any. */
static void release_parse(const char *release, unsigned int *ret_major, unsigned int *ret_minor)
{
	char *end;

	*ret_major = (unsigned int)strtoul(release, &end, 10);
	*ret_minor = *end == '.' ? (unsigned int)strtoul(end + 1, NULL, 10) : 0;
}

static bool kernel_fits(const struct fate_line *l, const char *release)
{
	unsigned int major, minor;
	bool older;

	release_parse(release, &major, &minor);
	older = major < l->kernel_major || (major == l->kernel_major && minor < l->kernel_minor);
	return older == (l->kernel_op == FATE_KERNEL_LT);
}

/* Whether there are other users that a process could become. */
static bool is_root(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
	uint32_t needed = 1u << CAP_SETUID | 1u << CAP_SETGID;

	return !geteuid() && !syscall(SYS_capget, &header, data) &&
	       (data[0].effective & needed) == needed;
}

/* Whether a user namespace can be made, as far as the kernel's limit goes. */
static bool has_userns(void)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/sys/user/max_user_namespaces", "re");
	long most = 0;

	return file && fscanf(file, "%ld", &most) == 1 && most > 0;
}

static int lacks(char **ret, const char *what, const char *release, const struct fate_line *l)
{
	int n = l->kind == FATE_LINE_KERNEL
			? asprintf(ret, "it is for kernels %s %u.%u, and %s is %s",
				   l->kernel_op == FATE_KERNEL_LT ? "before" : "from",
				   l->kernel_major, l->kernel_minor, what, release)
			: asprintf(ret, "it needs %s", what);

	if (n < 0)
		*ret = NULL;
	return n < 0 ? -ENOMEM : 0;
}

int needs_lacking(const struct fate *f, const struct scenario_options *o, char **ret)
{
	struct utsname u;
	int r = 0;

	*ret = NULL;
	if (uname(&u))
		return -errno;
	for (size_t i = 0; i < f->n_lines && r == 0 && !*ret; i++) {
		const struct fate_line *l = &f->line[i];

		if (l->kind == FATE_LINE_CALL)
			break;
		if (l->kind == FATE_LINE_KERNEL) {
			if ((o->on & ON_MODEL) && !kernel_fits(l, o->release))
				r = lacks(ret, "the model", o->release, l);
			else if ((o->on & ON_KERNEL) && !kernel_fits(l, u.release))
				r = lacks(ret, "this one", u.release, l);
		}
		if (l->kind != FATE_LINE_NEEDS || !(o->on & ON_KERNEL))
			continue;
		if (l->needs_root && !is_root())
			r = lacks(ret, "root", NULL, l);
		else if (l->needs_userns && !has_userns())
			r = lacks(ret, "user namespaces", NULL, l);
	}
	return r;
}
