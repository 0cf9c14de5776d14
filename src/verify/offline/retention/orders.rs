//! Orders of destruction and what the vault knows of all of them, computed again from their notes in the order of the ledger; and whether
//! each step kept the rest, the turn and the cap.

use std::collections::BTreeMap;

use super::compare::differing;
use super::replay::Replay;
use super::{Desk, events, registers};
use crate::model::destruction::{DispositionFacts, OrderFacts, OrderState, removed_from, sealed_from};
use crate::model::retention::{Note, NoteRecord, TimeZone};
use crate::model::{Address, Date, NoteId, Timestamp};
use crate::store::Column;
use crate::store::codec::{self, RegisterFacts};
use crate::verify::catalogue;
use crate::verify::offline::notes::{self, RegisterNote};
use crate::verify::report::Counts;

/// Compares the facts of every order, and of the vault; answers where the orders are.
pub(super) fn check(desk: &Desk, mut notes: Vec<RegisterNote>) -> Vec<Address> {
    notes.sort_unstable_by_key(|note| note.entry);
    let vault = desk.scope.record.id;
    let mut replay = Replay::new(&desk.check.store, vault, &desk.history, Timestamp::EPOCH);
    let mut ids: BTreeMap<Address, NoteId> = BTreeMap::new();
    for note in &notes {
        // What cannot be read was found when the notes were gone through.
        let Ok(Some(record)) = desk.check.store.note(vault, note.place) else { continue };
        if let Some(why) = offence(desk, &replay, &record) {
            desk.check.found(catalogue::DESTRUCTION_UNFOUNDED, notes::place(&desk.scope, &record), why);
        }
        if let Err(error) = replay.happens((record.entry, record.recorded_at), &events::of_note(vault, None, &record)) {
            desk.check.found(catalogue::CHECK_ENDED_EARLY, notes::place(&desk.scope, &record), error.to_string());
            return Vec::new();
        }
        ids.insert(record.address, record.id);
    }
    for (place, facts) in &replay.orders {
        let expected = RegisterFacts::Order(Box::new(OrderFacts::clone(facts)));
        registers::compare(desk, *place, &expected, ids[place]);
    }
    compare_disposition(desk, &replay.disposition);
    replay.orders.into_keys().collect()
}

/// What a note about destruction does that nobody was allowed to. What its warrant rests on is asked elsewhere.
fn offence(desk: &Desk, replay: &Replay<'_>, record: &NoteRecord) -> Option<&'static str> {
    match &record.note {
        Note::OrderStep { order, first, held, condemned, .. } => {
            let facts = replay.orders.get(order)?;
            let day = day_of(desk, record);
            let documents: u64 = condemned.iter().map(|item| u64::from(item.documents)).sum();
            let alone = condemned.len() == 1 && !replay.disposition.has_begun_on(day);
            let rests = !matches!(facts.state, OrderState::Approved { from, .. } if from <= day);
            let cases = [
                (rests, "the order was not approved, or its rest was not over"),
                (*first != facts.next, "it does not go on where the step before has ended"),
                (!alone && documents > replay.disposition.left_on(day, *held), "it destroys more than the cap of the day"),
            ];
            cases.into_iter().find(|(offends, _)| *offends).map(|(_, why)| why)
        }
        Note::CopiesGone { order, .. } => {
            let ready = replay.orders.get(order)?.keys_are_gone();
            (!ready).then_some("it names the copies before all keys were gone")
        }
        Note::ShardSealed { year, .. } => {
            let early = sealed_from(*year).is_none_or(|from| from > day_of(desk, record));
            early.then_some("it seals the access log of a year that was not over")
        }
        Note::ShardDestroyed { sealed, year, size } => {
            let known = replay.disposition.shard(*year).filter(|shard| (shard.place, shard.size) == (*sealed, *size));
            let early = removed_from(*year).is_none_or(|from| from > day_of(desk, record));
            let cases = [
                (early, "it removes an access log before the end of the following year"),
                (known.is_none_or(|shard| shard.destroyed), "it removes another access log than the one that was sealed"),
            ];
            cases.into_iter().find(|(offends, _)| *offends).map(|(_, why)| why)
        }
        _ => None,
    }
}

fn day_of(desk: &Desk, record: &NoteRecord) -> Date {
    let zone = desk.history.at(record.entry).map_or_else(TimeZone::berlin, |catalogue| catalogue.time_zone.clone());
    zone.day_of(record.recorded_at)
}

/// What is wrong with the stored facts of an order.
pub(super) fn order(stored: &OrderFacts, expected: &OrderFacts) -> [(&'static str, bool); 14] {
    [
        ("reason", stored.reason != expected.reason),
        ("number of items", stored.items != expected.items),
        ("list", stored.list != expected.list),
        ("proposal", (stored.proposed_at, stored.entry) != (expected.proposed_at, expected.entry)),
        ("persons", (stored.proposer, &stored.deputy_of) != (expected.proposer, &expected.deputy_of)),
        ("state", stored.state != expected.state),
        ("next item", stored.next != expected.next),
        ("condemned", stored.condemned != expected.condemned),
        ("dropped", stored.dropped != expected.dropped),
        ("documents", stored.documents != expected.documents),
        ("steps with keys", stored.keyed != expected.keyed),
        ("certificate", (stored.keys_destroyed_on, stored.copies_gone_on) != (expected.keys_destroyed_on, expected.copies_gone_on)),
        ("last entry", stored.last_entry != expected.last_entry),
        ("notes", stored.notes != expected.notes),
    ]
}

fn compare_disposition(desk: &Desk, expected: &DispositionFacts) {
    let (check, row) = (&desk.check, desk.scope.record.id.0);
    let place = format!("{} dispositions", desk.scope.place);
    let Some(stored) = check.read("column dispositions", check.store.get(Column::Dispositions, &row)) else { return };
    let Some(stored) = stored else {
        if *expected != DispositionFacts::default() {
            check.found(catalogue::FACTS_MISSING, place, "nothing is stored of what the notes say about destructions");
        }
        return;
    };
    let Some(stored) = check.decoded(Column::Dispositions, &row, codec::decode_disposition(&stored)) else { return };
    let names = differing(&[
        ("rule in force", stored.rule != expected.rule),
        ("proposals", stored.proposals != expected.proposals),
        ("open orders", stored.open != expected.open),
        ("the last day", stored.today != expected.today),
        ("documents that went", stored.documents != expected.documents),
        ("access logs", stored.shards != expected.shards),
    ]);
    if let Some(names) = names {
        check.found(catalogue::FACTS_DIFFER, place, format!("not what follows from the notes: {names}"));
    }
    check.collector.count(&Counts { facts: 1, ..Counts::default() });
}
