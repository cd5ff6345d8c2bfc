#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program says of itself, and to wrong commands.

load helper

@test "help is on standard output" {
	for form in --help -h help; do
		run --separate-stderr "$SIGFATE" "$form"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		says "sigfate explain"
		says "sigfate fuzz"
		says "sigfate run"
	done
}

@test "each command has help with an example" {
	for command in explain fuzz run; do
		run --separate-stderr "$SIGFATE" "$command" --help
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		says "Usage: sigfate $command"
		says "Examples:"
		says "Exit status:"
		local by_option=$output
		run "$SIGFATE" help "$command"
		[ "$status" -eq 0 ]
		[ "$output" = "$by_option" ]
	done
}

@test "the version" {
	run "$SIGFATE" --version
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^sigfate\ [0-9]+\.[0-9]+ ]]
	local version=$output
	run "$SIGFATE" explain --version
	[ "$output" = "$version" ]
}

@test "a mistyped command gets a suggestion" {
	run --separate-stderr "$SIGFATE" explian TERM 1
	[ "$status" -eq 2 ]
	error_says "sigfate: no command 'explian': did you mean 'explain'?"
	run --separate-stderr "$SIGFATE" r
	error_says "'run'"
	run --separate-stderr "$SIGFATE" fly
	[ "$status" -eq 2 ]
	error_says "sigfate --help"
	run --separate-stderr "$SIGFATE" help fly
	[ "$status" -eq 2 ]
}

@test "no command, no signal, no PID, no file" {
	for arguments in "" "explain" "explain TERM" "run"; do
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr "$SIGFATE" $arguments
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
}

@test "options that do not exist" {
	for arguments in "--nonsense" "explain --nonsense TERM 1" "explain --by pigeon TERM 1" \
		"explain --format xml TERM 1" "explain --color sometimes TERM 1" \
		"explain --from x TERM 1" "explain --from 0 TERM 1" "run --on paper a.fate"; do
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr "$SIGFATE" $arguments
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		error_says "--help"
	done
}

@test "help to a full disk is an error" {
	run --separate-stderr sh -c "'$SIGFATE' --help >/dev/full"
	[ "$status" -eq 2 ]
	run --separate-stderr sh -c "'$SIGFATE' explain --help >/dev/full"
	[ "$status" -eq 2 ]
}

@test "what is wrong is told without what a terminal would obey" {
	local bad=$'x\e[31m\ny' arguments
	for arguments in "" "explain" "explain TERM" "explain --by" "run" "run --on" "fuzz" \
		"fuzz --seed" "fuzz --directory" "fuzz --color" "explain TERM 1 --from"; do
		# shellcheck disable=SC2086 # words on purpose
		run --separate-stderr "$SIGFATE" $arguments "$bad"
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ "$stderr" == *'x\x1b[31m\ny'* ]] || { echo "$arguments: $stderr" >&2; return 1; }
	done
}

@test "a PID without a signal" {
	run --separate-stderr "$SIGFATE" explain 1234
	[ "$status" -eq 2 ]
	error_says "there is only '1234': a signal and a PID are needed, such as TERM 1234"
}
