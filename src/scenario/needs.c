/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs.c - the directives: whether a scenario is to be played here */
#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
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

/* "it needs root", and what a kernel has that the scenario is not for. */
__attribute__((format(printf, 2, 3))) static int lacks(char **ret, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(ret, format, ap);
	va_end(ap);
	if (n < 0)
		*ret = NULL;
	return n < 0 ? -ENOMEM : 0;
}

/* @what: the model, or the running one. */
static int check_kernel(const struct fate_line *l, const char *what, const struct sf_kernel *kernel,
			const char *release, char **ret)
{
	bool lacking = l->kernel_op == FATE_KERNEL_LACKS;

	if (l->kernel_switch && sf_kernel_has(kernel, l->kernel_switch) == lacking)
		return lacks(ret, "it is for kernels %s %s, and %s %s it",
			     lacking ? "without" : "with", l->kernel_switch, what,
			     lacking ? "has" : "lacks");
	if (!l->kernel_switch && !kernel_fits(l, release))
		return lacks(ret, "it is for kernels %s %u.%u, and %s is %s",
			     l->kernel_op == FATE_KERNEL_LT ? "before" : "from", l->kernel_major,
			     l->kernel_minor, what, release);
	return 0;
}

static int check_need(enum fate_need need, char **ret)
{
	static const char *const words[FATE_NNEEDS] = {
		[FATE_NEED_ROOT] = "root",
		[FATE_NEED_USERNS] = "user namespaces",
		[FATE_NEED_LANDLOCK] = "Landlock",
		[FATE_NEED_CGROUP] = "root and a cgroup of its own with a cgroup.kill",
		[FATE_NEED_MEMCG] = "root and a cgroup of its own whose memory can be limited",
	};
	bool can = need == FATE_NEED_ROOT ? is_root() : world_kernel_can(need);

	return can ? 0 : lacks(ret, "it needs %s", words[need]);
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
		if (l->kind == FATE_LINE_KERNEL && (o->on & ON_MODEL))
			r = check_kernel(l, "the model", o->kernel, o->release, ret);
		if (l->kind == FATE_LINE_KERNEL && (o->on & ON_KERNEL) && r == 0 && !*ret)
			r = check_kernel(l, "this one", o->running, u.release, ret);
		if (l->kind == FATE_LINE_NEEDS && (o->on & ON_KERNEL))
			r = check_need(l->need, ret);
	}
	return r;
}
