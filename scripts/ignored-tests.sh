#!/usr/bin/env bash
# Runs the tests of the library and the integration binary that `make test` leaves out and that have a word in their path (module or
# name), and fails if there are none: a selection that matches nothing must not pass for a success.
# Usage: ignored-tests.sh interop|soak
set -euo pipefail

# The same place as in the Makefile, so that calling this by hand does not compile RocksDB a second time.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/aktenfest/target}
word=$1
run=(cargo test --release --locked --lib --test integration -- "$word" --ignored)
listed=$("${run[@]}" --list)
if ! grep -q ': test$' <<<"$listed"; then
    echo "no test with $word in its path is marked #[ignore]: nothing was checked" >&2
    exit 1
fi
exec "${run[@]}" --nocapture --test-threads=1
