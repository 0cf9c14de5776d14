#!/usr/bin/env python3
"""Writes the sample documents of `make run` into samples/. Everything is invented, and the bytes are the same on every run.

They are in the repository, so nobody needs to run this; it says where they come from. Standard library only.
Usage: scripts/make-samples.py [FOLDER]
"""

import hashlib
import json
import pathlib
import struct
import sys
import zlib

PEOPLE = [("Erika", "Mustermann"), ("Jan", "Beispiel"), ("Aylin", "Probe"), ("Viktor", "Entwurf"), ("J\u00f6rg", "Vorlage")]


def noise(seed: str, length: int) -> bytes:
    """Bytes that no compressor can shorten, from a seed."""
    blocks = (hashlib.sha256(f"{seed} {number}".encode()).digest() for number in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def letter() -> bytes:
    text = """Jobcenter Musterstadt                                   Musterstadt, 3 November 2026
Am Markt 1, 00000 Musterstadt                           Our reference: 17 C 204/26

Ms Erika Mustermann
Lindenweg 5
00000 Musterstadt

Your application of 21 October 2026: documents that are still missing

Dear Ms Mustermann,

thank you for your application. To decide about it we still need

  1. the statements of your bank account for August to October 2026,
  2. the letter in which your landlord raised the rent on 1 September 2026.

Please send them by 24 November 2026. You may cover entries that do not matter here.
If you cannot get one of them in time, tell us: we can extend the date.

Yours sincerely
B. Muster
"""
    return text.encode("ascii")


def form_html() -> bytes:
    rows = "\n".join(
        f'    <tr><td><label for="f{n}">{name}</label></td><td><input id="f{n}" name="f{n}" value="{value}" readonly></td></tr>'
        for n, (name, value) in enumerate(
            [("Family name", "Beispiel"), ("First name", "Jan"), ("Rent", "512.40"), ("Heating", "84.00"), ("Floor space", "48 m\u00b2")]
        )
    )
    page = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Costs of accommodation and heating</title></head>
<body>
  <h1>Annex: costs of accommodation and heating</h1>
  <table>
{rows}
  </table>
</body>
</html>
"""
    return page.encode("utf-8")


def form_json() -> bytes:
    person = {"family_name": "Probe", "first_name": "Aylin", "born": "1991-02-28", "children": [{"first_name": "\u00d6mer"}]}
    form = {"form": "application-for-benefit", "version": 7, "person": person, "income": [{"month": "2026-10", "cents": 84250}]}
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def message_xml() -> bytes:
    text = """<?xml version="1.0" encoding="UTF-8"?>
<notice xmlns="urn:example:notice:1">
  <reference>17 C 204/26</reference>
  <decided>2026-11-20</decided>
  <period from="2026-11-01" to="2027-04-30"/>
  <amount currency="EUR">1148.40</amount>
  <reason xml:lang="de">Die Voraussetzungen sind f\u00fcr den genannten Zeitraum erf\u00fcllt.</reason>
</notice>
"""
    return text.encode("utf-8")


def mail() -> bytes:
    text = """From: Viktor Entwurf <viktor@example.org>
To: post@example.net
Subject: =?utf-8?Q?R=C3=BCckfrage_zu_meinem_Antrag?=
Date: Thu, 19 Nov 2026 17:21:05 +0100
Message-ID: <20261119172105.1@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Guten Tag,

bis wann brauchen Sie die Kontoausz=C3=BCge?

Mit freundlichen Gr=C3=BC=C3=9Fen
Viktor Entwurf
"""
    return text.replace("\n", "\r\n").encode("ascii")


def payments_csv() -> bytes:
    lines = ["date;family name;first name;amount"]
    for number in range(240):
        first, family = PEOPLE[number % len(PEOPLE)]
        lines.append(f"2026-{number % 12 + 1:02}-{number % 28 + 1:02};{family};{first};{(56300 + number * 37 % 9000) / 100:.2f}")
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def pdf() -> bytes:
    content = b"BT /F1 14 Tf 72 760 Td (Certificate of rent) Tj 0 -28 Td (Lindenweg 5, second floor: 512.40 EUR a month) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def picture(width: int, height: int) -> list[bytes]:
    """Rows of a grey picture: a bright sheet with dark bars of different lengths, like lines of writing."""
    rows = []
    for y in range(height):
        line, inside = divmod(y, 16)
        end = 40 + noise("line", height)[line] % (width - 60)
        dark = 4 <= inside < 12 and line % 7 != 6
        rows.append(bytes(30 + (x * 7 + y * 3) % 40 if dark and 20 <= x < end else 245 for x in range(width)))
    return rows


def png() -> bytes:
    width, height = 320, 240

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = b"".join(b"\0" + row for row in picture(width, height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")


def tiff() -> bytes:
    """Bitonal and uncompressed, as some scanners still deliver."""
    width, height = 640, 480
    rows = picture(width, height)
    packed = bytearray()
    for row in rows:
        for at in range(0, width, 8):
            packed.append(sum((pixel > 128) << (7 - bit) for bit, pixel in enumerate(row[at : at + 8])))
    entries = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 1), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, height), (279, 4, 1, len(packed)),
    ]
    directory = struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        directory += struct.pack("<HHI", tag, kind, count) + (struct.pack("<HH", value, 0) if kind == 3 else struct.pack("<I", value))
    return b"II*\0" + struct.pack("<I", 8 + len(packed)) + bytes(packed) + directory + struct.pack("<I", 0)


def protocol() -> bytes:
    """A long listing that compresses very well, over several frames."""
    lines, length, number = [], 0, 0
    while length < 600_000:
        line = f"2026-11-{number % 30 + 1:02} {number // 60 % 24:02}:{number % 60:02} transfer to the bank, file {number:05}, accepted\n"
        lines.append(line)
        length += len(line)
        number += 1
    return "".join(lines).encode("ascii")


SAMPLES = {
    "application/form.json": form_json,
    "application/annex costs.html": form_html,
    "application/certificate of rent.pdf": pdf,
    "letters/2026-11-03 missing documents.txt": letter,
    "letters/2026-11-19 question.eml": mail,
    "letters/2026-11-20 notice.xml": message_xml,
    "letters/empty.txt": lambda: b"",
    "payments/payments 2026.csv": payments_csv,
    "payments/transfers.log": protocol,
    "scans/page-1.tif": tiff,
    "scans/photograph.png": png,
    "scans/encrypted attachment.bin": lambda: noise("encrypted attachment", 300_000),
}


def main() -> None:
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "samples")
    for name, make in SAMPLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make())


if __name__ == "__main__":
    main()
