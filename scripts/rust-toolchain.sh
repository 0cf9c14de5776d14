#!/usr/bin/env bash
# Makes sure that there is a Rust toolchain that is new enough, or says how to get one and stops.
# It uses what is there: cargo, else rustup, else Debian's rustup package (Debian 13 and later). It downloads no script from the network to run it.
set -euo pipefail

needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

new_enough() {
    local version
    version=$(rustc --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ -n "$version" ] && command -v cargo >/dev/null && [ "$(printf '%s\n' "$needed" "${version%%-*}" | sort -V | head -n 1)" = "$needed" ]
}

new_enough && exit 0
if ! command -v rustup >/dev/null; then
    candidate=$(apt-cache policy rustup 2>/dev/null | sed -n 's/^ *Candidate: //p')
    if [ -n "$candidate" ] && [ "$candidate" != "(none)" ]; then
        scripts/system-packages.sh rustup=rustup
    fi
fi
if command -v rustup >/dev/null; then
    echo "== installing Rust with rustup: $needed or later is needed" >&2
    rustup toolchain install stable --profile minimal --component clippy --component rustfmt
    rustup default stable
fi
if ! new_enough; then
    echo "Rust $needed or later is missing. Install it as https://rustup.rs describes:" >&2
    echo "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y" >&2
    echo "    . \"\$HOME/.cargo/env\"" >&2
    echo "and try again." >&2
    exit 1
fi
