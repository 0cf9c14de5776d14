#!/usr/bin/env bash
# Runs the tests of one module of the integration binary that `make test` leaves out, and fails if there are none:
# a selection that matches nothing must not pass for a success.
# Usage: ignored-tests.sh MODULE
set -euo pipefail

# The same place as in the Makefile, so that calling this by hand does not compile RocksDB a second time.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/aktenfest/target}
module=$1
run=(cargo test --release --locked --test integration -- "$module::" --ignored)
listed=$("${run[@]}" --list)
if ! grep -q ': test$' <<<"$listed"; then
    echo "no test of the module $module is marked #[ignore]: nothing was checked" >&2
    exit 1
fi
exec "${run[@]}" --nocapture --test-threads=1
