//! What a check has found, for auditors.

use super::Words;

impl Words {
    /// What a finding of this kind means; a sentence. A kind that has no words yet is shown by its name.
    pub fn finding(&self, code: &str) -> String {
        let name = format!("audit-finding-{code}");
        if self.knows(&name) { self.say(&name, &[]) } else { code.to_owned() }
    }

    /// Whether there is such a sentence.
    pub fn knows_finding(&self, code: &str) -> bool {
        self.knows(&format!("audit-finding-{code}"))
    }
}
