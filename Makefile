# The ways to build, try and check aktenfest. Every target installs what it needs, or says what is missing and stops.
#
#   make run            build, store DOCS (default: samples/), read back, verify, serve until Ctrl-C
#   make run ONCE=1     the same, but end after the table; exit status 0 only if everything matched
#   make test           the whole test suite
#   make interop        cross-checks with programs that were not made here
#   make soak           the long versions of the crash tests; MINUTES=15
#   make bench          what the engine and the whole daemon can do on this machine
#   make check          formatting, lints, licences

# RocksDB takes ten minutes to three quarters of an hour to compile. Outside the clone it is compiled once for all clones of a user, and with one profile
# (release) once for run, test and bench.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/aktenfest/target
# The first would leave RocksDB out, the second would replace the flags in .cargo/config.toml and with them the hardware checksums.
unexport DOCS_RS RUSTFLAGS

DOCS ?= samples
DATA ?= var/dev
MINUTES ?= 15
SHARED ?= $(wildcard ../shared)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(HOME)/.cargo/bin:$(PATH)

BIN := $(CARGO_TARGET_DIR)/release/aktenfest
PACKAGES_BUILD := build-essential pkg-config libclang-dev curl=curl git=git ca-certificates
PACKAGES_TEST := systemd-analyze=systemd openssl=openssl
PACKAGES_INTEROP := go=golang-go golang-golang-x-mod-dev python3=python3 python3-cryptography xxd=xxd promtool=prometheus \
    swtpm=swtpm softhsm2-util=softhsm2 javac=default-jdk-headless libbcpkix-java libbcprov-java libbcutil-java chromium=chromium pdfinfo=poppler-utils signify-openbsd=signify-openbsd

.PHONY: help run documents build test interop soak bench check setup
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   //p' Makefile

setup:
	@scripts/system-packages.sh $(PACKAGES_BUILD)
	@scripts/rust-toolchain.sh

build: setup
	@echo "== building (the first time ten minutes to three quarters of an hour, nearly all of it RocksDB; later minutes)"
	cargo build --release --locked

run: documents build
	"$(BIN)" dev --data "$(DATA)" --store "$(DOCS)" $(if $(ONCE),--once)

# Before the build, which takes long.
documents:
	@test -d "$(DOCS)" || { echo "DOCS=$(DOCS) is not a folder" >&2; exit 1; }

test: setup
	@scripts/system-packages.sh $(PACKAGES_TEST)
	cargo test --release --locked --lib --test integration

# What is in ../shared is not part of a clone. Without it the checks say which of them had no input.
interop: setup
	@scripts/system-packages.sh $(PACKAGES_TEST) $(PACKAGES_INTEROP)
	@$(if $(SHARED),,echo "== no ../shared (SHARED=FOLDER names another): checks that need its vectors, programs or corpus will say so")
	PATH="$$(scripts/python-modules.sh "$(dir $(CARGO_TARGET_DIR))python"):$$PATH" \
	    AKTENFEST_SHARED="$(abspath $(SHARED))" scripts/ignored-tests.sh interop

soak: setup
	AKTENFEST_SOAK_MINUTES="$(MINUTES)" scripts/ignored-tests.sh soak

bench: setup
	cargo bench --locked --bench engine
	cargo bench --locked --bench keys
	cargo bench --locked --bench load
	cargo bench --locked --bench retention
	cargo bench --locked --bench verify
	AKTENFEST_SHARED="$(abspath $(SHARED))" cargo bench --locked --bench export

check: setup
	cargo fmt --check
	cargo clippy --release --locked --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null; then cargo deny check; else echo "cargo-deny is not installed: licences and advisories unchecked"; fi
