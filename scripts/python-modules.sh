#!/usr/bin/env bash
# Prints a folder with a python3 that has what the foreign programs import: cryptography, rfc3161-client, bagit, pymerkle, and a Pillow that
# is new enough for the generator of case files (10.3). Debian 12 has 9.4: a virtual environment beside the build results gets a newer one
# from PyPI.
# Usage: python-modules.sh FOLDER
set -euo pipefail

works='import sys, PIL, cryptography, rfc3161_client, bagit, pymerkle; sys.exit(tuple(map(int, PIL.__version__.split(".")[:2])) < (10, 3))'
if python3 -c "$works" 2>/dev/null; then
    dirname "$(command -v python3)"
    exit 0
fi
folder=$1
if ! "$folder/bin/python3" -c "$works" 2>/dev/null; then
    echo "== installing Python modules into $folder: Pillow 10.3 or later, cryptography, rfc3161-client, bagit, pymerkle" >&2
    python3 -c 'import venv, ensurepip' 2>/dev/null || scripts/system-packages.sh python3-venv >&2
    python3 -m venv --system-site-packages "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check 'pillow>=10.3' cryptography rfc3161-client bagit pymerkle >&2
fi
echo "$folder/bin"
