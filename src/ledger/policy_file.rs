//! The syntax of trust policies (C2SP tlog-policy): lines of octets, names that mean nothing outside the file.

use std::collections::HashMap;

use super::text::parse_decimal;
use super::vkey::{KeyError, PublicKey, VerifierKey};
use crate::limits::{TRUST_POLICY_BYTES_MAX, TRUST_POLICY_LINES_MAX};

/// The name that stands for "no cosignature is needed".
const NONE: &[u8] = b"none";

/// Why a file is not a trust policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(.line, .found))]
pub struct PolicyError {
    /// Number of the line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The beginning of the line, fit for a terminal; empty for the file as a whole, and for what must not be shown.
    pub found: String,
    /// What is wrong with it.
    pub problem: PolicyProblem,
}

/// Characters of a line that are shown.
const FOUND_CHARACTERS_MAX: usize = 60;

/// What stands in front of the problem.
fn place(line: &usize, found: &str) -> String {
    match (line, found) {
        (0, _) => "the file as a whole: ".to_owned(),
        (_, "") => format!("line {line}: "),
        _ => format!("line {line}, `{found}`: "),
    }
}

/// The beginning of a line. Whoever has named a file with a private key does not want to see it on a screen.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    if text.contains("PRIVATE") {
        return String::new();
    }
    let mut characters = text.trim().chars().map(|character| if character.is_control() { ' ' } else { character });
    let shown: String = characters.by_ref().take(FOUND_CHARACTERS_MAX).collect();
    if characters.next().is_some() { shown + "..." } else { shown }
}

/// What is wrong with a line of a trust policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    /// The file is too long.
    #[error("a policy has at most {TRUST_POLICY_BYTES_MAX} bytes and {TRUST_POLICY_LINES_MAX} lines of each kind")]
    TooLong,
    /// Control characters.
    #[error("only tab, line feed and printable characters are allowed")]
    Characters,
    /// The last line does not end.
    #[error("the last line has no line feed")]
    Unterminated,
    /// Not one of the four kinds of lines, or not with the items it needs.
    #[error("expected `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, `group <name> all|any|<k> <name>...` or `quorum <name>|none`")]
    Form,
    /// A key is malformed.
    #[error(transparent)]
    Key(KeyError),
    /// A key of a witness for a log, or the other way round.
    #[error("a `log` line takes the key of a ledger, a `witness` line that of a witness, and this is the other kind of key")]
    KeyKind,
    /// The same public key twice, under whatever names.
    #[error("this public key stands in an earlier line already; each may stand there once, under one name")]
    DuplicateKey,
    /// The name is taken, or it is `none`.
    #[error("this name is taken by an earlier line, or it is `none`; expected is a name of its own")]
    DuplicateName,
    /// The name is not defined above.
    #[error("a name is not defined above this line; expected are names of earlier `witness` and `group` lines")]
    UnknownName,
    /// A witness must be able to contribute in one way only.
    #[error("a name is a member of more than one group; each may be in one group only")]
    MemberTwice,
    /// Fewer than one or more than all.
    #[error("the threshold must be `any`, `all` or a number between 1 and the number of members")]
    Threshold,
    /// The file needs exactly one quorum line.
    #[error("a policy has exactly one quorum line: `quorum <name>`, or `quorum none` if no witness is needed")]
    Quorum,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Member {
    /// A witness, by its place in the list.
    Witness(usize),
    /// At least so many of these earlier members.
    Group { threshold: usize, members: Vec<usize> },
}

/// What a file says.
pub(super) struct PolicyFile {
    /// Keys of the trusted logs.
    pub(super) logs: Vec<VerifierKey>,
    /// Keys of the witnesses.
    pub(super) witnesses: Vec<VerifierKey>,
    /// Witnesses and groups in the order of their definition; a group has earlier members only.
    pub(super) members: Vec<Member>,
    /// The member that must be satisfied, or `None` for `quorum none`.
    pub(super) quorum: Option<usize>,
}

impl PolicyFile {
    /// Parses a file line by line.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let whole_file = |problem| PolicyError { line: 0, found: String::new(), problem };
        if bytes.len() > TRUST_POLICY_BYTES_MAX {
            return Err(whole_file(PolicyProblem::TooLong));
        }
        let mut parser = Parser::default();
        let text = match bytes.strip_suffix(b"\n") {
            Some(text) => text,
            None if bytes.is_empty() => bytes,
            None => return Err(whole_file(PolicyProblem::Unterminated)),
        };
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
            parser.line(line).map_err(|problem| PolicyError { line: number + 1, found: shown(line), problem })?;
        }
        let quorum = parser.quorum.ok_or(whole_file(PolicyProblem::Quorum))?;
        Ok(Self { logs: parser.logs, witnesses: parser.witnesses, members: parser.members, quorum })
    }
}

#[derive(Default)]
struct Parser {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    members: Vec<Member>,
    names: HashMap<Vec<u8>, usize>,
    /// Members that are in a group already.
    grouped: Vec<usize>,
    quorum: Option<Option<usize>>,
}

impl Parser {
    fn line(&mut self, line: &[u8]) -> Result<(), PolicyProblem> {
        if !line.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..=0xff)) {
            return Err(PolicyProblem::Characters);
        }
        let items: Vec<&[u8]> = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|item| !item.is_empty()).collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key] | [b"log", key, _] => self.log(key),
            [b"witness", name, key] | [b"witness", name, key, _] => self.witness(name, key),
            [b"group", name, threshold, members @ ..] => self.group(name, threshold, members),
            [b"quorum", name] => self.quorum(name),
            _ => Err(PolicyProblem::Form),
        }
    }

    fn log(&mut self, key: &[u8]) -> Result<(), PolicyProblem> {
        let key = parse_key(key)?;
        if !matches!(key.public_key(), PublicKey::Ed25519(_)) {
            return Err(PolicyProblem::KeyKind);
        }
        add_key(&mut self.logs, key)
    }

    fn witness(&mut self, name: &[u8], key: &[u8]) -> Result<(), PolicyProblem> {
        let key = parse_key(key)?;
        if matches!(key.public_key(), PublicKey::Ed25519(_)) {
            return Err(PolicyProblem::KeyKind);
        }
        add_key(&mut self.witnesses, key)?;
        self.define(name, Member::Witness(self.witnesses.len() - 1))
    }

    fn group(&mut self, name: &[u8], threshold: &[u8], names: &[&[u8]]) -> Result<(), PolicyProblem> {
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            let member = *self.names.get(*name).ok_or(PolicyProblem::UnknownName)?;
            if self.grouped.contains(&member) {
                return Err(PolicyProblem::MemberTwice);
            }
            self.grouped.push(member);
            members.push(member);
        }
        let threshold = match threshold {
            b"any" => 1,
            b"all" => members.len() as u64,
            number => std::str::from_utf8(number).ok().and_then(parse_decimal).ok_or(PolicyProblem::Threshold)?,
        };
        if threshold < 1 || threshold > members.len() as u64 {
            return Err(PolicyProblem::Threshold);
        }
        self.define(name, Member::Group { threshold: threshold as usize, members })
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), PolicyProblem> {
        if self.quorum.is_some() {
            return Err(PolicyProblem::Quorum);
        }
        let member = if name == NONE { None } else { Some(*self.names.get(name).ok_or(PolicyProblem::UnknownName)?) };
        self.quorum = Some(member);
        Ok(())
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<(), PolicyProblem> {
        if self.members.len() == 2 * TRUST_POLICY_LINES_MAX {
            return Err(PolicyProblem::TooLong);
        }
        if name == NONE || self.names.insert(name.to_vec(), self.members.len()).is_some() {
            return Err(PolicyProblem::DuplicateName);
        }
        self.members.push(member);
        Ok(())
    }
}

fn parse_key(text: &[u8]) -> Result<VerifierKey, PolicyProblem> {
    let text = std::str::from_utf8(text).map_err(|_| PolicyProblem::Key(KeyError::Form))?;
    VerifierKey::parse(text).map_err(PolicyProblem::Key)
}

fn add_key(keys: &mut Vec<VerifierKey>, key: VerifierKey) -> Result<(), PolicyProblem> {
    if keys.iter().any(|other| other.public_key().raw() == key.public_key().raw()) {
        return Err(PolicyProblem::DuplicateKey);
    }
    if keys.len() == TRUST_POLICY_LINES_MAX {
        return Err(PolicyProblem::TooLong);
    }
    keys.push(key);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::TrustPolicy;
    use crate::ledger::testing::key;

    fn policy(lines: &str) -> Result<TrustPolicy, PolicyProblem> {
        let [log, first, second] = ["log", "witness_w1", "witness_w2"].map(|name| key(name).to_string());
        let text = lines.replace("$LOG", &log).replace("$W1", &first).replace("$W2", &second);
        TrustPolicy::parse(text.as_bytes()).map_err(|error| error.problem)
    }

    #[test]
    fn what_is_allowed_and_what_is_not() {
        for good in [
            "quorum none\n",
            "\n \t\n# words \u{fc}\n  # more\nquorum\tnone \n",
            "log $LOG https://archive.example/\nwitness w $W1 https://w\nquorum w\n",
            "witness \u{fc} $W1\nquorum \u{fc}\n",
            "witness any $W1\ngroup all any any\nquorum all\n",
        ] {
            assert!(policy(good).is_ok(), "{good}");
        }
        for (bad, problem) in [
            ("", PolicyProblem::Quorum),
            ("log $LOG\n", PolicyProblem::Quorum),
            ("quorum none\nquorum none\n", PolicyProblem::Quorum),
            ("quorum none", PolicyProblem::Unterminated),
            ("quorum none\r\n", PolicyProblem::Characters),
            ("quorum none\x7f\n", PolicyProblem::Characters),
            ("quorum w\nwitness w $W1\n", PolicyProblem::UnknownName),
            ("quorum\n", PolicyProblem::Form),
            ("quorum none none\n", PolicyProblem::Form),
            ("Quorum none\n", PolicyProblem::Form),
            ("log\n", PolicyProblem::Form),
            ("log $LOG url more\n", PolicyProblem::Form),
            ("log $LOG # comment here\n", PolicyProblem::Form),
            ("log nonsense\n", PolicyProblem::Key(KeyError::Form)),
            ("log \u{fc}\n", PolicyProblem::Key(KeyError::Form)),
            ("log $W1\n", PolicyProblem::KeyKind),
            ("witness w $LOG\n", PolicyProblem::KeyKind),
            ("log $LOG\nlog $LOG\n", PolicyProblem::DuplicateKey),
            ("witness a $W1\nwitness b $W1\n", PolicyProblem::DuplicateKey),
            ("witness a $W1\nwitness a $W2\n", PolicyProblem::DuplicateName),
            ("witness none $W1\n", PolicyProblem::DuplicateName),
            ("witness a $W1\ngroup a any a\n", PolicyProblem::DuplicateName),
            ("group g any w\n", PolicyProblem::UnknownName),
            ("group g any g\n", PolicyProblem::UnknownName),
            ("group g any none\n", PolicyProblem::UnknownName),
            ("group g any\n", PolicyProblem::Threshold),
            ("group g all\n", PolicyProblem::Threshold),
            ("witness a $W1\ngroup g 0 a\n", PolicyProblem::Threshold),
            ("witness a $W1\ngroup g 2 a\n", PolicyProblem::Threshold),
            ("witness a $W1\ngroup g 01 a\n", PolicyProblem::Threshold),
            ("witness a $W1\ngroup g most a\n", PolicyProblem::Threshold),
            ("witness a $W1\ngroup g any a a\n", PolicyProblem::MemberTwice),
            ("witness a $W1\ngroup g any a\ngroup h any a\n", PolicyProblem::MemberTwice),
        ] {
            assert_eq!(policy(bad), Err(problem), "{bad}");
        }
        let renamed = VerifierKey::new("other.example", key("log").public_key().clone()).unwrap();
        assert_eq!(policy(&format!("log $LOG\nlog {renamed}\n")), Err(PolicyProblem::DuplicateKey));
        assert_eq!(TrustPolicy::parse(&vec![b'#'; TRUST_POLICY_BYTES_MAX + 1]).map_err(|error| error.line), Err(0));
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_what_stands_there() {
        let told = |text: &str| TrustPolicy::parse(text.as_bytes()).unwrap_err().to_string();
        let error = told("# mine\n  logs x\tarchive\nquorum none\n");
        assert!(error.starts_with("line 2, `logs x archive`: expected `log <vkey>"), "{error}");
        assert!(told("quorum w\n").starts_with("line 1, `quorum w`: a name is not defined above"));
        assert!(told("").starts_with("the file as a whole: a policy has exactly one quorum line"));
        let long = told(&format!("x{}\n", "y".repeat(100)));
        assert!(long.contains(&format!("`x{}...`", "y".repeat(59))), "{long}");
        assert!(told("PRIVATE+KEY+archive.example+00000000+secret\n").starts_with("line 1: expected"), "a private key is not shown");
    }
}
