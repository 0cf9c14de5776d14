//! Retention over the whole archive: notes, facts, dates, holds, catalogues, paper; over restarts and under faults.

use std::collections::BTreeSet;

use aktenfest::archive::{
    ArchiveError, BatchRequest, BoxItem, BoxRequest, EventRequest, Filed, HoldItem, HoldQuery, HoldRequest, MatterRequest, ParsedCatalogue,
    Scope, StepRequest, Stored, Vault,
};
use aktenfest::config::classes;
use aktenfest::model::retention::{
    BoxStep, Code, Dates, EventType, HoldType, NoteWords, Overlay, QaMode, QaResult, ScanDefect, SecurityLevel,
};
use aktenfest::model::{
    ApplicationName, Date, DocumentDescription, MediaType, NoteId, PersonName, Principal, Refusal, ScanDescription, Text, Timestamp,
    VaultName,
};
use aktenfest::policy::paper::ReleaseState;
use aktenfest::policy::retention::{Blocker, State};
use bytes::Bytes;

use super::{Office, application, case_id, document_id};

pub fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn code(text: &str) -> Code {
    Code::parse(text).unwrap()
}

pub fn note_id(number: u32) -> NoteId {
    NoteId::parse(&format!("0192f0c1-0000-7c7a-b1f4-{number:012x}")).unwrap()
}

/// Somebody with a certificate of the application, and of a person if one is named.
pub fn clerk(person: Option<&str>) -> Principal {
    Principal {
        application: ApplicationName::parse("eakte").unwrap(),
        vaults: BTreeSet::from([VaultName::parse("demo").unwrap()]),
        person: person.map(|name| PersonName::parse(name).unwrap()),
        deputy_of: BTreeSet::new(),
    }
}

pub fn because(reason: &str) -> NoteWords {
    NoteWords { reason: Some(Text::parse(reason).unwrap()), ..NoteWords::default() }
}

/// The catalogue that is shipped, with some text replaced.
pub fn catalogue(replace: &[(&str, &str)]) -> ParsedCatalogue {
    // The archive of this office wants nothing.
    let authorised = "disposal    = \"offer\"\narchive_authorisation = \"LA 12-2026\"";
    let shipped = classes::shipped().replace("disposal    = \"offer\"", authorised);
    let text = replace.iter().fold(shipped, |text, (from, to)| {
        assert!(text.contains(from), "the shipped catalogue has no {from:?}");
        text.replace(from, to)
    });
    let parsed = classes::parse(&text).unwrap();
    ParsedCatalogue { catalogue: parsed.catalogue, types: parsed.types, text }
}

pub async fn adopt(vault: &Vault, number: u32, catalogue: ParsedCatalogue) {
    let (proposal, adoption) = (note_id(number), note_id(number + 1));
    vault.propose_classes(&clerk(Some("m-muster")), proposal, catalogue, because("first catalogue")).await.unwrap();
    vault.adopt_classes(&clerk(Some("e-beispiel")), proposal, adoption, because("checked")).await.unwrap();
    vault.refresh_dates().await.unwrap();
}

pub async fn open_matter(vault: &Vault, number: u32, kind: &str) -> NoteId {
    let request = MatterRequest { id: note_id(number), kind: code(kind), from: None, to: None, words: NoteWords::default() };
    vault.open_matter(&clerk(None), case_id(), request).await.unwrap();
    note_id(number)
}

pub async fn happens(vault: &Vault, number: u32, scope: Scope, event: EventType, on: &str) -> Result<Filed, ArchiveError> {
    let request = EventRequest {
        id: note_id(number),
        scope,
        event,
        valid_on: Some(day(on)),
        source: code("eakte"),
        evidence: None,
        supersedes: None,
        words: NoteWords::default(),
    };
    vault.record_event(&clerk(None), case_id(), request).await
}

pub async fn store_in(vault: &Vault, number: u32, description: DocumentDescription, content: &[u8]) -> Stored {
    let media_type = MediaType::parse("application/pdf").unwrap();
    let mut upload = vault.begin_document(&application(), case_id(), document_id(number), media_type, description, None).await.unwrap();
    upload.push(Bytes::copy_from_slice(content)).await.unwrap();
    upload.finish(None).await.unwrap()
}

fn hold(number: u32, kind: HoldType, items: Vec<HoldItem>, query: Option<HoldQuery>) -> HoldRequest {
    let text = |text: &str| Some(Text::parse(text).unwrap());
    let words =
        NoteWords { legal_basis: text("section 84 SGG"), owner: text("appeals unit"), reference: text("W 17/26"), ..NoteWords::default() };
    HoldRequest { id: note_id(number), kind, review_on: day("2027-05-01"), ends_on: None, items, query, words }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_decision_to_the_due_date() {
    let mut office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, 10, "benefit").await;
    let description = DocumentDescription { matters: vec![matter], ..DocumentDescription::default() };
    store_in(&vault, 1, description, b"application").await;

    let open = vault.why(case_id(), document_id(1)).unwrap().explanation;
    assert!(matches!(open.dates, Dates::Open { missing: EventType::Notified }), "{open:?}");

    happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2014-03-15").await.unwrap();
    let why = vault.why(case_id(), document_id(1)).unwrap();
    let dates = Dates::Computed { keep_until: day("2024-03-15"), destroy_by: Some(day("2024-06-13")) };
    assert_eq!(why.explanation.dates, dates);
    assert_eq!(why.explanation.standing.blockers(), [Blocker::Watermark], "the scan line has reported nothing");

    vault.report_intake(&clerk(None), note_id(12), day("2026-11-01"), NoteWords::default()).await.unwrap();
    let due = vault.due(day("2026-11-20"), None, 10).unwrap();
    let found = due.items.iter().find(|item| item.matter == Some(matter)).expect("the matter is due");
    assert!(found.standing.may_be_proposed() && due.complete);
    assert_eq!(found.standing.state(), State::Due);
    assert!(vault.overdue(None, 10).unwrap().items.iter().any(|item| item.matter == Some(matter)));

    let before = vault.case_retention(case_id(), None, 10).unwrap();
    drop(vault);
    office.restart().await;
    assert_eq!(office.vault().case_retention(case_id(), None, 10).unwrap(), before, "a restart changes no fact");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_destruction_and_no_clock() {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, 10, "benefit").await;
    store_in(&vault, 1, DocumentDescription { matters: vec![matter], ..DocumentDescription::default() }, b"letter").await;
    happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2014-03-15").await.unwrap();
    vault.report_intake(&clerk(None), note_id(12), day("2026-11-01"), NoteWords::default()).await.unwrap();
    let dates = vault.why(case_id(), document_id(1)).unwrap().explanation.dates;

    let query = HoldQuery { kind: Some(code("benefit")), ..HoldQuery::default() };
    let placed = vault.place_hold(&clerk(None), hold(20, HoldType::Court, Vec::new(), Some(query.clone()))).await.unwrap();
    let again = vault.place_hold(&clerk(None), hold(20, HoldType::Court, Vec::new(), Some(query))).await.unwrap();
    assert!(placed.created && !again.created && placed.receipt == again.receipt, "a repetition gives the same receipt");
    let why = vault.why(case_id(), document_id(1)).unwrap();
    assert_eq!(why.explanation.dates, dates);
    assert_eq!(why.explanation.standing.blockers(), [Blocker::Hold]);
    assert_eq!(why.holds.len(), 1);

    let (hold_of, release) = (note_id(20), note_id(21));
    vault.release_hold(&clerk(None), hold_of, release, because("withdrawn")).await.unwrap();
    assert!(vault.why(case_id(), document_id(1)).unwrap().explanation.standing.may_be_proposed(), "due at once");
    let twice = vault.release_hold(&clerk(None), hold_of, note_id(22), because("again")).await;
    assert!(matches!(twice, Err(ArchiveError::Refused(Refusal::HoldOver))), "{twice:?}");

    let item = HoldItem { case: case_id(), matter: None, document: Some(document_id(1)) };
    vault.place_hold(&clerk(None), hold(23, HoldType::Dispute, vec![item], None)).await.unwrap();
    let address = vault.document(case_id(), document_id(1)).unwrap().record.address;
    assert_eq!(vault.overlays(address).unwrap(), [Overlay::Disputed]);
    assert!(vault.why(case_id(), document_id(1)).unwrap().explanation.standing.may_be_proposed(), "a dispute stops nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_needs_two_persons_and_shows_what_it_changes() {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, 10, "appeal").await;
    happens(&vault, 11, Scope::Matter(matter), EventType::ProceedingsFinal, "2017-06-01").await.unwrap();

    let shorter = || catalogue(&[("[classes.RECHT]", "[classes.RECHT]\n# shortened")]);
    let alone = clerk(Some("m-muster"));
    vault.propose_classes(&alone, note_id(30), shorter(), because("new instruction")).await.unwrap();
    let refused = vault.adopt_classes(&alone, note_id(30), note_id(31), because("I am sure")).await;
    assert!(matches!(refused, Err(ArchiveError::Refused(Refusal::SecondPersonRequired))), "{refused:?}");
    let nobody = vault.adopt_classes(&clerk(None), note_id(30), note_id(31), because("no name")).await;
    assert!(matches!(nobody, Err(ArchiveError::Refused(Refusal::PersonRequired))), "{nobody:?}");
    vault.adopt_classes(&clerk(Some("e-beispiel")), note_id(30), note_id(31), because("checked")).await.unwrap();
    vault.refresh_dates().await.unwrap();
    assert_eq!(vault.classes().unwrap().unwrap().version, 2);
    let lines = vault.case_retention(case_id(), None, 10).unwrap().dossier.lines;
    assert!(lines.iter().all(|line| line.version == 2), "{lines:?}");
    assert_eq!(vault.class_history(None, 10).unwrap().items.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_scan_is_kept_in_quarantine_and_paper_waits_for_everything() {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let batch = note_id(40);
    let words = NoteWords::default;
    vault
        .register_batch(&clerk(None), BatchRequest { id: batch, received: day("2026-09-01"), documents: 1, sheets: 2, words: words() })
        .await
        .unwrap();
    let scan = ScanDescription {
        scanned_on: day("2026-09-02"),
        pages: 2,
        batch: Some(batch),
        transfer_note: None,
        colour: false,
        high_protection: true,
    };
    let stored = store_in(&vault, 1, DocumentDescription { scan: Some(scan), ..DocumentDescription::default() }, b"not a picture").await;
    assert_eq!(stored.defects, [ScanDefect::PagesUnknown]);
    let address = vault.document(case_id(), document_id(1)).unwrap().record.address;
    assert_eq!(vault.overlays(address).unwrap(), [Overlay::Quarantine]);
    let early = vault.complete_batch(&clerk(None), batch, note_id(41), words()).await;
    assert!(early.is_err(), "a batch with a document in quarantine is not complete");

    let item = BoxItem { case: case_id(), document: document_id(1), position: 1, sheets: 2, flags: Vec::new() };
    let paper = BoxRequest { id: note_id(50), batch, scanned_on: day("2026-09-02"), sheets: 2, items: vec![item], words: words() };
    vault.register_box(&clerk(None), paper).await.unwrap();
    assert_eq!(vault.paper_box(note_id(50)).unwrap().release.state, ReleaseState::Blocked, "the weeks are over, and little else");

    let destroyed = |number| StepRequest {
        id: note_id(number),
        step: BoxStep::Destroyed { on: day("2026-11-20"), level: SecurityLevel::new(4).unwrap(), sheets: 2 },
        words: words(),
    };
    assert!(vault.step_box(&clerk(Some("m-muster")), note_id(50), destroyed(51)).await.is_err());
    let person = clerk(Some("m-muster"));
    vault.lift_quarantine(&person, case_id(), note_id(52), document_id(1), because("looked at it")).await.unwrap();
    let checked = (document_id(1), QaMode::Full, QaResult::Passed);
    vault.check_document(&person, case_id(), note_id(53), checked, words()).await.unwrap();
    vault.complete_batch(&clerk(None), batch, note_id(54), words()).await.unwrap();
    vault.confirm_backup(&clerk(None), note_id(55), Timestamp::parse("2026-11-20T08:00:00Z").unwrap(), words()).await.unwrap();
    office.clock.advance(std::time::Duration::from_secs(3600));
    vault.confirm_backup(&clerk(None), note_id(56), Timestamp::parse("2026-11-20T08:30:00Z").unwrap(), words()).await.unwrap();
    let view = vault.paper_box(note_id(50)).unwrap();
    assert_eq!(view.release.state, ReleaseState::Ready, "{:?}", view.release);
    vault.step_box(&person, note_id(50), destroyed(57)).await.unwrap();
    assert!(vault.boxes(None, 10).unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_another_note_and_the_first_one_stays() {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, 10, "benefit").await;
    happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2016-02-29").await.unwrap();
    let correction = EventRequest {
        id: note_id(12),
        scope: Scope::Matter(matter),
        event: EventType::Notified,
        valid_on: Some(day("2014-03-15")),
        source: code("eakte"),
        evidence: None,
        supersedes: Some(note_id(11)),
        words: because("wrong year"),
    };
    vault.record_event(&clerk(None), case_id(), correction).await.unwrap();
    let dates = vault.why_matter(case_id(), Some(matter)).unwrap().explanations[0].dates.clone();
    assert!(matches!(dates, Dates::Computed { keep_until, .. } if keep_until == day("2024-03-15")), "{dates:?}");
    assert!(vault.note(note_id(11)).is_ok(), "nothing is edited");
    let reused = happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2018-01-01").await;
    assert!(matches!(reused, Err(ArchiveError::Refused(Refusal::NoteIdTaken))), "{reused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_the_wall_clock_fifty_years_on_or_back_unlocks_nothing() {
    for (wall, name) in [("2076-11-20T08:00:00Z", "fifty years on"), ("1976-11-20T08:00:00Z", "fifty years back")] {
        let mut office = Office::open().await;
        let vault = office.vault();
        adopt(&vault, 1, catalogue(&[])).await;
        let matter = open_matter(&vault, 10, "benefit").await;
        store_in(&vault, 1, DocumentDescription { matters: vec![matter], ..DocumentDescription::default() }, b"letter").await;
        happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2026-03-15").await.unwrap();
        vault.report_intake(&clerk(None), note_id(12), day("2026-11-01"), NoteWords::default()).await.unwrap();
        drop(vault);
        office.clock.set(Timestamp::parse(wall).unwrap());
        for occasion in ["while it runs", "after a restart", "after a new start of the machine"] {
            let vault = office.vault();
            let standing = vault.why(case_id(), document_id(1)).unwrap().explanation.standing;
            assert_eq!(standing.state(), State::Running, "{name}, {occasion}");
            assert!(!standing.may_be_proposed(), "{name}, {occasion}");
            assert!(vault.due(day("2080-01-01"), None, 10).unwrap().items.iter().all(|item| !item.standing.may_be_proposed()));
            assert!(office.store(occasion.len() as u32, b"goes on").await.is_ok(), "{name}, {occasion}: storing goes on");
            drop(vault);
            office.restart().await;
            office.clock.advance(std::time::Duration::from_secs(86_400));
            if occasion == "after a restart" {
                office.clock.set_boot(aktenfest::clock::BootId::from_bytes([2; 16]));
                office.restart().await;
            }
        }
    }
}

/// A longer period protects from the moment it is adopted, not from the moment at which the background job comes to a case.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_offered_by_rules_that_are_replaced() {
    let office = Office::open().await;
    let vault = office.vault();
    adopt(&vault, 1, catalogue(&[])).await;
    let matter = open_matter(&vault, 10, "benefit").await;
    happens(&vault, 11, Scope::Matter(matter), EventType::Notified, "2014-03-15").await.unwrap();
    vault.report_intake(&clerk(None), note_id(12), day("2026-11-01"), NoteWords::default()).await.unwrap();
    let offered =
        || vault.due(day("2026-11-20"), None, 10).unwrap().items.iter().map(|item| item.standing.may_be_proposed()).collect::<Vec<_>>();
    assert_eq!(offered(), [true]);
    let longer = catalogue(&[("minimum     = \"P10Y\"", "minimum     = \"P30Y\""), ("maximum     = \"P10Y\"", "maximum     = \"P30Y\"")]);
    vault.propose_classes(&clerk(Some("m-muster")), note_id(20), longer, because("longer")).await.unwrap();
    vault.adopt_classes(&clerk(Some("e-beispiel")), note_id(20), note_id(21), because("checked")).await.unwrap();
    assert_eq!(offered(), [false], "the job has not come here yet");
    // Nor does a hold by class overlook what the job has not come to.
    let query = HoldQuery { class: Some(code("LEIST")), ..HoldQuery::default() };
    vault.place_hold(&clerk(None), hold(30, HoldType::Audit, Vec::new(), Some(query))).await.unwrap();
    vault.refresh_dates().await.unwrap();
    assert_eq!(offered(), Vec::<bool>::new());
}
