"""Verifies time-stamp responses (RFC 3161) with rfc3161-client.

Usage: check_timestamp.py ROOT HASHED-MESSAGE-HEX RESPONSE...
Prints a line for each response, "ok" or "refused: WHY"; ends with 0 if it could read the root.
"""

import sys

import cryptography.x509
from rfc3161_client import VerifierBuilder, decode_timestamp_response


def main(root, hashed, responses):
    with open(root, "rb") as file:
        certificate = cryptography.x509.load_pem_x509_certificate(file.read())
    for path in responses:
        with open(path, "rb") as file:
            response = file.read()
        try:
            # A builder remembers its roots in a list that all builders share, so they are handed over here.
            verifier = VerifierBuilder(roots=[certificate]).build()
            verifier.verify(decode_timestamp_response(response), bytes.fromhex(hashed))
            print("ok")
        except BaseException as error:  # its Rust part panics on some damage
            print("refused:", str(error).replace("\n", " ")[:100])


main(sys.argv[1], sys.argv[2], sys.argv[3:])
