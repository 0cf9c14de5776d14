#!/usr/bin/env bash
# Installs the Debian packages that are missing, or says which and stops.
# Usage: system-packages.sh PACKAGE... COMMAND=PACKAGE...
# An argument with `=` is satisfied by the command wherever it came from; one without must be installed as a package.
# SKIP_PACKAGES=1 skips the check, for systems without dpkg whose owner has seen to the packages.
set -euo pipefail

missing=()
for wanted in "$@"; do
    case "$wanted" in
    *=*) command -v "${wanted%%=*}" >/dev/null || missing+=("${wanted#*=}") ;;
    *) dpkg-query -W -f '${db:Status-Status}' "$wanted" 2>/dev/null | grep -qx installed || missing+=("$wanted") ;;
    esac
done
if [ "${SKIP_PACKAGES:-}" = 1 ] || [ ${#missing[@]} = 0 ]; then
    exit 0
fi

if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    as_root=(false)
fi
if [ "${as_root[0]:-}" = false ] || ! command -v apt-get >/dev/null; then
    echo "These system packages are missing, and installing them needs root:" >&2
    echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
    echo "Install them and try again. (SKIP_PACKAGES=1 goes on without.)" >&2
    exit 1
fi

echo "== installing system packages: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
