/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forker - makes children as fast as it can, which then wait for ever
 *
 * It says when it begins, by a byte on standard output.
 */
#include <unistd.h>

#define MOST 400

int main(void)
{
	if (write(STDOUT_FILENO, "x", 1) != 1)
		return 1;
	for (int i = 0; i < MOST; i++)
		if (fork() == 0)
			break;
	for (;;)
		pause();
}
