//! What a commit group leaves of the facts that several of its events change: each is written once, as the last event leaves it. Hundreds
//! of events about one case would otherwise write its whole dossier hundreds of times.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::retention::Fact;
use crate::model::{Address, CaseNumber, VaultId};

/// What a fact is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    Dossier(CaseNumber),
    Document(Address),
    Register(Address),
    Boxed(Address),
    Vault,
    Disposition,
}

/// The facts of a group in the order of its events, without those that a later one replaces.
pub(super) fn last_facts<'f>(facts: impl IntoIterator<Item = (VaultId, &'f Fact)>) -> Vec<(VaultId, Fact)> {
    let mut last: Vec<(VaultId, Fact)> = Vec::new();
    let mut places: HashMap<(VaultId, Subject), usize> = HashMap::new();
    for (vault, fact) in facts {
        if let Some(gone) = goes(fact) {
            // What is removed is removed as it was committed: nothing before this step may be put behind it.
            places.retain(|(of, subject), _| *of != vault || case_of(*subject) != Some(gone));
        }
        let known = subject_of(fact).and_then(|subject| places.insert((vault, subject), last.len()).map(|place| (subject, place)));
        match known {
            Some((subject, place)) => {
                places.insert((vault, subject), place);
                last[place].1 = following(&last[place].1, fact);
            }
            None => last.push((vault, fact.clone())),
        }
    }
    last
}

fn subject_of(fact: &Fact) -> Option<Subject> {
    match fact {
        Fact::Dossier { case, .. } => Some(Subject::Dossier(*case)),
        Fact::Document { address, .. } => Some(Subject::Document(*address)),
        Fact::Hold(place, _) | Fact::Batch(place, _) | Fact::Box(place, _) | Fact::Order(place, _) => Some(Subject::Register(*place)),
        Fact::Boxed { document, .. } => Some(Subject::Boxed(*document)),
        Fact::Vault(_) => Some(Subject::Vault),
        Fact::Disposition(_) => Some(Subject::Disposition),
        Fact::Covered { .. } | Fact::DocumentGone { .. } | Fact::MatterGone { .. } | Fact::CaseGone(_) | Fact::Stamped { .. } => None,
    }
}

/// The case of which something goes.
fn goes(fact: &Fact) -> Option<CaseNumber> {
    match fact {
        Fact::DocumentGone { address, .. } => Some(address.case),
        Fact::MatterGone { case, .. } | Fact::CaseGone(case) => Some(*case),
        _ => None,
    }
}

fn case_of(subject: Subject) -> Option<CaseNumber> {
    match subject {
        Subject::Dossier(case) => Some(case),
        Subject::Document(address) | Subject::Register(address) | Subject::Boxed(address) => Some(address.case),
        Subject::Vault | Subject::Disposition => None,
    }
}

/// The later fact, as the step from where the earlier one began: the dates that stood on the agenda before are those from before both.
fn following(earlier: &Fact, later: &Fact) -> Fact {
    match (earlier, later) {
        (Fact::Dossier { before, .. }, Fact::Dossier { case, after, .. }) => {
            Fact::Dossier { case: *case, before: before.clone(), after: Arc::clone(after) }
        }
        (Fact::Document { before, .. }, Fact::Document { address, after, .. }) => {
            Fact::Document { address: *address, before: before.clone(), after: Arc::clone(after) }
        }
        _ => later.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::retention::{Code, Dossier, HoldType, Part, Target, VaultFacts};
    use crate::model::{Date, DocumentNumber};

    const VAULT: VaultId = VaultId([7; 16]);

    fn case(number: u64) -> CaseNumber {
        CaseNumber::new(number).unwrap()
    }

    fn dossier(days: u32) -> Arc<Dossier> {
        let opened_on = Date::parse("2020-11-22").unwrap().plus_days(days.into()).unwrap();
        Arc::new(Dossier::new(Code::default_kind(), opened_on))
    }

    fn changed(number: u64, before: u32, after: u32) -> Fact {
        Fact::Dossier { case: case(number), before: Some(dossier(before)), after: dossier(after) }
    }

    fn of(facts: &[Fact]) -> Vec<Fact> {
        let facts = facts.iter().map(|fact| (VAULT, fact));
        last_facts(facts).into_iter().map(|(_, fact)| fact).collect()
    }

    #[test]
    fn a_thousand_events_about_one_case_write_its_dossier_once() {
        let facts: Vec<Fact> = (0..1000).map(|number| changed(1, number, number + 1)).collect();
        assert_eq!(of(&facts), [changed(1, 0, 1000)]);
        let both = [changed(1, 0, 1), changed(2, 0, 7), changed(1, 1, 2)];
        assert_eq!(of(&both), [changed(1, 0, 2), changed(2, 0, 7)]);
        let vault = |below| Fact::Vault(Arc::new(VaultFacts { refreshed_below: below, ..VaultFacts::default() }));
        assert_eq!(of(&[vault(1), changed(1, 0, 1), vault(2)]), [vault(2), changed(1, 0, 1)]);
        let other = VaultId([8; 16]);
        assert_eq!(last_facts([(VAULT, &changed(1, 0, 1)), (other, &changed(1, 0, 1))]).len(), 2, "another vault has other cases");
    }

    #[test]
    fn nothing_is_moved_over_a_destruction_and_every_hold_is_written() {
        let gone = Fact::DocumentGone { address: Address { case: case(1), document: DocumentNumber::new(0).unwrap() }, before: None };
        let facts = [changed(1, 0, 1), changed(2, 0, 1), gone, changed(1, 1, 2), changed(2, 1, 2)];
        assert_eq!(of(&facts), [facts[0].clone(), changed(2, 0, 2), facts[2].clone(), facts[3].clone()]);
        let target = Target { case: case(1), part: Part::Whole };
        let covered = |on| Fact::Covered { target, hold: Address::of_case(CaseNumber::FIRST_REGISTER), kind: HoldType::Court, on };
        assert_eq!(of(&[covered(true), covered(false)]), [covered(true), covered(false)]);
    }
}
