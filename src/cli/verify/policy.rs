//! The auditor's trust policy, and what is wrong with it in the words of whoever wrote it.

use crate::cli::client::words;
use crate::ledger::{PolicyError, PolicyProblem, TrustPolicy};
use crate::words::Words;

/// Reads a policy.
pub(super) fn parse(text: &[u8]) -> anyhow::Result<TrustPolicy> {
    TrustPolicy::parse(text).map_err(|error| anyhow::anyhow!(told(words(), &error)))
}

/// Where the mistake is, what stands there, and what should.
fn told(words: &Words, error: &PolicyError) -> String {
    let problem = words.label(match error.problem {
        PolicyProblem::TooLong => "cli-policy-too-long",
        PolicyProblem::Characters => "cli-policy-characters",
        PolicyProblem::Unterminated => "cli-policy-unterminated",
        PolicyProblem::Form => "cli-policy-form",
        PolicyProblem::Key(_) => "cli-policy-key",
        PolicyProblem::KeyKind => "cli-policy-key-kind",
        PolicyProblem::DuplicateKey => "cli-policy-duplicate-key",
        PolicyProblem::DuplicateName => "cli-policy-duplicate-name",
        PolicyProblem::UnknownName => "cli-policy-unknown-name",
        PolicyProblem::MemberTwice => "cli-policy-member-twice",
        PolicyProblem::Threshold => "cli-policy-threshold",
        PolicyProblem::Quorum => "cli-policy-quorum",
    });
    let line = error.line.to_string();
    match (error.line, error.found.as_str()) {
        (0, _) => words.told("cli-policy-file", &[("problem", problem.into())]),
        (_, "") => words.told("cli-policy-line", &[("line", line.into()), ("problem", problem.into())]),
        (_, found) => words.told("cli-policy-found", &[("line", line.into()), ("found", found.into()), ("problem", problem.into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn a_mistake_is_told_in_both_languages() {
        let error = |text: &str| TrustPolicy::parse(text.as_bytes()).unwrap_err();
        let [english, german] = Language::ALL.map(Words::of);
        let wrong = error("# mine\nlogs x\nquorum none\n");
        let (en, de) = (told(english, &wrong), told(german, &wrong));
        assert!(en.starts_with("the trust policy, line 2: found `logs x`; expected: log VKEY"), "{en}");
        assert!(de.starts_with("die Vertrauensrichtlinie, Zeile 2: gefunden `logs x`; erwartet: log VKEY"), "{de}");
        assert!(told(german, &error("")).starts_with("die Vertrauensrichtlinie als Ganzes; erwartet:"));
        assert!(!told(german, &error("log PRIVATE+KEY+x\n")).contains("KEY+x"));
    }
}
