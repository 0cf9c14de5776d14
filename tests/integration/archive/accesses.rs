//! The access log over the whole archive: recorded before anything is shown, in groups, over full disks and restarts, and gone when it must.

use std::time::Duration;

use aktenfest::archive::{ArchiveError, ExportRequest, Vault};
use aktenfest::export::Bag;
use aktenfest::keys::{Keyring, TreeId};
use aktenfest::ledger::{Entry, TilePath, UnverifiedCheckpoint, VerifierKey, leaf_hash, parse_bundle};
use aktenfest::model::retention::NoteWords;
use aktenfest::model::{
    Access, AccessKind, AccessReader, AccessTarget, ApplicationName, Digest, ExportKind, LedgerIndex, NoteId, PersonName, Purpose, Refusal,
    Text, Timestamp,
};
use aktenfest::store::anchor::AnchorFile;
use aktenfest::store::fault::{Cause, Failure, Step};
use aktenfest::verify::{OfflineSettings, Trust, catalogue, verify_offline};

use super::destruction::{office_with_a_due_case, order_everything_due, refusal};
use super::retention::{because, clerk};
use super::{Office, application, case_id, document_id};

const DAY: Duration = Duration::from_secs(86_400);

fn reader(person: &str) -> AccessReader {
    AccessReader {
        application: ApplicationName::parse("eakte").unwrap(),
        person: PersonName::parse(person).ok(),
        on_behalf_of: None,
        purpose: Purpose::parse("Widerspruch W 17/26"),
    }
}

fn of_document(person: &str, number: u32) -> Access {
    let target = AccessTarget::Document(case_id(), document_id(number));
    Access { reader: reader(person), kind: AccessKind::Content, target, range: None, refused: None, count: 1 }
}

/// All entries of a year's ledger, read through the resources that any client reads, and its checkpoint checked with its own key.
fn entries(vault: &Vault, year: u16) -> Vec<Vec<u8>> {
    let key = VerifierKey::parse(&vault.access_verifier_key(year).unwrap()).unwrap();
    let note = vault.access_checkpoint(year).unwrap();
    let checkpoint = UnverifiedCheckpoint::parse(&note).unwrap().verify(&key).unwrap();
    let size = checkpoint.checkpoint().size();
    let mut found = Vec::new();
    for index in 0..size.div_ceil(256) {
        let width = if (index + 1) * 256 <= size { 256 } else { (size % 256) as u16 };
        let bundle = vault.access_tile(year, &TilePath::Entries { index, width }).unwrap().unwrap();
        found.extend(parse_bundle(&bundle, width).unwrap().into_iter().map(<[u8]>::to_vec));
    }
    let leaves: Vec<_> = found.iter().map(|entry| leaf_hash(entry)).collect();
    let root = aktenfest::ledger::LogState::empty().append(&leaves).unwrap().root;
    assert_eq!((found.len() as u64, root), (size, checkpoint.checkpoint().root()), "the entries are those that were signed");
    found
}

/// What a check of the stopped archive has to say, but for that nobody has given it a key to trust.
fn findings(office: &Office) -> Vec<String> {
    let settings = OfflineSettings {
        store: office.settings.store.clone(),
        keys: office.settings.keys.clone(),
        trust: Trust::default(),
        roots: None,
        threads: 2,
    };
    let report = verify_offline(&settings);
    let others = report.findings.iter().filter(|finding| finding.code != catalogue::NO_TRUSTED_KEY);
    others.map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_is_in_a_ledger_of_its_own_and_opens() {
    let mut office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let before = office.vault().ledger_head().unwrap();
    office.vault().record_access(of_document("m-muster", 1)).await.unwrap();
    office.vault().record_access(Access { range: Some((0, 3)), ..of_document("k-lang", 1) }).await.unwrap();
    office.vault().accesses_settled().await.unwrap();
    assert_eq!(office.vault().ledger_head().unwrap(), before, "the vault's own ledger does not grow");
    for _ in 0..2 {
        let vault = office.vault();
        assert_eq!(vault.access_years(), [2026]);
        let found = entries(&vault, 2026);
        assert_eq!(found.len(), 3, "an opening and two accesses");
        let page = vault.accesses(AccessTarget::Document(case_id(), document_id(1)), 2026, None, 10).unwrap();
        let persons: Vec<_> = page.items.iter().map(|item| item.details.reader.person.clone().unwrap().to_string()).collect();
        assert_eq!((persons, page.next), (vec!["m-muster".to_owned(), "k-lang".to_owned()], None));
        assert_eq!(page.items[0].at, Timestamp::parse("2026-11-20T08:00:00Z").unwrap(), "whole minutes");
        for item in &page.items {
            let entry = Entry::parse(&found[item.opening.entry.0 as usize]).unwrap();
            assert_eq!((item.opening.fields.len(), entry.id, entry.up), (7, item.opening.id, None));
            for opening in &item.opening.fields {
                assert!(opening.opens(entry.commitment(&opening.field).unwrap()), "{}", opening.field);
            }
        }
        let all: String = found.iter().map(|entry| String::from_utf8_lossy(entry).into_owned()).collect();
        for secret in ["m-muster", "k-lang", "eakte", "Widerspruch", &case_id().to_string(), &document_id(1).to_string()] {
            assert!(!all.contains(secret), "{secret} stands in clear");
        }
        assert_eq!(vault.access(2026, LedgerIndex(1)).unwrap().as_ref(), page.items.first());
        assert_eq!(vault.access(2026, LedgerIndex(0)).unwrap(), None, "the opening is nobody's access");
        assert_eq!(refusal(vault.access(2025, LedgerIndex(0))), Refusal::AccessYearUnknown);
        drop(vault);
        office.restart().await;
    }
    office.stop().await;
    assert_eq!(findings(&office), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_log_follow_each_other() {
    let office = Office::open().await;
    for number in 1..=3 {
        office.store(number, b"a letter").await.unwrap();
    }
    let vault = office.vault();
    for number in [1, 2, 1, 3, 1, 2, 1] {
        vault.record_access(of_document("m-muster", number)).await.unwrap();
    }
    vault.accesses_settled().await.unwrap();
    for (target, expected) in [
        (AccessTarget::Vault, vec![1, 2, 3, 4, 5, 6, 7]),
        (AccessTarget::Case(case_id()), vec![1, 2, 3, 4, 5, 6, 7]),
        (AccessTarget::Document(case_id(), document_id(1)), vec![1, 3, 5, 7]),
    ] {
        let (mut after, mut found) = (None, Vec::new());
        loop {
            let page = vault.accesses(target, 2026, after, 2).unwrap();
            assert!(page.items.len() <= 2);
            found.extend(page.items.iter().map(|item| item.opening.entry.0));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{target:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_readings_cost_few_commits() {
    let office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let vault = office.vault();
    vault.record_access(of_document("m-muster", 1)).await.unwrap();
    let group = || AnchorFile::open_to_read(&office.settings.store.anchor).unwrap().anchor.group.0;
    // Stored, so that everything before is anchored.
    office.store(2, b"a letter").await.unwrap();
    let before = group();
    let readings: Vec<_> = (0..2000)
        .map(|_| {
            let vault = vault.clone();
            tokio::spawn(async move { vault.record_access(of_document("m-muster", 1)).await })
        })
        .collect();
    for reading in readings {
        reading.await.unwrap().unwrap();
    }
    office.store(3, b"a letter").await.unwrap();
    let groups = group() - before;
    assert!(groups <= 200, "2000 readings made {groups} commit groups");
    assert_eq!(vault.access_size(2026).unwrap(), 1 + 1 + 2000);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_goes_on_while_the_disk_is_full_and_is_recorded_once() {
    for failure in [Failure::Lost, Failure::Persisted] {
        let mut office = Office::open().await;
        office.store(1, b"a letter").await.unwrap();
        let vault = office.vault();
        vault.record_access(of_document("before", 1)).await.unwrap();
        office.faults.arm(Step::CommitGroup, failure, Cause::NoSpace);
        vault.record_access(of_document("m-muster", 1)).await.unwrap();
        vault.record_access(of_document("k-lang", 1)).await.unwrap();
        // There is room again at once, so what waited is committed before anything newer.
        let persons = || {
            let page = vault.accesses(AccessTarget::Case(case_id()), 2026, None, 10).unwrap();
            page.items.iter().map(|item| item.details.reader.person.clone().unwrap().to_string()).collect::<Vec<_>>()
        };
        for _ in 0..400 {
            if persons().len() >= 3 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        vault.record_access(of_document("behind", 1)).await.unwrap();
        office.store(2, b"a letter").await.unwrap();
        assert_eq!(persons(), ["before", "m-muster", "k-lang", "behind"], "{failure:?}");
        drop(vault);
        office.stop().await;
        assert_eq!(findings(&office), [""; 0], "{failure:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_recorded_is_shown_nothing() {
    let office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let vault = office.vault();
    office.faults.arm(Step::CommitGroup, Failure::Lost, Cause::Io);
    assert!(matches!(vault.record_access(of_document("m-muster", 1)).await, Err(ArchiveError::OutcomeUnknown)));
    assert!(matches!(vault.record_access(of_document("m-muster", 1)).await, Err(ArchiveError::Latched)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_destroyed_only_who_read_it_is_left() {
    let mut office = office_with_a_due_case().await;
    let vault = office.vault();
    vault.record_access(of_document("m-muster", 1)).await.unwrap();
    order_everything_due(&vault).await;
    office.archive().carry_out_orders().await.unwrap();
    let refused = Access { refused: Some("document_destroyed"), ..of_document("k-lang", 1) };
    vault.record_access(refused).await.unwrap();
    vault.accesses_settled().await.unwrap();
    let page = vault.accesses(AccessTarget::Case(case_id()), 2026, None, 10).unwrap();
    let fields: Vec<Vec<&str>> =
        page.items.iter().map(|item| item.opening.fields.iter().map(|opening| opening.field.as_str()).collect()).collect();
    let of_actor = vec!["act.application", "act.on_behalf_of", "act.person", "act.purpose"];
    assert_eq!(fields[0], of_actor, "what the document's key has opened is gone with it");
    assert_eq!((fields[1].len(), page.items[1].outcome.as_str()), (7, "document_destroyed"));
    drop(vault);
    office.stop().await;
    assert_eq!(findings(&office), [""; 0]);
}

/// Lets days pass as they pass for a daemon, which looks at its years now and then.
async fn pass(office: &Office, until: &str) {
    let until = Timestamp::parse(until).unwrap();
    while office.clock.now() < until {
        office.clock.advance(DAY.min(Duration::from_secs((until.seconds() - office.clock.now().seconds()).unsigned_abs())));
        office.archive().end_access_years().await.unwrap();
    }
}

fn keys_of(office: &Office, year: u16) -> usize {
    let vault = office.settings.store.clone();
    let (store, _) = aktenfest::store::Store::open_read_only(&vault).unwrap();
    let id = store.vaults().unwrap()[0].id;
    Keyring::inspect_at(&office.settings.keys).unwrap().cover_nodes(TreeId::readers(id, year)).unwrap()
}

fn epoch_of(office: &Office) -> u64 {
    Keyring::inspect_at(&office.settings.keys).unwrap().epoch()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_a_year_are_there_before_it_begins() {
    let mut office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let vault = office.vault();
    vault.record_access(of_document("m-muster", 1)).await.unwrap();
    let epoch = epoch_of(&office);
    pass(&office, "2026-11-30T12:00:00Z").await;
    office.archive().prepare_next_year().await.unwrap();
    assert_eq!(epoch_of(&office), epoch, "not before the last month");
    pass(&office, "2026-12-02T12:00:00Z").await;
    // By the job of the daemon, which looks as soon as it is begun.
    let archive = office.archive().clone();
    let job = tokio::spawn(async move { archive.keep_access_years().await });
    for _ in 0..1000 {
        if epoch_of(&office) > epoch {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    job.abort();
    assert!(job.await.is_err(), "it never ends by itself");
    office.archive().prepare_next_year().await.unwrap();
    assert_eq!(epoch_of(&office), epoch + 1, "one change of keys for everything, once");
    pass(&office, "2027-01-01T00:00:05Z").await;
    office.store(2, b"the first letter of the year").await.unwrap();
    let other = aktenfest::model::CaseId::parse("0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e77").unwrap();
    vault.open_case(&application(), other, super::description("4 C 1/27")).await.unwrap();
    vault.record_access(of_document("m-muster", 2)).await.unwrap();
    assert_eq!(epoch_of(&office), epoch + 1, "nobody has waited for keys");
    vault.accesses_settled().await.unwrap();
    drop(vault);
    office.stop().await;
    assert_eq!(findings(&office), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_sealed_and_goes_with_the_end_of_the_next() {
    let mut office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let vault = office.vault();
    vault.record_access(of_document("m-muster", 1)).await.unwrap();
    vault.accesses_settled().await.unwrap();
    let head = (vault.access_size(2026).unwrap(), vault.access_checkpoint(2026).unwrap());

    pass(&office, "2027-01-01T12:00:00Z").await;
    let size = vault.ledger_head().unwrap().0;
    pass(&office, "2027-01-04T00:00:00Z").await;
    assert_eq!(vault.ledger_head().unwrap().0, size + 1, "shard.seal");
    vault.record_access(of_document("k-lang", 1)).await.unwrap();
    vault.accesses_settled().await.unwrap();
    assert_eq!(vault.access_years(), [2026, 2027]);
    assert_eq!((vault.access_size(2026).unwrap(), vault.access_checkpoint(2026).unwrap()), head, "nothing is added to what is sealed");

    pass(&office, "2027-12-31T12:00:00Z").await;
    assert_eq!(vault.access_years(), [2026, 2027], "kept to the last day");
    drop(vault);
    office.stop().await;
    assert_eq!((findings(&office), keys_of(&office, 2026)), (Vec::new(), 1));
    office.start().unwrap();

    pass(&office, "2028-01-04T00:00:00Z").await;
    let vault = office.vault();
    assert_eq!(vault.access_years(), [2027]);
    assert_eq!(refusal(vault.access_checkpoint(2026)), Refusal::AccessYearUnknown);
    assert_eq!(vault.ledger_head().unwrap().0, size + 3, "shard.destroy, and the seal of the next year");
    vault.record_access(of_document("behind", 1)).await.unwrap();
    drop(vault);
    for _ in 0..2 {
        office.stop().await;
        assert_eq!((findings(&office), keys_of(&office, 2026), keys_of(&office, 2027)), (Vec::new(), 0, 1));
        office.start().unwrap();
    }
    pass(&office, "2029-01-04T00:00:00Z").await;
    assert_eq!(office.vault().access_years(), [2028]);
    let content = office.read(1);
    assert_eq!(content.as_deref(), Some(&b"a letter"[..]), "documents stay");
    // What was stored in a year whose access log is gone opens as before: who stored it is kept for longer.
    let opening = office.vault().document_opening(case_id(), document_id(1)).unwrap();
    assert!(opening.fields.iter().any(|opening| opening.value == application().as_str().as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_with_an_access_log_is_had_as_long_as_that_log_is_kept() {
    let office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let vault = office.vault();
    vault.record_access(of_document("m-muster", 1)).await.unwrap();
    vault.accesses_settled().await.unwrap();
    let export = |number: u8, access| ExportRequest {
        id: NoteId::from_bytes([number; 16]),
        kind: ExportKind::Evidence,
        case: None,
        from: None,
        through: None,
        contents: true,
        access,
        words: NoteWords { requester: Text::parse("court of audit").ok(), ..because("audit") },
    };
    for (number, access) in [(1, true), (2, false)] {
        vault.make_export(&clerk(Some("m-muster")), export(number, access)).await.unwrap();
    }
    let recorded = |number: u8| vault.export(NoteId::from_bytes([number; 16])).unwrap();
    let years = |number| recorded(number).shards.iter().map(|shard| shard.year).collect::<Vec<_>>();
    assert_eq!((years(1), years(2)), (vec![2026], vec![]));
    assert_eq!(vault.shard_at(&recorded(1).shards[0]).unwrap().size(), vault.access_size(2026).unwrap());

    // The ledger that an export names is the one that it had; another root is another ledger.
    let (size, root) = (recorded(1).size, recorded(1).root);
    assert_eq!(vault.ledger_at(size, root).unwrap().size(), size);
    for (size, root) in [(size, Digest([7; 32])), (size - 1, root), (u64::from(u32::MAX), root)] {
        let other = vault.ledger_at(size, root).map(|ledger| ledger.size());
        assert!(matches!(other, Err(ArchiveError::Damaged(_))), "{other:?}");
    }

    pass(&office, "2028-01-04T00:00:00Z").await;
    let prepared = |number| Bag::prepare(vault.clone(), recorded(number)).map(|bag| bag.folder());
    assert_eq!(refusal(prepared(1)), Refusal::ExportChanged);
    prepared(2).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_seals_and_removes_nothing() {
    let office = Office::open().await;
    office.store(1, b"a letter").await.unwrap();
    let vault = office.vault();
    vault.record_access(of_document("m-muster", 1)).await.unwrap();
    vault.accesses_settled().await.unwrap();
    let size = vault.ledger_head().unwrap().0;
    for wrong in ["2027-06-01T00:00:00Z", "2029-06-01T00:00:00Z", "2099-01-01T00:00:00Z", "2026-11-20T09:00:00Z"] {
        office.clock.set(Timestamp::parse(wrong).unwrap());
        for _ in 0..3 {
            office.archive().end_access_years().await.unwrap();
            office.clock.advance(Duration::from_secs(3600));
        }
    }
    assert_eq!((vault.ledger_head().unwrap().0, vault.access_years()), (size, vec![2026]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_year_survives_every_fault() {
    for failure in [Failure::Lost, Failure::Persisted] {
        let mut office = Office::open().await;
        office.store(1, b"a letter").await.unwrap();
        office.vault().record_access(of_document("m-muster", 1)).await.unwrap();
        pass(&office, "2027-12-31T12:00:00Z").await;
        // The commit that removes, and the anchor behind it.
        for step in [Step::CommitGroup, Step::WriteAnchor] {
            office.faults.arm(step, failure, Cause::Io);
            for _ in 0..3 {
                office.clock.advance(DAY);
                let _ = office.archive().end_access_years().await;
            }
            office.restart().await;
        }
        for _ in 0..3 {
            office.clock.advance(DAY);
            office.archive().end_access_years().await.unwrap();
        }
        assert_eq!(office.vault().access_years(), Vec::<u16>::new(), "{failure:?}");
        office.stop().await;
        assert_eq!((findings(&office), keys_of(&office, 2026)), (Vec::new(), 0), "{failure:?}");
    }
}
