#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# sigfate run, as its user meets it.

load helper

SCENARIOS=$BATS_TEST_DIRNAME/../scenarios

# write NAME: a scenario from standard input, in $DIR
write() {
	cat >"$DIR/$1"
}

run_in_dir() {
	run --separate-stderr env -C "$DIR" "$SIGFATE" run "$@"
}

# document EXPRESSION VALUE: of the JSON document d, as Python says it
document() {
	local value
	value=$(python3 -c 'import json, sys
d = json.load(sys.stdin)
print(json.dumps(eval(sys.argv[1])))' "$1" <<<"$output")
	[ "$value" = "$2" ] || { printf '%s\n' "$1 is $value, not $2, in:" "$output" >&2; return 1; }
}

# need_kernel: skip where no scenario can be played on the kernel
need_kernel() {
	echo "host: fork() = a" >"$DIR/kernel.fate"
	"$SIGFATE" run --on kernel "$DIR/kernel.fate" >/dev/null 2>"$DIR/error" ||
		need namespaces "no namespaces can be had here: $(cat "$DIR/error")"
}

good() {
	write good.fate <<-end
		# SIGTERM kills.
		host: fork() = a
		host: kill(a, SIGTERM) = 0  => killed
		a:    +++ killed by SIGTERM +++
	end
}

bad() {
	write bad.fate <<-end
		host: clone(CLONE_NEWPID) = init
		init: kill(1, SIGKILL) = 0  => killed
	end
}

@test "a scenario that holds takes one line" {
	good
	run_in_dir good.fate
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ "$output" =~ ^"good.fate: 3 lines hold on model "[0-9.]+$ ]]
}

@test "a line that does not hold: where, what is written, what happened" {
	bad
	run_in_dir bad.fate
	[ "$status" -eq 1 ]
	[[ "${lines[0]}" == "bad.fate:2:32: expected init: killed, got init: ignored" ]]
	[[ "${lines[1]}" == "    - init: kill(1, SIGKILL) = 0  => killed" ]]
	[[ "${lines[2]}" == "                                     ^" ]]
	[[ "${lines[3]}" == "    + init: kill(1, SIGKILL) = 0  => ignored   (model "* ]]
	[[ "${lines[4]}" == "bad.fate: 1 of 2 lines does not hold on model "* ]]
}

@test "an event that did not happen, and one that happened otherwise" {
	write events.fate <<-end
		host: fork() = a
		host: kill(a, SIGTERM) = 0
		a: +++ killed by SIGHUP +++
		a: +++ exited with 0 +++
	end
	run_in_dir events.fate
	[ "$status" -eq 1 ]
	says "events.fate:3:8: it happened otherwise"
	says "+ a: +++ killed by SIGTERM +++"
	says "events.fate:4:8: this did not happen"
	says "+ (nothing)"
	says "2 of 4 lines do not hold"
}

@test "several files: a line each, and how many" {
	good
	bad
	run_in_dir good.fate bad.fate
	[ "$status" -eq 1 ]
	says "good.fate: 3 lines hold"
	says "2 scenarios: 1 held, 1 failed"
}

@test "a directory stands for its scenarios, in order" {
	good
	mkdir "$DIR/dir"
	for name in b a c; do
		cp "$DIR/good.fate" "$DIR/dir/$name.fate"
	done
	echo nonsense >"$DIR/dir/notes.txt"
	echo nonsense >"$DIR/dir/.hidden.fate"
	run_in_dir dir
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == "dir/a.fate: "* && "${lines[2]}" == "dir/c.fate: "* ]]
	says "3 scenarios: 3 held"
	mkdir "$DIR/empty"
	run_in_dir empty
	[ "$status" -eq 2 ]
	error_says "sigfate: run: 'empty' has no .fate file in it"
}

@test "standard input" {
	good
	run --separate-stderr sh -c "'$SIGFATE' run - <'$DIR/good.fate'"
	[ "$status" -eq 0 ]
	says "standard input: 3 lines hold"
	run --separate-stderr sh -c "echo nonsense | '$SIGFATE' run -"
	[ "$status" -eq 2 ]
	error_says "standard input:1:1: "
}

@test "files that cannot be read" {
	good
	run_in_dir missing.fate
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	error_says "sigfate: run: cannot read 'missing.fate': No such file or directory"
	run_in_dir missing.fate good.fate
	[ "$status" -eq 2 ]
	says "good.fate: 3 lines hold"
	says "2 scenarios: 1 held, 1 could not be played"
	if [ "$(id -u)" -eq 0 ]; then
		chmod 711 "$DIR"
		install -m 755 "$SIGFATE" "$DIR/sigfate"
		chmod 000 "$DIR/good.fate"
		run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$DIR/sigfate" run "$DIR/good.fate"
		[ "$status" -eq 2 ]
		error_says "Permission denied"
	fi
}

@test "a text that is wrong: line, column, the line, and a caret" {
	write wrong.fate <<-end
		host: fork() = a
		host: kill(b, SIGTERM) = 0
	end
	run_in_dir wrong.fate
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	error_says "wrong.fate:2:12: no process is called 'b' yet"
	error_says "    host: kill(b, SIGTERM) = 0"
	error_says "               ^"
}

@test "a mistake that shows when it is played: a process that cannot be named" {
	write mistake.fate <<-end
		host: clone(CLONE_NEWPID) = init
		init: kill(host, SIGTERM) = 0
		init: getpid() = 1
	end
	run_in_dir mistake.fate
	[ "$status" -eq 2 ]
	error_says "mistake.fate:2:12: host has no number that init could name it by"
	error_says "               ^"
}

@test "what comes after a missing process is not played" {
	write stuck.fate <<-end
		host: fork() = a
		host: kill(a, SIGKILL) = 0
		a: getpid() = a
		a: getpid() = a
	end
	run_in_dir stuck.fate
	[ "$status" -eq 1 ]
	says "stuck.fate:3:1: a is dead: it cannot call getpid()"
	says "1 more line could not be played"
}

@test "an empty file holds" {
	: >"$DIR/empty.fate"
	run_in_dir empty.fate
	[ "$status" -eq 0 ]
	says "empty.fate: 0 lines hold"
	echo "# nothing" >"$DIR/comment.fate"
	run_in_dir --on both comment.fate
	[ "$status" -eq 0 ] || need_kernel
}

@test "a huge file, and one that is too long" {
	python3 -c 'print("host: fork() = a\na: sigaction(SIGUSR1, SIG_IGN) = 0")
for _ in range(40000):
    print("host: kill(a, SIGUSR1) = 0 => ignored")' >"$DIR/huge.fate"
	run_in_dir huge.fate
	[ "$status" -eq 0 ]
	says "40002 lines hold"
	python3 -c 'print("#" * (17 << 20))' >"$DIR/long.fate"
	run_in_dir long.fate
	[ "$status" -eq 2 ]
	error_says "too long"
	run --separate-stderr "$SIGFATE" run /dev/zero
	[ "$status" -eq 2 ]
}

@test "what is not UTF-8, and what would fool a terminal" {
	printf 'host: fork() = a # \xff\n' >"$DIR/bytes.fate"
	run_in_dir bytes.fate
	[ "$status" -eq 2 ]
	error_says 'bytes.fate:1:20: the byte \xff is not UTF-8'
	printf 'host: fork() = a\nhost: kill(a, 0) = 5 # \xe2\x80\xae\n' >"$DIR/bidi.fate"
	run_in_dir bidi.fate
	[ "$status" -eq 1 ]
	says '\xe2\x80\xae'
	[[ "$output" != *$'\xe2\x80\xae'* ]]
	good
	mv "$DIR/good.fate" "$DIR/"$'\e[31m.fate'
	run_in_dir $'\e[31m.fate'
	says '\x1b[31m.fate: 3 lines hold'
}

@test "a scenario for another kernel is skipped with the reason" {
	write old.fate <<-end
		kernel < 2.6
		host: fork() = a
	end
	run_in_dir old.fate
	[ "$status" -eq 0 ]
	says "old.fate: skipped: it is for kernels before 2.6, and the model is "
	write new.fate <<-end
		kernel >= 6.9
		host: fork() = a
	end
	run_in_dir --kernel-profile 6.1 new.fate
	[ "$status" -eq 0 ]
	says "new.fate: skipped: it is for kernels from 6.9, and the model is 6.1"
	run_in_dir new.fate old.fate
	says "2 scenarios: 1 held, 1 skipped"
}

@test "strictly, everything that happens must be told of" {
	write untold.fate <<-end
		host: fork() = a
		host: kill(a, SIGTERM) = 0
	end
	run_in_dir untold.fate
	[ "$status" -eq 0 ]
	run_in_dir --strict untold.fate
	[ "$status" -eq 1 ]
	says "untold.fate:2: no line tells of what happened here"
	says "+ a: +++ killed by SIGTERM +++"
}

@test "every line, with what happened beside it" {
	good
	run_in_dir --verbose good.fate
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "SIGTERM kills." ]
	says "host: fork()                     = a"
	[[ "$output" =~ "host: kill(a, SIGTERM)"\ +"= 0  killed" ]]
	[[ "$output" =~ "a:    +++ killed by SIGTERM +++"\ +"✓" ]]
	LC_ALL=C run_in_dir --verbose good.fate
	[[ "$output" =~ "a:    +++ killed by SIGTERM +++"\ +"yes" ]]
	[[ ! "$output" =~ [^[:ascii:]] ]]
}

@test "both worlds side by side" {
	need_kernel
	good
	run_in_dir --on both good.fate
	[ "$status" -eq 0 ]
	[[ "$output" =~ "model "[0-9.]+\ +"Linux "[0-9.]+ ]]
	[[ "$output" =~ "host: kill(a, SIGTERM)"\ +"= 0  killed"\ +"= 0  killed" ]]
	says "good.fate: 3 lines hold on model "
	says " and on Linux "
	bad
	run_in_dir --on both bad.fate
	[ "$status" -eq 1 ]
	says "! init: kill(1, SIGKILL)"
	# without tracefs the kernel does not tell the two apart, and the worlds say different things
	[[ "$output" =~ ignored\|(traced\|)?dropped ]] || says "(in both worlds)"
}

@test "the question is answered" {
	need_kernel
	cd "$SCENARIOS" # short names make short lines
	run --separate-stderr "$SIGFATE" run --strict --on both question.fate
	[ "$status" -eq 0 ]
	[[ "$output" =~ "app:  kill(1, SIGKILL)"\ +"= 0  ignored"\ +"= 0  ignored" ]]
	[[ "$output" =~ "host: kill(init, SIGKILL)"\ +"= 0  killed"\ +"= 0  killed" ]]
	for line in "${lines[@]}"; do
		[ "${#line}" -le 100 ]
	done
}

@test "a document for programs" {
	good
	bad
	run_in_dir --json good.fate bad.fate missing.fate
	[ "$status" -eq 2 ]
	document 'd["schema"]' '"sigfate.run/1"'
	document '[s["outcome"] for s in d["scenarios"]]' '["held", "failed", "trouble"]'
	document 'd["summary"]' '{"held": 1, "failed": 1, "skipped": 0, "trouble": 1}'
	document 'd["scenarios"][0]["lines"][1]["worlds"]["model"]["fates"][0]["fates"]' '["killed"]'
	document 'd["scenarios"][0]["lines"][1]["worlds"]["model"]["events"][0]["shown"]' \
		'"a: +++ killed by SIGTERM +++"'
	document 'd["scenarios"][1]["lines"][1]["worlds"]["model"]["outcome"]' '"failed"'
	document 'd["scenarios"][1]["lines"][1]["worlds"]["model"]["column"]' 32
	document '"No such file" in d["scenarios"][2]["reason"]' true
}

@test "a document is valid whatever the scenario says" {
	for file in "$BATS_TEST_DIRNAME"/../fuzz/corpus/notation/*.fate; do
		run --separate-stderr "$SIGFATE" run --json "$file"
		[ "$status" -le 2 ]
		document 'd["schema"]' '"sigfate.run/1"'
	done
}

@test "colours come when asked for, and not into a pipe" {
	bad
	run_in_dir bad.fate
	[[ "$output" != *$'\e'* ]]
	run_in_dir --color=always bad.fate
	says $'\e['
	run env -C "$DIR" TERM=xterm script -qec "'$SIGFATE' run bad.fate" /dev/null
	says $'\e['
	run env -C "$DIR" TERM=xterm NO_COLOR=1 script -qec "'$SIGFATE' run bad.fate" /dev/null
	says "expected init: killed"
	[[ "$output" != *$'\e'* ]]
}

@test "a full disk and a reader that goes away are errors" {
	good
	run --separate-stderr sh -c "'$SIGFATE' run '$DIR/good.fate' >/dev/full"
	[ "$status" -eq 2 ]
	error_says "sigfate: "
	run --separate-stderr sh -c "'$SIGFATE' run --json '$DIR/good.fate' >/dev/full"
	[ "$status" -eq 2 ]
	run --separate-stderr bash -c "exec 3> >(exit 0); wait \$!
		'$SIGFATE' run '$DIR/good.fate' >&3"
	[ "$status" -eq 2 ]
}

@test "without privilege, in a user namespace" {
	[ "$(id -u)" -eq 0 ] || need root "only root can become somebody else"
	install -m 755 "$SIGFATE" "$DIR/sigfate"
	chmod 755 "$DIR"
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare --user true 2>/dev/null ||
		need userns "no user namespace can be made here"
	good
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$DIR/sigfate" run --on both "$DIR/good.fate"
	[ "$status" -eq 0 ]
	write root.fate <<-end
		needs root
		host: fork() = a
	end
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$DIR/sigfate" run --on kernel "$DIR/root.fate"
	[ "$status" -eq 0 ]
	says "skipped: it needs root"
}

# The number of processes in the namespace of a script that has a /proc of its own.
COUNT='count() { local p; n=0; for p in /proc/[0-9]*; do n=$((n + 1)); done; }'

# own_namespace: where nobody else's processes are, in ${OWN[@]}
own_namespace() {
	OWN=(unshare --pid --fork --propagation unchanged --mount-proc --kill-child)
	[ "$(id -u)" -eq 0 ] || OWN+=(--user --map-root-user)
	"${OWN[@]}" true 2>"$DIR/error" || need namespaces "$(cat "$DIR/error")"
}

@test "no process is left behind" {
	need_kernel
	own_namespace
	good
	run "${OWN[@]}" bash -c "$COUNT
		'$SIGFATE' run --on kernel '$DIR/good.fate' >/dev/null; status=\$?
		count; echo \$n left; exit \$status"
	[ "$status" -eq 0 ]
	[ "$output" = "1 left" ]
}

@test "no process is left behind when it is killed in the middle" {
	need_kernel
	own_namespace
	{
		echo "host: clone(CLONE_NEWPID) = init"
		for n in 1 2 3 4 5; do echo "init: fork() = p$n"; done
		yes "init: kill(1, 0) = 0" | head -n 50000
	} | write long.fate
	run timeout -s KILL 60 "${OWN[@]}" bash -c "$COUNT
		'$SIGFATE' run --on kernel '$DIR/long.fate' >/dev/null &
		until count; [ \$n -ge 8 ]; do kill -0 \$! || exit 3; done
		kill -KILL \$!; wait \$!
		until count; [ \$n -eq 1 ]; do :; done
		echo none left"
	says "none left"
	# what it had in tracefs, the next one removes
	good
	"$SIGFATE" run --on kernel "$DIR/good.fate"
}

@test "the examples of the manuals do what they say" {
	local manuals=${SIGFATE_MAN:-$BATS_TEST_DIRNAME/../../man} page
	ln -s "$SIGFATE" "$DIR/sigfate"
	ln -s "$SCENARIOS/question.fate" "$DIR/question.fate"
	mkdir "$DIR/tests"
	ln -s "$SCENARIOS" "$DIR/tests/scenarios"
	for page in sigfate-run.1 fate.5; do
		run python3 -B "$BATS_TEST_DIRNAME/examples.py" "$manuals/$page.scd" "$DIR"
		[ "$status" -eq 0 ] || { echo "$output" >&2; return 1; }
	done
}
