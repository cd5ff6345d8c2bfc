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
	@tools/build $(BUILD)-release --buildtype=release --prefix=$(PREFIX)
	@meson test -C $(BUILD)-release --benchmark --verbose

install:
	@tools/setup build
	@tools/build $(BUILD)-release --buildtype=release --prefix=$(PREFIX)
	@meson install -C $(BUILD)-release --no-rebuild

clean:
	rm -rf build build-*

format:
	@tools/setup format
	@tools/format

lint:
	@tools/setup build lint
	@tools/lint $(BUILD)

.PHONY: all run check bench install clean format lint
