# SPDX-License-Identifier: GPL-2.0-or-later
# The front door: everything is done by meson and by the programs in tools/.
BUILD ?= build
PREFIX ?= /usr/local

all:
	@tools/setup build
	@tools/build $(BUILD)

run: all
	@$(BUILD)/sigfate run --on both tests/scenarios/question.fate
	@echo
	@echo 'Now ask about a process of your own:'
	@echo '    $(BUILD)/sigfate explain TERM PID...'
	@echo 'and $(BUILD)/sigfate --help says what else there is.'

check:
	@tools/setup build check $(if $(SIGFATE_CI),ci format)
	@tools/check $(BUILD)

bench:
	@tools/setup build
	@tools/build $(BUILD)-release --buildtype=release -Db_lto=true --prefix=$(PREFIX)
	@meson test -C $(BUILD)-release --benchmark --verbose

# What the container init costs, beside others.
bench-init:
	@tools/setup build check
	@tools/build $(BUILD)-release --buildtype=release --prefix=$(PREFIX)
	@meson test -C $(BUILD)-release --benchmark --suite init --verbose

# The conformance suite for container inits: make init-conformance INIT=/usr/bin/tini
init-conformance: all
	@SIGFATE_FIXTURES=$(BUILD)/tests/init-conformance tests/init-conformance/conformance.py \
		$(if $(INIT),'$(INIT)',$(BUILD)/sigfate-init)

install:
	@tools/setup build
	@tools/build $(BUILD)-release --buildtype=release -Db_lto=true --prefix=$(PREFIX)
	@meson install -C $(BUILD)-release --no-rebuild
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig

clean:
	rm -rf build build-*

format:
	@tools/setup format
	@tools/format

lint:
	@tools/setup build lint
	@tools/lint $(BUILD)

.PHONY: all run check bench bench-init init-conformance install clean format lint
