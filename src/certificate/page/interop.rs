//! The page as a browser prints it: one sheet, whatever the order was about.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::super::statement::{KeysEnd, Step};
use super::*;
use crate::model::destruction::{Condemned, CopyPlace, DropReason, EpochProof, OrderReason, PlaceProof};
use crate::model::retention::{MatterNumber, Target};
use crate::model::{CaseNumber, Date, DocumentNumber, LedgerIndex, NoteId, Timestamp};

fn deed(entry: u64, name: &str) -> Deed {
    let at = Timestamp::parse("2026-11-20T08:00:00Z").unwrap();
    Deed { note: NoteId::from_bytes([7; 16]), at, entry: LedgerIndex(entry), application: name.to_owned(), person: name.to_owned() }
}

fn condemned(part: Part) -> Condemned {
    Condemned {
        target: Target { case: CaseNumber::new(7).unwrap(), part },
        opening_year: 2026,
        documents: 4_294_967_295,
        leaves: Vec::new(),
    }
}

/// What fills the page most: every row, the longest names, words of 500 letters, every reason to leave something alone.
fn largest(letter: &str, name: &str) -> (Subject, Statement) {
    let parts = [Part::Whole, Part::Matter(MatterNumber(3)), Part::Document(DocumentNumber::new(9).unwrap())];
    let digest = Digest([0x3f; 32]);
    let places = (1..=9).map(|number| PlaceProof { name: format!("root of trust {number}"), assurance: 'C' }).collect();
    let proof = EpochProof { before: 99_999, after: 100_000, root_before: digest, root_after: digest, trees: Vec::new(), places };
    let end = KeysEnd { deed: deed(1_000_000_000_001, ""), steps: Vec::new(), proof };
    let step = Step { deed: deed(1_000_000_000_000, ""), first: 0, condemned: parts.map(condemned).to_vec(), dropped: 7 };
    let copies = (1..=99).map(|number| CopyPlace { name: format!("backup of 2026-11-20T08:00:00Z, number {number}"), seen: true });
    let words = ["reason", "legal_basis", "reference"].map(|field| (field.to_owned(), letter.repeat(500)));
    let statement = Statement {
        order: NoteId::from_bytes([7; 16]),
        reason: OrderReason::Court,
        words: words.to_vec(),
        items: 100_000,
        list: digest,
        proposal: deed(999_999_999_998, name),
        approval: deed(999_999_999_999, name),
        cooling_off_days: 14,
        withdrawal: Some(deed(1_000_000_000_002, name)),
        steps: vec![step; 50],
        dropped: DropReason::ALL.iter().map(|reason| (*reason, 10_000)).collect::<BTreeMap<_, _>>(),
        keys: vec![end; 9],
        copies: Some((deed(1_000_000_000_003, ""), copies.collect())),
    };
    let subject = Subject {
        origin: format!("archive.job-centre.example.org/{name}"),
        vault: name.to_owned(),
        rest_ended_on: Date::parse("2026-12-04").ok(),
        version: "1.0.0".to_owned(),
    };
    (subject, statement)
}

/// Pages of the file as Chromium prints it, counted by Poppler.
fn pages(folder: &Path, html: &str) -> String {
    let (source, printed) = (folder.join("page.html"), folder.join("page.pdf"));
    std::fs::write(&source, html).unwrap();
    let quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];
    let browser = Command::new("chromium")
        .args(quiet)
        .args(["--disable-component-update", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--print-to-pdf={}", printed.display()))
        .arg(format!("file://{}", source.display()))
        .output()
        .expect("chromium must start (Debian package chromium)");
    assert!(browser.status.success(), "{}", String::from_utf8_lossy(&browser.stderr));
    let told = Command::new("pdfinfo").arg(&printed).output().expect("pdfinfo must start (Debian package poppler-utils)");
    String::from_utf8(told.stdout).unwrap()
}

#[test]
#[ignore = "make interop: needs chromium and pdfinfo"]
fn a_browser_prints_one_sheet_of_a4() {
    let folder = tempfile::tempdir().unwrap();
    for language in Language::ALL {
        let words = Words::of(language);
        for (letter, name) in [("W", &"w".repeat(64)), ("Bescheid ", &"m-muster".to_owned())] {
            let (subject, statement) = largest(letter, name);
            let html = page(words, &subject, &statement, &Digest([0x3f; 32]));
            let told = pages(folder.path(), &html);
            assert!(told.lines().any(|line| line.split_whitespace().eq(["Pages:", "1"])), "{letter} {language:?}: {told}");
            assert!(told.contains("(A4)"), "{told}");
            // For whoever wants to look at it.
            if let Some(kept) = std::env::var_os("AKTENFEST_PAGES") {
                let name = format!("{}-{}.pdf", letter.trim(), language.tag());
                std::fs::copy(folder.path().join("page.pdf"), Path::new(&kept).join(name)).unwrap();
            }
        }
    }
}
