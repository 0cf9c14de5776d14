//! Nothing is without words, and no word is without use.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::lists::SHIPPED_KINDS;
use super::{HoldTold, Language, Words};
use crate::model::destruction::{DestructionRule, DropReason, EpochProof, OrderReason};
use crate::model::retention::{
    Catalogue, Class, Code, Confidence, Dates, Disposal, Dossier, EffectiveEvent, EventScope, EventType, HoldType, Kept, MatterNumber,
    Note, OriginalFlag, Overlay, Part, Period, QaMode, QaResult, ReturnStep, Rounding, ScanDefect, Target, Term, TimeZone, Today, TypeTag,
};
use crate::model::{Address, CaseNumber, Date, Digest, DocumentNumber, NoteId, Timestamp};
use crate::policy::paper;
use crate::policy::retention::{Because, Blocker, Bound, Brakes, Origin, State, Step, explain, standing};

thread_local! {
    static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Takes down that a message was asked for.
pub(super) fn asked(name: &str) {
    ASKED.with_borrow_mut(|asked| asked.insert(name.to_owned()));
}

const FILES: [(&str, &str); 2] = [("de.ftl", include_str!("de.ftl")), ("en.ftl", include_str!("en.ftl"))];

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

fn note() -> (NoteId, Address) {
    (NoteId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e11").unwrap(), Address::of_case(CaseNumber::new(7).unwrap()))
}

/// The names of a file's messages with the variables that each uses.
fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ").filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_lowercase())) {
            name.clone_into(&mut current);
            assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "{name} stands there twice");
        }
        let variables = line.split('$').skip(1).map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect());
        found.entry(current.clone()).or_default().extend(variables.collect::<Vec<String>>());
    }
    found.retain(|name, _| !name.is_empty());
    found
}

/// Dates of every kind.
fn all_dates() -> Vec<Dates> {
    let (early, late) = (day("2022-01-01"), day("2024-03-15"));
    vec![
        Dates::Unclassed,
        Dates::Open { missing: EventType::Notified },
        Dates::Computed { keep_until: late, destroy_by: None },
        Dates::Computed { keep_until: early, destroy_by: Some(late) },
        Dates::Computed { keep_until: late, destroy_by: Some(early) },
        Dates::Never,
    ]
}

/// Every step, in each of the forms that have words of their own.
fn all_steps() -> Vec<Step> {
    let (from, to, matter) = (day("2014-01-01"), day("2014-06-30"), MatterNumber(3));
    let bounds = [Bound::Minimum, Bound::Maximum];
    let mut steps = vec![Step::NoCatalogue, Step::NoClass { kind: code("other"), version: 2 }, Step::NoMaximum, Step::Quarantine];
    for (from, to) in [(None, None), (Some(from), None), (None, Some(to)), (Some(from), Some(to))] {
        steps.push(Step::Matter { matter, kind: code("benefit"), from, to });
    }
    for because in [Because::Kind(code("benefit")), Because::Type(TypeTag([7; 16]))] {
        let title = ("Leistung".to_owned(), "Benefit".to_owned());
        let legal_basis = vec!["section 45 SGB X".to_owned(), "BSG".to_owned()];
        let confidence = Confidence::High;
        let (disposal, archive_authorisation) = (Disposal::Destroy, matches!(because, Because::Type(_)).then(|| "BArch 1/2026".to_owned()));
        steps.push(Step::Class {
            class: code("LEIST"),
            title,
            because,
            legal_basis,
            confidence,
            version: 2,
            valid_from: from,
            disposal,
            archive_authorisation,
        });
    }
    for (bound, earlier) in bounds.into_iter().flat_map(|bound| [0, 1, 2].map(|earlier| (bound, earlier))) {
        let (id, place) = note();
        let scopes = [EventScope::Case, EventScope::Matter(matter), EventScope::Document(DocumentNumber::new(7).unwrap())];
        let origins = scopes.map(|scope| Origin::Note { id, place, scope, source: code("eakte") }).into_iter();
        for origin in origins.chain([Origin::Document]) {
            steps.push(Step::Started { bound, event: EventType::Notified, on: from, origin, earlier });
        }
    }
    for bound in bounds {
        steps.push(Step::NotStarted { bound, event: EventType::ClaimSettled });
        steps.extend(Rounding::ALL.map(|rounding| Step::Rounded { bound, rounding, from, to }));
        for (period, end) in [(None, Some(to)), (Some(Period::Years(10)), Some(to)), (Some(Period::Months(1)), None)] {
            steps.push(Step::Ended { bound, counted: from, period, end });
        }
    }
    steps.extend([Some(to), None].map(|end| Step::Window { from, window: Period::Days(90), end }));
    steps.extend([
        Step::KeptNothing { on: from },
        Step::LatestMinimum { terms: 2, end: to },
        Step::EarliestMaximum { terms: 2, end: to },
        Step::RaisedToMinimum { from, to },
        Step::Conflict { keep_until: to, destroy_by: from },
    ]);
    for dates in all_dates() {
        steps.extend([None, Some(code("LEIST"))].map(|class| Step::Line { matter, class, dates: dates.clone() }));
        steps.push(Step::Line { matter: MatterNumber::DEFAULT, class: None, dates: dates.clone() });
        steps.push(Step::Longest { matters: 2, dates });
    }
    for set_aside in [vec![], vec![matter, MatterNumber::DEFAULT]] {
        steps.push(Step::Prevails { class: code("DABGL0"), legal_basis: "section 52(3) SGB II".to_owned(), set_aside });
    }
    steps.extend(HoldType::ALL.iter().map(|kind| Step::Hold { kind: *kind }));
    for (held, quarantined) in [(1, 0), (0, 1), (1, 1), (2, 2), (3, 0), (0, 3)] {
        steps.push(Step::Inside { held, quarantined });
    }
    steps.push(Step::NewerThanPeriod { on: to, keep_until: from });
    steps.extend([1, 2].map(|newer| Step::NewerInside { newer, keep_until: from }));
    steps.extend([1, 2].map(|kept| Step::KeptInside { kept }));
    steps.extend(Disposal::ALL.map(|disposal| Step::Appraisal { class: Some(code("LEIST")), disposal }));
    for (watermark, passed) in [(None, false), (Some(from), false), (Some(to), true)] {
        steps.push(Step::Intake { watermark, keep_until: to, passed });
    }
    steps.extend(all_standings());
    steps
}

/// Where something can stand, on a day of agreement and on one on which the clocks differ.
fn all_standings() -> Vec<Step> {
    let brakes = [
        Brakes { watermark: Some(day("2025-01-01")), ..Brakes::default() },
        Brakes { holds: vec![HoldType::Court], quarantined: true, ..Brakes::default() },
    ];
    let mut steps = Vec::new();
    for dates in all_dates() {
        for (certain, wall) in [("2020-01-01", "2020-01-01"), ("2024-03-16", "2024-03-16"), ("2024-03-20", "2024-03-25")] {
            let today = Today { certain: day(certain), wall: day(wall) };
            let standings = brakes.iter().map(|brakes| standing(&dates, today, brakes));
            steps.extend(standings.map(|standing| Step::Standing { certain: today.certain, wall: today.wall, standing }));
        }
    }
    steps
}

/// Says everything there is to say.
fn say_everything(words: &Words) -> Vec<String> {
    let mut said: Vec<String> = all_steps().iter().map(|step| words.step(step)).collect();
    said.extend((1..=12).map(|month| words.date(day(&format!("2024-{month:02}-09")))));
    let periods = [1, 2].into_iter().flat_map(|n| [Period::Years(n), Period::Months(n), Period::Days(u32::from(n))]);
    said.extend(periods.map(|period| words.period(period)));
    said.extend(EventType::ALL.iter().map(|event| words.event(*event)));
    said.extend(Rounding::ALL.map(|rounding| words.rounding(rounding)));
    said.extend(Confidence::ALL.map(|confidence| words.confidence(confidence)));
    said.extend(Disposal::ALL.map(|disposal| words.disposal(disposal)));
    said.extend(HoldType::ALL.iter().map(|hold| words.hold(*hold)));
    said.extend(Overlay::ALL.map(|overlay| words.overlay(overlay)));
    said.extend(ScanDefect::ALL.map(|defect| words.scan_defect(defect)));
    said.extend(QaMode::ALL.map(|mode| words.qa_mode(mode)));
    said.extend(QaResult::ALL.map(|result| words.qa_result(result)));
    said.extend(OriginalFlag::ALL.map(|flag| words.original_flag(flag)));
    said.extend(ReturnStep::ALL.map(|step| words.return_step(step)));
    said.extend(Blocker::ALL.map(|blocker| words.blocker(blocker)));
    said.extend(paper::Blocker::ALL.map(|blocker| words.box_blocker(blocker)));
    said.extend(paper::PullReason::ALL.map(|reason| words.pull_reason(reason)));
    let states = [paper::ReleaseState::Ready, paper::ReleaseState::Blocked, paper::ReleaseState::Waiting];
    said.extend(states.map(|state| words.release_state(state)));
    let missing = EventType::Notified;
    let states = [State::Unclassed, State::Open { missing }, State::Running, State::Due, State::Conflict, State::Never];
    said.extend(states.map(|state| words.state(state)));
    say_orders(words, &mut said);
    said.extend(SHIPPED_KINDS.iter().map(|kind| words.kind(&code(kind))));
    said.push(words.kind(&code("other")));
    said.push(words.box_destroyed(day("2026-11-20")));
    said.push(words.quarantine_told(&ScanDefect::ALL));
    for (kind, today) in [(HoldType::Court, "2026-12-01"), (HoldType::Dispute, "2027-12-01")] {
        let (placed_on, review_on) = (day("2026-11-22"), day("2027-02-20"));
        let hold = HoldTold { kind, reference: Some("S 1"), owner: Some("x"), placed_on, review_on, ends_on: Some(review_on) };
        said.push(words.hold_told(&hold, day(today)));
    }
    said
}

/// Everything about orders of destruction.
fn say_orders(words: &Words, said: &mut Vec<String>) {
    said.extend(OrderReason::ALL.iter().map(|reason| words.order_reason(*reason)));
    said.extend(DropReason::ALL.iter().map(|reason| words.drop_reason(*reason)));
    said.extend(["proposed", "resting", "executing", "keys", "done", "withdrawn"].map(|stage| words.order_stage(stage)));
    said.extend(["waits", "destroyed"].map(|outcome| words.order_outcome(outcome)));
    let case = CaseNumber::new(7).unwrap();
    let parts = [Part::Whole, Part::Matter(MatterNumber(3)), Part::Document(DocumentNumber::new(7).unwrap())];
    for count in [1, 2] {
        let items: Vec<Target> = parts.iter().flat_map(|part| vec![Target { case, part: *part }; count]).collect();
        said.push(words.order_list(&items));
    }
    said.extend(notes_of_destruction().iter().map(|note| words.destruction_note(note).expect("must have words")));
    let other = Note::HoldReleased { hold: note().1 };
    assert_eq!(words.destruction_note(&other), None, "what is not about destruction has no words here");
}

fn notes_of_destruction() -> Vec<Note> {
    let (order, none) = (note().1, Vec::new);
    let proof = EpochProof {
        before: 1,
        after: 2,
        root_before: Digest([1; 32]),
        root_after: Digest([2; 32]),
        trees: Vec::new(),
        places: Vec::new(),
    };
    vec![
        Note::OrderProposed { reason: OrderReason::Due, items: Vec::new(), deputy_of: none() },
        Note::OrderApproved { order, list: Digest([3; 32]), cooling_off_days: 14, deputy_of: none() },
        Note::OrderWithdrawn { order },
        Note::OrderStep { order, first: 0, count: 1, held: 1, condemned: Vec::new(), dropped: Vec::new() },
        Note::KeysDestroyed { order, steps: Vec::new(), proof },
        Note::CopiesGone { order, copies: Vec::new() },
        Note::DestructionReplayed { epoch: 1, condemned: Vec::new() },
        Note::DestructionRuleProposed { rule: DestructionRule::default(), deputy_of: Vec::new() },
        Note::DestructionRuleAdopted { proposal: order, deputy_of: Vec::new() },
        Note::DestructionRuleRejected { proposal: order },
        Note::ShardSealed { year: 2026, size: 1, root: Digest([4; 32]) },
        Note::ShardDestroyed { sealed: order, year: 2026, size: 1 },
    ]
}

#[test]
fn everything_has_words_in_both_languages_and_no_word_is_without_use() {
    let names: BTreeSet<String> = messages(FILES[0].1).into_keys().collect();
    for language in Language::ALL {
        ASKED.with_borrow_mut(BTreeSet::clear);
        for said in say_everything(Words::of(language)) {
            let whole = !said.is_empty() && !said.contains(['{', '}', '$']) && !said.contains("  ") && said.trim() == said;
            assert!(whole, "{}: {said:?}", language.tag());
        }
        ASKED.with_borrow(|asked| assert_eq!(*asked, names, "{}", language.tag()));
    }
}

#[test]
fn both_files_are_right_and_say_the_same_things_with_the_same_variables() {
    for (file, text) in FILES {
        let errors = fluent_bundle::FluentResource::try_new(text.to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{file}: {errors:?}");
    }
    assert_eq!(messages(FILES[0].1), messages(FILES[1].1));
}

const CLI_FILES: [(&str, &str); 2] = [("cli.de.ftl", include_str!("cli.de.ftl")), ("cli.en.ftl", include_str!("cli.en.ftl"))];

#[test]
fn both_files_of_the_command_line_are_right_and_say_the_same_things() {
    for (file, text) in CLI_FILES {
        let errors = fluent_bundle::FluentResource::try_new(text.to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{file}: {errors:?}");
    }
    assert_eq!(messages(CLI_FILES[0].1), messages(CLI_FILES[1].1));
}

/// The names of messages in the program's own text, wherever the command line writes one.
fn names_in(folder: &std::path::Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names_in(&path, names);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for start in ["\"label-", "\"cli-", "\"filed-", "\"cell-"] {
            let found = text.match_indices(start).filter_map(|(at, _)| text[at + 1..].split('"').next());
            names.extend(found.map(ToOwned::to_owned));
        }
    }
}

#[test]
fn the_command_line_has_words_for_everything_and_no_word_is_without_use() {
    let mut used = BTreeSet::new();
    names_in(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli"), &mut used);
    // Cells of closed lists are asked for by their codes, and have a test of their own.
    let of_list = |name: &String| {
        ["access", "outcome", "state", "blocker", "box-state", "box-blocker", "event-state", "classes", "note", "step", "flag", "ledger"]
            .iter()
            .any(|list| name.starts_with(&format!("cell-{list}-")))
    };
    let names: BTreeSet<String> = messages(CLI_FILES[0].1).into_keys().filter(|name| !of_list(name)).collect();
    assert_eq!(used, names);
}

const AUDIT_FILES: [(&str, &str); 2] = [("audit.de.ftl", include_str!("audit.de.ftl")), ("audit.en.ftl", include_str!("audit.en.ftl"))];

#[test]
fn both_files_of_the_report_on_an_export_are_right_and_say_the_same_things() {
    for (file, text) in AUDIT_FILES {
        let errors = fluent_bundle::FluentResource::try_new(text.to_owned()).err().map(|(_, errors)| errors);
        assert!(errors.is_none(), "{file}: {errors:?}");
    }
    assert_eq!(messages(AUDIT_FILES[0].1), messages(AUDIT_FILES[1].1));
}

/// A copy for a person has documents and not the ledger that says how many there are.
#[test]
fn documents_are_counted_against_a_ledger_only_if_there_is_one() {
    for (language, of_a_copy, of_a_vault) in [
        (Language::English, "Documents: one is enclosed and is the one that was recorded;", "Documents: 1 of 3 recorded in the ledger are"),
        (
            Language::German,
            "Dokumente: Eines liegt bei und ist das, das aufgezeichnet wurde;",
            "Dokumente: 1 von 3 im Ledger aufgezeichneten",
        ),
    ] {
        let told = |of: u64| Words::of(language).told("audit-done-documents", &[("count", 1_u64.into()), ("of", of.into())]);
        assert!(told(0).starts_with(of_a_copy), "{}", told(0));
        assert!(told(3).starts_with(of_a_vault), "{}", told(3));
    }
}

/// A step that is not among the samples above would otherwise have no words, unnoticed.
#[test]
fn every_name_in_the_code_is_a_message() {
    let names = messages(FILES[0].1);
    let source = include_str!("steps.rs");
    let written = source.split('"').skip(1).step_by(2).filter(|text| text.starts_with("step-"));
    let unknown: Vec<&str> = written.filter(|name| !names.contains_key(*name)).collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn days_and_periods_are_written_as_the_reader_writes_them() {
    let (english, german) = (Words::of(Language::English), Words::of(Language::German));
    for (date, in_english, in_german) in [
        ("2024-03-15", "15 March 2024", "15.03.2024"),
        ("2016-02-29", "29 February 2016", "29.02.2016"),
        ("2018-01-01", "1 January 2018", "01.01.2018"),
        ("0800-12-25", "25 December 0800", "25.12.0800"),
    ] {
        assert_eq!((english.date(day(date)), german.date(day(date))), (in_english.to_owned(), in_german.to_owned()));
    }
    for (period, in_english, in_german) in [
        (Period::Years(10), "10 years", "10 Jahre"),
        (Period::Months(1), "1 month", "1 Monat"),
        (Period::Days(36_500), "36500 days", "36500 Tage"),
    ] {
        assert_eq!((english.period(period), german.period(period)), (in_english.to_owned(), in_german.to_owned()));
    }
}

/// One class, one event: vector D1 with a window of ninety days.
fn benefit() -> (Dossier, Catalogue) {
    let term = Term { start: EventType::Notified, rounding: Rounding::None, period: Some(Period::Years(10)) };
    let class = Class {
        code: code("LEIST"),
        title: ("Leistungsunterlagen".to_owned(), "Benefit documents".to_owned()),
        legal_basis: vec!["BSG, B 14 AS 7/19 R".to_owned()],
        confidence: Confidence::High,
        minimum: Kept::Until(vec![term.clone()]),
        maximum: vec![term],
        window: Some(Period::Days(90)),
        maximum_at_least_minimum: false,
        prevails: None,
        disposal: Disposal::Offer,
        archive_authorisation: None,
    };
    let catalogue = Catalogue {
        version: 2,
        valid_from: day("2014-01-01"),
        time_zone: TimeZone::berlin(),
        classes: BTreeMap::from([(code("LEIST"), class)]),
        kinds: BTreeMap::from([(code("benefit"), code("LEIST"))]),
        types: BTreeMap::new(),
        paper: Period::Days(56),
    };
    let mut dossier = Dossier::new(code("benefit"), day("2014-02-01"));
    let (id, note) = note();
    dossier.events.push(EffectiveEvent {
        note,
        id,
        scope: EventScope::Case,
        event: EventType::Notified,
        valid_on: day("2014-03-15"),
        recorded_at: Timestamp::parse("2014-03-17T08:00:00Z").unwrap(),
        source: code("eakte"),
    });
    (dossier, catalogue)
}

#[test]
fn a_computation_reads_like_an_explanation() {
    let (dossier, catalogue) = benefit();
    let today = Today { certain: day("2024-06-20"), wall: day("2024-06-20") };
    let brakes = Brakes { holds: vec![HoldType::Court], watermark: Some(day("2024-06-01")), ..Brakes::default() };
    let explanation = explain(&dossier, None, Some(&catalogue), today, &brakes);
    for (language, expected) in [
        (Language::English, include_str!("../../tests/fixtures/words/why.en.txt")),
        (Language::German, include_str!("../../tests/fixtures/words/why.de.txt")),
    ] {
        let told: Vec<String> = explanation.steps.iter().map(|step| Words::of(language).step(step)).collect();
        assert_eq!(told, expected.lines().collect::<Vec<_>>());
    }
}
