/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.c - sigfate-init: its options, its messages, and the report */
#include "init/init.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "base/number.h"

#define ENVIRONMENT "SIGFATE_INIT_"

/* docker stop gives ten seconds: the last one is for naming who was killed, and for leaving. */
struct wish wish = {.stop = SF_SIGMASK(SIGTERM), .grace = 9000};

static const char help[] =
	"Usage: sigfate-init [OPTION...] [--] COMMAND [ARGUMENT...]\n"
	"Run COMMAND as the first process of a container: pass every signal on to it, reap\n"
	"orphans, and let everyone finish.\n\n"
	"  --stop=main|group|tree|all  who gets the stop signal: COMMAND (default), its process\n"
	"                              group, its descendants, everybody; whoever is left when\n"
	"                              COMMAND has ended gets SIGTERM\n"
	"  --stop-signal=SIG,...       what is a stop signal (default TERM)\n"
	"  --grace=SECONDS             from then on until SIGKILL, or infinity (default 9)\n"
	"  --map=SIG=SIG,...           pass a signal on as another: TERM=QUIT,RTMIN+3=TERM\n"
	"  --ignore=SIG,...            do not pass these on\n"
	"  --on=SIG=COMMAND            let sh run COMMAND first, and act on SIG when it ends\n"
	"  --map-exit=CODE=CODE,...    exit with another code: 143=0\n"
	"  --reraise                   die of the signal that COMMAND died of\n"
	"  --report=FD|FILE            write there how it ended, one line of JSON\n"
	"  --parent-death=SIG          get this signal when the parent process ends\n"
	"  --help, --version\n\n"
	"The same in the environment: SIGFATE_INIT_STOP_SIGNAL=INT,TERM,\n"
	"SIGFATE_INIT_RERAISE=yes, SIGFATE_INIT_ON_TERM=COMMAND and so on; options come after it.\n"
	"Exit status: that of COMMAND; 128+N when signal N killed it; 127 it is not there; 126 it\n"
	"cannot be run; 125 sigfate-init itself failed.\n";

/* ---- messages ----------------------------------------------------------------------------- */

/*
 * Write it, but do not wait for a reader that does not read.  Others may write there too, and take
 * the room that there was a moment ago: so we have it open for ourselves, where that can be had.
 */
static bool put(int fd, const char *text, size_t len)
{
	static int64_t patience = 500000; /* for all that there is to say */
	_cleanup_close_ int own = open_again(fd);
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	while (len > 0) {
		int64_t began = now();
		bool is_room = poll(&room, 1, patience > 0 ? (int)(patience / 1000) : 0) > 0;
		ssize_t n = is_room ? send(fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

		if (n < 0 && errno == ENOTSOCK)
			n = write(own >= 0 ? own : fd, text, len);
		patience -= now() - began;
		if (n <= 0 && (patience <= 0 || !is_room || errno != EAGAIN))
			return false;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return true;
}

void say(const char *format, ...)
{
	static const char who[] = "sigfate-init: ";
	char text[400], line[512];
	size_t n = sizeof(who) - 1;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	memcpy(line, who, n);
	n += escape_bytes(text, strlen(text), line + n, sizeof(line) - n - 1);
	line[n++] = '\n';
	put(STDERR_FILENO, line, n);
}

/* ---- the report --------------------------------------------------------------------------- */

int report = -1;
static char notes[4096];
static size_t noted;

static void send_notes(void)
{
	put(report, notes, noted);
	noted = 0;
}

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void note(const char *format, ...)
{
	size_t room = sizeof(notes) - noted;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(notes + noted, room, format, ap);
	va_end(ap);
	noted += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* As a string of JSON. */
static void note_text(const char *text)
{
	char safe[256];

	escape_bytes(text, strlen(text), safe, sizeof(safe));
	note("\"");
	for (const char *p = safe; *p; p++)
		note(*p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
	note("\"");
}

void report_begin(void)
{
	const int how = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC;
	int fd;

	if (!wish.report)
		return;
	if (wish.report[strspn(wish.report, "0123456789")]) {
		fd = open(wish.report, how, 0644);
	} else {
		fd = (int)decimal(wish.report, INT_MAX);
		errno = EBADF;
	}
	if (fd >= 0)
		report = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (report < 0)
		say("%.200s: %s: there will be no report", wish.report, strerror(errno));
	/* It is ours: the main process may have it as its standard output, but no more. */
	else if (fd > STDERR_FILENO)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	note("{\"schema\":\"sigfate.init/1\",\"killed\":[");
}

void report_killed(pid_t pid, const char *comm)
{
	static bool several;

	if (report < 0)
		return;
	note("%s{\"pid\":%d,\"comm\":", several ? "," : "", pid);
	note_text(comm);
	note("}");
	several = true;
	if (noted > sizeof(notes) / 2) /* unless there are that many, it is one write */
		send_notes();
}

void report_end(const siginfo_t *stop, int code, int64_t ms)
{
	char name[16];

	if (report < 0)
		return;
	note("],\"command\":");
	note_text(boss.command);
	note(",\"pid\":%d,\"end\":\"%s\"", boss.pid,
	     boss.how == CLD_EXITED ? "exit"
	     : boss.how		    ? "signal"
				    : "none");
	if (boss.how == CLD_EXITED)
		note(",\"code\":%d", boss.status);
	else if (boss.how)
		note(",\"signal\":\"%s\",\"core\":%s", sf_signal_name(boss.status, name),
		     boss.how == CLD_DUMPED ? "true" : "false");
	if (stop->si_signo)
		note(",\"stop\":{\"signal\":\"%s\",\"pid\":%d,\"uid\":%u}",
		     sf_signal_name(stop->si_signo, name), stop->si_pid, stop->si_uid);
	note(",\"exit\":%d,\"ms\":%lld}\n", code, (long long)ms);
	send_notes();
}

/* ---- options ------------------------------------------------------------------------------ */

/* Seconds, with up to three places after the point. */
static bool take_grace(const char *text)
{
	int64_t ms = 0;
	int scale = 1000;

	if (!strcmp(text, "infinity")) {
		wish.grace = FOR_EVER;
		return true;
	}
	for (const char *p = text; *p; p++) {
		if (*p == '.' && scale == 1000 && p > text && p[1]) {
			scale = 100;
		} else if (!isdigit((unsigned char)*p) || scale == 0 || ms > INT32_MAX) {
			return false;
		} else if (scale == 1000) {
			ms = ms * 10 + (*p - '0') * 1000;
		} else {
			ms += (*p - '0') * scale;
			scale /= 10;
		}
	}
	wish.grace = ms;
	return *text;
}

static bool take_scope(const char *text)
{
	static const char *const name[] = {"main", "group", "tree", "all"};

	for (size_t i = 0; i < ARRAY_SIZE(name); i++) {
		if (strcmp(text, name[i]) != 0)
			continue;
		wish.scope = (enum scope)i;
		return true;
	}
	return false;
}

/* One setting, or one word of a list: LEFT or LEFT=RIGHT. */
static bool take_word(const char *name, const char *left, const char *right)
{
	int from = sf_signal_parse(left), to = right ? sf_signal_parse(right) : 0;
	bool catchable = from > 0 && from != SIGKILL && from != SIGSTOP;

	if (!strcmp(name, "map-exit")) {
		from = (int)decimal(left, 255);
		to = right ? (int)decimal(right, 255) : -1;
		if (from >= 0 && to >= 0)
			wish.exit_code[from] = (uint8_t)to;
		return from >= 0 && to >= 0;
	}
	if (!strcmp(name, "map") && catchable && to > 0)
		wish.map[from] = (uint8_t)to;
	else if (!strcmp(name, "stop-signal") && catchable && !right)
		wish.stop |= SF_SIGMASK(from);
	else if (!strcmp(name, "ignore") && catchable && !right)
		wish.ignored |= SF_SIGMASK(from);
	else if (!strcmp(name, "parent-death") && from > 0 && !right)
		wish.parent_death = from;
	else
		return false;
	return true;
}

static bool take_list(const char *name, const char *list)
{
	for (bool more = true; more;) {
		size_t n = strcspn(list, ",");
		char word[32], *right;

		if (n >= sizeof(word))
			return false;
		memcpy(word, list, n);
		word[n] = '\0';
		right = strchr(word, '=');
		if (right)
			*right++ = '\0';
		if (!take_word(name, word, right))
			return false;
		more = list[n];
		list += n + more;
	}
	return true;
}

/* SIG=COMMAND; the command is kept where it stands. */
static bool take_hook(char *text)
{
	size_t n = strcspn(text, "=");
	char name[32];
	int sig;

	if (n >= sizeof(name) || !text[n] || !text[n + 1])
		return false;
	memcpy(name, text, n);
	name[n] = '\0';
	sig = sf_signal_parse(name);
	if (sig <= 0 || sig == SIGKILL || sig == SIGSTOP)
		return false;
	wish.on[sig] = text + n + 1;
	wish.hooks = true;
	return true;
}

static bool take(const char *name, char *value)
{
	if (!strcmp(name, "stop"))
		return take_scope(value);
	if (!strcmp(name, "grace"))
		return take_grace(value);
	if (!strcmp(name, "on"))
		return take_hook(value);
	if (!strcmp(name, "report")) {
		wish.report = value;
		return *value;
	}
	if (!strcmp(name, "reraise")) {
		wish.reraise = !strcmp(value, "yes");
		return wish.reraise || !strcmp(value, "no");
	}
	if (!strcmp(name, "stop-signal"))
		wish.stop = 0;
	return take_list(name, value);
}

/* STOP_SIGNAL=INT,TERM is --stop-signal=INT,TERM, and ON_TERM=COMMAND is --on=TERM=COMMAND. */
static bool take_variable(char *variable)
{
	size_t n = strcspn(variable, "=");
	char name[32] = "";

	if (!strncmp(variable, "ON_", 3))
		return take_hook(variable + 3);
	for (size_t i = 0; i < n && i < sizeof(name) - 1; i++)
		name[i] = variable[i] == '_' ? '-' : (char)tolower((unsigned char)variable[i]);
	return variable[n] && take(name, variable + n + 1);
}

static _Noreturn void answer(const char *text, size_t len)
{
	_exit(put(STDOUT_FILENO, text, len) ? EXIT_SUCCESS : EXIT_OURS);
}

/* Docker's engine looks for " - git.NAME" and shows NAME, which must have no point in it. */
static _Noreturn void answer_version(void)
{
	char text[] = "sigfate-init " SIGFATE_VERSION " - git.sigfate-" SIGFATE_VERSION "\n";

	for (char *p = strstr(text, "sigfate-" SIGFATE_VERSION); *p; p++)
		if (*p == '.')
			*p = '-';
	answer(text, sizeof(text) - 1);
}

static _Noreturn void refuse(const char *what, const char *why)
{
	say("'%.200s' %s: see sigfate-init --help", what, why);
	_exit(EXIT_OURS);
}

/* Take one option; gives its last word. */
static char **take_option(char **argv)
{
	char name[32] = "", *text = *argv, yes[] = "yes";
	size_t n = strcspn(text, "=");

	if (!strcmp(text, "--help") || !strcmp(text, "-h"))
		answer(help, sizeof(help) - 1);
	if (!strcmp(text, "--version") || !strcmp(text, "-V"))
		answer_version();
	if (text[1] == '-' && n - 2 < sizeof(name))
		memcpy(name, text + 2, n - 2);
	if (!strcmp(text, "--reraise"))
		return take(name, yes) ? argv : NULL;
	if (text[n])
		return take(name, text + n + 1) ? argv : NULL;
	/* "--report -- COMMAND" lacks the file, and does not mean one of that name. */
	return argv[1] && strcmp(argv[1], "--") != 0 && take(name, argv[1]) ? argv + 1 : NULL;
}

char **read_options(char **argv)
{
	for (int i = 0; i <= SF_NSIG; i++)
		wish.map[i] = (uint8_t)i;
	for (int i = 0; i < 256; i++)
		wish.exit_code[i] = (uint8_t)i;
	for (char **e = environ; *e; e++)
		if (!strncmp(*e, ENVIRONMENT, strlen(ENVIRONMENT)) &&
		    !take_variable(*e + strlen(ENVIRONMENT)))
			refuse(*e, "is not understood");
	for (argv += !!*argv; *argv && **argv == '-'; argv++) {
		char *option = *argv;

		if (!strcmp(option, "--")) {
			argv++;
			break;
		}
		argv = take_option(argv);
		if (!argv)
			refuse(option, "is not understood");
	}
	if (!*argv)
		refuse("COMMAND", "is missing");
	return argv;
}
