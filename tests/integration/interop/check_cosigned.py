"""Checks a cosigned checkpoint with the cryptography package and nothing of ours: the log's line and the witness's.

Usage: check_cosigned.py CHECKPOINT LOG-VKEY WITNESS-VKEY
Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature.
"""
import base64
import hashlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def key_of(vkey, kind):
    name, identity, encoded = vkey.split("+", 2)
    blob = base64.b64decode(encoded, validate=True)
    computed = hashlib.sha256(name.encode() + b"\n" + blob).digest()[:4]
    assert blob[0] == kind and len(blob) == 33 and computed.hex() == identity, "no key of this kind"
    return name, computed, Ed25519PublicKey.from_public_bytes(blob[1:])


def signature_of(lines, name, identity):
    found = []
    for line in lines:
        dash, signer, encoded = line.split(" ")
        assert dash == "\u2014", "no signature line"
        blob = base64.b64decode(encoded, validate=True)
        assert base64.b64encode(blob).decode() == encoded, "another spelling"
        if signer == name and blob[:4] == identity:
            found.append(blob[4:])
    assert len(found) == 1, f"{len(found)} lines of {name}"
    return found[0]


def main():
    path, log_vkey, witness_vkey = sys.argv[1:]
    note = open(path, "rb").read().decode()
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    assert lines.endswith("\n"), "no end"
    lines = lines[:-1].split("\n")
    origin, size, root, end = text.split("\n")
    assert end == "" and len(base64.b64decode(root, validate=True)) == 32, "no checkpoint"
    log, identity, key = key_of(log_vkey, 1)
    assert log == origin, "another log"
    key.verify(signature_of(lines, log, identity), text.encode())
    witness, identity, key = key_of(witness_vkey, 4)
    signature = signature_of(lines, witness, identity)
    assert len(signature) == 72, "no cosignature"
    time = int.from_bytes(signature[:8], "big")
    key.verify(signature[8:], f"cosignature/v1\ntime {time}\n{text}".encode())
    print(f"ok: {origin} with {size} entries, cosigned by {witness}")


try:
    main()
except (AssertionError, ValueError, InvalidSignature) as error:
    sys.exit(f"refused: {error!r}")
