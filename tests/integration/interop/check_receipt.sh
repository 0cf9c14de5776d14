#!/usr/bin/env bash
# Checks a receipt of the archive (C2SP tlog-proof) with bash, coreutils and openssl alone: that the event in it is in the ledger
# whose key you hold. Prints the ledger entry. Strict: what is not exactly the form that the archive writes is refused.
# Usage: check_receipt.sh RECEIPT LOGKEY.pem ORIGIN
set -euo pipefail
export LC_ALL=C
receipt=$1 key=$2 origin=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refuse() {
    echo "refused: $1" >&2
    exit 1
}

# Base64 to hexadecimal; one spelling for each value.
hex_of() {
    printf %s "$1" | base64 -d >"$work/value" 2>/dev/null || refuse "not Base64: $1"
    [ "$(base64 -w 0 "$work/value")" = "$1" ] || refuse "not canonical Base64: $1"
    basenc --base16 -w 0 "$work/value"
}

# SHA-256 of bytes in hexadecimal.
hash_of() {
    printf %s "$1" | basenc --base16 -d | sha256sum | cut -c 1-64 | tr a-f A-F
}

hash_line() {
    local hex
    hex=$(hex_of "$1")
    [ ${#hex} = 64 ] || refuse "not a hash: $1"
    echo "$hex"
}

# The form.
mapfile -t line <"$receipt"
printf '%s\n' "${line[@]}" | cmp -s - "$receipt" || refuse "not lines of text"
number='(0|[1-9][0-9]{0,17})'
[ "${line[0]}" = c2sp.org/tlog-proof@v1 ] || refuse "not a receipt"
[[ ${line[1]-} == "extra "* ]] || refuse "no entry"
[[ ${line[2]-} =~ ^index\ $number$ ]] || refuse "no index"
index=${BASH_REMATCH[1]}
at=3
proof=()
while [ -n "${line[at]-}" ]; do
    proof+=("${line[at]}")
    at=$((at + 1))
done
[ ${#line[@]} = $((at + 6)) ] && [ -z "${line[at]}${line[at + 4]}" ] || refuse "not a proof, a checkpoint and one signature"
checkpoint=("${line[@]:at+1:3}")
[ "${checkpoint[0]}" = "$origin" ] || refuse "another ledger: ${checkpoint[0]}"
[[ ${checkpoint[1]} =~ ^$number$ ]] || refuse "no size"
size=${checkpoint[1]}

# The signature over the checkpoint. The key's id is computed, not believed (C2SP signed-note).
dash=$'\xe2\x80\x94'
[[ ${line[at + 5]} == "$dash $origin "* ]] || refuse "not signed in this ledger's name"
signature=$(hex_of "${line[at + 5]#"$dash $origin "}")
[ ${#signature} = 136 ] || refuse "not a signature"
public_key=$(openssl pkey -pubin -in "$key" -outform DER | tail -c 32 | basenc --base16 -w 0)
key_id=$(hash_of "$(printf '%s\n' "$origin" | basenc --base16 -w 0)01$public_key")
[ "${signature:0:8}" = "${key_id:0:8}" ] || refuse "signed with another key"
printf '%s\n' "${checkpoint[@]}" >"$work/text"
printf %s "${signature:8}" | basenc --base16 -d >"$work/signature"
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$work/text" -sigfile "$work/signature" >/dev/null 2>&1 ||
    refuse "the signature does not fit"

# The path from the entry to the root (RFC 9162 section 2.1.3.2). A node at the right edge without a sibling climbs as it is.
[ "$index" -lt "$size" ] || refuse "the index lies outside the ledger"
entry=$(hex_of "${line[1]#extra }")
hash=$(hash_of "00$entry")
node=$index last=$((size - 1))
for sibling in "${proof[@]}"; do
    sibling=$(hash_line "$sibling")
    [ $last -gt 0 ] || refuse "the proof is too long"
    while [ $node = $last ] && [ $((node % 2)) = 0 ]; do
        node=$((node / 2)) last=$((last / 2))
    done
    if [ $((node % 2)) = 1 ]; then
        hash=$(hash_of "01$sibling$hash")
    else
        hash=$(hash_of "01$hash$sibling")
    fi
    node=$((node / 2)) last=$((last / 2))
done
[ $last = 0 ] || refuse "the proof is too short"
[ "$hash" = "$(hash_line "${checkpoint[2]}")" ] || refuse "the entry is not in the ledger"

printf %s "$entry" | basenc --base16 -d
printf '\nok: entry %s of %s, signed by %s\n' "$index" "$size" "$origin"
