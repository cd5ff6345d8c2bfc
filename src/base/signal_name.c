/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include <sigfate/signal.h>

#include "base/cleanup.h"
#include "base/number.h"

#define RTMIN 34 /* the first that a program with a C library can use */
#define RTMAX 64

static const char *const name[] = {
	"0",	     "SIGHUP",	"SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
	"SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
	"SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
	"SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};

static const struct {
	const char *name;
	int sig;
} alias[] = {{"IOT", 6},     {"POLL", 29},     {"CLD", 17},
	     {"UNUSED", 31}, {"RTMIN", RTMIN}, {"RTMAX", RTMAX}};

const char *sf_signal_name(int sig, char buf[16])
{
	if (sig >= 0 && sig < (int)ARRAY_SIZE(name))
		return name[sig];
	if (sig == RTMIN)
		return "SIGRTMIN";
	if (!buf)
		return "";
	if (sig > RTMIN && sig <= RTMAX)
		snprintf(buf, 16, "SIGRTMIN+%d", sig - RTMIN);
	else if (sig == 32 || sig == 33)
		snprintf(buf, 16, "SIG%d", sig);
	else
		snprintf(buf, 16, "%d", sig);
	return buf;
}

int sf_signal_parse(const char *text)
{
	long n;

	if (!text)
		return -EINVAL;
	n = decimal(text, SF_NSIG);
	if (n >= 0)
		return (int)n;
	if (!strncasecmp(text, "SIG", 3))
		text += 3;
	for (size_t i = 1; i < ARRAY_SIZE(name); i++)
		if (!strcasecmp(text, name[i] + 3))
			return (int)i;
	for (size_t i = 0; i < ARRAY_SIZE(alias); i++)
		if (!strcasecmp(text, alias[i].name))
			return alias[i].sig;
	n = decimal(text, 33); /* SIG32 and SIG33 have no other name */
	if (n >= 32)
		return (int)n;
	if (!strncasecmp(text, "RTMIN+", 6) && (n = decimal(text + 6, RTMAX - RTMIN)) >= 0)
		return RTMIN + (int)n;
	if (!strncasecmp(text, "RTMAX-", 6) && (n = decimal(text + 6, RTMAX - RTMIN)) >= 0)
		return RTMAX - (int)n;
	return -EINVAL;
}
