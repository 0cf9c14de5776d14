//! What every certificate says of the method, in the terms of NIST SP 800-88 revision 2, and of what no method can do.

/// How it was done, by the names of what a record of a cryptographic erase states (NIST SP 800-88r2 sections 3 and 4); sorted.
pub(super) const METHOD: [(&str, &str); 8] = [
    ("algorithm", "AES-256-GCM"),
    ("copies_of_keys", "one state of the key forest counts, at each place that is named; backups of the archive hold no keys"),
    ("encryption", "all content and descriptions were encrypted before they were stored for the first time"),
    ("key_derivation", "HMAC-SHA-256 over a puncturable tree (GGM), one leaf for each document or case, from 256-bit random roots"),
    ("key_level", "the key of the root file, which alone opens the keys above those of the documents, was overwritten"),
    ("standard", "NIST SP 800-88r2"),
    ("strength_bits", "256"),
    ("technique", "cryptographic erase"),
];

/// What remains possible whatever is destroyed, and what remains stored.
pub(super) const RESIDUALS: [&str; 4] = [
    "Whoever captured the epoch key together with ciphertext before its destruction, or read the plaintext before, keeps it.",
    "Ciphertext may remain in freed blocks of storage media and in backups; no key of it exists.",
    "The ledger keeps its entries: times, random handles, codes, and commitments that nobody can open any more.",
    "Random ids, sizes as powers of two and times of storing are kept in tombstones.",
];

/// What overwriting a key means at a place with this assurance.
pub(super) fn assurance(letter: char) -> &'static str {
    match letter {
        'A' => "the key was overwritten inside the device that held it",
        'B' => "the device that holds the key refuses to use it",
        _ => "logical deletion",
    }
}

/// The words of the page in one language, as HTML. Letters beyond ASCII are character references.
pub(super) struct PageText {
    pub(super) title: &'static str,
    pub(super) stage_one: &'static str,
    pub(super) stage_two: &'static str,
    pub(super) irrecoverable: &'static str,
    pub(super) logical: &'static str,
    pub(super) vault: &'static str,
    pub(super) order: &'static str,
    pub(super) reason: &'static str,
    pub(super) because: &'static str,
    pub(super) legal_basis: &'static str,
    pub(super) reference: &'static str,
    pub(super) proposed: &'static str,
    pub(super) approved: &'static str,
    pub(super) rest: &'static str,
    pub(super) executed: &'static str,
    pub(super) keys_gone: &'static str,
    pub(super) copies_named: &'static str,
    pub(super) not_yet: &'static str,
    pub(super) destroyed: &'static str,
    pub(super) cases: &'static str,
    pub(super) matters: &'static str,
    pub(super) single_documents: &'static str,
    pub(super) documents: &'static str,
    pub(super) left_alone: &'static str,
    pub(super) waiting: &'static str,
    pub(super) list: &'static str,
    pub(super) method: &'static str,
    pub(super) method_text: &'static str,
    pub(super) epoch: &'static str,
    pub(super) places: &'static str,
    pub(super) assurances: [&'static str; 3],
    pub(super) copies: &'static str,
    pub(super) seen: &'static str,
    pub(super) unseen: &'static str,
    pub(super) residuals: &'static str,
    pub(super) residuals_text: &'static str,
    pub(super) digest: &'static str,
    pub(super) ledger: &'static str,
    pub(super) check: &'static str,
    pub(super) entry: &'static str,
    pub(super) sign: &'static str,
}

pub(super) const ENGLISH: PageText = PageText {
    title: "Certificate of destruction",
    stage_one: "Stage 1 of 2: the keys are destroyed. Copies have not been looked at yet; stage 2 follows.",
    stage_two: "Stage 2 of 2: the keys are destroyed, and no known copy can be opened.",
    irrecoverable: "Result: cryptographic erase, irrecoverable",
    logical: "Result: logical deletion (the weakest place of the keys is a file; whoever copied it before has the keys)",
    vault: "Vault, ledger",
    order: "Order",
    reason: "Reason",
    because: "Explanation",
    legal_basis: "Legal basis",
    reference: "Reference",
    proposed: "Proposed by",
    approved: "Approved by",
    rest: "End of the cooling-off",
    executed: "Carried out",
    keys_gone: "Keys destroyed (t1)",
    copies_named: "Copies named (t2)",
    not_yet: "not yet",
    destroyed: "Destroyed",
    cases: "whole cases",
    matters: "matters",
    single_documents: "single documents",
    documents: "documents in all",
    left_alone: "Left alone",
    waiting: "not gone through",
    list: "SHA-256 of the approved list",
    method: "Method (NIST SP 800-88r2)",
    method_text: "Cryptographic erase: AES-256-GCM, 256-bit keys derived for each document; the key of the root file was overwritten.",
    epoch: "Key epoch, root files (SHA-256)",
    places: "Places of the keys",
    assurances: [
        "the key was overwritten inside the device that held it",
        "the device that holds the key refuses to use it",
        "logical deletion",
    ],
    copies: "Copies",
    seen: "cannot be opened",
    unseen: "could not be looked at",
    residuals: "What remains",
    residuals_text: "Whoever captured the key together with the data before its destruction, or read the data before, keeps it. The ledger \
keeps times, random handles and commitments that nobody can open any more.",
    digest: "SHA-256 of this certificate",
    ledger: "Entries in the ledger",
    check: "To be checked without the archive: <code>aktenfest verify --certificate FILE --trust POLICY</code>",
    entry: "entry",
    sign: "Place, date, signature",
};

pub(super) const GERMAN: PageText = PageText {
    title: "L&ouml;schprotokoll",
    stage_one: "Stufe 1 von 2: Die Schl&uuml;ssel sind vernichtet. Kopien wurden noch nicht gepr&uuml;ft; Stufe 2 folgt.",
    stage_two: "Stufe 2 von 2: Die Schl&uuml;ssel sind vernichtet, und keine bekannte Kopie l&auml;sst sich noch &ouml;ffnen.",
    irrecoverable: "Ergebnis: kryptografische L&ouml;schung, nicht wiederherstellbar",
    logical: "Ergebnis: logische L&ouml;schung (der schw&auml;chste Ort der Schl&uuml;ssel ist eine Datei; wer sie vorher kopiert hat, hat die \
Schl&uuml;ssel)",
    vault: "Mandant, Ledger",
    order: "Auftrag",
    reason: "Anlass",
    because: "Begr&uuml;ndung",
    legal_basis: "Rechtsgrundlage",
    reference: "Bezug",
    proposed: "Vorgeschlagen von",
    approved: "Freigegeben von",
    rest: "Ende der Wartefrist",
    executed: "Ausgef&uuml;hrt",
    keys_gone: "Schl&uuml;ssel vernichtet (t1)",
    copies_named: "Kopien benannt (t2)",
    not_yet: "noch nicht",
    destroyed: "Vernichtet",
    cases: "ganze Akten",
    matters: "Vorg&auml;nge",
    single_documents: "einzelne Dokumente",
    documents: "Dokumente insgesamt",
    left_alone: "Nicht vernichtet",
    waiting: "nicht bearbeitet",
    list: "SHA-256 der freigegebenen Liste",
    method: "Verfahren (NIST SP 800-88r2)",
    method_text: "Kryptografische L&ouml;schung: AES-256-GCM, f&uuml;r jedes Dokument abgeleitete Schl&uuml;ssel von 256 Bit; der \
Schl&uuml;ssel der Wurzeldatei wurde &uuml;berschrieben.",
    epoch: "Schl&uuml;sselepoche, Wurzeldateien (SHA-256)",
    places: "Orte der Schl&uuml;ssel",
    assurances: [
        "der Schl&uuml;ssel wurde in dem Ger&auml;t &uuml;berschrieben, das ihn hielt",
        "das Ger&auml;t, das den Schl&uuml;ssel h&auml;lt, verweigert ihn",
        "logische L&ouml;schung",
    ],
    copies: "Kopien",
    seen: "nicht zu &ouml;ffnen",
    unseen: "nicht pr&uuml;fbar",
    residuals: "Was bleibt",
    residuals_text: "Wer den Schl&uuml;ssel zusammen mit den Daten vor der Vernichtung an sich gebracht oder die Daten vorher gelesen hat, \
beh&auml;lt sie. Das Ledger beh&auml;lt Zeiten, zuf&auml;llige Kennungen und Festlegungen, die niemand mehr &ouml;ffnen kann.",
    digest: "SHA-256 dieses Protokolls",
    ledger: "Eintr&auml;ge im Ledger",
    check: "Ohne das Archiv zu pr&uuml;fen mit <code>aktenfest verify --certificate DATEI --trust RICHTLINIE</code>",
    entry: "Eintrag",
    sign: "Ort, Datum, Unterschrift",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted() {
        assert!(METHOD.is_sorted_by(|a, b| a.0 < b.0));
    }
}
