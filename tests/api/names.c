/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * names.c - a program that has functions and variables of the kernel's names, as the model has
 *
 * Were the model's own names visible, the two would be taken for each other.
 */
#include <sigfate.h>

int current = 42;
int spin_lock_slow(void);
int find_vpid(int nr);
int release_task(int nr);
int step_text(void);

int spin_lock_slow(void)
{
	return 1;
}

int find_vpid(int nr)
{
	return nr;
}

int release_task(int nr)
{
	return -nr;
}

int main(void)
{
	struct sf_machine *m = sf_machine_new(NULL);
	struct sf_task *init = sf_machine_boot(m), *child = NULL;
	int status = 0;

	if (sf_fork(init, &child) != 2 || sf_kill(init, 2, 9) || sf_settle(m))
		return 1;
	if (sf_wait4(init, -1, &status, 0) != 2 || status != 9 || current != 42)
		return 2;
	sf_machine_free(m);
	return spin_lock_slow() + find_vpid(1) + release_task(2);
}
