/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay_main.c - run a fuzz target over files, where there is no fuzzer
 *
 * Arguments are files and directories of them.  The target aborts where something is wrong.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned int replayed;

static int complain(const char *path)
{
	fprintf(stderr, "replay: cannot read '%s': %s\n", path, strerror(errno));
	return -1;
}

static int replay_file(const char *path, size_t size)
{
	_cleanup_fclose_ FILE *in = fopen(path, "re");
	/* as large as the input, so that a read past its end is seen */
	_cleanup_free_ uint8_t *data = malloc(size ? size : 1);

	if (!in || !data || fread(data, 1, size, in) != size)
		return complain(path);
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	replayed++;
	return 0;
}

static int replay(const char *path);

static int replay_directory(const char *path)
{
	struct dirent **entry;
	int n = scandir(path, &entry, NULL, alphasort), r = 0;

	if (n < 0)
		return complain(path);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *file = NULL;

		if (r == 0 && entry[i]->d_name[0] != '.')
			r = asprintf(&file, "%s/%s", path, entry[i]->d_name) < 0 ? -1
										 : replay(file);
		free(entry[i]);
	}
	free(entry);
	return r;
}

static int replay(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return complain(path);
	return S_ISDIR(st.st_mode) ? replay_directory(path) : replay_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (replay(argv[i]) < 0)
			return 2;
	printf("%u inputs\n", replayed);
	return replayed ? 0 : 2;
}
