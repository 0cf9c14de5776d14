//! Every sentence that a client can read, in English and in German.
//!
//! A text says what is wrong and what to do. Gaps are written `{0}` and `{1}`.

use super::error::Code;
use super::language::{Argument, Language};

/// Title and sentence of a code in both languages; those of retention are in [`super::rule_text`], those of
/// destruction in [`super::order_text`], those of exports in [`super::export_text`].
pub(super) struct Text {
    pub(super) english: (&'static str, &'static str),
    pub(super) german: (&'static str, &'static str),
}

impl Text {
    /// The short name of the problem.
    pub(super) fn title(&self, language: Language) -> &'static str {
        self.of(language).0
    }

    /// The sentence that says what to do.
    pub(super) fn detail(&self, language: Language, arguments: &[Argument]) -> String {
        let mut detail = String::new();
        let mut rest = self.of(language).1;
        // One pass, so that a `{1}` inside an argument stays what it is.
        while let Some(gap) = rest.find('{') {
            detail.push_str(&rest[..gap]);
            let number = rest[gap + 1..].bytes().next().map_or(0, |digit| usize::from(digit.wrapping_sub(b'0')));
            match arguments.get(number) {
                Some(Argument::Plain(text)) => detail.push_str(text),
                Some(Argument::Rule(rule)) => detail.push_str(&rule.words(language)),
                None => detail.push_str("..."),
            }
            rest = rest.get(gap + 3..).unwrap_or_default();
        }
        detail.push_str(rest);
        detail
    }

    fn of(&self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }
}

/// The texts of a code. Long, because it is a table.
pub(super) fn text(code: Code) -> Text {
    let (english, german) = match code {
        Code::RequestMalformed => (
            ("Not an HTTP request", "Send a request as RFC 9112 describes it; line ends are CR LF, and header names have no spaces."),
            (
                "Keine HTTP-Anfrage",
                "Senden Sie eine Anfrage nach RFC 9112; Zeilen enden mit CR LF, und Namen von Kopffeldern haben keine Leerzeichen.",
            ),
        ),
        Code::HeadTooLarge => (
            ("Head of the request too large", "Request line and header fields together may have 32 KiB and 64 fields; send less."),
            (
                "Kopf der Anfrage zu gro\u{df}",
                "Anfragezeile und Kopffelder d\u{fc}rfen zusammen 32 KiB und 64 Felder haben; senden Sie weniger.",
            ),
        ),
        Code::TargetTooLong => (
            ("Path too long", "No path of this archive is longer than 1024 characters; see /v1/openapi.json."),
            ("Pfad zu lang", "Kein Pfad dieses Archivs ist l\u{e4}nger als 1024 Zeichen; siehe /v1/openapi.json."),
        ),
        Code::FramingAmbiguous => (
            (
                "Length of the body is ambiguous",
                "Send either one Content-Length or Transfer-Encoding: chunked, never both and neither of them twice.",
            ),
            (
                "L\u{e4}nge des Inhalts ist mehrdeutig",
                "Senden Sie entweder ein Content-Length oder Transfer-Encoding: chunked, nie beides und keines zweimal.",
            ),
        ),
        Code::PipeliningRefused => (
            (
                "Requests must wait for answers",
                "Send the next request on a connection after the answer to the one before has arrived completely.",
            ),
            (
                "Anfragen m\u{fc}ssen die Antwort abwarten",
                "Senden Sie die n\u{e4}chste Anfrage einer Verbindung erst, wenn die vorige ganz beantwortet ist.",
            ),
        ),
        Code::TargetMalformed => (
            (
                "Path not accepted",
                "Send a path that starts with /v1/ and has no percent-encoding, no empty segment and no '.' or '..'; no route of this \
                 archive needs them.",
            ),
            (
                "Pfad nicht angenommen",
                "Senden Sie einen Pfad, der mit /v1/ beginnt und keine Prozentkodierung, kein leeres Segment und kein '.' oder '..' \
                 hat; kein Weg dieses Archivs braucht sie.",
            ),
        ),
        Code::VersionUnsupported => {
            (("HTTP version not supported", "Use HTTP/1.1."), ("HTTP-Version wird nicht unterst\u{fc}tzt", "Verwenden Sie HTTP/1.1."))
        }
        Code::UpgradeRefused => (
            ("No other protocol", "This archive speaks HTTP/1.1 only; leave the Upgrade header out."),
            ("Kein anderes Protokoll", "Dieses Archiv spricht nur HTTP/1.1; lassen Sie das Kopffeld Upgrade weg."),
        ),
        Code::TrailersRefused => (
            ("Trailer fields not accepted", "Send all fields in the head of the request; nothing was stored."),
            ("Kopffelder nach dem Inhalt nicht angenommen", "Senden Sie alle Felder im Kopf der Anfrage; es wurde nichts gespeichert."),
        ),
        Code::ClientNotRecognised => (
            (
                "Client not recognised",
                "Use a client certificate whose URI name has the form urn:aktenfest:vault:VAULT:app:APPLICATION; the operator of the \
                 archive issues it.",
            ),
            (
                "Client nicht erkannt",
                "Verwenden Sie ein Zertifikat, dessen URI-Name die Form urn:aktenfest:vault:VAULT:app:APPLICATION hat; der Betreiber \
                 des Archivs stellt es aus.",
            ),
        ),
        Code::TokenNotSupported => (
            ("Tokens not supported", "Leave the Authorization header out; the client certificate says who you are."),
            ("Token werden nicht unterst\u{fc}tzt", "Lassen Sie das Kopffeld Authorization weg; das Zertifikat sagt, wer Sie sind."),
        ),
        Code::RouteUnknown => (
            ("Nothing under this path", "See /v1/openapi.json for the paths of this archive."),
            ("Nichts unter diesem Pfad", "Die Pfade dieses Archivs stehen in /v1/openapi.json."),
        ),
        Code::MethodNotAllowed => (
            ("Method not allowed", "The Allow header of this answer lists the methods of this resource."),
            ("Methode nicht erlaubt", "Das Kopffeld Allow dieser Antwort nennt die Methoden dieser Ressource."),
        ),
        Code::QueryMalformed => (
            ("Query not accepted", "The query parameter \"{0}\" is not accepted here. Expected: {1}."),
            ("Suchteil nicht angenommen", "Der Parameter \"{0}\" wird hier nicht angenommen. Erwartet: {1}."),
        ),
        Code::IdMalformed => (
            (
                "Id in the path malformed",
                "The {0} in the path must be a UUID in lower case such as 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11, and not the nil UUID.",
            ),
            (
                "Kennung im Pfad ist falsch geschrieben",
                "Der Teil {0} des Pfads muss eine UUID in Kleinbuchstaben wie 0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11 sein, nicht die Null-UUID.",
            ),
        ),
        Code::HeaderMalformed => (
            (
                "Header field malformed",
                "Correct the header field {0} or leave it out; it may occur once, in ASCII (in JSON, other characters are written \\uXXXX), \
                 and must follow its standard.",
            ),
            (
                "Kopffeld ist falsch geschrieben",
                "Berichtigen Sie das Kopffeld {0} oder lassen Sie es weg; es darf einmal vorkommen, in ASCII (andere Zeichen \
                 werden in JSON als \\uXXXX geschrieben), und muss seinem Standard folgen.",
            ),
        ),
        Code::JsonMalformed => (
            (
                "Not a JSON object",
                "What is sent must be one JSON object (RFC 8259); in a header field, characters outside ASCII are written \\uXXXX.",
            ),
            (
                "Kein JSON-Objekt",
                "Gesendet werden muss ein JSON-Objekt (RFC 8259); in einem Kopffeld werden Zeichen au\u{df}erhalb von ASCII als \
                 \\uXXXX geschrieben.",
            ),
        ),
        Code::JsonTooManyValues => (
            ("Too many values", "No request has more than {0} JSON values; send the list in several requests."),
            ("Zu viele Werte", "Keine Anfrage hat mehr als {0} JSON-Werte; senden Sie die Liste in mehreren Anfragen."),
        ),
        Code::FieldUnknown => (
            ("Unknown field", "There is no field \"{0}\" here. Possible fields: {1}."),
            ("Unbekanntes Feld", "Ein Feld \"{0}\" gibt es hier nicht. M\u{f6}glich sind: {1}."),
        ),
        Code::FieldRepeated => {
            (("Field occurs twice", "Send the field \"{0}\" once."), ("Feld kommt zweimal vor", "Senden Sie das Feld \"{0}\" nur einmal."))
        }
        Code::FieldMissing => (("Field missing", "Add the field \"{0}\"."), ("Feld fehlt", "Erg\u{e4}nzen Sie das Feld \"{0}\".")),
        Code::FieldMalformed => {
            (("Value not accepted", "The field \"{0}\" must be {1}."), ("Wert nicht angenommen", "Im Feld \"{0}\" muss stehen: {1}."))
        }
        Code::MediaTypeUnsupported => (
            ("Media type not supported", "Send the body as {0}, and say so in Content-Type."),
            ("Medientyp wird nicht unterst\u{fc}tzt", "Senden Sie den Inhalt als {0}, und geben Sie das in Content-Type an."),
        ),
        Code::ContentEncodingUnsupported => (
            (
                "Content coding not supported",
                "Send the document as it is, without Content-Encoding; the archive compresses by itself where it pays.",
            ),
            (
                "Inhaltskodierung wird nicht unterst\u{fc}tzt",
                "Senden Sie das Dokument unver\u{e4}ndert, ohne Content-Encoding; das Archiv komprimiert selbst, wo es sich lohnt.",
            ),
        ),
        Code::PartialPutRefused => (
            ("Documents are sent whole", "Send the whole document in one request, without Content-Range."),
            ("Dokumente werden ganz gesendet", "Senden Sie das ganze Dokument in einer Anfrage, ohne Content-Range."),
        ),
        Code::PreconditionFailed => (
            (
                "Precondition failed",
                "The document does not have the state that If-Match or If-None-Match asks for; nothing was done. Stored documents never \
                 change.",
            ),
            (
                "Bedingung nicht erf\u{fc}llt",
                "Das Dokument hat nicht den Zustand, den If-Match oder If-None-Match verlangt; es wurde nichts getan. Gespeicherte \
                 Dokumente \u{e4}ndern sich nie.",
            ),
        ),
        Code::BodyTooLarge => (
            ("Body too large", "At most {0} bytes are accepted here; nothing was stored."),
            ("Inhalt zu gro\u{df}", "Hier werden h\u{f6}chstens {0} Bytes angenommen; es wurde nichts gespeichert."),
        ),
        Code::BodyTimeout => (
            ("Body came too slowly", "Send the body without long pauses and with at least {0} bytes in a second; nothing was stored."),
            (
                "Inhalt kam zu langsam",
                "Senden Sie den Inhalt ohne lange Pausen und mit mindestens {0} Bytes je Sekunde; es wurde nichts gespeichert.",
            ),
        ),
        Code::BodyIncomplete => (
            (
                "Body ended early",
                "The connection ended or the framing broke before the announced end; nothing was stored. Send the request again with \
                 the same id.",
            ),
            (
                "Inhalt endete zu fr\u{fc}h",
                "Die Verbindung oder die Rahmung brach vor dem angek\u{fc}ndigten Ende ab; es wurde nichts gespeichert. Senden Sie die \
                 Anfrage mit derselben Kennung noch einmal.",
            ),
        ),
        Code::DigestMalformed => (
            (
                "Content-Digest malformed",
                "Send Content-Digest: sha-256=:BASE64: with the 32 bytes of the digest in standard Base64 (RFC 9530); nothing was stored.",
            ),
            (
                "Content-Digest ist falsch geschrieben",
                "Senden Sie Content-Digest: sha-256=:BASE64: mit den 32 Bytes der Pr\u{fc}fsumme in Base64 (RFC 9530); es wurde nichts \
                 gespeichert.",
            ),
        ),
        Code::DigestUnsupported => (
            (
                "Digest algorithm not supported",
                "Add sha-256 to Content-Digest; other algorithms alone are not checked here. Nothing was stored.",
            ),
            (
                "Pr\u{fc}fsummenverfahren wird nicht unterst\u{fc}tzt",
                "Erg\u{e4}nzen Sie sha-256 in Content-Digest; andere Verfahren allein werden hier nicht gepr\u{fc}ft. Es wurde nichts \
                 gespeichert.",
            ),
        ),
        Code::DigestMismatch => (
            (
                "Body does not match its digest",
                "Content-Digest announced SHA-256 {0}, but what arrived has {1}; nothing was stored. Send it again.",
            ),
            (
                "Inhalt passt nicht zur Pr\u{fc}fsumme",
                "Content-Digest k\u{fc}ndigte SHA-256 {0} an, angekommen ist {1}; es wurde nichts gespeichert. Senden Sie es noch einmal.",
            ),
        ),
        Code::RangeUnsatisfiable => (
            ("Range outside the document", "The document has {0} bytes; ask for a range inside it."),
            ("Bereich liegt au\u{df}erhalb des Dokuments", "Das Dokument hat {0} Bytes; fragen Sie nach einem Bereich darin."),
        ),
        Code::TileUnknown => (
            ("No such tile", "The ledger has no tile of this name (C2SP tlog-tiles); its size stands in the checkpoint."),
            (
                "Keine solche Kachel",
                "Das Protokoll hat keine Kachel dieses Namens (C2SP tlog-tiles); seine Gr\u{f6}\u{df}e steht im Checkpoint.",
            ),
        ),
        Code::NotCosigned => (
            (
                "Not cosigned yet",
                "No witness has cosigned a checkpoint that covers this; ask again later, or ask for the form that the archive alone has signed.",
            ),
            (
                "Noch nicht gegengezeichnet",
                "Kein Zeuge hat einen Checkpoint gegengezeichnet, der dies umfasst; fragen Sie sp\u{e4}ter noch einmal, oder nach der Fassung, \
                 die nur das Archiv unterschrieben hat.",
            ),
        ),
        Code::ProofUnknown => (
            (
                "No such proof",
                "The ledger has {0} entries: an index must lie below the size, and sizes must not exceed this or come in the wrong order.",
            ),
            (
                "Kein solcher Beweis",
                "Das Protokoll hat {0} Eintr\u{e4}ge: Ein Index mu\u{df} unter der Gr\u{f6}\u{df}e liegen; Gr\u{f6}\u{df}en \
                 d\u{fc}rfen nicht dar\u{fc}ber hinausgehen und nicht in falscher Reihenfolge stehen.",
            ),
        ),
        Code::Busy => (
            ("Busy", "Send the same request again after the time in Retry-After; nothing was stored."),
            ("Ausgelastet", "Senden Sie dieselbe Anfrage nach der Zeit in Retry-After noch einmal; es wurde nichts gespeichert."),
        ),
        Code::DiskFull => (
            ("No space", "The archive accepts nothing until its operator has made space; nothing was stored, and reading goes on."),
            (
                "Kein Speicherplatz",
                "Das Archiv nimmt nichts an, bis der Betreiber Platz geschaffen hat; es wurde nichts gespeichert, Lesen geht weiter.",
            ),
        ),
        Code::Latched => (
            (
                "Restart needed",
                "The archive accepts nothing until a restart has checked its state; send the same request again after the time in \
                 Retry-After.",
            ),
            (
                "Neustart n\u{f6}tig",
                "Das Archiv nimmt nichts an, bis ein Neustart seinen Zustand gepr\u{fc}ft hat; senden Sie dieselbe Anfrage nach der \
                 Zeit in Retry-After noch einmal.",
            ),
        ),
        Code::OutcomeUnknown => (
            (
                "Outcome unknown",
                "It is not known whether this was stored; send the same request again later with the same id, and the answer will say.",
            ),
            (
                "Ausgang unbekannt",
                "Es ist nicht bekannt, ob gespeichert wurde; senden Sie dieselbe Anfrage sp\u{e4}ter mit derselben Kennung noch einmal, \
                 dann sagt es die Antwort.",
            ),
        ),
        Code::Internal => (
            ("Internal error", "This is not your fault; send the request again later, and give the operator the request id if it stays."),
            (
                "Interner Fehler",
                "Das liegt nicht an Ihnen; senden Sie die Anfrage sp\u{e4}ter noch einmal und nennen Sie dem Betreiber die request_id, \
                 wenn es so bleibt.",
            ),
        ),
        Code::VaultNameTaken => (
            ("Vault exists", "A vault of this name exists already; use it or choose another name."),
            (
                "Mandant besteht schon",
                "Einen Mandanten dieses Namens gibt es schon; verwenden Sie ihn oder w\u{e4}hlen Sie einen anderen Namen.",
            ),
        ),
        Code::VaultUnknown => (
            ("No such vault", "There is no such vault, or your certificate does not name it; check the path and the certificate."),
            (
                "Kein solcher Mandant",
                "Den Mandanten gibt es nicht, oder Ihr Zertifikat nennt ihn nicht; pr\u{fc}fen Sie Pfad und Zertifikat.",
            ),
        ),
        Code::AccessYearUnknown => (
            (
                "No access log of this year",
                "There is no access log of this year: nothing was read in it, or it was removed at the end of the following year. Ask for \
                 another year.",
            ),
            (
                "Kein Zugriffsprotokoll dieses Jahres",
                "Ein Zugriffsprotokoll dieses Jahres gibt es nicht: Es wurde nichts gelesen, oder es wurde am Ende des Folgejahres \
                 gel\u{f6}scht. Fragen Sie nach einem anderen Jahr.",
            ),
        ),
        Code::AccessYearNotOver => (
            (
                "The year is not over",
                "An access log is sealed when its year is over, and removed when the following year is; wait for that.",
            ),
            (
                "Jahr nicht vorbei",
                "Ein Zugriffsprotokoll wird nach dem Ende seines Jahres abgeschlossen und nach dem Ende des Folgejahres gel\u{f6}scht; \
                 warten Sie so lange.",
            ),
        ),
        Code::AccessYearSealed => (
            ("Sealed already", "The access log of this year is sealed already; nothing is left to do."),
            ("Bereits abgeschlossen", "Das Zugriffsprotokoll dieses Jahres ist bereits abgeschlossen; es ist nichts mehr zu tun."),
        ),
        Code::CaseUnknown => (
            ("No such case", "There is no such case in this vault; check its id, or open it with PUT if something is to be stored in it."),
            (
                "Keine solche Akte",
                "Die Akte gibt es in diesem Mandanten nicht; pr\u{fc}fen Sie die Kennung, oder legen Sie sie mit PUT an, wenn in ihr etwas \
                 abgelegt werden soll.",
            ),
        ),
        Code::CaseIdTaken => (
            (
                "Case exists with another description",
                "A case with this id exists and has another description; opening it again never changes a case. Use another id.",
            ),
            (
                "Akte besteht mit anderer Beschreibung",
                "Eine Akte mit dieser Kennung besteht und ist anders beschrieben; erneutes Anlegen \u{e4}ndert eine Akte nie. Verwenden \
                 Sie eine andere Kennung.",
            ),
        ),
        Code::ReferenceTaken => (
            ("Reference belongs to another case", "Another case in this vault has this reference; use that case or another reference."),
            (
                "Aktenzeichen geh\u{f6}rt einer anderen Akte",
                "Eine andere Akte dieses Mandanten hat dieses Aktenzeichen; verwenden Sie sie oder ein anderes Aktenzeichen.",
            ),
        ),
        Code::DocumentUnknown => (
            ("No such document", "There is no such document in this case; check both ids."),
            ("Kein solches Dokument", "Das Dokument gibt es in dieser Akte nicht; pr\u{fc}fen Sie beide Kennungen."),
        ),
        Code::DocumentIdTaken => (
            (
                "Document exists with other content",
                "A document with this id exists with other bytes or another description; store a correction under a new id that \
                 supersedes it.",
            ),
            (
                "Dokument besteht mit anderem Inhalt",
                "Ein Dokument mit dieser Kennung besteht mit anderen Bytes oder anderer Beschreibung; speichern Sie eine Berichtigung \
                 unter neuer Kennung, die es ersetzt (supersedes).",
            ),
        ),
        Code::NumberTaken => (
            ("Interrupted by another request", "Send the same request again; nothing was stored."),
            ("Von einer anderen Anfrage unterbrochen", "Senden Sie dieselbe Anfrage noch einmal; es wurde nichts gespeichert."),
        ),
        Code::CaseFull => (
            ("Case is full", "The case has as many documents as a case can have; open another case."),
            ("Akte ist voll", "Die Akte hat so viele Dokumente, wie eine Akte haben kann; legen Sie eine weitere an."),
        ),
        // A code without texts would show as our own fault; a test sees to it that there is none.
        rule => {
            let of_rule = super::rule_text::text(rule).or_else(|| super::order_text::text(rule)).or_else(|| super::export_text::text(rule));
            return of_rule.unwrap_or_else(|| text(Code::Internal));
        }
    };
    Text { english, german }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_speaks_both_languages() {
        for code in Code::ALL {
            let text = text(*code);
            for (title, detail) in [text.english, text.german] {
                assert!(!title.is_empty() && !title.ends_with('.'), "{code:?}");
                assert!(detail.len() > 12 && detail.ends_with('.'), "{code:?}: {detail}");
            }
            assert_ne!(text.english, text.german, "{code:?}");
            for gap in ["{0}", "{1}"] {
                assert_eq!(text.english.1.contains(gap), text.german.1.contains(gap), "{code:?} {gap}");
            }
            assert!(!text.detail(Language::German, &[]).contains('{'), "{code:?}");
        }
    }

    #[test]
    fn an_argument_is_not_a_template() {
        let text = Text { english: ("", "a {0} b {1}."), german: ("", "") };
        assert_eq!(text.detail(Language::English, &["{1}".into(), 5_u64.into()]), "a {1} b 5.");
    }
}
