//! What must hold of every fact of retention, and of every step from one fact to the next, as named predicates. The committer asserts them
//! before it writes. Facts are replaced as a whole, so a slip in a projection could lose what a date follows from: here it is caught.

use crate::model::destruction::{OrderFacts, OrderState};
use crate::model::retention::{BatchFacts, BoxFacts, DocumentFacts, Dossier, EffectiveEvent, EventScope, Fact, HoldFacts, MatterNumber};

/// An invariant that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactViolation {
    /// The matters of a case are out of order, or the default matter is missing.
    #[error("the matters of a case are out of order, or the default matter is missing")]
    MattersOutOfOrder,
    /// A matter is gone, or is another one than it was.
    #[error("a matter of a case is gone, or its number means another one")]
    MatterLost,
    /// A type is counted of which there are no documents.
    #[error("a matter counts a type of which it has no documents")]
    TypeWithoutDocuments,
    /// An event counts twice, or is about something else than the record it stands in.
    #[error("an event counts twice, or is about something else than the record it stands in")]
    EventMisplaced,
    /// A line is about a matter that is not there, or appears twice.
    #[error("a line of dates is about a matter that is not there, or appears twice")]
    LineMisplaced,
    /// What a document said of itself has changed.
    #[error("what a document said of itself when it was stored has changed")]
    DescriptionChanged,
    /// A hold covers nothing, or should be looked at before it was placed.
    #[error("a hold covers nothing, or has days out of order")]
    HoldMalformed,
    /// A batch is complete although something of it is in quarantine.
    #[error("a scan batch is complete although documents of it are in quarantine")]
    CompleteInQuarantine,
    /// The positions of a box are out of order.
    #[error("the positions of a box are out of order")]
    PositionsOutOfOrder,
    /// An order has gone through items that are not there, or that nobody has approved.
    #[error("an order has gone through items that are not there, or that nobody has approved")]
    OrderMiscounted,
}

/// All that can be said of a fact as an event leaves it.
pub fn fact_holds(fact: &Fact) -> Result<(), FactViolation> {
    match fact {
        Fact::Dossier { before, after, .. } => {
            dossier_holds(after)?;
            before.as_ref().map_or(Ok(()), |before| no_matter_is_lost(before, after))
        }
        Fact::Document { before, after, .. } => {
            document_holds(after)?;
            before.as_ref().map_or(Ok(()), |before| description_stays(before, after))
        }
        Fact::Hold(_, facts) => hold_holds(facts),
        Fact::Batch(_, facts) => batch_holds(facts),
        Fact::Box(_, facts) => box_holds(facts),
        Fact::Order(_, facts) => order_holds(facts),
        Fact::MatterGone { after, .. } => dossier_holds(after),
        Fact::Covered { .. }
        | Fact::Boxed { .. }
        | Fact::Stamped { .. }
        | Fact::Vault(_)
        | Fact::Disposition(_)
        | Fact::DocumentGone { .. }
        | Fact::CaseGone(_) => Ok(()),
    }
}

/// Numbers ascend from the default matter, each event counts once, and each line is about a matter that is there.
fn dossier_holds(dossier: &Dossier) -> Result<(), FactViolation> {
    let ascend = dossier.matters.is_sorted_by(|a, b| a.number < b.number);
    let begins = dossier.matters.first().is_some_and(|first| first.number == MatterNumber::DEFAULT);
    ensure(ascend && begins, FactViolation::MattersOutOfOrder)?;
    let counted = dossier.matters.iter().all(|matter| matter.types.values().all(|documents| *documents > 0));
    ensure(counted, FactViolation::TypeWithoutDocuments)?;
    let in_case = |event: &EffectiveEvent| match event.scope {
        EventScope::Case => true,
        EventScope::Matter(number) => dossier.matter(number).is_some(),
        EventScope::Document(_) => false,
    };
    let own_ascend = dossier.own_events.is_sorted_by(|a, b| a < b);
    ensure(own_ascend && each_once(&dossier.events) && dossier.events.iter().all(in_case), FactViolation::EventMisplaced)?;
    let of_matters = dossier.lines.iter().all(|line| dossier.matter(line.matter).is_some());
    let once = dossier.lines.is_sorted_by(|a, b| (a.matter, &a.class) < (b.matter, &b.class));
    ensure(of_matters && once, FactViolation::LineMisplaced)
}

/// A matter keeps its number and its period for ever. Its kind can be corrected.
fn no_matter_is_lost(before: &Dossier, after: &Dossier) -> Result<(), FactViolation> {
    let stays = before.matters.iter().all(|old| {
        after.matter(old.number).is_some_and(|new| (&new.id, new.from, new.to, new.opened_on) == (&old.id, old.from, old.to, old.opened_on))
    });
    ensure(stays, FactViolation::MatterLost)
}

/// Events of a document are about it, and its own lines are one for each of its matters or none at all.
fn document_holds(facts: &DocumentFacts) -> Result<(), FactViolation> {
    let ascend = facts.matters.is_sorted_by(|a, b| a < b);
    ensure(ascend && facts.matters != [MatterNumber::DEFAULT], FactViolation::MattersOutOfOrder)?;
    let of_document = facts.events.iter().all(|event| matches!(event.scope, EventScope::Document(_)));
    ensure(each_once(&facts.events) && of_document, FactViolation::EventMisplaced)?;
    let of_lines: Vec<MatterNumber> = facts.lines.iter().map(|line| line.matter).collect();
    ensure(of_lines.is_empty() || of_lines == facts.belongs_to(), FactViolation::LineMisplaced)
}

/// The description of a document never changes, so neither does what was taken from it.
fn description_stays(before: &DocumentFacts, after: &DocumentFacts) -> Result<(), FactViolation> {
    let scan = |facts: &DocumentFacts| facts.scan.as_ref().map(|scan| (scan.batch, scan.scanned_on, scan.pages, scan.high_protection));
    let said = |facts: &DocumentFacts| (facts.type_tag, facts.dated, facts.received, scan(facts));
    ensure(said(before) == said(after), FactViolation::DescriptionChanged)
}

fn hold_holds(facts: &HoldFacts) -> Result<(), FactViolation> {
    // The clock that dates a release may have been set back since the hold was placed, so those two days are not compared.
    let looked_at_in_time = facts.ends_on.is_none_or(|end| facts.review_on <= end);
    ensure(facts.targets > 0 && looked_at_in_time, FactViolation::HoldMalformed)
}

/// The watermark has passed a complete batch, so nothing of it may still wait.
fn batch_holds(facts: &BatchFacts) -> Result<(), FactViolation> {
    ensure(!facts.complete || facts.quarantined == 0, FactViolation::CompleteInQuarantine)
}

fn box_holds(facts: &BoxFacts) -> Result<(), FactViolation> {
    let ascend = facts.positions.is_sorted_by(|a, b| a.position.position < b.position.position);
    ensure(ascend && !facts.positions.is_empty(), FactViolation::PositionsOutOfOrder)
}

/// Every item that was gone through was condemned or left alone, and nothing was condemned that nobody has approved.
fn order_holds(facts: &OrderFacts) -> Result<(), FactViolation> {
    let counted = facts.next <= facts.items && u64::from(facts.next) == u64::from(facts.condemned) + u64::from(facts.dropped);
    let untouched = facts.state != OrderState::Proposed || facts.next == 0;
    ensure(counted && untouched, FactViolation::OrderMiscounted)
}

fn each_once(events: &[EffectiveEvent]) -> bool {
    let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
    ids.sort_unstable();
    ids.is_sorted_by(|a, b| a < b)
}

fn ensure(holds: bool, violation: FactViolation) -> Result<(), FactViolation> {
    if holds { Ok(()) } else { Err(violation) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::retention::{EventType, HoldType, ScanDefect};
    use crate::policy::testing::{Office, day, shipped_like, tag};

    /// A case with a matter, an event, and a document in it.
    fn dossier() -> Dossier {
        let mut office = Office::open("benefit");
        office.adopt(&shipped_like(10));
        let matter = office.open_matter("benefit");
        office.store_in(&[matter], Some(tag(b'a')));
        office.happens(EventType::Notified, "2009-03-15");
        Dossier::clone(&office.memory.facts.dossiers[&office.case()])
    }

    #[test]
    fn a_dossier_that_loses_something_is_not_written() {
        type Damage = fn(&mut Dossier);
        let rows: [(&str, Damage, FactViolation); 8] = [
            ("no default matter", |dossier| drop(dossier.matters.remove(0)), FactViolation::MattersOutOfOrder),
            ("out of order", |dossier| dossier.matters.reverse(), FactViolation::MattersOutOfOrder),
            ("an event twice", |dossier| dossier.events.push(dossier.events[0].clone()), FactViolation::EventMisplaced),
            (
                "an event of no matter",
                |dossier| dossier.events[0].scope = EventScope::Matter(MatterNumber(9)),
                FactViolation::EventMisplaced,
            ),
            ("a line twice", |dossier| dossier.lines.push(dossier.lines[0].clone()), FactViolation::LineMisplaced),
            ("a line of no matter", |dossier| dossier.lines[0].matter = MatterNumber(9), FactViolation::LineMisplaced),
            ("another period", |dossier| dossier.matters[1].from = Some(day("2009-01-01")), FactViolation::MatterLost),
            ("a type of nothing", |dossier| dossier.matters[1].types.extend([(tag(b'z'), 0)]), FactViolation::TypeWithoutDocuments),
        ];
        let before = Arc::new(dossier());
        let fact = |after: Dossier| Fact::Dossier {
            case: crate::model::CaseNumber::FIRST_REGISTER,
            before: Some(Arc::clone(&before)),
            after: Arc::new(after),
        };
        assert_eq!(fact_holds(&fact(dossier())), Ok(()));
        for (what, damage, violation) in rows {
            let mut after = dossier();
            damage(&mut after);
            assert_eq!(fact_holds(&fact(after)), Err(violation), "{what}");
        }
    }

    #[test]
    fn a_document_stays_what_it_said_it_was() {
        let mut office = Office::open("benefit");
        let document = office.scan(None, &[ScanDefect::Jbig2]);
        let before = Arc::clone(&office.memory.facts.documents[&office.place_of(document)]);
        let event = dossier().events[0].clone();
        type Damage<'a> = Box<dyn Fn(&mut DocumentFacts) + 'a>;
        let rows: [(&str, Damage<'_>, FactViolation); 6] = [
            ("another date", Box::new(|facts| facts.dated = Some(day("1999-01-01"))), FactViolation::DescriptionChanged),
            ("another type", Box::new(|facts| facts.type_tag = Some(tag(b'q'))), FactViolation::DescriptionChanged),
            ("not scanned after all", Box::new(|facts| facts.scan = None), FactViolation::DescriptionChanged),
            ("the default matter spelled out", Box::new(|facts| facts.matters = vec![MatterNumber(0)]), FactViolation::MattersOutOfOrder),
            ("an event of the case", Box::new(|facts| facts.events.push(event.clone())), FactViolation::EventMisplaced),
            ("lines of other matters", Box::new(|facts| facts.lines = dossier().lines), FactViolation::LineMisplaced),
        ];
        let address = office.place_of(document);
        for (what, damage, violation) in rows {
            let mut after = DocumentFacts::clone(&before);
            damage(&mut after);
            let fact = Fact::Document { address, before: Some(Arc::clone(&before)), after: Arc::new(after) };
            assert_eq!(fact_holds(&fact), Err(violation), "{what}");
        }
    }

    #[test]
    fn registers_keep_their_order() {
        let mut office = Office::open("benefit");
        let hold = office.place_hold(HoldType::Court);
        let batch = office.batch();
        let document = office.scan(Some(batch), &[]);
        let paper = office.box_of(batch, &[document]);
        let facts = &office.memory.facts;
        let (held, of_batch) = (facts.holds[&hold], facts.batches[&office.place(batch)]);
        let mut positions = BoxFacts::clone(&facts.boxes[&paper]);
        positions.positions.clear();
        for (fact, violation) in [
            (Fact::Hold(hold, HoldFacts { targets: 0, ..held }), FactViolation::HoldMalformed),
            (Fact::Hold(hold, HoldFacts { ends_on: Some(day("2010-01-02")), ..held }), FactViolation::HoldMalformed),
            (Fact::Batch(hold, BatchFacts { complete: true, quarantined: 1, ..of_batch }), FactViolation::CompleteInQuarantine),
            (Fact::Box(paper, Arc::new(positions)), FactViolation::PositionsOutOfOrder),
        ] {
            assert_eq!(fact_holds(&fact), Err(violation), "{fact:?}");
        }
    }
}
