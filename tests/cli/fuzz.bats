#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# sigfate fuzz, as its user meets it.

load helper

fuzz() {
	run --separate-stderr env -C "$DIR" "$SIGFATE" fuzz "$@"
}

# need_kernel: skip where no scenario can be played on the kernel
need_kernel() {
	echo "host: fork() = a" >"$DIR/kernel.fate"
	"$SIGFATE" run --on kernel "$DIR/kernel.fate" >/dev/null 2>"$DIR/error" ||
		need namespaces "no namespaces can be had here: $(cat "$DIR/error")"
}

# planted ARGS...: an older kernel's model beside this one, whose pidfd_send_signal() takes flags
planted() {
	[[ "$(uname -r)" =~ ^(6\.(9|[1-9][0-9])|[7-9]) ]] ||
		skip "this kernel knows no more than the older one"
	fuzz --kernel-profile 6.1 --seed 1 --calls 100000 "$@"
}

@test "the same seed draws the same, another another" {
	fuzz --seed 5 --scenario 2 --print
	[ "$status" -eq 0 ]
	local first=$output
	fuzz --seed 5 --scenario 2 --print
	[ "$output" = "$first" ]
	fuzz --seed 6 --scenario 2 --print
	[ "$output" != "$first" ]
	fuzz --seed 5 --scenario 3 --print
	[ "$output" != "$first" ]
}

@test "what is printed is a scenario" {
	need_kernel
	"$SIGFATE" fuzz --seed 5 --scenario 2 --print >"$DIR/drawn.fate"
	run "$SIGFATE" run --on model "$DIR/drawn.fate"
	[ "$status" -lt 2 ] || [[ "$output" == *"has no number that"* ]]
}

@test "some calls: the kernel agrees with the model" {
	need_kernel
	fuzz --seed 1 --calls 2000
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	says "seed 1, on Linux $(uname -r)"
	[[ "$output" =~ [0-9]+\ scenarios,\ 2[0-9]{3}\ calls\ in\ both\ worlds,\ 0\ differences ]]
}

@test "a seed that was not given is told, and gives the same again" {
	need_kernel
	fuzz --calls 300
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^seed\ ([0-9]+), ]]
	local seed=${BASH_REMATCH[1]}
	[[ "$output" =~ [0-9]+\ scenarios,\ [0-9]+\ calls ]]
	local counted=${BASH_REMATCH[0]}
	fuzz --calls 300 --seed "$seed"
	says "$counted"
}

@test "a difference is found, shrunk, explained and saved" {
	need_kernel
	planted
	[ "$status" -eq 1 ]
	says "the worlds differ (shrunk from"
	says "(model 6.1)"
	says "1 difference"
	local file
	file=$(echo "$DIR"/fuzz-1-*.fate)
	[ -f "$file" ]
	says "saved as ./${file##*/}"
	[[ "$output" =~ shrunk\ from\ ([0-9]+)\ lines\ to\ ([0-9]+) ]]
	[ "${BASH_REMATCH[2]}" -lt "${BASH_REMATCH[1]}" ]
	[ "${BASH_REMATCH[2]}" -le 12 ]
	grep -q "^# differs: " "$file"
	# the kernel holds what was saved, the older kernel's model differs
	"$SIGFATE" run --on kernel "$file"
	run "$SIGFATE" run --on both --kernel-profile 6.1 "$file"
	[ "$status" -eq 1 ]
}

@test "one scenario again" {
	need_kernel
	planted
	local file number
	file=$(echo "$DIR"/fuzz-1-*.fate)
	number=${file##*-}
	mkdir "$DIR/elsewhere"
	fuzz --kernel-profile 6.1 --seed 1 --scenario "${number%.fate}" --directory elsewhere
	[ "$status" -eq 1 ]
	says "1 scenario,"
	[ -f "$DIR/elsewhere/${file##*/}" ]
}

@test "it can go on after a difference" {
	need_kernel
	[[ "$(uname -r)" =~ ^(6\.(9|[1-9][0-9])|[7-9]) ]] || skip "this kernel knows no more"
	fuzz --kernel-profile 6.1 --seed 1 --calls 1000 -k
	[ "$status" -eq 1 ]
	[ "$(find "$DIR" -name 'fuzz-1-*.fate' | wc -l)" -gt 1 ]
}

@test "a place where nothing can be saved" {
	need_kernel
	fuzz --seed 1 --directory "$DIR/missing"
	[ "$status" -eq 2 ]
	error_says "nothing can be saved in '$DIR/missing': No such file or directory"
	fuzz --seed 1 --directory "$DIR/error"
	[ "$status" -eq 2 ]
	error_says "nothing can be saved in '$DIR/error': Not a directory"
	[ "$(id -u)" -eq 0 ] || skip "root becomes another user here"
	install -m 755 "$SIGFATE" "$DIR/sigfate"
	chmod 755 "$DIR"
	run --separate-stderr env -C / setpriv --reuid 1000 --regid 1000 --clear-groups \
		"$DIR/sigfate" fuzz --seed 1 --calls 500
	[ "$status" -eq 2 ]
	error_says "nothing can be saved in '.': Permission denied"
}

@test "for programs: an object a line" {
	need_kernel
	planted --json
	[ "$status" -eq 1 ]
	[ -z "$stderr" ]
	python3 -c 'import json, sys
found, end = [json.loads(line) for line in sys.stdin]
assert found["schema"] == end["schema"] == "sigfate.fuzz/1"
assert found["event"] == "difference" and end["event"] == "end"
assert found["differences"] and {"line", "what", "model", "kernel"} <= set(found["differences"][0])
assert found["again"] is True and found["trouble"] is None
assert found["text"] == open(sys.argv[1] + "/" + found["file"]).read()
assert end["differences"] == 1 and end["calls"] > 0' "$DIR" <<<"$output"
}

@test "^C ends it, and what was done is told" {
	need_kernel
	mkfifo "$DIR/out"
	env -C "$DIR" "$SIGFATE" fuzz --seconds 600 >"$DIR/out" 2>"$DIR/error" 3>&- &
	STARTED+=("$!")
	exec 4<"$DIR/out"
	read -r first <&4
	[[ "$first" == seed* ]]
	kill -INT "$!"
	rest=$(cat <&4)
	exec 4<&-
	[[ "$rest" == *"calls in both worlds"* ]]
	code=0
	wait "$!" || code=$?
	[ "$code" -eq 130 ]
}

@test "a reader that goes away is no answer" {
	need_kernel
	run --separate-stderr sh -c "'$SIGFATE' fuzz --seed 1 --calls 100 >/dev/full"
	[ "$status" -eq 2 ]
	run --separate-stderr sh -c "{ '$SIGFATE' fuzz --seed 1 --calls 100; echo \$? >'$DIR/code'; } |
		head -n 0"
	[ "$(cat "$DIR/code")" -eq 2 ]
}

@test "an ordinary user plays too" {
	need_kernel
	[ "$(id -u)" -eq 0 ] || skip "root becomes another user here"
	cp "$SIGFATE" "$DIR/sigfate"
	chmod 755 "$DIR"
	run --separate-stderr env -C / setpriv --reuid 1000 --regid 1000 --clear-groups \
		"$DIR/sigfate" fuzz --seed 1 --calls 500 --directory /tmp
	[[ "$stderr" != *"cannot play on this kernel"* ]] || skip "$stderr"
	[ "$status" -eq 0 ]
	says "0 differences"
}

@test "where no namespace can be made" {
	need_kernel
	run --separate-stderr unshare --user --map-root-user sh -c \
		"echo 0 >/proc/sys/user/max_pid_namespaces && exec '$SIGFATE' fuzz --calls 10"
	[[ "$stderr" != *"unshare failed"* ]] || skip "$stderr"
	[ "$status" -eq 2 ]
	error_says "cannot play on this kernel"
}

@test "wrong arguments" {
	for arguments in "--seed x" "--seed -1" "--calls 0" "--calls many" "--seconds 1.5" "word" \
		"--scenario 3" "--print --json --seed 1" "--kernel-profile new" "--color red" "--fast"; do
		# shellcheck disable=SC2086 # words on purpose
		fuzz $arguments
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		error_says "--help"
	done
}
