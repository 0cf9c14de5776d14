//! `bagit.txt` and `bag-info.txt` (RFC 8493 sections 2.1.1 and 2.2.2): what the bag says about itself.

use crate::ledger::Checkpoint;

/// The one content of `bagit.txt`.
pub(super) const DECLARATION: &[u8] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The members of `bag-info.txt`, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct BagInfo(Vec<(String, String)>);

impl BagInfo {
    /// Parses the file: `<label>: <value>`, continued on lines that begin with a blank. `None` for anything else.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let mut members: Vec<(String, String)> = Vec::new();
        for line in text.split('\n') {
            if line.chars().any(|character| character.is_control() && character != '\t') {
                return None;
            }
            match (line.strip_prefix([' ', '\t']), members.last_mut()) {
                (Some(more), Some((_, value))) => {
                    value.push(' ');
                    value.push_str(more.trim_start());
                }
                _ => {
                    // A continuation of nothing is no member either.
                    let (label, value) = line.split_once(": ").filter(|_| !line.starts_with([' ', '\t']))?;
                    members.push((label.to_owned(), value.to_owned()));
                }
            }
        }
        Some(Self(members))
    }

    /// The value of a label; `None` if it does not come exactly once.
    pub(super) fn get(&self, label: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(found, _)| found == label);
        let value = values.next().map(|(_, value)| value.as_str());
        value.filter(|_| values.next().is_none())
    }

    /// What does not agree with the payload and the checkpoint of the ledger, by label.
    pub(super) fn differences(&self, oxum: (u64, u64), checkpoint: Option<&Checkpoint>) -> Vec<String> {
        let mut expected = vec![("Payload-Oxum", format!("{}.{}", oxum.0, oxum.1))];
        if let Some(checkpoint) = checkpoint {
            expected.push(("Ledger-Origin", checkpoint.origin().to_owned()));
            expected.push(("Ledger-Size", checkpoint.size().to_string()));
            expected.push(("Ledger-Root-SHA256", checkpoint.root().to_string()));
        }
        let differs = |(label, expected): (&str, String)| {
            let found = self.get(label);
            let text = format!("{label} is {}, and should be {expected}", found.unwrap_or("missing or there twice"));
            (found != Some(&expected)).then_some(text)
        };
        expected.into_iter().filter_map(differs).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::empty_root;

    #[test]
    fn what_the_bag_says_is_compared() {
        let checkpoint = Checkpoint::new("archive.example/ledger/1", 0, empty_root()).unwrap();
        let good = format!(
            "Source-Organization: Office\n  of Tests\nPayload-Oxum: 12.3\nLedger-Origin: archive.example/ledger/1\nLedger-Size: 0\n\
             Ledger-Root-SHA256: {}\n",
            empty_root()
        );
        let info = BagInfo::parse(good.as_bytes()).unwrap();
        assert_eq!(info.get("Source-Organization"), Some("Office of Tests"));
        assert_eq!(info.differences((12, 3), Some(&checkpoint)), Vec::<String>::new());
        assert_eq!(info.differences((12, 4), Some(&checkpoint)), ["Payload-Oxum is 12.3, and should be 12.4"]);
        let twice = BagInfo::parse(format!("{good}Ledger-Size: 0\n").as_bytes()).unwrap();
        assert_eq!(twice.differences((12, 3), Some(&checkpoint)), ["Ledger-Size is missing or there twice, and should be 0"]);
        for bad in ["", "a: b", "a b\n", " a: b\n", "a: b\r\n", "a: \u{1}\n", "\n"] {
            assert_eq!(BagInfo::parse(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
