# SPDX-License-Identifier: Apache-2.0
#
# Thin: Meson builds, tests/run.py tests. `make help` lists what there is.

PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
BUILD      ?= build
JOBS       ?= $(shell nproc)
FUZZ_TIME  ?= 60
SOAK_TIME  ?= 600
# Arguments for the test driver, for example: make check T='unit/*'
T          ?=

DEPS = packaging/install-deps.sh
RUN  = python3 tests/run.py

export ASAN_OPTIONS  ?= abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS  ?= halt_on_error=1:second_deadlock_stack=1

all: $(BUILD)/build.ninja ## build everything into build/
	@echo "== building in $(BUILD)"
	ninja -C $(BUILD) -j $(JOBS)

$(BUILD)/build.ninja:
	@command -v meson >/dev/null || { \
		echo "meson is not installed; '$(DEPS) build' installs what the build needs"; exit 1; }
	meson setup $(BUILD) --prefix $(PREFIX) --sysconfdir $(SYSCONFDIR)

build-asan/build.ninja:
	meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false

build-tsan/build.ninja:
	meson setup build-tsan -Db_sanitize=thread -Db_lundef=false

build-fuzz/build.ninja:
	CC=clang CXX=clang++ meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined \
		-Db_lundef=false

asan: build-asan/build.ninja
	@echo "== building in build-asan (address and undefined behaviour sanitizers)"
	ninja -C build-asan -j $(JOBS)

tsan: build-tsan/build.ninja
	@echo "== building in build-tsan (thread sanitizer)"
	ninja -C build-tsan -j $(JOBS)

deps: ## install what building and testing need and this machine lacks
	$(DEPS) build test

run: ## install what is missing, build, watch this machine with the default rules
	$(DEPS) build
	@$(MAKE) --no-print-directory all
	@echo "== watching this machine; Ctrl-C ends it"
	$(BUILD)/saker watch -r data/rules/saker_rules.yaml --hint

test: ## install what is missing, build twice (normal, sanitized), pass every test
	$(DEPS) build test
	@$(MAKE) --no-print-directory all asan
	$(RUN) --build $(BUILD) --build build-asan $(T)

check: all ## every test on the normal build; installs nothing
	$(RUN) --build $(BUILD) $(T)

check-asan: asan ## every test on the build with address and undefined sanitizers
	$(RUN) --build build-asan $(T)

check-tsan: tsan ## every test on the build with the thread sanitizer
	$(RUN) --build build-tsan $(T)

fuzz: build-fuzz/build.ninja ## fuzz each parser for FUZZ_TIME seconds (60)
	$(DEPS) fuzz
	ninja -C build-fuzz -j $(JOBS) fuzz-targets
	python3 tests/fuzz/fuzz.py --build build-fuzz --seconds $(FUZZ_TIME)

bless: all ## rewrite the expected output of the replay tests; review the diff
	python3 tests/replay/replay.py --build $(BUILD) --bless

bench: all ## replay speed, with sysdig and falco beside it where installed
	python3 tests/bench/bench.py --build $(BUILD)

soak: all ## stress-ng for SOAK_TIME seconds (600): the sensor's RSS must stay flat
	$(DEPS) test
	python3 tests/live/soak.py --build $(BUILD) --seconds $(SOAK_TIME)

format: ## clang-format over our C
	git ls-files '*.c' '*.h' | xargs clang-format -i

tidy: all ## clang-tidy over what the build compiles
	git ls-files 'lib/*.c' 'app/*.c' | xargs clang-tidy -p $(BUILD) --quiet

install: $(BUILD)/build.ninja ## install below DESTDIR and PREFIX (/usr/local)
	meson configure $(BUILD) -Dprefix=$(PREFIX) -Dsysconfdir=$(SYSCONFDIR)
	ninja -C $(BUILD) -j $(JOBS)
	DESTDIR=$(DESTDIR) meson install -C $(BUILD) --no-rebuild

clean: ## remove all build folders
	rm -rf build build-asan build-tsan build-fuzz

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: all asan tsan deps run test check check-asan check-tsan fuzz bless bench soak format tidy \
	install clean help
