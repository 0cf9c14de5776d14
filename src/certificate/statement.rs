//! What the notes about one order say together.

use std::collections::{BTreeMap, BTreeSet};

use super::item::Item;
use super::json::Cursor;
use crate::ledger::Opening;
use crate::model::destruction::{Condemned, CopyPlace, DropReason, EpochProof, OrderReason, PlaceProof, list_digest};
use crate::model::retention::{Note, Part, Target};
use crate::model::{Address, Date, Digest, LedgerIndex, NoteId, Timestamp};

/// Whose certificate it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Origin of the ledger.
    pub origin: String,
    /// Name of the vault.
    pub vault: String,
    /// The first day on which the order could be carried out, by the calendar of the vault.
    pub rest_ended_on: Option<Date>,
    /// The version of the program that writes the certificate.
    pub version: String,
}

/// A note with what proves that it is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: NoteId,
    /// Its place in the registers, by which other notes name it.
    pub place: Address,
    /// When it was filed, as its entry says.
    pub recorded_at: Timestamp,
    /// Its entry.
    pub entry: LedgerIndex,
    /// What it says.
    pub note: Note,
    /// What opens its entry: application, person, note and words.
    pub fields: Vec<Opening>,
    /// Its receipt (C2SP tlog-proof).
    pub receipt: String,
}

/// Why there is no certificate, or why one is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCertificate {
    /// The notes are not those of one order, in the order in which they were filed.
    #[error("its notes are not those of one order")]
    NotOneOrder,
    /// Two persons must stand behind it.
    #[error("it does not rest on two persons")]
    NotTwoPersons,
    /// Another list was approved.
    #[error("another list was approved than the one of the order")]
    OtherList,
    /// Its steps are not consecutive parts of its list.
    #[error("its steps do not go through its list")]
    NotListed,
    /// The words of a note are not an object of strings.
    #[error("the words of a note are not an object of strings")]
    Words,
    /// Items are still to be gone through, or keys exist still, or nothing was destroyed.
    #[error("nothing can be certified yet: the order is not carried out, or its keys exist still")]
    TooEarly,
    /// The objects are not those of what was condemned.
    #[error("what it lists is not what was destroyed")]
    OtherItems,
}

/// One deed with who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) note: NoteId,
    pub(super) at: Timestamp,
    pub(super) entry: LedgerIndex,
    pub(super) application: String,
    /// As the certificate of the person names them: a pseudonym.
    pub(super) person: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) deed: Deed,
    pub(super) first: u32,
    pub(super) condemned: Vec<Condemned>,
    pub(super) dropped: u32,
}

impl Step {
    pub(super) fn documents(&self) -> u64 {
        self.condemned.iter().map(|item| u64::from(item.documents)).sum()
    }
}

/// The end of the keys of some steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeysEnd {
    pub(super) deed: Deed,
    pub(super) steps: Vec<NoteId>,
    pub(super) proof: EpochProof,
}

/// Everything that a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(super) order: NoteId,
    pub(super) reason: OrderReason,
    pub(super) words: Vec<(String, String)>,
    pub(super) items: u32,
    pub(super) list: Digest,
    pub(super) proposal: Deed,
    pub(super) approval: Deed,
    pub(super) cooling_off_days: u16,
    pub(super) withdrawal: Option<Deed>,
    pub(super) steps: Vec<Step>,
    pub(super) dropped: BTreeMap<DropReason, u32>,
    pub(super) keys: Vec<KeysEnd>,
    pub(super) copies: Option<(Deed, Vec<CopyPlace>)>,
}

impl Statement {
    /// What notes say together, which must be those of one order in the order of the ledger.
    pub fn of(evidence: &[Evidence]) -> Result<Self, NoCertificate> {
        let [proposed, approved, rest @ ..] = evidence else { return Err(NoCertificate::TooEarly) };
        let mut statement = Self::of_approved(proposed, approved)?;
        let items = match &proposed.note {
            Note::OrderProposed { items, .. } => items.as_slice(),
            _ => return Err(NoCertificate::NotOneOrder),
        };
        let mut gathered = Gathered { order: proposed.place, items, next: 0, keyed: BTreeMap::new() };
        ensure(evidence.is_sorted_by(|a, b| a.entry < b.entry && a.recorded_at <= b.recorded_at), NoCertificate::NotOneOrder)?;
        for evidence in rest {
            gathered.add(&mut statement, evidence)?;
        }
        let through = gathered.next as usize == items.len() || statement.withdrawal.is_some();
        let destroyed = statement.steps.iter().any(|step| !step.condemned.is_empty());
        ensure(through && destroyed && gathered.keyed.is_empty(), NoCertificate::TooEarly)?;
        Ok(statement)
    }

    fn of_approved(proposed: &Evidence, approved: &Evidence) -> Result<Self, NoCertificate> {
        let Note::OrderProposed { reason, items, .. } = &proposed.note else { return Err(NoCertificate::NotOneOrder) };
        let Note::OrderApproved { order, list, cooling_off_days, .. } = &approved.note else { return Err(NoCertificate::TooEarly) };
        ensure(*order == proposed.place, NoCertificate::NotOneOrder)?;
        ensure(*list == list_digest(*reason, items), NoCertificate::OtherList)?;
        let (proposal, approval) = (deed(proposed)?, deed(approved)?);
        let two = !proposal.person.is_empty() && !approval.person.is_empty() && proposal.person != approval.person;
        ensure(two, NoCertificate::NotTwoPersons)?;
        let words = Cursor::new(value(proposed, "sub.words")?).strings().ok_or(NoCertificate::Words)?;
        Ok(Self {
            order: proposed.id,
            reason: *reason,
            words,
            items: u32::try_from(items.len()).map_err(|_| NoCertificate::OtherList)?,
            list: *list,
            proposal,
            approval,
            cooling_off_days: *cooling_off_days,
            withdrawal: None,
            steps: Vec::new(),
            dropped: BTreeMap::new(),
            keys: Vec::new(),
            copies: None,
        })
    }

    /// The order.
    pub fn order(&self) -> NoteId {
        self.order
    }

    /// 1 when the keys are gone, 2 when the copies are named as well.
    pub fn stage(&self) -> u8 {
        if self.copies.is_some() { 2 } else { 1 }
    }

    /// What was condemned, in the order in which its items are listed.
    pub fn condemned(&self) -> impl Iterator<Item = &Condemned> {
        self.steps.iter().flat_map(|step| &step.condemned)
    }

    /// Whether every place of the keys overwrites them so that they cannot be had again. Otherwise it was a logical deletion.
    pub fn is_irrecoverable(&self) -> bool {
        self.places().all(|place| place.assurance != 'C')
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &PlaceProof> {
        self.keys.iter().flat_map(|end| &end.proof.places)
    }

    /// Documents that went.
    pub fn documents(&self) -> u64 {
        self.steps.iter().map(Step::documents).sum()
    }

    /// Items that went, of this kind.
    pub(super) fn count(&self, is_meant: impl Fn(Part) -> bool) -> u64 {
        self.condemned().filter(|item| is_meant(item.target.part)).count() as u64
    }

    pub(super) fn items_dropped(&self) -> u64 {
        self.dropped.values().map(|count| u64::from(*count)).sum()
    }

    pub(super) fn items_waiting(&self) -> u64 {
        u64::from(self.items).saturating_sub(self.condemned().count() as u64 + self.items_dropped())
    }

    /// What the proposal says under this name.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.words.iter().find(|(found, _)| found == name).map(|(_, word)| word.as_str())
    }

    /// Checks that these are the items that went.
    pub fn lists(&self, items: &[Item]) -> Result<(), NoCertificate> {
        let same = self.condemned().count() == items.len() && self.condemned().zip(items).all(|(condemned, item)| item.is_of(condemned));
        ensure(same, NoCertificate::OtherItems)
    }
}

/// What is known while the notes behind the approval are gone through.
struct Gathered<'a> {
    order: Address,
    items: &'a [Target],
    next: u32,
    /// Steps whose keys may exist, with their ids.
    keyed: BTreeMap<Address, NoteId>,
}

impl Gathered<'_> {
    fn add(&mut self, statement: &mut Statement, evidence: &Evidence) -> Result<(), NoCertificate> {
        ensure(evidence.note.continues() == Some(self.order) && statement.copies.is_none(), NoCertificate::NotOneOrder)?;
        let deed = deed(evidence)?;
        match &evidence.note {
            Note::OrderStep { first, count, condemned, dropped, .. } => {
                self.go_on(*first, *count, condemned, dropped.iter().map(|item| item.target))?;
                for item in dropped {
                    *statement.dropped.entry(item.reason).or_default() += 1;
                }
                if !condemned.is_empty() {
                    self.keyed.insert(evidence.place, evidence.id);
                }
                statement.steps.push(Step { deed, first: *first, condemned: condemned.clone(), dropped: dropped.len() as u32 });
            }
            Note::KeysDestroyed { steps, proof, .. } => {
                let ended: Option<Vec<NoteId>> = steps.iter().map(|step| self.keyed.remove(step)).collect();
                let steps = ended.ok_or(NoCertificate::NotOneOrder)?;
                statement.keys.push(KeysEnd { deed, steps, proof: proof.clone() });
            }
            Note::CopiesGone { copies, .. } => {
                ensure(self.keyed.is_empty(), NoCertificate::TooEarly)?;
                statement.copies = Some((deed, copies.clone()));
            }
            Note::OrderWithdrawn { .. } => statement.withdrawal = Some(deed),
            _ => return Err(NoCertificate::NotOneOrder),
        }
        Ok(())
    }

    /// A step takes the next items of the list, and each of them once.
    fn go_on(
        &mut self,
        first: u32,
        count: u32,
        condemned: &[Condemned],
        dropped: impl Iterator<Item = Target>,
    ) -> Result<(), NoCertificate> {
        let end = first.checked_add(count).ok_or(NoCertificate::NotListed)?;
        let listed = self.items.get(first as usize..end as usize).ok_or(NoCertificate::NotListed)?;
        let mut named: Vec<Target> = condemned.iter().map(|item| item.target).chain(dropped).collect();
        named.sort_unstable();
        let expected: BTreeSet<Target> = listed.iter().copied().collect();
        ensure(first == self.next && named.iter().eq(&expected), NoCertificate::NotListed)?;
        self.next = end;
        Ok(())
    }
}

fn deed(evidence: &Evidence) -> Result<Deed, NoCertificate> {
    let text = |name| String::from_utf8(value(evidence, name)?.to_vec()).map_err(|_| NoCertificate::Words);
    Ok(Deed {
        note: evidence.id,
        at: evidence.recorded_at,
        entry: evidence.entry,
        application: text("act.application")?,
        person: text("act.person")?,
    })
}

fn value<'a>(evidence: &'a Evidence, name: &str) -> Result<&'a [u8], NoCertificate> {
    let field = evidence.fields.iter().find(|field| field.field == name);
    field.map(|field| field.value.as_slice()).ok_or(NoCertificate::Words)
}

fn ensure(holds: bool, otherwise: NoCertificate) -> Result<(), NoCertificate> {
    if holds { Ok(()) } else { Err(otherwise) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Salt;
    use crate::model::destruction::Dropped;
    use crate::model::{CaseNumber, DocumentNumber};

    const ORDER: u64 = 1 << 63 | 0xff_ffff;

    fn document(number: u32) -> Target {
        Target { case: CaseNumber::new(7).unwrap(), part: Part::Document(DocumentNumber::new(number).unwrap()) }
    }

    fn items() -> Vec<Target> {
        vec![document(1), document(2)]
    }

    /// The `number`-th note about the order; its place follows from the number.
    fn filed(number: u64, note: Note, person: &str) -> Evidence {
        let field = |name: &str, value: &str| Opening { field: name.to_owned(), salt: Salt(Digest([0; 32])), value: value.into() };
        let fields = vec![
            field("act.application", "eakte"),
            field("act.person", person),
            field("sub.note", ""),
            field("sub.words", "{\"reference\":\"12 O 34/26\"}"),
        ];
        Evidence {
            id: NoteId::from_bytes([number as u8 + 1; 16]),
            place: Address::from_u64(ORDER + (number << 24)),
            recorded_at: Timestamp::from_seconds(1_795_000_000 + number as i64).unwrap(),
            entry: LedgerIndex(10 + number),
            note,
            fields,
            receipt: String::new(),
        }
    }

    fn condemned(target: Target) -> Condemned {
        let Part::Document(document) = target.part else { panic!("a document is meant") };
        Condemned { target, opening_year: 2026, documents: 1, leaves: vec![document] }
    }

    fn proof(assurances: &str) -> EpochProof {
        let places = assurances.chars().map(|assurance| PlaceProof { name: format!("place {assurance}"), assurance });
        let digest = Digest([3; 32]);
        EpochProof { before: 4, after: 5, root_before: digest, root_after: digest, trees: Vec::new(), places: places.collect() }
    }

    /// An order over two documents of which one was left alone, as far as the keys.
    fn notes() -> Vec<Evidence> {
        let order = Address::from_u64(ORDER);
        let (reason, deputy_of) = (OrderReason::Court, Vec::new());
        let list = list_digest(reason, &items());
        let dropped = vec![Dropped { target: document(2), reason: DropReason::Held }];
        let step = Note::OrderStep { order, first: 0, count: 2, held: 9, condemned: vec![condemned(document(1))], dropped };
        vec![
            filed(0, Note::OrderProposed { reason, items: items(), deputy_of: deputy_of.clone() }, "m-muster"),
            filed(1, Note::OrderApproved { order, list, cooling_off_days: 14, deputy_of }, "e-beispiel"),
            filed(2, step, ""),
            filed(3, Note::KeysDestroyed { order, steps: vec![Address::from_u64(ORDER + (2 << 24))], proof: proof("C") }, ""),
        ]
    }

    #[test]
    fn the_notes_say_together_what_was_destroyed() {
        let mut evidence = notes();
        let first = Statement::of(&evidence).unwrap();
        assert_eq!((first.stage(), first.documents(), first.items_dropped(), first.items_waiting()), (1, 1, 1, 0));
        assert_eq!((first.word("reference"), first.word("reason")), (Some("12 O 34/26"), None));
        let copies = vec![CopyPlace { name: "root of trust 1".to_owned(), seen: true }];
        evidence.push(filed(4, Note::CopiesGone { order: Address::from_u64(ORDER), copies }, ""));
        assert_eq!(Statement::of(&evidence).map(|statement| statement.stage()), Ok(2));
    }

    #[test]
    fn the_weakest_place_decides_what_may_be_said() {
        for (places, irrecoverable) in [("A", true), ("AB", true), ("AC", false), ("C", false)] {
            let mut evidence = notes();
            let Note::KeysDestroyed { proof: of_note, .. } = &mut evidence[3].note else { panic!("the last note ends keys") };
            *of_note = proof(places);
            assert_eq!(Statement::of(&evidence).map(|statement| statement.is_irrecoverable()), Ok(irrecoverable), "{places}");
        }
    }

    #[test]
    fn what_is_not_certified() {
        type Change = fn(&mut Vec<Evidence>);
        let cases: [(&str, Change, NoCertificate); 11] = [
            ("nothing but a proposal", |notes| notes.truncate(1), NoCertificate::TooEarly),
            ("keys exist still", |notes| notes.truncate(3), NoCertificate::TooEarly),
            ("nothing was gone through", |notes| notes.truncate(2), NoCertificate::TooEarly),
            ("one person", |notes| notes[1].fields[1].value = b"m-muster".to_vec(), NoCertificate::NotTwoPersons),
            ("nobody", |notes| notes[0].fields[1].value.clear(), NoCertificate::NotTwoPersons),
            ("words are no object", |notes| notes[0].fields[3].value = b"[]".to_vec(), NoCertificate::Words),
            ("another sequence", |notes| notes[2].entry = LedgerIndex(1), NoCertificate::NotOneOrder),
            ("another order", |notes| notes[0].place = Address::from_u64(ORDER + (9 << 24)), NoCertificate::NotOneOrder),
            (
                "another list",
                |notes| {
                    let Note::OrderApproved { list, .. } = &mut notes[1].note else { panic!("the second note approves") };
                    list.0[0] ^= 1;
                },
                NoCertificate::OtherList,
            ),
            (
                "what was never listed",
                |notes| {
                    let Note::OrderStep { condemned: items, .. } = &mut notes[2].note else { panic!("the third note is a step") };
                    items[0] = condemned(document(3));
                },
                NoCertificate::NotListed,
            ),
            (
                "keys of another step",
                |notes| {
                    let Note::KeysDestroyed { steps, .. } = &mut notes[3].note else { panic!("the last note ends keys") };
                    steps[0] = Address::from_u64(ORDER + (8 << 24));
                },
                NoCertificate::NotOneOrder,
            ),
        ];
        for (what, change, why) in cases {
            let mut evidence = notes();
            change(&mut evidence);
            assert_eq!(Statement::of(&evidence), Err(why), "{what}");
        }
    }
}
