#!/usr/bin/env python3
"""Checks a ledger that was fetched into a folder with an independent implementation of its formats, `tl.py`.

Usage: check_log.py FOLDER REFERENCE, where FOLDER has states/SIZE/checkpoint, states/SIZE/tile/..., receipts/*.tlog-proof, log.vkey
and log.pem, and REFERENCE has tl.py. Beyond what checklog.go does it demands the proofs that the recursive definition of RFC 6962
gives, and it reads the entries themselves: canonical JSON, known keys, the chain of `up`.
"""

import base64
import json
import struct
import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

ED25519 = 1
ENTRY_KEYS = {"c", "ev", "h", "id", "pub", "t", "up", "v"}


class Refused(Exception):
    """Something is not as it must be."""


def demand(holds, what):
    if not holds:
        raise Refused(what)


def text_of(path):
    """What a file says, in UTF-8 whatever the locale, with its ends of lines as they are."""
    return path.read_bytes().decode()


class Log:
    """The one log, with the key that is believed."""

    def __init__(self, tl, folder):
        self.tl = tl
        self.vkey = text_of(folder / "log.vkey").strip()
        self.origin, self.key_id, encoded = self.vkey.split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        demand(tl.vkey(self.origin, ED25519, key[1:]) == self.vkey, "log.vkey is not a key of Ed25519")
        self.key = load_pem_public_key((folder / "log.pem").read_bytes())
        demand(self.key.public_bytes(Encoding.Raw, PublicFormat.Raw) == key[1:], "log.pem and log.vkey differ")

    def open(self, note):
        """Size and root of a signed checkpoint."""
        text, signatures = note.rsplit("\n\n", 1)
        text += "\n"
        origin, size, root, end = text.split("\n")
        demand(text == self.tl.checkpoint_text(origin, int(size), base64.b64decode(root)) and end == "", "not a checkpoint")
        signed = base64.b64decode(signatures.split(" ")[2].rstrip("\n"), validate=True)
        line = self.tl.sigline(self.origin, bytes.fromhex(self.key_id), signed[4:])
        demand(origin == self.origin and signatures == line, "not signed by the log alone")
        self.key.verify(signed[4:], text.encode())
        return int(size), base64.b64decode(root)


def read_bundles(state, size):
    """The entries of a state, in order."""
    entries = []
    for path in sorted((state / "tile/entries").rglob("*"), key=str):
        data = path.read_bytes() if path.is_file() else b""
        while data:
            (length,) = struct.unpack_from(">H", data)
            demand(len(data) >= 2 + length, f"{path} ends inside an entry")
            entries.append(data[2 : 2 + length])
            data = data[2 + length :]
    demand(len(entries) == size, f"{state} has {len(entries)} entries")
    return entries


def check_entries(entries):
    """Canonical, complete, and each event refers to the one before it about the same subject."""
    last, ids = {}, set()
    for index, raw in enumerate(entries):
        entry = json.loads(raw)
        again = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        demand(again == raw, f"entry {index} is not canonical")
        demand(set(entry) <= ENTRY_KEYS and entry["v"] == 1, f"entry {index} has unknown keys")
        demand(entry.get("up") == last.get(entry["h"]), f"entry {index} does not refer to the one before it")
        demand(entry["id"] not in ids, f"entry {index} repeats an event id")
        last[entry["h"]] = index
        ids.add(entry["id"])


def check_state(log, state, entries, leaves):
    """Every file of a state is what the reference makes of the entries, and there is no other."""
    size, root = log.open(text_of(state / "checkpoint"))
    demand(state.name == str(size), f"{state} has a checkpoint of size {size}")
    expected = {**log.tl.tiles(leaves[:size]), **log.tl.bundles(entries[:size])}
    found = {str(path.relative_to(state)): path.read_bytes() for path in (state / "tile").rglob("*") if path.is_file()}
    for name in sorted(expected.keys() | found.keys()):
        demand(expected.get(name) == found.get(name), f"{state}: {name} differs, is missing, or should not be there")
    demand(log.tl.mth(leaves[:size]) == root, f"{state}: the root is not that of the entries")
    return size, root


def check_receipt(log, path, entries, leaves):
    """A receipt has the one proof that there is, and it leads to a root that the log has signed."""
    proof_text, note = text_of(path).split("\n\n", 1)
    header, extra, index, *hashes = proof_text.split("\n")
    demand(header == "c2sp.org/tlog-proof@v1" and extra.startswith("extra ") and index.startswith("index "), f"{path}: form")
    index, proof = int(index[6:]), [base64.b64decode(line, validate=True) for line in hashes]
    entry = base64.b64decode(extra[6:], validate=True)
    size, root = log.open(note)
    log.tl.verify_inclusion(index, size, log.tl.leaf(entry), proof, root)
    demand(proof == log.tl.path(index, leaves[:size]), f"{path}: another proof than RFC 6962 defines")
    demand(entry == entries[index], f"{path}: the ledger has another entry {index}")
    return size, root


def check_consistency(tl, signed, leaves):
    """Every signed size is a prefix of the next one and of the last one."""
    sizes = sorted(signed)
    pairs = {(old, grown) for old, following in zip(sizes, sizes[1:]) for grown in (following, sizes[-1])}
    for old, grown in pairs:
        tl.verify_consistency(old, grown, tl.cons(old, leaves[:grown]), signed[old], signed[grown])
    return len(pairs)


def main(folder, reference):
    sys.path.insert(0, reference)
    import tl

    folder = Path(folder)
    log = Log(tl, folder)
    states = sorted((folder / "states").iterdir(), key=lambda state: int(state.name))
    entries = read_bundles(states[-1], int(states[-1].name))
    check_entries(entries)
    leaves = [tl.leaf(entry) for entry in entries]
    signed = {}

    def keep(what, size, root):
        demand(signed.setdefault(size, root) == root, f"{what}: two roots are signed for size {size}")

    for state in states:
        keep(state, *check_state(log, state, entries, leaves))
    receipts = sorted((folder / "receipts").glob("*.tlog-proof"))
    for receipt in receipts:
        keep(receipt, *check_receipt(log, receipt, entries, leaves))
    proofs = check_consistency(tl, signed, leaves)
    print(f"ok: {len(entries)} entries, {len(states)} states, {len(receipts)} receipts, "
          f"{len(signed)} signed sizes, {proofs} consistency proofs (Python)")


if __name__ == "__main__":
    main(*sys.argv[1:])
