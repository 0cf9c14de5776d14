//! Holds, scan batches and boxes, one by one: what the notes about each of them add up to.

use std::collections::BTreeMap;

use super::compare::differing;
use super::held::{self, Holds};
use super::replay::{Replay, Unreplayable};
use super::{Desk, boxed, events, orders};
use crate::model::retention::{BatchFacts, BoxFacts, BoxStep, Disposition, HoldFacts, Note, NoteRecord, Target, TimeZone};
use crate::model::{Address, Date, NoteId, Timestamp};
use crate::store::codec::{self, RegisterFacts};
use crate::store::{Column, key};
use crate::verify::catalogue;
use crate::verify::offline::destruction::is_of_document;
use crate::verify::offline::notes::{self, Concern, RegisterNote};
use crate::verify::offline::row_place;
use crate::verify::report::Counts;

/// What began a subject.
struct Begun {
    id: NoteId,
    /// What it covers, if it is a hold.
    targets: Vec<Target>,
    /// The last day on which it was registered or withdrawn, if it is a box.
    boxed_on: Option<Date>,
}

/// Compares everything in the registers of a vault; answers the holds that are in force, and how many originals lie in boxes.
pub(super) fn check(desk: &Desk, register_notes: Vec<RegisterNote>) -> (Holds, u64) {
    let of_destruction = |note: &RegisterNote| note.concern == Concern::Destruction;
    let (destruction, mut register_notes): (Vec<_>, Vec<_>) = register_notes.into_iter().partition(of_destruction);
    register_notes.sort_unstable_by_key(|note| (note.subject, note.entry));
    let (mut holds, mut known, mut originals) = (Holds::default(), orders::check(desk, destruction), 0);
    // What lies in the boxes of a batch follows from the boxes, so batches come last.
    let (mut batches, mut boxed) = (Vec::new(), BTreeMap::new());
    for subject in register_notes.chunk_by(|a, b| a.subject == b.subject) {
        let place = subject[0].subject;
        let Some((begun, expected)) = replay(desk, place, subject) else { continue };
        if let Some(expected) = expected {
            known.push(place);
            match expected {
                RegisterFacts::Batch(facts) => {
                    batches.push((place, begun.id, facts));
                    continue;
                }
                _ => compare(desk, place, &expected, begun.id),
            }
            match expected {
                RegisterFacts::Hold(facts) => held::check_hold(desk, &mut holds, (place, begun.id), &facts, &begun.targets),
                RegisterFacts::Box(facts) => {
                    let (sheets, on): &mut (u32, Option<Date>) = boxed.entry(facts.batch).or_default();
                    if !matches!(facts.disposition, Disposition::Withdrawn(_)) {
                        *sheets = sheets.saturating_add(facts.sheets);
                    }
                    *on = (*on).max(begun.boxed_on);
                    originals += boxed::check_box(desk, (place, begun.id), &facts);
                }
                RegisterFacts::Batch(_) | RegisterFacts::Order(_) => {}
            }
        }
    }
    let destroyed = destroyed_documents(desk);
    for (place, id, facts) in batches {
        let (boxed, boxed_on) = boxed.get(&id).copied().unwrap_or_default();
        compare_batch(desk, (place, id), BatchFacts { boxed, boxed_on, ..facts }, destroyed);
    }
    known.sort_unstable();
    check_unfounded(desk, &known);
    (holds, originals)
}

/// What follows from the notes about one subject; `None` if they cannot be read, or begin with nothing, which was found before.
fn replay(desk: &Desk, place: Address, subject: &[RegisterNote]) -> Option<(Begun, Option<RegisterFacts>)> {
    let (check, vault) = (&desk.check, desk.scope.record.id);
    let mut replay = Replay::new(&check.store, vault, &desk.history, Timestamp::EPOCH);
    let (mut begun, mut boxed_on): (Option<Begun>, Option<Date>) = (None, None);
    for note in subject {
        let record = check.read("column notes", check.store.note(vault, note.place)).flatten()?;
        if let Err(error) = happens(&mut replay, desk, &record) {
            check.found(catalogue::CHECK_ENDED_EARLY, notes::place(&desk.scope, &record), error.to_string());
            return None;
        }
        if matches!(record.note, Note::Box { .. } | Note::BoxStep { step: BoxStep::Withdrawn, .. }) {
            let zone = desk.history.at(record.entry).map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
            boxed_on = boxed_on.max(Some(zone.day_of(record.recorded_at)));
        }
        if record.address == place {
            let id = record.id;
            let targets = if let Note::HoldPlaced { targets, .. } = record.note { targets } else { Vec::new() };
            begun = Some(Begun { id, targets, boxed_on: None });
        }
    }
    let begun = Begun { boxed_on, ..begun? };
    let count = |of: &BTreeMap<NoteId, u32>| of.get(&begun.id).copied().unwrap_or(0);
    let (quarantined, stored) = desk.tally(|tally| (count(&tally.quarantined), count(&tally.stored)));
    let hold = replay.holds.remove(&place).map(RegisterFacts::Hold);
    let batch = replay.batches.remove(&place).map(|facts| RegisterFacts::Batch(BatchFacts { quarantined, stored, ..facts }));
    let paper = replay.boxes.remove(&place).map(|facts| RegisterFacts::Box(Box::new(BoxFacts::clone(&facts))));
    Some((begun, hold.or(batch).or(paper)))
}

fn happens(replay: &mut Replay<'_>, desk: &Desk, record: &NoteRecord) -> Result<(), Unreplayable> {
    replay.happens((record.entry, record.recorded_at), &events::of_note(desk.scope.record.id, None, record))
}

/// How many documents of the vault were destroyed, by their tombstones. `None` if documents could be missing from the count of those that
/// are there, because a case was not gone through.
fn destroyed_documents(desk: &Desk) -> Option<u32> {
    let rows = desk.check.rows(Column::Tombstones, &desk.scope.record.id.0);
    let documents = rows.filter_map(|(row, _)| key::parse_document(&row)).filter(|(_, address)| is_of_document(*address)).count();
    let all_counted = desk.tally(|tally| tally.skipped.is_empty());
    all_counted.then(|| u32::try_from(documents).unwrap_or(u32::MAX))
}

/// Compares a batch. Of what was destroyed since, nothing says any more which batch it came with: so as many documents can have been stored
/// as are there, and as many more as were destroyed in the vault. Where nothing was, the number is exact.
fn compare_batch(desk: &Desk, (place, id): (Address, NoteId), counted: BatchFacts, destroyed: Option<u32>) {
    let Some(stored) = stored(desk, place, "batch", id) else { return };
    let most = destroyed.map_or(u32::MAX, |destroyed| counted.stored.saturating_add(destroyed));
    let possible = match &stored {
        RegisterFacts::Batch(batch) => batch.stored.clamp(counted.stored, most),
        _ => counted.stored,
    };
    judge(desk, (id, &stored), &RegisterFacts::Batch(BatchFacts { stored: possible, ..counted }));
}

/// Compares what is stored of a register with what follows.
pub(super) fn compare(desk: &Desk, place: Address, expected: &RegisterFacts, id: NoteId) {
    if let Some(stored) = stored(desk, place, what(expected), id) {
        judge(desk, (id, &stored), expected);
    }
}

/// What is stored of a register; that there is nothing, or nothing readable, is found.
fn stored(desk: &Desk, place: Address, what: &str, id: NoteId) -> Option<RegisterFacts> {
    let (check, vault) = (&desk.check, desk.scope.record.id);
    let key = key::document(vault, place);
    let stored = check.read("column registers", check.store.get(Column::Registers, &key))?;
    let Some(stored) = stored else {
        check.found(catalogue::FACTS_MISSING, format!("{} {what} {id}", desk.scope.place), "it is not in the registers");
        return None;
    };
    check.decoded(Column::Registers, &key, codec::decode_register(&stored))
}

fn judge(desk: &Desk, (id, stored): (NoteId, &RegisterFacts), expected: &RegisterFacts) {
    let check = &desk.check;
    if let Some(names) = differences(stored, expected) {
        let where_found = format!("{} {} {id}", desk.scope.place, what(expected));
        check.found(catalogue::FACTS_DIFFER, where_found, format!("not what follows from the notes: {names}"));
    }
    check.collector.count(&Counts { facts: 1, ..Counts::default() });
}

fn what(facts: &RegisterFacts) -> &'static str {
    match facts {
        RegisterFacts::Hold(_) => "hold",
        RegisterFacts::Batch(_) => "batch",
        RegisterFacts::Box(_) => "box",
        RegisterFacts::Order(_) => "order",
    }
}

fn differences(stored: &RegisterFacts, expected: &RegisterFacts) -> Option<String> {
    match (stored, expected) {
        (RegisterFacts::Hold(stored), RegisterFacts::Hold(expected)) => differing(&hold(stored, expected)),
        (RegisterFacts::Batch(stored), RegisterFacts::Batch(expected)) => differing(&batch(stored, expected)),
        (RegisterFacts::Box(stored), RegisterFacts::Box(expected)) => differing(&paper_box(stored, expected)),
        (RegisterFacts::Order(stored), RegisterFacts::Order(expected)) => differing(&orders::order(stored, expected)),
        _ => Some("what it is".to_owned()),
    }
}

fn hold(stored: &HoldFacts, expected: &HoldFacts) -> [(&'static str, bool); 7] {
    [
        ("kind", stored.kind != expected.kind),
        ("day of placing", stored.placed_on != expected.placed_on),
        ("day of review", stored.review_on != expected.review_on),
        ("end", stored.ends_on != expected.ends_on),
        ("release", stored.released_on != expected.released_on),
        ("number of items", stored.targets != expected.targets),
        ("last entry", stored.last_entry != expected.last_entry),
    ]
}

fn batch(stored: &BatchFacts, expected: &BatchFacts) -> [(&'static str, bool); 7] {
    [
        ("sheets", (stored.sheets, stored.boxed, stored.boxed_on) != (expected.sheets, expected.boxed, expected.boxed_on)),
        ("day of receipt", stored.received != expected.received),
        ("documents in it", stored.documents != expected.documents),
        ("documents that were stored", stored.stored != expected.stored),
        ("documents in quarantine", stored.quarantined != expected.quarantined),
        ("completion", (stored.complete, stored.completed_on) != (expected.complete, expected.completed_on)),
        ("last entry", stored.last_entry != expected.last_entry),
    ]
}

fn paper_box(stored: &BoxFacts, expected: &BoxFacts) -> [(&'static str, bool); 8] {
    [
        ("batch", stored.batch != expected.batch),
        ("day of scanning", stored.scanned_on != expected.scanned_on),
        ("sheets", stored.sheets != expected.sheets),
        ("extension", stored.extended_until != expected.extended_until),
        ("positions", stored.positions != expected.positions),
        ("disposition", stored.disposition != expected.disposition),
        ("day of the last step", stored.settled_on != expected.settled_on),
        ("last entry", stored.last_entry != expected.last_entry),
    ]
}

/// Reports rows that no note has begun. `known` is sorted.
fn check_unfounded(desk: &Desk, known: &[Address]) {
    for (row, _) in desk.check.rows(Column::Registers, &desk.scope.record.id.0) {
        match key::parse_document(&row) {
            None => desk.check.found(catalogue::ROW_UNREADABLE, row_place(Column::Registers, &row), "the key is not that of a register"),
            Some((_, place)) if known.binary_search(&place).is_err() => {
                desk.check.found(catalogue::FACTS_UNFOUNDED, row_place(Column::Registers, &row), "no note has begun it");
            }
            Some(_) => {}
        }
    }
}
