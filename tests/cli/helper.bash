# SPDX-License-Identifier: GPL-2.0-or-later
# helper.bash - what the tests of the command line share: the program, processes to ask about, and
# their end
bats_require_minimum_version 1.5.0

SIGFATE=${SIGFATE:-$BATS_TEST_DIRNAME/../../build/sigfate}

setup() {
	export LC_ALL=C.UTF-8
	unset NO_COLOR
	DIR=$(mktemp -d "${BATS_TMPDIR:-/tmp}/sigfate-cli.XXXXXX")
	mkfifo "$DIR/ready" "$DIR/never"
	STARTED=()
}

# Whatever a test started is ended and waited for, so that none is left behind.
teardown() {
	local pid
	for pid in "${STARTED[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	for pid in "${STARTED[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$DIR"
}

# need WHAT REASON: skip for a reason, but not where WHAT is required
need() {
	if [[ " ${SIGFATE_REQUIRE//,/ } " == *" $1 "* ]]; then
		echo "$1 is required here: $2" >&2
		return 1
	fi
	skip "$2"
}

need_namespaces() {
	unshare --pid --fork --propagation unchanged --mount-proc true 2>"$DIR/error" ||
		need namespaces "no PID namespace can be made here: $(cat "$DIR/error")"
}

# await_ready: until somebody has said that it is ready; to the end, so that the next who waits does
# not meet the same
await_ready() {
	cat "$DIR/ready" >/dev/null
}

# target [SCRIPT]: a shell that runs SCRIPT and then waits; its number is in $TARGET.  A shell cannot
# handle what it was started to ignore, as by nohup.
target() {
	env --default-signal=HUP sh -c "${1:-:}; echo ready >'$DIR/ready'; read -r line <'$DIR/never'" 3>&- &
	TARGET=$!
	STARTED+=("$TARGET")
	await_ready
}

# container [SCRIPT]: the same as PID 1 of a new namespace, with a child; $INIT and $CHILD
container() {
	need_namespaces
	unshare --pid --fork --kill-child --propagation unchanged --mount-proc sh -c "${1:-:}
		sh -c 'echo ready >\"$DIR/ready\"; read -r line <\"$DIR/never\"; :' &
		read -r line <'$DIR/never'" 3>&- &
	STARTED+=("$!")
	await_ready
	INIT=$(pgrep -P "${STARTED[-1]}")
	CHILD=$(pgrep -P "$INIT")
}

# explain ARGS...: the program's document in $output as JSON
explain() {
	run --separate-stderr "$SIGFATE" explain --json "$@"
}

# field EXPRESSION: of the document d, as Python says it
field() {
	python3 -c 'import json, sys
d = json.load(sys.stdin)
v = d["verdicts"][0] if d["verdicts"] else None
value = eval(sys.argv[1])
print(json.dumps(value) if isinstance(value, (dict, list, bool)) or value is None else value)' \
		"$1" <<<"$output"
}

# expect EXPRESSION VALUE
expect() {
	local value
	value=$(field "$1")
	if [ "$value" != "$2" ]; then
		echo "$1 is $value, not $2, in:" >&2
		echo "$output" >&2
		return 1
	fi
}

# says TEXT / error_says TEXT: the output, the errors, contain it
says() {
	[[ "$output" == *"$1"* ]] || { printf '%s\n' "no '$1' in:" "$output" >&2; return 1; }
}

error_says() {
	[[ "$stderr" == *"$1"* ]] || { printf '%s\n' "no '$1' in:" "$stderr" >&2; return 1; }
}
