/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fate.c - the names of the fates */
#include <errno.h>
#include <string.h>

#include <sigfate.h>

static const char *const names[SF_NFATES] = {
	[SF_FATE_REFUSED] = "refused", [SF_FATE_PROBE] = "probe",
	[SF_FATE_IGNORED] = "ignored", [SF_FATE_MERGED] = "merged",
	[SF_FATE_PENDING] = "pending", [SF_FATE_HANDLED] = "handled",
	[SF_FATE_KILLED] = "killed",   [SF_FATE_DUMPED] = "dumped",
	[SF_FATE_STOPPED] = "stopped", [SF_FATE_CONTINUED] = "continued",
	[SF_FATE_TRACED] = "traced",   [SF_FATE_DROPPED] = "dropped",
};

const char *sf_fate_name(enum sf_fate fate)
{
	return (unsigned int)fate < SF_NFATES ? names[fate] : "unknown";
}

int sf_fate_parse(const char *name)
{
	for (int i = 0; name && i < SF_NFATES; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -EINVAL;
}
