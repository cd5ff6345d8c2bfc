/* SPDX-License-Identifier: GPL-2.0-or-later */
/* embed.cc - the library from C++ */
#include <sigfate.h>

#include <cstdio>
#include <memory>

namespace
{
struct machine_deleter {
	void operator()(sf_machine *m) const
	{
		sf_machine_free(m);
	}
};

using machine = std::unique_ptr<sf_machine, machine_deleter>;

/* What becomes of a signal, in one word. */
const char *fate(sf_machine *m, sf_task *from, int pid, int sig)
{
	sf_path *path = sf_path_new(m);
	sf_verdicts v = sf_verdicts();
	const char *name = "unknown";

	sf_machine_record(m, path);
	const long result = sf_kill(from, pid, sig);
	sf_settle(m);
	sf_machine_record(m, nullptr);
	if (!sf_verdicts_read(m, path, result, &v) && v.n)
		name = sf_fate_name(v.v[0].fate);
	sf_verdicts_release(&v);
	sf_path_free(path);
	return name;
}
} // namespace

int main()
{
	machine m(sf_machine_new(sf_kernel_preset("6.1")));
	sf_task *init = sf_machine_boot(m.get()), *child = nullptr;
	sf_sigaction act = sf_sigaction();

	act.handler = SF_SIG_HANDLER;
	act.mask = SF_SIGMASK(10);
	if (sf_clone(init, SF_CLONE_NEWPID | 17, &child) < 0 ||
	    sf_rt_sigaction(child, 15, &act, nullptr))
		return 1;
	const int nr = sf_task_nr(child, sf_machine_pidns(m.get()));

	std::printf("%s", fate(m.get(), init, nr, 15));
	std::printf(" %s\n", fate(m.get(), init, nr, 9));
	return 0;
}
