"""Checks that the entries in a bag lead to the root in its checkpoint, with pymerkle (PyPI). Usage: check_root.py BAG"""

import base64
import pathlib
import struct
import sys

import pymerkle


def entries(ledger, size):
    """The entries of a ledger in the layout of C2SP tlog-tiles."""
    for first in range(0, size, 256):
        index, width = first // 256, min(256, size - first)
        path = f"{index % 1000:03d}"
        while index >= 1000:
            index //= 1000
            path = f"x{index % 1000:03d}/{path}"
        bundle = (ledger / ("tile/entries/" + path + ("" if width == 256 else f".p/{width}"))).read_bytes()
        at = 0
        for _ in range(width):
            (length,) = struct.unpack_from(">H", bundle, at)
            yield bundle[at + 2 : at + 2 + length]
            at += 2 + length
        assert at == len(bundle), path


ledger = pathlib.Path(sys.argv[1]) / "data/ledger"
_, size, root = (ledger / "checkpoint").read_text(encoding="utf-8").split("\n")[:3]
tree = pymerkle.InmemoryTree(algorithm="sha256")
for entry in entries(ledger, int(size)):
    tree.append_entry(entry)
if tree.get_root() != base64.b64decode(root, validate=True):
    sys.exit("the entries lead to another root")
