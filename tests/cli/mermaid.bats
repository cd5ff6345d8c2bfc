#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What sigfate draws is read by the real Mermaid.

load helper

setup_file() {
	export MERMAID_DIR MERMAID_MISSING=
	MERMAID_DIR=$(mktemp -d "${BATS_TMPDIR:-/tmp}/sigfate-mermaid.XXXXXX")
	cp "$BATS_TEST_DIRNAME"/mermaid/* "$MERMAID_DIR"
	if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
		MERMAID_MISSING="no npm or no node"
	elif ! (cd "$MERMAID_DIR" && npm install --no-audit --no-fund --loglevel=error \
		--fetch-retries=1 --fetch-retry-mintimeout=1000) >"$MERMAID_DIR/log" 2>&1; then
		MERMAID_MISSING="npm cannot install mermaid: $(sed -n '/^npm \(ERR!\|error\) \(code\|errno\) /d
			s/^npm \(ERR!\|error\) *//p' "$MERMAID_DIR/log" | head -n 1)"
	fi
}

teardown_file() {
	rm -rf "$MERMAID_DIR"
}

# draw ARGS...: what Mermaid understood of the diagram is in $output
draw() {
	[ -z "$MERMAID_MISSING" ] || need mermaid "$MERMAID_MISSING"
	"$SIGFATE" explain --format=mermaid "$@" >"$DIR/diagram.mmd"
	run node "$MERMAID_DIR/parse.mjs" "$DIR/diagram.mmd"
	[ "$status" -eq 0 ] || { cat "$DIR/diagram.mmd" >&2; echo "$output" >&2; return 1; }
}

@test "Mermaid reads the path of a death" {
	target
	draw TERM "$TARGET"
	says "SIGTERM to sh ($TARGET)"
	says "t0fate killed"
	says "[*] --> t0s0"
	says "t0fate --> [*]"
}

@test "Mermaid reads every fate of a shell" {
	target 'trap : INT; trap "" TERM'
	for signal in 0 INT TERM CHLD STOP KILL RTMIN+1; do
		draw "$signal" "$TARGET"
		says "t0fate"
	done
}

@test "Mermaid reads several targets and groups" {
	target
	draw TERM "$TARGET" "$TARGET"
	says "t1fate killed"
	draw --from $$ TERM 0
	says "t0fate"
}

@test "Mermaid reads a namespace's end" {
	container
	draw KILL "$INIT"
	says "t0fate killed"
	draw TERM "$INIT"
	says "t0fate ignored"
	draw --from "$CHILD" KILL -1
	says "nobody"
}

@test "Mermaid is not fooled by names" {
	# shellcheck disable=SC2016 # the target expands it
	for name in ': x --> [*]' '"];end' '#35;;%%{init}' '\n}\nstate x {' '<script>' '`$(id)&quot;' \
		'\377\033[2J' '--- {} <<fork>>'; do
		target "printf -- '$name' >/proc/self/comm"
		draw TERM "$TARGET"
		says "t0fate killed"
		[ "$(grep -c ' t0  *SIGTERM to ' <<<"$output")" -eq 1 ]
	done
	target "printf ': x --> [*]' >/proc/self/comm"
	draw TERM "$TARGET"
	says "SIGTERM to : x --> [*] ($TARGET)"
}

@test "Mermaid reads the pictures of the documents" {
	[ -z "$MERMAID_MISSING" ] || need mermaid "$MERMAID_MISSING"
	for page in "$BATS_TEST_DIRNAME"/../../docs/*.md; do
		awk -v to="$DIR/$(basename "$page")" '
			/^```mermaid$/ { inside = to "." ++n; next }
			/^```$/ { inside = "" }
			inside { print >inside }' "$page"
	done
	ls "$DIR"/question.md.1 "$DIR"/question.zh-CN.md.1
	node "$MERMAID_DIR/parse.mjs" --only "$DIR"/*.md.*
}
