//! On the lists by which things are found: the agenda, and what is held.

use super::*;

pub fn on_lists() -> Vec<Attack> {
    use Verdict::{Incomplete, Invalid};
    vec![
        attack(
            "a line is gone from the agenda",
            |raw| raw.delete(Column::Agenda, &raw.rows(Column::Agenda)[0].0),
            catalogue::AGENDA_MISSING,
            "vault demo case",
            Incomplete,
        ),
        attack("a line has moved to another day", move_in_agenda, catalogue::AGENDA_MISSING, "vault demo case", Invalid),
        attack("a line has moved to another day", move_in_agenda, catalogue::AGENDA_UNFOUNDED, "vault demo case number 0", Invalid),
        attack(
            "a line in the agenda is another one",
            |raw| {
                let (row, value) = keep_until(raw);
                let mut line = codec::decode_line(&value).unwrap();
                line.dates = Dates::Never;
                raw.put(Column::Agenda, &row, &codec::encode_line(&line));
            },
            catalogue::AGENDA_DIFFERS,
            "vault demo case",
            Invalid,
        ),
        attack(
            "garbage in the agenda",
            |raw| raw.put(Column::Agenda, &[&raw.vault.id.0[..], b"x"].concat(), b"x"),
            catalogue::ROW_UNREADABLE,
            "column agenda key",
            Invalid,
        ),
        attack(
            "something held is free",
            |raw| raw.delete(Column::Held, &held(raw, COURT)),
            catalogue::HELD_MISSING,
            "hold 0192f0c1-0000-7c7a-b1f4-00000000003c",
            Incomplete,
        ),
        attack(
            "something is held for another reason",
            |raw| raw.put(Column::Held, &held(raw, COURT), &[HoldType::Embargo.number()]),
            catalogue::HELD_DIFFERS,
            "00000000003c",
            Invalid,
        ),
        attack(
            "a hold covers more than it was placed on",
            |raw| {
                let hold = raw.note(COURT).1.address.case;
                let target = Target { case: CaseNumber::new(0).unwrap(), part: Part::Whole };
                raw.put(Column::Held, &key::held(raw.vault.id, target, hold), &[HoldType::Court.number()]);
            },
            catalogue::HELD_UNFOUNDED,
            "column held key",
            Invalid,
        ),
        attack(
            "a hold that is over still holds",
            |raw| {
                let hold = raw.note(DISPUTE).1.address.case;
                let target = Target { case: CaseNumber::new(0).unwrap(), part: Part::Document(raw.document(DECISION).1.address.document) };
                raw.put(Column::Held, &key::held(raw.vault.id, target, hold), &[HoldType::Dispute.number()]);
            },
            catalogue::HELD_UNFOUNDED,
            "column held key",
            Invalid,
        ),
        attack(
            "something is held in a vault that does not exist",
            |raw| {
                let target = Target { case: CaseNumber::new(0).unwrap(), part: Part::Whole };
                let row = key::held(VaultId([0xee; 16]), target, CaseNumber::FIRST_REGISTER);
                raw.put(Column::Held, &row, &[HoldType::Court.number()]);
            },
            catalogue::ROW_WITHOUT_VAULT,
            "column held",
            Invalid,
        ),
    ]
}
