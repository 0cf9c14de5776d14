//! Orders: who may destroy what, and what protects it until the very commit.

use proptest::prelude::*;

use crate::model::destruction::{DestructionRule, DropReason, OrderReason};
use crate::model::retention::{EventScope, EventType, HoldType, MatterNumber, Note, Part, Target};
use crate::model::{Address, CaseNumber, Digest, DocumentNumber, PersonTag, Refusal};
use crate::policy::View as _;
use crate::policy::testing::{ANNA, BORIS, Office, VAULT, day, shipped_like};

const CLARA: PersonTag = PersonTag([3; 16]);

fn whole(case: CaseNumber) -> Target {
    Target { case, part: Part::Whole }
}

/// A case of ten years that was decided in 2010, in the year 2026: its one document is due, the intake is through, nothing rests.
fn due_office() -> (Office, DocumentNumber) {
    let mut office = Office::open("benefit");
    office.adopt(&shipped_like(10));
    let document = office.store();
    office.happens(EventType::Notified, "2010-01-01");
    office.go_to(day("2026-11-20"));
    office.file(Note::IntakeReported { through: day("2026-11-01") });
    office.rest_for(0, 1000);
    (office, document)
}

impl Office {
    fn rest_for(&mut self, cooling_off_days: u16, cap_per_mille: u16) {
        let rule = DestructionRule { cap_per_mille, cooling_off_days };
        let id = self.try_file_as(Some(ANNA), Note::DestructionRuleProposed { rule, deputy_of: Vec::new() }).expect("must be accepted");
        let proposal = self.place(id);
        self.try_file_as(Some(BORIS), Note::DestructionRuleAdopted { proposal, deputy_of: Vec::new() }).expect("must be adopted");
    }

    fn outcome_of(&mut self, reason: OrderReason, target: Target) -> Result<(), DropReason> {
        let order = self.order(reason, &[target]);
        let (condemned, dropped) = self.try_execute(order).expect("a step of what qualifies must be accepted");
        assert_eq!(condemned.len() + dropped.len(), 1);
        dropped.first().map_or(Ok(()), |(_, reason)| Err(*reason))
    }
}

#[test]
fn what_is_due_goes_and_nothing_else_does() {
    type Change = fn(&mut Office, DocumentNumber);
    type Outcome = Result<(), DropReason>;
    let rows: [(&str, Change, Outcome, Outcome); 8] = [
        ("nothing in the way", |_, _| (), Ok(()), Ok(())),
        (
            "a later decision",
            |office, _| {
                office.happens(EventType::Notified, "2020-01-01");
            },
            Err(DropReason::NotDue),
            Ok(()),
        ),
        (
            "a hold",
            |office, _| {
                office.place_hold(HoldType::Court);
            },
            Err(DropReason::Held),
            Err(DropReason::Held),
        ),
        (
            "a dispute",
            |office, _| {
                office.place_hold(HoldType::Dispute);
            },
            Ok(()),
            Ok(()),
        ),
        ("the last day itself", |office, _| office.go_to(day("2020-01-01")), Err(DropReason::NotDue), Ok(())),
        (
            "post still on its way",
            |office, _| {
                office.file(Note::Batch { received: day("2019-06-01"), documents: 1, sheets: 1 });
            },
            Err(DropReason::Watermark),
            Ok(()),
        ),
        (
            "a matter that runs",
            |office, _| {
                office.open_matter("placement");
            },
            Err(DropReason::Open),
            Ok(()),
        ),
        (
            "a document in quarantine",
            |office, _| {
                let batch = office.batch();
                office.scan(Some(batch), &[crate::model::retention::ScanDefect::Jbig2]);
            },
            Err(DropReason::Quarantine),
            Err(DropReason::Quarantine),
        ),
    ];
    for (what, change, regular, early) in rows {
        for (reason, expected) in [(OrderReason::Due, regular), (OrderReason::Erasure, early)] {
            let (mut office, document) = due_office();
            change(&mut office, document);
            let case = office.case();
            assert_eq!(office.outcome_of(reason, whole(case)), expected, "{what}, {reason:?}");
        }
    }
}

#[test]
fn what_is_gone_is_gone_from_every_list_and_its_number_is_not_given_again() {
    let (mut office, document) = due_office();
    let case = office.case();
    assert_eq!(office.outcome_of(OrderReason::Due, whole(case)), Ok(()));
    assert_eq!(office.outcome_of_again(whole(case)), Err(Refusal::OrderItemUnknown));
    assert!(office.memory.facts.dossiers.is_empty() && office.memory.facts.documents.is_empty());
    assert!(office.memory.case_number_taken(VAULT, case).unwrap());
    assert!(office.memory.address_taken(VAULT, Address { case, document }).unwrap());
    let late = office.document(None);
    assert_eq!(office.submit(&crate::model::Command::StoreDocument(late)), Err(Refusal::CaseDestroyed));
    assert_eq!(office.try_event(EventScope::Case, EventType::CaseClosed, Some("2026-01-01"), None), Err(Refusal::CaseDestroyed));
    assert_eq!(office.replayed().memory.facts.orders, office.memory.facts.orders, "what has become of an order can be computed again");
}

impl Office {
    fn outcome_of_again(&mut self, target: Target) -> Result<Address, Refusal> {
        self.try_order(OrderReason::Due, &[target])
    }
}

#[test]
fn a_matter_goes_without_its_neighbours_and_not_with_what_others_need() {
    let (mut office, _) = due_office();
    let (old, new) = (office.open_matter("benefit"), office.open_matter("benefit"));
    let matter = |number| Target { case: office.case(), part: Part::Matter(number) };
    let (old_one, new_one) = (matter(old), matter(new));
    let (only, shared) = (office.store(), office.store());
    office.file(Note::Assignment { document: only, matters: vec![old] });
    office.file(Note::Assignment { document: shared, matters: vec![old, new] });
    assert_eq!(office.outcome_of(OrderReason::Due, old_one), Err(DropReason::Shared));
    office.file(Note::Assignment { document: shared, matters: vec![new] });
    assert_eq!(office.outcome_of(OrderReason::Due, new_one), Ok(()), "both have the event of the case");
    let case = office.case();
    let left = office.memory.documents_of_case(VAULT, case).unwrap();
    assert!(left.contains_key(&only) && !left.contains_key(&shared));
    let dossier = office.memory.dossier(VAULT, case).unwrap();
    assert!(dossier.matter(old).is_some() && dossier.matter(new).is_none() && dossier.matter(MatterNumber::DEFAULT).is_some());
    assert!(
        !office
            .memory
            .notes_of_case(VAULT, case)
            .unwrap()
            .values()
            .any(|(note, _)| matches!(note, Note::Matter { number, .. } if *number == new))
    );
}

#[test]
fn two_persons_who_are_independent() {
    let (mut office, _) = due_office();
    let item = whole(office.case());
    let proposal = |items: &[Target], deputy_of: &[PersonTag]| Note::OrderProposed {
        reason: OrderReason::Due,
        items: items.to_vec(),
        deputy_of: deputy_of.to_vec(),
    };
    assert_eq!(office.try_file(proposal(&[item], &[])), Err(Refusal::PersonRequired));
    let id = office.try_file_as(Some(ANNA), proposal(&[item], &[CLARA])).unwrap();
    let order = office.place(id);
    let list = office.memory.facts.orders[&order].list;
    let approval = |list, cooling_off_days, deputy_of: &[PersonTag]| Note::OrderApproved {
        order,
        list,
        cooling_off_days,
        deputy_of: deputy_of.to_vec(),
    };
    office.rest_for(14, 10);
    for (what, by, note, refusal) in [
        ("nobody", None, approval(list, 14, &[]), Refusal::PersonRequired),
        ("the proposer", Some(ANNA), approval(list, 14, &[]), Refusal::SecondPersonRequired),
        ("whom the proposer deputises for", Some(CLARA), approval(list, 14, &[]), Refusal::DeputyNotIndependent),
        ("a deputy of the proposer", Some(BORIS), approval(list, 14, &[ANNA]), Refusal::DeputyNotIndependent),
        ("another list", Some(BORIS), approval(Digest([9; 32]), 14, &[]), Refusal::OrderListDiffers),
        ("a shorter rest than the rule's", Some(BORIS), approval(list, 13, &[]), Refusal::DestructionRuleMalformed),
    ] {
        assert_eq!(office.try_file_as(by, note).map(drop), Err(refusal), "{what}");
    }
    let early = office.prepare(order, 1);
    assert_eq!(office.try_file(early.clone()), Err(Refusal::OrderNotApproved));
    office.try_file_as(Some(BORIS), approval(list, 14, &[])).unwrap();
    assert_eq!(office.try_file(early), Err(Refusal::OrderCoolingOff));
    office.go_to(day("2026-12-03"));
    let last_day = office.prepare(order, 1);
    assert_eq!(office.try_file(last_day), Err(Refusal::OrderCoolingOff));
    office.go_to(day("2026-12-04"));
    assert!(office.try_execute(order).is_ok());
}

/// Whatever a step claims, the commit looks for itself.
#[test]
fn a_step_that_lies_is_refused() {
    let (mut office, document) = due_office();
    let case = office.case();
    let other = office.open_case("benefit");
    office.store();
    let order = office.order(OrderReason::Due, &[whole(case)]);
    let good = office.prepare(order, 1);
    let change = |change: &dyn Fn(&mut Note)| {
        let mut note = good.clone();
        change(&mut note);
        note
    };
    let swap_case = change(&|note| {
        if let Note::OrderStep { condemned, .. } = note {
            condemned[0].target.case = other;
        }
    });
    let fewer_documents = change(&|note| {
        if let Note::OrderStep { condemned, .. } = note {
            condemned[0].documents = 0;
        }
    });
    let a_leaf = change(&|note| {
        if let Note::OrderStep { condemned, .. } = note {
            condemned[0].leaves = vec![document];
        }
    });
    let other_year = change(&|note| {
        if let Note::OrderStep { condemned, .. } = note {
            condemned[0].opening_year += 1;
        }
    });
    let more_held = change(&|note| {
        if let Note::OrderStep { held, .. } = note {
            *held += 1000;
        }
    });
    let nothing = change(&|note| {
        if let Note::OrderStep { condemned, count, .. } = note {
            (*condemned, *count) = (Vec::new(), 0);
        }
    });
    let later = change(&|note| {
        if let Note::OrderStep { first, .. } = note {
            *first = 1;
        }
    });
    for (what, step, refusal) in [
        ("another case", swap_case, Refusal::OrderItemProtected),
        ("fewer documents", fewer_documents, Refusal::OrderItemProtected),
        ("other leaves", a_leaf, Refusal::OrderItemProtected),
        ("another tree", other_year, Refusal::OrderItemProtected),
        ("a larger vault", more_held, Refusal::OrderStepOutOfTurn),
        ("nothing", nothing, Refusal::OrderStepOutOfTurn),
        ("items behind the list", later, Refusal::OrderStepOutOfTurn),
    ] {
        assert_eq!(office.try_file(step).map(drop), Err(refusal), "{what}");
    }
    office.place_hold(HoldType::Court);
    assert!(office.try_file(good.clone()).is_ok(), "a hold on the other case does not concern it");
    assert_eq!(office.try_file(good), Err(Refusal::OrderStepOutOfTurn), "a step is taken once");
}

/// Whoever could bring a document into a matter that is condemned already would destroy it alone.
#[test]
fn what_is_brought_into_a_matter_behind_the_proposal_was_approved_by_nobody() {
    for reason in [OrderReason::Due, OrderReason::Misfiled] {
        let (mut office, document) = due_office();
        let old = office.open_matter("benefit");
        let target = Target { case: office.case(), part: Part::Matter(old) };
        let order = office.order(reason, &[target]);
        office.file(Note::Assignment { document, matters: vec![old] });
        assert_eq!(office.try_execute(order).unwrap().1, [(target, DropReason::Changed)], "{reason:?}");
    }
}

/// A matter gets the number of one that is gone; an order that listed the old one does not mean it.
#[test]
fn a_number_that_is_given_again_is_another_matter() {
    let (mut office, _) = due_office();
    let old = office.open_matter("benefit");
    let target = Target { case: office.case(), part: Part::Matter(old) };
    let (first, second) = (office.order(OrderReason::Misfiled, &[target]), office.order(OrderReason::Misfiled, &[target]));
    assert_eq!(office.try_execute(first).unwrap().0, [target]);
    assert_eq!(office.open_matter("benefit"), old);
    assert_eq!(office.try_execute(second).unwrap().1, [(target, DropReason::Changed)]);
}

/// Nothing is noted of what is gone: neither a hold that would protect nothing, nor an event that would bring facts back.
#[test]
fn what_is_gone_takes_no_notes() {
    let (mut office, document) = due_office();
    let item = Target { case: office.case(), part: Part::Document(document) };
    assert_eq!(office.outcome_of(OrderReason::Due, item), Ok(()));
    assert_eq!(office.try_hold(HoldType::Court, Part::Document(document)), Err(Refusal::HoldTargetUnknown));
    let event = office.try_event(EventScope::Document(document), EventType::NotNeeded, Some("2026-01-01"), None);
    assert_eq!(event, Err(Refusal::DocumentUnknown));
    let whole_case = whole(office.case());
    assert_eq!(office.outcome_of(OrderReason::Court, whole_case), Ok(()));
    assert_eq!(office.try_hold(HoldType::Court, Part::Whole), Err(Refusal::HoldTargetUnknown));
}

#[test]
fn a_hold_that_comes_between_preparing_and_committing_counts() {
    let (mut office, _) = due_office();
    let case = office.case();
    let order = office.order(OrderReason::Due, &[whole(case)]);
    let step = office.prepare(order, 1);
    office.place_hold(HoldType::Court);
    assert_eq!(office.try_file(step), Err(Refusal::OrderItemProtected));
    assert_eq!(office.try_execute(order).unwrap().1, [(whole(case), DropReason::Held)]);
}

/// What unlocks counts by the day that has certainly begun.
#[test]
fn a_wall_clock_that_runs_ahead_destroys_nothing() {
    let (mut office, _) = due_office();
    office.go_to(day("2015-01-01"));
    let case = office.case();
    let order = office.order(OrderReason::Due, &[whole(case)]);
    office.set_wall_clock(day("2030-01-01"));
    assert_eq!(office.try_execute(order).unwrap().1, [(whole(case), DropReason::NotDue)]);
}

#[test]
fn lists_are_sorted_complete_and_name_nothing_twice() {
    let (mut office, document) = due_office();
    let case = office.case();
    let part = |part| Target { case, part };
    let nowhere = Target { case: CaseNumber::new(999).unwrap(), part: Part::Whole };
    for (what, items, refusal) in [
        ("an empty list", vec![], Refusal::OrderItemsMalformed),
        ("one item twice", vec![whole(case), whole(case)], Refusal::OrderItemsMalformed),
        ("a part beside the whole", vec![whole(case), part(Part::Document(document))], Refusal::OrderItemsMalformed),
        ("no such case", vec![nowhere], Refusal::OrderItemUnknown),
        ("no such matter", vec![part(Part::Matter(MatterNumber(9)))], Refusal::OrderItemUnknown),
        ("no such document", vec![part(Part::Document(DocumentNumber::new(9).unwrap()))], Refusal::OrderItemUnknown),
        ("a register", vec![whole(CaseNumber::FIRST_REGISTER)], Refusal::OrderItemUnknown),
    ] {
        assert_eq!(office.try_order(OrderReason::Due, &items), Err(refusal), "{what}");
    }
}

#[test]
fn an_order_can_be_given_up_until_it_is_through() {
    let (mut office, _) = due_office();
    let case = office.case();
    let order = office.order(OrderReason::Due, &[whole(case)]);
    assert_eq!(office.try_file(Note::OrderWithdrawn { order }), Err(Refusal::PersonRequired));
    office.try_file_as(Some(CLARA), Note::OrderWithdrawn { order }).unwrap();
    assert_eq!(office.try_execute(order), Err(Refusal::OrderNotApproved));
    assert_eq!(office.try_file_as(Some(CLARA), Note::OrderWithdrawn { order }).map(drop), Err(Refusal::OrderOver));
    assert!(office.memory.facts.disposition.open.is_empty());
}

#[test]
fn a_proposed_rule_is_rejected_by_one_person() {
    let (mut office, _) = due_office();
    let before = office.memory.facts.disposition.rule;
    let rule = DestructionRule { cap_per_mille: 500, cooling_off_days: 3 };
    // Whoever proposed it, a second person, and a deputy of the first: nothing gets less careful by it.
    for who in [ANNA, BORIS, CLARA] {
        let id = office.try_file_as(Some(ANNA), Note::DestructionRuleProposed { rule, deputy_of: vec![CLARA] }).unwrap();
        let proposal = office.place(id);
        let rejected = || Note::DestructionRuleRejected { proposal };
        assert_eq!(office.try_file_as(None, rejected()).map(drop), Err(Refusal::PersonRequired));
        office.try_file_as(Some(who), rejected()).unwrap();
        assert_eq!(office.try_file_as(Some(who), rejected()).map(drop), Err(Refusal::DestructionRuleNotOpen), "twice");
        let adopted = Note::DestructionRuleAdopted { proposal, deputy_of: Vec::new() };
        assert_eq!(office.try_file_as(Some(BORIS), adopted).map(drop), Err(Refusal::DestructionRuleNotOpen), "after its end");
    }
    let facts = &office.memory.facts.disposition;
    assert_eq!((facts.rule, facts.proposals.len()), (before, 0));
}

#[test]
fn a_cap_needs_two_persons_and_bounds_a_day() {
    let (mut office, _) = due_office();
    let rule = |cap_per_mille, cooling_off_days| Note::DestructionRuleProposed {
        rule: DestructionRule { cap_per_mille, cooling_off_days },
        deputy_of: vec![CLARA],
    };
    for (what, by, note, refusal) in [
        ("nobody", None, rule(5, 5), Refusal::PersonRequired),
        ("nothing may go", Some(ANNA), rule(0, 5), Refusal::DestructionRuleMalformed),
        ("more than all", Some(ANNA), rule(1001, 5), Refusal::DestructionRuleMalformed),
        ("more than a year", Some(ANNA), rule(5, 367), Refusal::DestructionRuleMalformed),
    ] {
        assert_eq!(office.try_file_as(by, note).map(drop), Err(refusal), "{what}");
    }
    let id = office.try_file_as(Some(ANNA), rule(500, 0)).unwrap();
    let proposal = office.place(id);
    assert_eq!(
        office.try_file_as(Some(ANNA), Note::DestructionRuleAdopted { proposal, deputy_of: Vec::new() }).map(drop),
        Err(Refusal::SecondPersonRequired)
    );
    for (what, by, deputy_of) in [("whom the proposer deputises for", CLARA, vec![]), ("a deputy of the proposer", BORIS, vec![ANNA])] {
        let adopted = Note::DestructionRuleAdopted { proposal, deputy_of };
        assert_eq!(office.try_file_as(Some(by), adopted).map(drop), Err(Refusal::DeputyNotIndependent), "{what}");
    }
    office.try_file_as(Some(BORIS), Note::DestructionRuleAdopted { proposal, deputy_of: Vec::new() }).unwrap();
    assert_eq!(
        office.try_file_as(Some(BORIS), Note::DestructionRuleAdopted { proposal, deputy_of: Vec::new() }).map(drop),
        Err(Refusal::DestructionRuleNotOpen)
    );

    let documents: Vec<_> = (0..3).map(|_| office.store()).collect();
    let items: Vec<_> = documents.iter().map(|document| Target { case: office.case(), part: Part::Document(*document) }).collect();
    let order = office.order(OrderReason::Due, &items);
    let all = office.prepare(order, 3);
    assert_eq!(office.try_file(all), Err(Refusal::DestructionCapReached), "three of four in a vault that gives half a day");
    let two = office.prepare(order, 2);
    office.try_file(two).unwrap();
    assert_eq!(office.try_execute(order), Err(Refusal::DestructionCapReached));
    office.go_to(day("2026-11-21"));
    assert!(office.try_execute(order).is_ok());
}

/// What can happen to a case while an order over it rests.
#[derive(Debug, Clone, Copy)]
enum Happening {
    Decision(i16),
    Hold(HoldType),
    Release,
    Store,
    OpenMatter,
    Day(u8),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        (2005_i16..2026).prop_map(Happening::Decision),
        proptest::sample::select(HoldType::ALL).prop_map(Happening::Hold),
        Just(Happening::Release),
        Just(Happening::Store),
        Just(Happening::OpenMatter),
        (1_u8..28).prop_map(Happening::Day),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens between proposal and execution: nothing goes that is held, or whose last day has not passed, or that came later.
    #[test]
    fn nothing_protected_is_ever_destroyed(happenings in proptest::collection::vec(happening(), 0..12)) {
        let (mut office, _) = due_office();
        let case = office.case();
        let order = office.order(OrderReason::Due, &[whole(case)]);
        let (mut holds, mut newest, mut came_later) = (Vec::new(), day("2010-01-01"), false);
        for happening in happenings {
            match happening {
                Happening::Decision(year) => {
                    let on = day(&format!("{year}-01-01"));
                    if office.try_event(EventScope::Case, EventType::Notified, Some(&format!("{year}-01-01")), None).is_ok() {
                        newest = newest.max(on);
                    }
                }
                Happening::Hold(kind) => holds.push((kind, office.place_hold(kind))),
                Happening::Release => {
                    if let Some((_, hold)) = holds.pop() {
                        office.file(Note::HoldReleased { hold });
                    }
                }
                Happening::Store => {
                    office.store();
                    came_later = true;
                }
                // It has the events of the case, so it is as due as the case is.
                Happening::OpenMatter => drop(office.open_matter("benefit")),
                Happening::Day(date) => office.go_to(day(&format!("2026-11-{date:02}"))),
            }
        }
        let held = holds.iter().any(|(kind, _)| kind.stops_destruction());
        let due = newest.plus_months(120).is_some_and(|last| office.memory.today.certain > last && last <= day("2026-11-01"));
        let executed = office.try_execute(order);
        let destroyed = matches!(&executed, Ok((condemned, _)) if !condemned.is_empty());
        prop_assert!(!destroyed || (!held && due && !came_later), "{executed:?}: held {held}, due {due}, came later {came_later}");
        if destroyed {
            prop_assert!(office.memory.documents_of_case(VAULT, case).unwrap().is_empty());
        }
    }
}
