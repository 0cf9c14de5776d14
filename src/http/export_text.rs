//! Why there is no export, in English and in German. See [`super::text`].

use super::error::Code;
use super::text::Text;

/// Each row: the code, its title in English and in German, the sentence in English, the sentence in German.
macro_rules! texts {
    ($($code:ident: $title:literal, $titel:literal, $sentence:literal, $satz:literal;)+) => {
        /// The texts of a code, if it is about an export.
        pub(super) fn text(code: Code) -> Option<Text> {
            match code {
                $(Code::$code => Some(Text { english: ($title, $sentence), german: ($titel, $satz) }),)+
                _ => None,
            }
        }
    };
}

texts! {
    ExportUnknown: "No such export", "Kein solcher Export",
        "There is no such export in this vault; make it first with POST, or check its id.",
        "Den Export gibt es in diesem Mandanten nicht; legen Sie ihn zuerst mit POST an, oder pr\u{fc}fen Sie die Kennung.";
    ExportPurposeRequired: "Export needs a purpose", "Export braucht einen Zweck",
        "Nothing is handed over without a purpose; say in purpose what the export is for.",
        "Ohne Zweck wird nichts herausgegeben; geben Sie in purpose an, wof\u{fc}r der Export ist.";
    ExportOfOneCase: "Export for a person is that of one case", "Auskunft betrifft eine Akte",
        "An export for the person concerned is that of one case; name the case.",
        "Eine Auskunft an die betroffene Person umfasst eine Akte; geben Sie die Akte an.";
    ExportPeriodReversed: "Period of the export is reversed", "Zeitraum des Exports ist verkehrt",
        "The last day of the export lies before its first day; exchange or correct them.",
        "Der letzte Tag des Exports liegt vor dem ersten; vertauschen oder berichtigen Sie die Tage.";
    ExportTooLarge: "Export is too large", "Export ist zu gro\u{df}",
        "The export would open more than 1,048,576 cases, documents and notes; export one case or a shorter period.",
        "Der Export w\u{fc}rde mehr als 1.048.576 Akten, Dokumente und Vermerke offenlegen; exportieren Sie eine Akte oder einen \
         k\u{fc}rzeren Zeitraum.";
    ExportChanged: "Export cannot be repeated", "Export l\u{e4}sst sich nicht wiederholen",
        "Something in this export has been destroyed or marked otherwise since, so it would not have the same bytes again; make another one \
         under a new id.",
        "Etwas in diesem Export ist inzwischen vernichtet oder anders gekennzeichnet, er h\u{e4}tte nicht mehr dieselben Bytes; legen Sie einen \
         neuen unter neuer Kennung an.";
    ExportUnsigned: "Export cannot be signed", "Export l\u{e4}sst sich nicht signieren",
        "The certificate that signs exports for the office is not valid now, and nothing is handed over unsigned in its place; renew the \
         certificate (export.certificate), restart the daemon, and read the export again.",
        "Das Zertifikat, mit dem die Stelle Exporte signiert, ist zurzeit nicht g\u{fc}ltig, und unsigniert wird nichts herausgegeben; \
         erneuern Sie das Zertifikat (export.certificate), starten Sie den Dienst neu, und rufen Sie den Export noch einmal ab.";
}
