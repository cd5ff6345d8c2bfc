/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notation_test.c - the .fate text: what it means, where it is wrong, and writing it back */
#include "fate_text.h"

#include <errno.h>
#include <unistd.h>

static const char *man_page;

/* ---- what a scenario says ------------------------------------------------------------------ */

static const char question[] =
	"# does SIGTERM kill init?\n"
	"kernel >= 6.9\n"
	"needs root\n"
	"\n"
	"host: clone(CLONE_NEWPID) = init        # a new name\n"
	"init: fork() = app\n"
	"app:  kill(1, SIGTERM) = 0              => ignored\n"
	"init: sigaction(SIGTERM, handler) = 0\n"
	"host: kill(-1, SIGTERM) = -1 EPERM      => init: handled, app: refused\n"
	"init: --- SIGTERM {si_code=SI_USER, si_pid=app, si_uid=0} ---\n"
	"app:  +++ killed by SIGQUIT (core dumped) +++\n"
	"init: +++ exited with 3 +++\n";

static void test_question(void **state)
{
	_cleanup_fate_ struct fate *f = parse(question);
	const struct fate_line *l = f->line;

	(void)state;
	assert_int_equal(f->n_lines, 12);
	assert_int_equal(f->n_names, 3);
	assert_string_equal(f->name[FATE_HOST], "host");
	assert_string_equal(f->name[1], "init");
	assert_string_equal(f->path, "test");
	assert_int_equal(l[0].kind, FATE_LINE_BLANK);
	assert_string_equal(l[0].comment, "# does SIGTERM kill init?");
	assert_int_equal(l[1].kind, FATE_LINE_KERNEL);
	assert_int_equal(l[1].kernel_op, FATE_KERNEL_GE);
	assert_int_equal(l[1].kernel_major, 6);
	assert_int_equal(l[1].kernel_minor, 9);
	assert_int_equal(l[2].need, FATE_NEED_ROOT);
	assert_int_equal(l[4].call, FATE_CLONE);
	assert_int_equal(l[4].arg[0].number, SF_CLONE_NEWPID | 17);
	assert_int_equal(l[4].result.kind, FATE_RESULT_NEW);
	assert_int_equal(l[4].result.name, 1);
	assert_string_equal(l[4].text, "host: clone(CLONE_NEWPID) = init        # a new name");
	assert_int_equal(l[6].who, 2);
	assert_int_equal(l[6].arg[0].name, -1);
	assert_int_equal(l[6].arg[0].number, 1);
	assert_int_equal(l[6].arg[1].number, 15);
	assert_int_equal(l[6].arg[1].column, 15);
	assert_int_equal(l[6].n_expect, 1);
	assert_int_equal(l[6].expect[0].name, -1);
	assert_int_equal(l[6].expect[0].fate, SF_FATE_IGNORED);
	assert_int_equal(l[7].arg[1].number, SF_SIG_HANDLER);
	assert_false(l[7].arg[2].given);
	assert_int_equal(l[8].result.error, EPERM);
	assert_int_equal(l[8].n_expect, 2);
	assert_int_equal(l[8].expect[1].name, 2);
	assert_int_equal(l[8].expect[1].fate, SF_FATE_REFUSED);
	assert_int_equal(l[8].expect[1].column, 59);
	assert_int_equal(l[9].kind, FATE_LINE_DELIVERED);
	assert_int_equal(l[9].info.fields, FATE_SI_CODE | FATE_SI_PID | FATE_SI_UID);
	assert_int_equal(l[9].info.pid_name, 2);
	assert_int_equal(l[10].sig, 3);
	assert_true(l[10].dumped);
	assert_int_equal(l[11].code, 3);
}

/* Each line, in a scenario that has processes a, b and a thread t, and the form it is written in.
 */
static const struct {
	const char *in, *out;
} forms[] = {
	{"a: vfork() = x", "a: vfork() = x"},
	{"a: fork() = 17", "a: fork() = 17"},
	{"a: thread() = -1 EAGAIN", "a: thread() = -1 EAGAIN"},
	{"a: clone(CLONE_NEWPID|SIGCHLD) = x", "a: clone(CLONE_NEWPID) = x"},
	{"a: clone(CLONE_NEWPID | 0) = x", "a: clone(CLONE_NEWPID|0) = x"},
	{"a: clone(CLONE_PARENT|SIGUSR1) = x", "a: clone(CLONE_PARENT|SIGUSR1) = x"},
	{"a: clone(0x30000000) = x", "a: clone(CLONE_NEWPID|CLONE_NEWUSER) = x"},
	{"a: clone(SIGCHLD) = x", "a: clone(SIGCHLD) = x"},
	{"a: clone(0) = x", "a: clone(0) = x"},
	{"a: unshare(CLONE_NEWUSER|CLONE_NEWPID) = 0",
	 "a: unshare(CLONE_NEWPID|CLONE_NEWUSER) = 0"},
	{"a: setns(b, CLONE_NEWPID) = 0", "a: setns(b, CLONE_NEWPID) = 0"},
	{"a: exit(3)", "a: exit(3) = ?"},
	{"a: exit_group(0x10) = ?", "a: exit_group(16) = ?"},
	{"a: wait4(-1, NULL, WNOHANG|__WALL, NULL) = 0", "a: wait4(-1, WNOHANG|__WALL) = 0"},
	{"a: wait4(b) = b [killed by SIGHUP]", "a: wait4(b) = b [killed by SIGHUP]"},
	{"a: wait4(b) = 3 [killed by 3 (core dumped)]",
	 "a: wait4(b) = 3 [killed by SIGQUIT (core dumped)]"},
	{"a: wait4(b) = b [exited with 3]", "a: wait4(b) = b [exited with 3]"},
	{"a: wait4(b) = b [stopped by STOP]", "a: wait4(b) = b [stopped by SIGSTOP]"},
	{"a: wait4(-b) = b [continued]", "a: wait4(-b) = b [continued]"},
	{"a: wait4(b) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)", "a: wait4(b) = ?"},
	{"a: kill(INT_MIN, 0) = -1 ESRCH (No such process)", "a: kill(INT_MIN, 0) = -1 ESRCH"},
	{"a: kill(-2147483648, -1) = -1 EINVAL", "a: kill(INT_MIN, -1) = -1 EINVAL"},
	{"a:kill(-5,65)=-1 EINVAL", "a: kill(-5, 65) = -1 EINVAL"},
	{"a: kill(0, 017) = 0 => handled", "a: kill(0, SIGTERM) = 0     => handled"},
	{"a: kill(0, SIGRTMIN+2) = 0 # why", "a: kill(0, SIGRTMIN+2) = 0  # why"},
	{"a: kill(0, 32) = 0 => a:merged ,b:dropped",
	 "a: kill(0, SIG32) = 0       => a: merged, b: dropped"},
	{"a: tkill(t, TERM) = 0", "a: tkill(t, SIGTERM) = 0"},
	{"a: tgkill(a, t, SIGRTMAX-1) = 0", "a: tgkill(a, t, SIGRTMIN+29) = 0"},
	{"a: rt_sigqueueinfo(b, 10, {si_code=SI_QUEUE, si_pid=777, si_uid=4294967295, si_int=-5})"
	 " = 0",
	 "a: rt_sigqueueinfo(b, SIGUSR1, {si_code=SI_QUEUE, si_pid=777, si_uid=4294967295, "
	 "si_value=-5}) = 0"},
	{"a: rt_tgsigqueueinfo(b, b, CHLD, {si_code=3, si_status=9, si_utime=0, si_errno=1}) = 0",
	 "a: rt_tgsigqueueinfo(b, b, SIGCHLD, {si_errno=1, si_code=CLD_DUMPED, si_status=SIGKILL})"
	 " = 0"},
	{"a: sigqueue(b, 34, 0x7fffffffffffffff) = 0",
	 "a: sigqueue(b, SIGRTMIN, 9223372036854775807) = 0"},
	{"a: pidfd_send_signal(b, 9) = 0", "a: pidfd_send_signal(b, SIGKILL) = 0"},
	{"a: pidfd_send_signal(b, 9, NULL, PIDFD_SIGNAL_PROCESS_GROUP|8) = -1 EINVAL",
	 "a: pidfd_send_signal(b, SIGKILL, NULL, PIDFD_SIGNAL_PROCESS_GROUP|0x8) = -1 EINVAL"},
	{"a: rt_sigaction(SIGTERM, SIG_IGN, NULL, 8) = 0", "a: sigaction(SIGTERM, SIG_IGN) = 0"},
	{"a: sigaction(2, handler, SA_RESETHAND|SA_SIGINFO) = 0",
	 "a: sigaction(SIGINT, handler, SA_SIGINFO|SA_RESETHAND) = 0"},
	{"a: rt_sigprocmask(SIG_BLOCK, [TERM INT], NULL, 8) = 0",
	 "a: sigprocmask(SIG_BLOCK, {SIGINT, SIGTERM}) = 0"},
	{"a: sigprocmask(SIG_SETMASK, ~[]) = 0", "a: sigprocmask(SIG_SETMASK, ~{}) = 0"},
	{"a: sigprocmask(9, ~{KILL, 64}) = -1 EINVAL",
	 "a: sigprocmask(9, ~{SIGKILL, SIGRTMIN+30}) = -1 EINVAL"},
	{"a: sigpending() = [USR1]", "a: sigpending() = {SIGUSR1}"},
	{"a: rt_sigpending() = 0", "a: sigpending() = 0"},
	{"a: rt_sigsuspend([], 8) = ?", "a: sigsuspend({}) = ?"},
	{"a: rt_sigtimedwait([TERM], NULL, NULL, 8) = SIGTERM {si_pid=b}",
	 "a: sigwaitinfo({SIGTERM}) = SIGTERM {si_pid=b}"},
	{"a: setpgid(0, -b) = -1 EINVAL", "a: setpgid(0, -b) = -1 EINVAL"},
	{"a: setsid() = a", "a: setsid() = a"},
	{"a: getppid() = 0", "a: getppid() = 0"},
	{"a: getuid() = 65534", "a: getuid() = 65534"},
	{"a: setresuid(-1, 1000, -1) = 0", "a: setresuid(-1, 1000, -1) = 0"},
	{"a: setgroups(2, [4, 5]) = 0", "a: setgroups() = 0"},
	{"a: capset(DROP, {CAP_KILL}) = 0", "a: capset(DROP, {CAP_KILL}) = 0"},
	{"a: capset(KEEP, ~[]) = 0", "a: capset(KEEP, ~{}) = 0"},
	{"a: setrlimit(RLIMIT_SIGPENDING, 0) = 0", "a: setrlimit(RLIMIT_SIGPENDING, 0) = 0"},
	{"a: setrlimit(RLIMIT_CORE, RLIM_INFINITY) = 0",
	 "a: setrlimit(RLIMIT_CORE, RLIM_INFINITY) = 0"},
	{"a: prctl(PR_SET_PDEATHSIG, 15) = 0", "a: prctl(PR_SET_PDEATHSIG, SIGTERM) = 0"},
	{"a: prctl(PR_SET_CHILD_SUBREAPER, 1) = 0", "a: prctl(PR_SET_CHILD_SUBREAPER, 1) = 0"},
	{"a: ptrace(PTRACE_CONT, b, NULL, SIGUSR1) = 0", "a: ptrace(CONT, b, SIGUSR1) = 0"},
	{"a: ptrace(SEIZE, b) = 0", "a: ptrace(SEIZE, b) = 0"},
	{"a: ptrace(TRACEME) = 0", "a: ptrace(TRACEME) = 0"},
	{"a: ptrace(PTRACE_SEIZE, b, PTRACE_O_EXITKILL) = 0",
	 "a: ptrace(SEIZE, b, PTRACE_O_EXITKILL) = 0"},
	{"a: ptrace(SETOPTIONS, b, 0) = -1 EINVAL", "a: ptrace(SETOPTIONS, b, 0) = -1 EINVAL"},
	{"a: ptrace(GETSIGINFO, b) = 0 {si_signo=15, si_pid=a}",
	 "a: ptrace(GETSIGINFO, b) = 0 {si_signo=SIGTERM, si_pid=a}"},
	{"a: wait4(b) = b [stopped by TRAP, PTRACE_EVENT_STOP]",
	 "a: wait4(b) = b [stopped by SIGTRAP, PTRACE_EVENT_STOP]"},
	{"a: vfork() = x", "a: vfork() = x"},
	{"a: execve() = 0", "a: execve() = 0"},
	{"a: clone(CLONE_VFORK|CLONE_VM) = x", "a: clone(CLONE_VM|CLONE_VFORK) = x"},
	{"a: clone3(CLONE_CLEAR_SIGHAND, SIGCHLD) = x",
	 "a: clone3(CLONE_CLEAR_SIGHAND, SIGCHLD) = x"},
	{"a: clone3(0, 0, [5, -1]) = -1 EINVAL", "a: clone3(0, 0, [5, -1]) = -1 EINVAL"},
	{"a: clone3(0, 17, []) = x", "a: clone3(0, SIGCHLD, []) = x"},
	{"a: ns_last_pid(-5) = -1 EINVAL", "a: ns_last_pid(-5) = -1 EINVAL"},
	{"a: pid_max(400) = 0", "a: pid_max(400) = 0"},
	{"a: reboot(LINUX_REBOOT_CMD_HALT) = ?", "a: reboot(HALT) = ?"},
	{"a: pidfd_open(b, PIDFD_THREAD|0x10) = 0", "a: pidfd_open(b, PIDFD_THREAD|0x10) = 0"},
	{"a: pidfd_send_signal(PIDFD_SELF_THREAD, 9) = 0",
	 "a: pidfd_send_signal(PIDFD_SELF_THREAD, SIGKILL) = 0"},
	{"a: pidfd_send_signal(PIDFD_SELF_THREAD_GROUP, 9) = 0",
	 "a: pidfd_send_signal(PIDFD_SELF_THREAD_GROUP, SIGKILL) = 0"},
	{"a: fault(11) = ? => killed", "a: fault(SIGSEGV) = ?       => killed"},
	{"a: seccomp(SECCOMP_RET_TRAP) = 0 => handled", "a: seccomp(TRAP) = 0        => handled"},
	{"a: alarm() = 0", "a: alarm() = 0"},
	{"a: timer_create(10) = 0", "a: timer_create(SIGUSR1) = 0"},
	{"a: use_cpu(HARD) = ?", "a: use_cpu(HARD) = ?"},
	{"a: write(FILE) = -1 EFBIG", "a: write(FILE) = -1 EFBIG"},
	{"a: tty(SUSP, b) = 0 => b: stopped", "a: tty(SUSP, b) = 0         => b: stopped"},
	{"a: oom() = ?", "a: oom() = ?"},
	{"a: cgroup_kill(b) = 0", "a: cgroup_kill(b) = 0"},
	{"a: sigaltstack(BAD) = 0", "a: sigaltstack(BAD) = 0"},
	{"a: sigaction(2, handler, SA_ONSTACK, [TERM]) = 0 [handler, {INT}]",
	 "a: sigaction(SIGINT, handler, SA_ONSTACK, {SIGTERM}) = 0 [handler, {SIGINT}]"},
	{"a: sigaction(2, NULL) = 0 [SIG_DFL]", "a: sigaction(SIGINT, NULL) = 0 [SIG_DFL]"},
	{"a: sigtimedwait({TERM}, 0, 0) = -1 EAGAIN",
	 "a: sigtimedwait({SIGTERM}, 0, 0) = -1 EAGAIN"},
	{"a: signalfd({TERM}) = TERM {si_pid=b}", "a: signalfd({SIGTERM}) = SIGTERM {si_pid=b}"},
	{"a: landlock_restrict_self(LANDLOCK_SCOPE_SIGNAL) = 0",
	 "a: landlock_restrict_self(SCOPE_SIGNAL) = 0"},
	{"a: uid_map(b, 0, 1000, 1) = 0", "a: uid_map(b, 0, 1000, 1) = 0"},
	{"a: --- 15 ---", "a: --- SIGTERM ---"},
	{"a: --- SIGCHLD {si_signo=17, si_code=CLD_EXITED, si_status=3} ---",
	 "a: --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_status=3} ---"},
	{"a: --- SIGILL {si_code=1} ---", "a: --- SIGILL {si_code=1} ---"},
	{"a: --- stopped by SIGTSTP ---", "a: --- stopped by SIGTSTP ---"},
	{"a: --- continued ---", "a: --- continued ---"},
	{"a: +++ killed by SIGKILL +++", "a: +++ killed by SIGKILL +++"},
	{"a: is zombie", "a: is zombie"},
	{"a: ShdPnd = [CHLD]", "a: ShdPnd = {SIGCHLD}"},
	{"a: NSpid = 17 3 1", "a: NSpid = 17 3 1"},
	{"a: parent = none", "a: parent = none"},
	{"a: parent = host", "a: parent = host"},
};

#define PREAMBLE "host: fork() = a\nhost: fork() = b\na: thread() = t\n\n"

static char *with_preamble(const char *line)
{
	char *text = NULL;

	assert_true(asprintf(&text, PREAMBLE "%s\n", line) > 0);
	return text;
}

static void assert_same_info(const struct fate_info *a, const struct fate_info *b)
{
	assert_int_equal(a->fields, b->fields);
	assert_int_equal(a->pid_name, b->pid_name);
	assert_memory_equal(&a->info, &b->info, sizeof(a->info));
}

static void assert_same_call(const struct fate_line *a, const struct fate_line *b)
{
	assert_int_equal(a->call, b->call);
	for (size_t i = 0; i < FATE_ARGS_MAX; i++) {
		assert_int_equal(a->arg[i].given, b->arg[i].given);
		assert_int_equal(a->arg[i].negative, b->arg[i].negative);
		assert_int_equal(a->arg[i].is_null, b->arg[i].is_null);
		assert_int_equal(a->arg[i].name, b->arg[i].name);
		assert_int_equal(a->arg[i].number, b->arg[i].number);
		assert_int_equal(a->arg[i].set, b->arg[i].set);
		assert_same_info(&a->arg[i].info, &b->arg[i].info);
	}
	assert_int_equal(a->result.kind, b->result.kind);
	assert_int_equal(a->result.number, b->result.number);
	assert_int_equal(a->result.error, b->result.error);
	assert_int_equal(a->result.name, b->result.name);
	assert_int_equal(a->result.set, b->result.set);
	assert_int_equal(a->result.status, b->result.status);
	assert_same_info(&a->result.info, &b->result.info);
	assert_int_equal(a->n_expect, b->n_expect);
	for (size_t i = 0; i < a->n_expect; i++) {
		assert_int_equal(a->expect[i].name, b->expect[i].name);
		assert_int_equal(a->expect[i].fate, b->expect[i].fate);
	}
}

static void assert_same_action(const struct fate_result *a, const struct fate_result *b)
{
	assert_int_equal(a->has_action, b->has_action);
	assert_int_equal(a->action.handler, b->action.handler);
	assert_int_equal(a->action.flags, b->action.flags);
	assert_int_equal(a->action.mask, b->action.mask);
}

static void assert_same_line(const struct fate_line *a, const struct fate_line *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->number, b->number);
	assert_int_equal(!a->comment, !b->comment);
	if (a->comment)
		assert_string_equal(a->comment, b->comment);
	assert_int_equal(a->who, b->who);
	assert_same_call(a, b);
	assert_same_action(&a->result, &b->result);
	assert_int_equal(a->sig, b->sig);
	assert_int_equal(a->dumped, b->dumped);
	assert_int_equal(a->code, b->code);
	assert_same_info(&a->info, &b->info);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->sigset, b->sigset);
	assert_int_equal(a->set, b->set);
	assert_int_equal(a->n_nspid, b->n_nspid);
	assert_memory_equal(a->nspid, b->nspid, sizeof(a->nspid));
	assert_int_equal(a->parent, b->parent);
	assert_int_equal(a->kernel_major, b->kernel_major);
	assert_int_equal(a->kernel_minor, b->kernel_minor);
	assert_int_equal(a->kernel_op, b->kernel_op);
	assert_ptr_equal(a->kernel_switch, b->kernel_switch);
	assert_int_equal(a->need, b->need);
}

/* What was written reads as the same lines, and is written the same again. */
static void assert_round_trip(const char *text)
{
	_cleanup_fate_ struct fate *a = parse(text);
	_cleanup_free_ char *once = text_of(a);
	_cleanup_fate_ struct fate *b = parse(once);
	_cleanup_free_ char *twice = text_of(b);

	assert_int_equal(a->n_lines, b->n_lines);
	assert_int_equal(a->n_names, b->n_names);
	for (size_t i = 0; i < a->n_names; i++) {
		assert_string_equal(a->name[i], b->name[i]);
		assert_int_equal(a->is_thread[i], b->is_thread[i]);
	}
	for (size_t i = 0; i < a->n_lines; i++)
		assert_same_line(&a->line[i], &b->line[i]);
	assert_string_equal(once, twice);
}

/* Each thing that kernels differ in, and each that a scenario may need. */
static void test_directives(void **state)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_fate_ struct fate *f = NULL;
	const char *name;
	size_t n, lines = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	assert_non_null(out);
	for (size_t i = 0; (name = sf_kernel_switch_name(i)); i++, lines += 2)
		fprintf(out, "kernel has %s\nkernel lacks %s # too\n", name, name);
	for (int i = 0; i < FATE_NNEEDS; i++, lines++)
		fprintf(out, "needs %s\n", fate_need_name((enum fate_need)i));
	fclose(out);
	assert_round_trip(text);
	f = parse(text);
	assert_int_equal(f->n_lines, lines);
	assert_int_equal(f->line[1].kernel_op, FATE_KERNEL_LACKS);
	assert_ptr_equal(f->line[1].kernel_switch, sf_kernel_switch_name(0));
	assert_int_equal(f->line[lines - 1].need, FATE_NNEEDS - 1);
}

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		_cleanup_free_ char *text = with_preamble(forms[i].in), *line = NULL;
		_cleanup_fate_ struct fate *f = parse(text);
		size_t n;
		FILE *out = open_memstream(&line, &n);

		assert_non_null(out);
		assert_int_equal(fate_write_line(f, &f->line[4], out), 0);
		fclose(out);
		assert_string_equal(line, forms[i].out);
		assert_round_trip(text);
	}
	assert_round_trip(question);
}

/* The values that the worlds are given. */
static void test_values(void **state)
{
	_cleanup_fate_ struct fate *f = parse(
		PREAMBLE "a: wait4(b, __WCLONE|WCONTINUED) = b [killed by SIGQUIT (core dumped)]\n"
			 "a: wait4(b) = b [stopped by SIGSTOP]\n"
			 "a: wait4(b) = b [exited with 3]\n"
			 "a: wait4(b) = b [continued]\n"
			 "a: prctl(PR_SET_CHILD_SUBREAPER, 1) = 0\n"
			 "a: setrlimit(RLIMIT_SIGPENDING, RLIM_INFINITY) = 0\n"
			 "a: ptrace(DETACH, b) = 0\n"
			 "a: capset(KEEP, {CAP_KILL}) = 0\n"
			 "a: sigprocmask(SIG_SETMASK, ~{SIGHUP}) = 0\n"
			 "a: sigaction(SIGTERM, SIG_DFL, SA_RESETHAND) = 0\n"
			 "a: clone(CLONE_NEWPID|0) = x\n"
			 "a: sigwaitinfo({SIGTERM}) = SIGTERM {si_pid=0}\n"
			 "a: thread() = u\n");
	const struct fate_line *l = f->line + 4;

	(void)state;
	assert_int_equal(l[0].arg[1].number, 0x80000008);
	assert_int_equal(l[0].result.status, 0x83);
	assert_int_equal(l[1].result.status, 0x137f);
	assert_int_equal(l[2].result.status, 0x300);
	assert_int_equal(l[3].result.status, 0xffff);
	assert_int_equal(l[4].arg[0].number, 36);
	assert_int_equal(l[4].result.status, -1);
	assert_int_equal(l[5].arg[0].number, 11);
	assert_int_equal(l[5].arg[1].number, -1);
	assert_int_equal(l[6].arg[0].number, SF_PTRACE_DETACH);
	assert_int_equal(l[7].arg[0].number, FATE_CAPS_KEEP);
	assert_int_equal(l[7].arg[1].set, 1 << SF_CAP_KILL);
	assert_int_equal(l[8].arg[0].number, 2);
	assert_true(l[8].arg[1].set == ~(uint64_t)1);
	assert_int_equal(l[9].arg[2].number, 0x80000000);
	assert_int_equal(l[10].arg[0].number, SF_CLONE_NEWPID);
	assert_int_equal(l[11].result.number, 15);
	assert_int_equal(l[11].result.info.fields, FATE_SI_PID);
	assert_true(f->is_thread[3] && f->is_thread[5] && !f->is_thread[4]);
}

static void test_resumed(void **state)
{
	_cleanup_fate_ struct fate *f =
		parse(PREAMBLE "a: wait4(b) = ?\n"
			       "a: … resumed = b [continued]\n"
			       "a: sigsuspend({}) = ?\n"
			       "b: sigwaitinfo({SIGINT}) = ?\n"
			       "a: ... resumed = -1 EINTR\n"
			       "b: <... rt_sigtimedwait resumed>) = SIGINT\n");

	(void)state;
	for (size_t i = 5; i < 10; i += i == 5 ? 3 : 1)
		assert_int_equal(f->line[i].kind, FATE_LINE_RESUMED);
	assert_int_equal(f->line[5].call, FATE_WAIT4);
	assert_int_equal(f->line[5].result.status, 0xffff);
	assert_int_equal(f->line[8].call, FATE_SIGSUSPEND);
	assert_int_equal(f->line[8].result.error, EINTR);
	assert_int_equal(f->line[9].call, FATE_SIGWAITINFO);
	assert_int_equal(f->line[9].result.number, 2);
}

/* Line ends of other systems, a byte order mark, characters of more than a byte, no last newline.
 */
static void test_text(void **state)
{
	_cleanup_fate_ struct fate *f =
		parse("\xef\xbb\xbf# ünï\r\nhost: fork() = a\r\n\r\na: is running");
	_cleanup_fate_ struct fate *none = parse("");
	_cleanup_free_ char *s = text_of(f);

	(void)state;
	assert_int_equal(f->n_lines, 4);
	assert_int_equal(none->n_lines, 0);
	assert_string_equal(s, "# ünï\nhost: fork() = a\n\na: is running\n");
}

static void test_aligned(void **state)
{
	_cleanup_fate_ struct fate *f = parse(
		"needs userns # first\nhost: clone(CLONE_NEWPID) = init # second\n"
		"init: fork() = app\n  # as it was\napp: kill(1, SIGTERM) = 0 => ignored # third\n"
		"\t\ninit: is running\n");
	_cleanup_free_ char *s = text_of(f);

	(void)state;
	assert_string_equal(s, "needs userns                      # first\n"
			       "host: clone(CLONE_NEWPID) = init  # second\n"
			       "init: fork() = app\n"
			       "  # as it was\n"
			       "app:  kill(1, SIGTERM) = 0        => ignored  # third\n"
			       "\n"
			       "init: is running\n");
}

/* ---- reading files, and names --------------------------------------------------------------- */

static void test_read(void **state)
{
	char name[] = "/tmp/notation-XXXXXX";
	_cleanup_close_ int fd = mkstemp(name);
	_cleanup_fate_ struct fate *f = NULL;
	struct fate *none = NULL;
	struct fate_error e;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, question, sizeof(question) - 1), sizeof(question) - 1);
	assert_int_equal(fate_read(name, &f, &e), 0);
	assert_int_equal(f->n_lines, 12);
	assert_int_equal(ftruncate(fd, FATE_TEXT_MAX + 100), 0);
	assert_int_equal(fate_read(name, &none, &e), -EINVAL);
	assert_non_null(strstr(e.message, "too long"));
	unlink(name);
	assert_int_equal(fate_read(name, &none, &e), -ENOENT);
	assert_int_equal(fate_read("/", &none, &e), -EISDIR);
	assert_null(none);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(fate_errno_name(EPERM), "EPERM");
	assert_null(fate_errno_name(0));
	assert_null(fate_errno_name(-1));
	assert_null(fate_errno_name(100000));
	for (int e = 1; e < 134; e++)
		if (fate_errno_name(e))
			assert_int_equal(fate_errno_parse(fate_errno_name(e)), e);
	assert_int_equal(fate_errno_parse("EWOULDBLOCK"), EAGAIN);
	assert_int_equal(fate_errno_parse("EWRONG"), -EINVAL);
	assert_string_equal(fate_code_name(15, 0), "SI_USER");
	assert_string_equal(fate_code_name(17, 1), "CLD_EXITED");
	assert_null(fate_code_name(11, 1));
	assert_null(fate_code_name(17, 99));
	for (int i = 0; i < FATE_NCALLS; i++) {
		assert_non_null(fate_calls[i].name);
		assert_true(fate_calls[i].min_args <= fate_calls[i].n_args);
		assert_true(fate_calls[i].n_args <= FATE_ARGS_MAX);
	}
}

/* ---- the manual ---------------------------------------------------------------------------- */

/* Every example of the manual is a scenario, and every call is told of. */
static void test_man_page(void **state)
{
	_cleanup_fclose_ FILE *in = fopen(man_page, "re");
	_cleanup_free_ char *line = NULL, *example = NULL, *all = NULL;
	size_t size = 0, n = 0, all_n = 0;
	FILE *out = NULL, *text = open_memstream(&all, &all_n);
	unsigned int examples = 0;

	(void)state;
	if (!in)
		fail_msg("%s: %s", man_page, strerror(errno));
	while (getline(&line, &size, in) >= 0) {
		const char *p = line + strspn(line, "\t");

		fputs(line, text);
		if (strcmp(p, "```\n")) {
			if (out)
				fputs(p, out);
		} else if (!out) {
			out = open_memstream(&example, &n);
		} else {
			fclose(out);
			out = NULL;
			assert_round_trip(example);
			examples++;
			free(example);
			example = NULL;
		}
	}
	fclose(text);
	assert_null(out);
	assert_true(examples >= 10);
	for (int i = 0; i < FATE_NCALLS; i++) {
		_cleanup_free_ char *bold = NULL;

		assert_true(asprintf(&bold, "*%s*(", fate_calls[i].name) > 0);
		if (!strstr(all, bold))
			fail_msg("%s has no %s", man_page, bold);
	}
	for (int i = 0; i < SF_NFATES; i++)
		assert_non_null(strstr(all, sf_fate_name((enum sf_fate)i)));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question),   cmocka_unit_test(test_forms),
		cmocka_unit_test(test_directives), cmocka_unit_test(test_values),
		cmocka_unit_test(test_resumed),	   cmocka_unit_test(test_text),
		cmocka_unit_test(test_aligned),	   cmocka_unit_test(test_read),
		cmocka_unit_test(test_names),	   cmocka_unit_test(test_man_page),
	};

	man_page = argc > 1 ? argv[1] : "man/fate.5.scd";
	return cmocka_run_group_tests_name("notation", tests, NULL, NULL);
}
