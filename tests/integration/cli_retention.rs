//! Retention from the command line: what a clerk, a scan centre and two persons of the records office do, against a running archive.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::cli_answers::{Answer, FakeArchive};
use crate::cli_support::{Dev, Ran, argument, write_files};

/// A case with documents of kind `benefit`, stored from a folder. Its id.
fn case_with_documents(dev: &Dev, folder: &Path, reference: &str, documents: usize) -> String {
    let files = folder.join(reference);
    write_files(&files, documents, 40);
    let arguments = ["ingest", argument(&files), "--reference", reference, "--kind", "benefit", "--jobs", "16", "--json"];
    let report = dev.client(&arguments).expect(0).json();
    report["case"].as_str().expect("must be a text").to_owned()
}

/// Runs a command as one of the two persons.
fn as_person(dev: &Dev, index: usize, arguments: &[&str]) -> Ran {
    let profile = dev.json["persons"][index]["profile"].as_str().expect("must be a text");
    dev.client(&[arguments, &["--profile", profile]].concat())
}

/// The one explanation of a case's default matter.
fn why(dev: &Dev, case: &str) -> Value {
    let why = dev.client(&["why", case, "--json"]).expect(0).json();
    let explanations = why["explanations"].as_array().expect("must be a list");
    assert_eq!(explanations.len(), 1, "{why}");
    explanations[0].clone()
}

/// The id in a line such as `hold  UUID`.
fn id_of(ran: &Ran) -> String {
    ran.stdout.split_whitespace().nth(1).unwrap_or_else(|| panic!("no id in {:?}", ran.stdout)).to_owned()
}

/// A day so many days from today, by the machine's clock.
fn in_days(days: i64) -> String {
    let today = Command::new("date").args(["-u", "+%F", "-d", &format!("{days} days")]).output().expect("date must start");
    String::from_utf8_lossy(&today.stdout).trim().to_owned()
}

#[test]
fn a_case_from_its_application_to_the_day_on_which_it_may_go() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let case = case_with_documents(&dev, folder.path(), "3 C 17-26", 1);
    let open = why(&dev, &case);
    assert_eq!((&open["state"], &open["missing"]), (&json!("open"), &json!("decision.notified")), "{open}");
    let waiting = dev.client(&["due", "--open"]).expect(0);
    assert!(waiting.stdout.contains("LEIST") && waiting.stdout.contains("3 C 17-26"), "{}", waiting.stdout);
    assert!(waiting.stdout.contains("notification of the decision"), "{}", waiting.stdout);

    // Long ago, so that the ten years are over whenever this test runs.
    let notified = ["event", "record", "3 C 17-26", "decision.notified", "--on", "2010-03-02", "--source", "eakte"];
    let recorded = dev.client(&notified).expect(0);
    let over = why(&dev, &case);
    assert_eq!((&over["keep_until"], &over["destroy_by"]), (&json!("2020-03-02"), &json!("2020-05-31")), "{over}");
    assert_eq!((&over["state"], &over["blockers"]), (&json!("due"), &json!(["watermark", "appraisal"])), "{over}");
    for list in [&["due"][..], &["due", "--until", "2020-03-03"], &["due", "--overdue"]] {
        let listed = dev.client(&[list, &["--json"]].concat()).expect(0).json();
        assert_eq!((&listed["items"][0]["case"], &listed["items"][0]["class"]), (&json!(case), &json!("LEIST")), "{listed}");
    }
    let too_early = dev.client(&["due", "--until", "2020-03-02", "--json"]).expect(0).json();
    assert_eq!(too_early["items"], json!([]), "the last day of keeping is a day of keeping");

    // A correction, found by the id that the first command printed.
    let correction = ["--supersedes", &id_of(&recorded), "--reason", "misread"];
    let corrected = ["event", "record", &case, "decision.notified", "--on", "2010-03-12", "--source", "eakte"];
    dev.client(&[&corrected[..], &correction[..]].concat()).expect(0);
    assert_eq!(why(&dev, &case)["keep_until"], "2020-03-12");

    let review = in_days(90);
    let hold = ["hold", "place", "court", "--case", &case, "--review", &review, "--reference", "S 11 AS 409/20"];
    let words = ["--legal-basis", "section 86 SGG", "--owner", "legal department", "--reason", "action"];
    let hold = id_of(&dev.client(&[&hold[..], &words[..]].concat()).expect(0));
    dev.client(&["intake", "report", "--through", "2024-12-31"]).expect(0);
    let held = why(&dev, &case);
    assert_eq!(
        (&held["keep_until"], &held["blockers"]),
        (&json!("2020-03-12"), &json!(["hold", "appraisal"])),
        "a hold stops no clock: {held}"
    );
    dev.client(&["hold", "release", &hold, "--reason", "withdrawn"]).expect(0);
    let declined = ["event", "record", &case, "archive.declined", "--on", "2020-05-04", "--source", "state-archive"];
    dev.client(&declined).expect(0);
    assert_eq!(why(&dev, &case)["may_be_proposed"], true);
    let refused = dev.client(&["hold", "release", &hold, "--reason", "again"]).expect(1);
    assert!(refused.stderr.contains("hold_over"), "{}", refused.stderr);
    assert_eq!(dev.stop(), 0);
}

#[test]
fn sentences_come_in_the_language_of_the_reader() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let case = case_with_documents(&dev, folder.path(), "a case", 1);
    for (language, sentence, heading) in
        [("de_DE.UTF-8", "Bekanntgabe", "es fehlt"), ("C.UTF-8", "notification of the decision", "missing")]
    {
        let run = |arguments: &[&str]| Ran::of(dev.client_command(arguments).env("LANG", language).output().expect("must start")).expect(0);
        let told = run(&["why", &case]);
        assert!(told.stdout.contains(sentence), "{language}: {}", told.stdout);
        assert!(run(&["due", "--open"]).stdout.contains(heading), "{language}");
    }
    let german = |arguments: &[&str]| Ran::of(dev.client_command(arguments).env("LANG", "de_DE.UTF-8").output().expect("must start"));
    for (arguments, heading) in [
        (&["due"][..], "aufzubewahren bis"),
        (&["hold", "list"], "Sperre"),
        (&["matter", "list", &case], "(Standardvorgang)"),
        (&["event", "list", &case], "Ereignis"),
        (&["classes", "history"], "in Kraft gesetzt"),
        (&["classes", "proposals"], "Vorschlag"),
        (&["box", "due"], "Karton"),
        (&["box", "list"], "Karton"),
        (&["batch", "list"], "Scanstapel"),
        (&["intake", "show"], "Posteingang erfasst bis"),
        (&["document", "quarantined"], "M\u{e4}ngel"),
    ] {
        let shown = german(arguments).expect(0);
        assert!(shown.stdout.contains(heading), "{arguments:?}: {}", shown.stdout);
    }
    assert!(german(&["due"]).expect(0).stderr.contains("0 Eintr\u{e4}ge"), "the last line is German as well");
    let wrong = german(&["why", "gibt es nicht"]).expect(4);
    assert!(wrong.stderr.contains("case_unknown: Eine Akte"), "{}", wrong.stderr);
    let unknown = dev.client(&["why", "no such reference"]).expect(4);
    assert!(unknown.stderr.contains("case_unknown"), "{}", unknown.stderr);
}

#[test]
fn another_catalogue_needs_two_persons() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let case = case_with_documents(&dev, folder.path(), "a case", 1);
    dev.client(&["event", "record", &case, "decision.notified", "--on", "2010-03-02", "--source", "eakte"]).expect(0);
    let shipped = dev.client(&["classes", "show", "--json"]).expect(0).json();
    assert_eq!(shipped["version"], 1, "the development archive has the catalogue that comes with the program");
    let file = folder.path().join("classes.toml");
    let text = shipped["text"].as_str().expect("must be a text");
    fs::write(&file, text.replace("minimum     = \"P10Y\"\nmaximum     = \"P10Y\"", "minimum     = \"P12Y\"\nmaximum     = \"P12Y\""))
        .expect("must be written");

    let diff = dev.client(&["classes", "diff", argument(&file), "--json"]).expect(0).json();
    assert_eq!((&diff["cases"], &diff["matters_changed"]), (&json!(1), &json!(1)), "{diff}");
    let shown = dev.client(&["classes", "diff", argument(&file)]).expect(0);
    assert!(shown.stdout.contains("1 of 1 matter in 1 case changes") && shown.stdout.contains("by up to"), "{}", shown.stdout);

    let propose = ["classes", "propose", argument(&file), "--reason", "instruction 11"];
    let nobody = dev.client(&propose).expect(1);
    assert!(nobody.stderr.contains("person_required"), "{}", nobody.stderr);
    let proposed = as_person(&dev, 0, &propose).expect(0);
    assert!(proposed.stderr.contains("1 of 1 matter in 1 case changes"), "{}", proposed.stderr);
    let proposal = id_of(&proposed);
    let looked_at = dev.client(&["classes", "show", &proposal]).expect(0);
    assert!(looked_at.stdout.contains("P12Y") && looked_at.stderr.contains("instruction 11"), "{}", looked_at.stderr);
    let compared = dev.client(&["classes", "diff", &proposal, "--json"]).expect(0).json();
    assert_eq!(compared["matters_changed"], 1, "{compared}");
    dev.client(&["classes", "diff", "nowhere.toml"]).expect(2);
    let adopt = ["classes", "adopt", &proposal, "--reason", "checked"];
    let alone = as_person(&dev, 0, &adopt).expect(1);
    assert!(alone.stderr.contains("second_person_required"), "{}", alone.stderr);
    let waiting = dev.client(&["classes", "proposals"]).expect(0);
    assert!(waiting.stdout.contains(&proposal) && waiting.stdout.contains("instruction 11"), "{}", waiting.stdout);
    as_person(&dev, 1, &adopt).expect(0);
    assert_eq!(dev.client(&["classes", "show", "--json"]).expect(0).json()["version"], 2);
    let history = dev.client(&["classes", "history"]).expect(0);
    assert_eq!(history.stdout.lines().count(), 5, "two proposals, two adoptions, a heading:\n{}", history.stdout);
    crate::cli_support::wait_until("the dates follow the new catalogue", || why(&dev, &case)["keep_until"] == "2022-03-02");

    let second = id_of(&as_person(&dev, 1, &propose).expect(0));
    as_person(&dev, 0, &["classes", "reject", &second, "--reason", "nothing new"]).expect(0);
    assert_eq!(dev.client(&["classes", "proposals", "--json"]).expect(0).json()["items"], json!([]));
}

#[test]
fn a_file_of_events_is_recorded_once() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let cases: Vec<String> = ["one", "two"].map(|reference| case_with_documents(&dev, folder.path(), reference, 1)).to_vec();
    let event = |case: &str, day: &str| json!({"case": case, "type": "case.closed", "date": day, "source": "eakte"}).to_string();
    let unknown = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e99";
    let lines = [event(&cases[0], "2015-01-31"), event(&cases[1], "2015-02-28"), String::new(), event(unknown, "2015-03-31")];
    let file = folder.path().join("events.jsonl");
    fs::write(&file, lines.join("\n")).expect("must be written");
    let record = || dev.client(&["event", "record", "--file", argument(&file), "--json"]);
    let first = record().expect(3);
    assert!(first.stderr.contains("events.jsonl:4: case_unknown"), "{}", first.stderr);
    let report = first.json();
    assert_eq!((&report["filed"], &report["repeated"], &report["refused"][0]["line"]), (&json!(2), &json!(0), &json!(4)), "{report}");
    let again = record().expect(3).json();
    assert_eq!((&again["filed"], &again["repeated"]), (&json!(0), &json!(2)), "{again}");

    // More than one request takes.
    let checked = |day: usize| {
        json!({"case": cases[day % 2], "type": "measure.ended", "source": "eakte",
        "date": format!("{}-{:02}-{:02}", 2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1)})
        .to_string()
    };
    fs::write(&file, (0..1200).map(checked).collect::<Vec<_>>().join("\n")).expect("must be written");
    assert_eq!(record().expect(0).json()["filed"], 1200);
}

#[test]
fn a_hold_on_many_documents_keeps_its_list() {
    const DOCUMENTS: usize = 1100;
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let receipts = folder.path().join("receipts");
    let files = folder.path().join("files");
    write_files(&files, DOCUMENTS, 40);
    let ingest = ["ingest", argument(&files), "--reference", "a case", "--jobs", "16", "--receipts", argument(&receipts), "--json"];
    let case = dev.client(&ingest).expect(0).json()["case"].as_str().expect("must be a text").to_owned();
    let names = fs::read_dir(&receipts).expect("must be there").map(|entry| entry.expect("must be readable").path());
    let documents: Vec<String> = names.map(|path| path.file_stem().expect("must have one").to_string_lossy().into_owned()).collect();
    let lines: Vec<String> = documents.iter().map(|document| json!({"case": case, "document": document}).to_string()).collect();
    let items = folder.path().join("items.jsonl");
    fs::write(&items, lines.join("\n")).expect("must be written");
    let review = in_days(30);
    let words = ["--review", &review, "--legal-basis", "section 95 BHO", "--owner", "budget", "--reason", "sample"];
    let placed = dev.client(&[&["hold", "place", "audit", "--items", argument(&items)], &words[..]].concat()).expect(0);
    assert!(placed.stdout.contains("1100 items"), "{}", placed.stdout);
    let hold = id_of(&placed);
    // A line that names nothing is named itself.
    let stranger = json!({"case": case, "document": "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e99"}).to_string();
    let wrong = folder.path().join("wrong.jsonl");
    fs::write(&wrong, [lines[0].as_str(), "", stranger.as_str()].join("\n")).expect("must be written");
    let refused = dev.client(&[&["hold", "place", "audit", "--items", argument(&wrong)], &words[..]].concat()).expect(4);
    assert!(refused.stderr.contains("wrong.jsonl:3 (0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e99)"), "{}", refused.stderr);
    let misspelt = dev.client(&[&["hold", "place", "audit", "--kind", "benefitt"], &words[..]].concat()).expect(1);
    assert!(misspelt.stderr.contains("hold_finds_nothing"), "{}", misspelt.stderr);
    let both = dev.client(&[&["hold", "place", "audit", "--kind", "default", "--case", &case], &words[..]].concat()).expect(2);
    assert!(both.stderr.contains("all matters of the vault"), "{}", both.stderr);

    let shown = dev.client(&["hold", "show", &hold, "--items", "--json"]).expect(0);
    let pages: Vec<Value> = shown.stdout.lines().map(|line| serde_json::from_str(line).expect("each line must be JSON")).collect();
    assert_eq!(pages.len(), 2, "more than one page holds");
    assert_eq!(pages.iter().map(|page| page["items"].as_array().expect("must be a list").len()).sum::<usize>(), DOCUMENTS);
    let listed = dev.client(&["hold", "list"]).expect(0);
    assert!(listed.stdout.contains(&hold) && listed.stdout.contains("1100"), "{}", listed.stdout);
    let later = in_days(60);
    dev.client(&["hold", "review", &hold, "--review", &later, "--reason", "not done yet"]).expect(0);
    let one = dev.client(&["hold", "show", &hold]).expect(0);
    assert!(one.stdout.contains(&later) && one.stdout.contains("section 95 BHO"), "{}", one.stdout);
    assert!(one.stdout.contains("reviewed") && one.stdout.contains("not done yet"), "{}", one.stdout);

    // By what they have in common: frozen when the hold is placed. And nothing at all is refused before anybody is asked.
    dev.client(&[&["hold", "place", "audit", "--kind", "default"], &words[..]].concat()).expect(0);
    let nothing = dev.client(&[&["hold", "place", "audit"], &words[..]].concat()).expect(2);
    assert!(nothing.stderr.contains("--items FILE"), "{}", nothing.stderr);

    // An overlay travels with every reading.
    let document = documents[0].as_str();
    dev.client(&[&["hold", "place", "dispute", "--case", &case, "--document", document], &words[..]].concat()).expect(0);
    let copy = folder.path().join("copy");
    let read = dev.client(&["get", "--case", &case, "--document", document, "-o", argument(&copy), "--json"]).expect(0);
    assert!(read.stderr.contains("notice: disputed"), "{}", read.stderr);
    assert_eq!(read.json()["notices"], json!(["disputed"]));
}

/// Stores a document as a scan line does.
fn store_scan(dev: &Dev, case: &str, document: &str, description: &Value) {
    let address = format!("{}/v1/vaults/demo/cases/{case}/documents/{document}", dev.text("url"));
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--fail-with-body", "--cacert", dev.text("ca"), "--cert", dev.text("certificate"), "--key", dev.text("key")]);
    curl.args(["-X", "PUT", &address, "-H", "Content-Type: text/plain", "--data-binary", "a page"]);
    Ran::of(curl.args(["-H", &format!("Archive-Document: {description}")]).output().expect("curl must start")).expect(0);
}

#[test]
fn a_box_goes_through_the_scan_centre() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let case = case_with_documents(&dev, folder.path(), "a case", 1);
    let batch = id_of(&dev.client(&["batch", "register", "--received", "2024-03-01", "--documents", "2", "--sheets", "3"]).expect(0));
    let documents = ["0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e61", "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e62"];
    for document in documents {
        let scan = json!({"received": "2024-03-01", "scan_date": "2024-03-04", "scan_pages": "2", "scan_colour": "false",
            "scan_protection": "high", "scan_batch": batch});
        store_scan(&dev, &case, document, &scan);
    }
    dev.client(&["intake", "report", "--through", "2024-03-31"]).expect(0);
    assert_eq!(dev.client(&["intake", "show", "--json"]).expect(0).json()["watermark"], "2024-02-29", "the open batch keeps it back");

    let line = |document: &str, position: u32, sheets: u32| {
        json!({"case": case, "document": document, "position": position, "sheets": sheets}).to_string()
    };
    let items = folder.path().join("box.jsonl");
    fs::write(&items, [line(documents[0], 1, 2), line(documents[1], 2, 1)].join("\n")).expect("must be written");
    let register = ["box", "register", "--batch", &batch, "--scanned", "2024-03-04", "--sheets", "3", "--items", argument(&items)];
    let of = id_of(&dev.client(&register).expect(0));
    let shown = || dev.client(&["box", "show", &of, "--json"]).expect(0).json();
    assert_eq!((&shown()["state"], &shown()["sheets_left"], &shown()["first_day"]), (&json!("blocked"), &json!(3), &json!("2024-04-30")));
    let listed = dev.client(&["box", "due"]).expect(0);
    assert!(listed.stdout.contains(&of) && listed.stdout.contains("blocked"), "{}", listed.stdout);

    let destroy = ["box", "destroyed", &of, "--on", "2024-05-02", "--level", "4", "--sheets", "3", "--provider", "Example Ltd"];
    let destroy = [&destroy[..], &["--place", "hall 3", "--witness", "A. Muster", "--witness", "B. Beispiel"]].concat();
    let refused = dev.client(&destroy).expect(1);
    assert!(refused.stderr.contains("box_not_released"), "{}", refused.stderr);
    assert!(refused.stderr.contains("1: Nobody has checked"), "what stands in the way is told: {}", refused.stderr);
    let alone: Vec<&str> = destroy.iter().copied().filter(|argument| *argument != "B. Beispiel").collect();
    let alone = dev.client(&alone[..alone.len() - 1]).expect(2);
    assert!(alone.stderr.contains("two witnesses"), "{}", alone.stderr);
    let low =
        dev.client(&["box", "destroyed", &of, "--on", "2024-05-02", "--level", "3", "--sheets", "3", "--provider", "x", "--witness", "y"]);
    assert_eq!(low.code, 2, "{}", low.stderr);

    dev.client(&["box", "check", &of, "--mode", "full", "--result", "passed"]).expect(0);
    dev.client(&["box", "flag", &of, "--position", "1", "--flag", "authenticity-doubt"]).expect(0);
    assert_eq!(shown()["positions"][0]["flags"], json!(["authenticity-doubt"]));
    dev.client(&["box", "flag", &of, "--position", "1", "--flag", "authenticity-doubt", "--off"]).expect(0);
    dev.client(&["box", "return", &of, "--position", "1", "--state", "requested"]).expect(0);
    let until = in_days(20);
    dev.client(&["box", "extend", &of, "--until", &until]).expect(0);
    dev.client(&["box", "pull", &of, "--position", "2", "--place", "shelf 7"]).expect(0);
    let state = shown();
    assert_eq!(
        (&state["state"], &state["extended_until"], &state["sheets_left"]),
        (&json!("waiting"), &json!(until), &json!(2)),
        "{state}"
    );
    assert_eq!(
        (&state["positions"][0]["return"]["state"], &state["positions"][1]["pulled"]),
        (&json!("requested"), &json!(true)),
        "{state}"
    );
    let text = dev.client(&["box", "show", &of]).expect(0);
    assert!(text.stdout.contains("requested") && text.stdout.contains("full visual check: image and paper agree"), "{}", text.stdout);

    assert!(text.stdout.contains("place: shelf 7"), "where a pulled original lies is told: {}", text.stdout);
    let quarantined = dev.client(&["document", "quarantined"]).expect(0);
    assert!(quarantined.stdout.contains(documents[0]), "{}", quarantined.stdout);
    let batches = dev.client(&["batch", "list"]).expect(0);
    assert!(batches.stdout.contains(&batch) && batches.stdout.contains("open"), "{}", batches.stdout);
    dev.client(&["document", "check", &case, documents[0], "--mode", "full", "--result", "passed"]).expect(0);
    // Nobody can count the pages of a text, so the gate has put both into quarantine.
    let unclear = dev.client(&["batch", "complete", &batch]).expect(1);
    assert!(unclear.stderr.contains("batch_quarantined"), "{}", unclear.stderr);
    for document in documents {
        let lift = ["document", "lift-quarantine", &case, document, "--reason", "one page, looked at"];
        let nobody = dev.client(&lift).expect(1);
        assert!(nobody.stderr.contains("person_required"), "{}", nobody.stderr);
        as_person(&dev, 0, &lift).expect(0);
    }
    dev.client(&["batch", "complete", &batch]).expect(0);
    let through = "2024-03-31T03:00:00Z";
    dev.client(&["backup", "confirm", "--through", through, "--record", "tape 17"]).expect(0);
    let intake = dev.client(&["intake", "show", "--json"]).expect(0).json();
    assert_eq!((&intake["watermark"], &intake["backed_up_through"]), (&json!("2024-03-31"), &json!(through)), "{intake}");
}

#[test]
fn matters_are_opened_and_documents_go_into_them() {
    let folder = tempfile::tempdir().expect("must be created");
    let dev = Dev::start(&folder.path().join("dev"));
    let case = case_with_documents(&dev, folder.path(), "a case", 1);
    let document = dev.client(&["event", "record", &case, "case.closed", "--source", "eakte"]).expect(2);
    assert!(document.stderr.contains("--on"), "{}", document.stderr);
    let id = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e31";
    let open = ["matter", "open", "a case", "rejected", "--from", "2015-01-01", "--to", "2015-06-30", "--id", id];
    assert!(!dev.client(&open).expect(0).stdout.contains("there already"));
    assert!(dev.client(&open).expect(0).stdout.contains("there already"), "a repetition changes nothing");
    let backwards = dev.client(&["matter", "open", &case, "rejected", "--from", "2015-06-30", "--to", "2015-01-01"]).expect(1);
    assert!(backwards.stderr.contains("matter_period_reversed"), "{}", backwards.stderr);

    let scan = json!({"title": "a letter", "date": "2015-01-20"});
    let document = "0192f0c1-7c1e-7c7a-b1f4-5a2a6c0d9e61";
    store_scan(&dev, &case, document, &scan);
    dev.client(&["document", "assign", &case, document, "--matter", id]).expect(0);
    dev.client(&["event", "record", &case, "decision.notified", "--on", "2015-03-02", "--source", "eakte", "--matter", id]).expect(0);
    // Four years from the end of the year, by another class than the default matter's.
    let why = dev.client(&["why", &case, document, "--json"]).expect(0).json();
    assert_eq!((&why["class"], &why["keep_until"]), (&json!("ABLEHN"), &json!("2019-12-31")), "{why}");
    let matter = dev.client(&["why", &case, "--matter", id]).expect(0);
    assert!(matter.stdout.contains("31 December 2019"), "{}", matter.stdout);
    let events = dev.client(&["event", "list", &case]).expect(0);
    assert!(events.stdout.contains("counts") && events.stdout.contains(id), "{}", events.stdout);
    let note = dev.client(&["note", "show", id]).expect(0);
    assert!(note.stdout.contains("matter opened") && note.stdout.contains("rejected"), "{}", note.stdout);
    let receipt = dev.client(&["note", "receipt", id]).expect(0);
    assert!(receipt.stdout.starts_with("c2sp.org/tlog-proof@v1\n"), "{}", receipt.stdout);
    let list = dev.client(&["matter", "list", &case]).expect(0);
    assert!(list.stdout.contains("(default)") && list.stdout.contains("ABLEHN") && list.stdout.contains("2019-12-31"), "{}", list.stdout);
}

#[test]
fn every_page_is_asked_for() {
    let item = |case: u32| json!({"case": format!("case-{case}"), "state": "due", "blockers": ["hold"]});
    let page = |cases: &[u32], next: Option<&str>, complete: bool| {
        let items: Vec<Value> = cases.iter().map(|case| item(*case)).collect();
        Answer::json(200, &json!({"items": items, "next": next, "today": "2026-11-20", "complete": complete}).to_string())
    };
    let archive = FakeArchive::start(vec![page(&[1, 2], Some("0000000000000002"), true), page(&[3], None, false)]);
    let ran = archive.client(&["due", "--vault", "demo", "--until", "2030-01-01"]).expect(0);
    assert_eq!(ran.stdout.lines().count(), 4, "one heading and three items:\n{}", ran.stdout);
    assert!(ran.stdout.contains("case-3") && ran.stderr.contains("3 items") && ran.stderr.contains("not complete yet"), "{}", ran.stderr);
    let asked = archive.requests();
    assert!(asked[0].starts_with("GET /v1/vaults/demo/due?until=2030-01-01&limit=1000 "), "{asked:?}");
    assert!(asked[1].starts_with("GET /v1/vaults/demo/due?until=2030-01-01&limit=1000&cursor=0000000000000002 "), "{asked:?}");
}

#[test]
fn whoever_does_not_know_whether_it_was_filed_gets_the_id() {
    let hung_up = || Answer::HangUp;
    let archive = FakeArchive::start(vec![hung_up(), hung_up(), hung_up(), hung_up()]);
    let ran = archive.client(&["intake", "report", "--vault", "demo", "--through", "2026-11-18"]).expect(75);
    let given = ran.stderr.split("--id ").nth(1).unwrap_or_else(|| panic!("no id in {}", ran.stderr));
    assert!(given.len() > 36 && given.as_bytes()[8] == b'-', "{given}");
    let refused = FakeArchive::start(vec![Answer::problem(422, "intake_in_future", &[])]);
    let ran = refused.client(&["intake", "report", "--vault", "demo", "--through", "2999-11-18"]).expect(1);
    assert!(ran.stderr.contains("intake_in_future: a sentence") && !ran.stderr.contains("--id"), "{}", ran.stderr);
}
