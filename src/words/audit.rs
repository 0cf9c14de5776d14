//! What a check has found, for auditors.

use fluent_bundle::FluentValue;

use super::{Language, Words};
use crate::model::Timestamp;

impl Words {
    /// What a finding of this kind means, and what to do about it; sentences. A kind that has no words yet is shown by its name.
    pub fn finding(&self, code: &str, numbers: &[(&'static str, u64)]) -> String {
        let values: Vec<(&'static str, FluentValue<'_>)> = numbers.iter().map(|(name, number)| (*name, (*number).into())).collect();
        let name = format!("audit-finding-{code}");
        if self.knows(&name) { self.say(&name, &values) } else { code.to_owned() }
    }

    /// What experts want to know of a finding: its name, its place, and what exactly, which is told in English.
    pub fn detail(&self, code: &str, place: &str, text: &str) -> String {
        self.say("audit-detail", &[("code", code.into()), ("place", place.into()), ("text", text.into())])
    }

    /// A moment to the second, in UTC like every time in a ledger: as programs write it, or as German letters do.
    pub fn moment(&self, at: Timestamp) -> String {
        let text = at.to_string();
        match self.language() {
            Language::English => text,
            Language::German => format!("{}, {} Uhr (UTC)", self.date(at.day()), text.get(11..19).unwrap_or_default()),
        }
    }

    /// Whether there is such a sentence.
    pub fn knows_finding(&self, code: &str) -> bool {
        self.knows(&format!("audit-finding-{code}"))
    }
}
