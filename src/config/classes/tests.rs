//! What a records manager may write, and what is said about everything else.

use super::*;
use crate::model::Date;
use crate::model::retention::{Confidence, Disposal, EventType, Kept, Rounding, Term};

/// A catalogue of two classes, of which every test spoils one line.
const GOOD: &str = "\
valid_from = 2026-01-01
time_zone = \"Europe/Berlin\"
paper = \"P56D\"
[classes.LEIST]
title_de = \"Leistung\"
title_en = \"Benefit\"
legal_basis = [\"section 45 SGB X\"]
confidence = \"high\"
start = \"decision.notified\"
rounding = \"none\"
minimum = \"P10Y\"
maximum = \"P10Y\"
window = \"P90D\"
disposal = \"offer\"
[classes.FORD]
title_de = \"Forderung\"
title_en = \"Claim\"
legal_basis = [\"section 50 SGB X\", \"section 52 SGB X\"]
confidence = \"medium\"
minimum = [{ start = \"decision.unappealable\", rounding = \"end-of-year\", period = \"P4Y\" }]
disposal = \"destroy\"
[kinds]
benefit = \"LEIST\"
[types]
\"Mahnung, zweite\" = \"FORD\"
";

fn spoilt(line: &str, instead: &str) -> Vec<Mistake> {
    assert!(GOOD.contains(line), "{line} is not in the good catalogue");
    parse(&GOOD.replacen(line, instead, 1)).expect_err(instead).mistakes
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("must be a code")
}

#[test]
fn a_catalogue_means_what_it_says() {
    let parsed = parse(GOOD).expect("must be accepted");
    let catalogue = &parsed.catalogue;
    assert_eq!((catalogue.version, catalogue.valid_from), (0, Date::parse("2026-01-01").unwrap()));
    assert_eq!((catalogue.time_zone.as_str(), catalogue.paper), ("Europe/Berlin", Period::Days(56)));
    let term = |start, rounding, period| Term { start, rounding, period: Some(period) };
    let ten_years = vec![term(EventType::Notified, Rounding::None, Period::Years(10))];
    let benefit = catalogue.class_of_kind(&code("benefit")).expect("must have a class");
    assert_eq!((&benefit.minimum, &benefit.maximum), (&Kept::Until(ten_years.clone()), &ten_years));
    assert_eq!((benefit.window, benefit.disposal, benefit.confidence), (Some(Period::Days(90)), Disposal::Offer, Confidence::High));
    let claim = &catalogue.classes[&code("FORD")];
    assert_eq!(claim.minimum, Kept::Until(vec![term(EventType::Unappealable, Rounding::EndOfYear, Period::Years(4))]));
    assert!(claim.maximum.is_empty() && claim.window.is_none());
    assert_eq!(parsed.types["Mahnung, zweite"], code("FORD"));
    assert!(catalogue.types.is_empty(), "names are tagged by the vault");
}

#[test]
fn a_wrong_line_is_named_with_its_place_and_with_what_would_be_right() {
    let list = "minimum = [{ start = \"decision.unappealable\", rounding = \"end-of-year\", period = \"P4Y\" }]";
    for (line, instead, position, key, says) in [
        // Periods.
        ("minimum = \"P10Y\"", "minimum = \"P0Y\"", (11, 11), "classes.LEIST.minimum", "at least one day"),
        ("minimum = \"P10Y\"", "minimum = \"P300Y\"", (11, 11), "classes.LEIST.minimum", "at most 100 years"),
        ("minimum = \"P10Y\"", "minimum = \"P1Y2M\"", (11, 11), "classes.LEIST.minimum", "one unit only"),
        ("minimum = \"P10Y\"", "minimum = \"P10Y5D\"", (11, 11), "classes.LEIST.minimum", "one unit only"),
        ("minimum = \"P10Y\"", "minimum = \"-P1Y\"", (11, 11), "classes.LEIST.minimum", "one unit only"),
        ("minimum = \"P10Y\"", "minimum = 10", (11, 11), "classes.LEIST.minimum", "this integer is not accepted; expected a period"),
        ("minimum = \"P10Y\"", "minimum = []", (11, 11), "classes.LEIST.minimum", "is empty"),
        ("window = \"P90D\"", "window = \"day-itself\"", (13, 10), "classes.LEIST.window", "a period is written"),
        ("paper = \"P56D\"", "paper = \"8 weeks\"", (3, 9), "paper", "a period is written P10Y, P25M or P56D"),
        // Days and years side by side.
        ("minimum = \"P10Y\"", "minimum = \"P10Y\"\nminimum_days = 5", (12, 1), "classes.LEIST.minimum_days", "did you mean minimum?"),
        ("maximum = \"P10Y\"", "keep = \"nothing\"\nmaximum = \"P10Y\"", (11, 11), "classes.LEIST.minimum", "contradicts keep"),
        // Events.
        ("\"decision.notified\"", "\"decision.notfied\"", (9, 9), "classes.LEIST.start", "did you mean \"decision.notified\"?"),
        ("\"decision.unappealable\"", "\"destroyed\"", (20, 22), "classes.FORD.minimum.start", "expected one of \"case.closed\""),
        ("start = \"decision.notified\"\n", "", (4, 10), "classes.LEIST.start", "is missing"),
        ("rounding = \"none\"\n", "", (4, 10), "classes.LEIST.rounding", "is missing"),
        ("rounding = \"none\"", "rounding = \"year\"", (10, 12), "classes.LEIST.rounding", "end-of-month"),
        (list, &format!("start = \"date.fixed\"\n{list}"), (20, 9), "classes.FORD.start", "not used by anything"),
        (", period = \"P4Y\" }", " }", (20, 12), "classes.FORD.minimum.period", "is missing"),
        (", period = \"P4Y\" }", ", years = 4, period = \"P4Y\" }", (20, 73), "classes.FORD.minimum.years", "no such key"),
        // Words and texts.
        ("confidence = \"high\"", "confidence = \"sure\"", (8, 14), "classes.LEIST.confidence", "\"high\", \"medium\", \"low\""),
        ("disposal = \"offer\"", "disposal = \"shred\"", (14, 12), "classes.LEIST.disposal", "\"destroy\", \"offer\", \"keep\""),
        ("legal_basis = [\"section 45 SGB X\"]", "legal_basis = []", (7, 15), "classes.LEIST.legal_basis", "is empty"),
        ("legal_basis = [\"section 45 SGB X\"]", "legal_basis = \"45\"", (7, 15), "classes.LEIST.legal_basis", "a list of texts"),
        ("\"section 52 SGB X\"", "\"section 50 SGB X\"", (18, 36), "classes.FORD.legal_basis", "stands in the list already"),
        ("title_de = \"Leistung\"", "title_de = \"\"", (5, 12), "classes.LEIST.title_de", "at least one character"),
        ("title_de = \"Leistung\"\n", "", (4, 10), "classes.LEIST.title_de", "is missing"),
        // Names.
        ("[classes.FORD]", "[classes.\"F RD\"]", (15, 10), "classes.F RD", "a code has 1 to 32 characters"),
        ("[classes.FORD]", "[classes.leist]", (15, 10), "classes.leist", "upper and lower case only"),
        ("[classes.FORD]", "[classes.LEIST]", (15, 10), "", "duplicate key"),
        ("benefit = \"LEIST\"", "benefit = \"LEIS\"", (23, 11), "kinds.benefit", "did you mean \"LEIST\"?"),
        ("benefit = \"LEIST\"", "benefit = \"LEIST\"\nbenefit = \"FORD\"", (24, 1), "", "duplicate key"),
        ("benefit = \"LEIST\"", "\"b/c\" = \"LEIST\"", (23, 1), "kinds.b/c", "a code has 1 to 32 characters"),
        ("\"Mahnung, zweite\" =", "\" Mahnung\" =", (25, 1), "types. Mahnung", "no white space at either end"),
        // The whole.
        ("valid_from = 2026-01-01", "valid_from = 2026-02-30", (1, 14), "", "not TOML"),
        ("valid_from = 2026-01-01", "valid_from = \"2026-02-30\"", (1, 14), "valid_from", "exists in the calendar"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-01T00:00:00", (1, 14), "valid_from", "a date has the form"),
        ("time_zone = \"Europe/Berlin\"", "time_zone = \"MEZ\"", (2, 13), "time_zone", "such as Europe/Berlin"),
        ("[kinds]", "[kind]", (22, 2), "kind", "did you mean kinds?"),
        // Lines without effect.
        ("maximum = \"P10Y\"\n", "", (12, 10), "classes.LEIST.window", "nothing to follow"),
        ("disposal = \"destroy\"", "maximum_at_least_minimum = true\ndisposal = \"keep\"", (21, 28), "classes.FORD", "does not have both"),
        ("disposal = \"destroy\"", "disposal = \"keep\"\narchive_authorisation = \"1\"", (22, 25), "classes.FORD", "is \"keep\""),
    ] {
        let found = spoilt(line, instead);
        let matches =
            |mistake: &&Mistake| mistake.position == Some(position) && mistake.key.starts_with(key) && mistake.message.contains(says);
        assert!(found.iter().any(|mistake| matches(&mistake)), "{instead}\n{found:#?}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once_in_the_order_of_the_text() {
    let text =
        GOOD.replace("P56D", "P1W").replace("\"high\"", "\"certain\"").replace("decision.notified", "notified").replace("P90D", "P0D");
    let error = parse(&text).expect_err("must be refused");
    let keys: Vec<&str> = error.mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    assert_eq!(keys, ["paper", "classes.LEIST.confidence", "classes.LEIST.start", "classes.LEIST.window"]);
    let lines: Vec<String> = error.to_string().lines().map(ToOwned::to_owned).collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[3].starts_with("13:10: classes.LEIST.window: \"P0D\" is not accepted: a period is at least one day"), "{}", lines[3]);
}

#[test]
fn an_empty_text_lacks_everything_and_broken_toml_lacks_nothing_besides() {
    let empty: Vec<String> = parse("").expect_err("must be refused").mistakes.into_iter().map(|mistake| mistake.key).collect();
    assert_eq!(empty, ["classes", "kinds", "paper", "time_zone", "types", "valid_from"]);
    let broken = parse("valid_from = \n").expect_err("must be refused").mistakes;
    assert!(broken.iter().all(|mistake| mistake.message.starts_with("this is not TOML")), "{broken:?}");
    let none = GOOD.split("[classes.LEIST]").next().expect("must have a head").to_owned() + "[classes]\n[kinds]\n[types]\n";
    assert!(parse(&none).expect_err("must be refused").to_string().contains("a catalogue has one at least"));
}

#[test]
fn a_catalogue_is_bounded() {
    let long = format!("{GOOD}#{}\n", "x".repeat(CLASSES_BYTES_MAX));
    assert!(parse(&long).expect_err("must be refused").to_string().contains("at most 49152 are accepted"));
    let deep = format!("{GOOD}deep = {}1{}\n", "[".repeat(20_000), "]".repeat(20_000));
    parse(&deep).expect_err("must be refused");
}

#[test]
fn the_shipped_catalogue_has_every_class_of_the_design() {
    let parsed = parse(shipped()).unwrap_or_else(|error| panic!("{error}"));
    let catalogue = &parsed.catalogue;
    let told: Vec<String> = catalogue.classes.values().map(told).collect();
    assert_eq!(
        told,
        [
            "ABLEHN medium keep decision.notified/end-of-year+P4Y, max decision.notified/end-of-year+P4Y+P90D, offer",
            "ALOG medium keep log.created/end-of-year+P1Y, max log.created/end-of-year+P1Y+P31D, destroy",
            "AUSWEIS high keep nothing after document.not-needed, max document.not-needed/none+P1D, destroy, authorised",
            "DABGL0 high keep nothing after check.done, max check.done/none+P1D, destroy, authorised",
            "DREC low keep log.created/none+P10Y, max log.created/none+P30Y, destroy",
            "ESF medium keep date.fixed/none, max date.fixed/none+P1Y, offer",
            "FORD high keep decision.unappealable/end-of-year+P4Y and claim.settled/none, max claim.settled/none+P90D (at least minimum), \
             destroy",
            "GUT medium keep decision.notified/none+P10Y, max decision.notified/none+P10Y+P90D, destroy",
            "LEIST high keep decision.notified/none+P10Y, max decision.notified/none+P10Y+P90D, offer",
            "OWI3 low keep proceedings.final/none+P3Y, max proceedings.final/none+P3Y+P90D, destroy",
            "OWI5 low keep proceedings.final/none+P5Y, max proceedings.final/none+P5Y+P90D, destroy",
            "RECHT medium keep proceedings.final/none+P10Y, max proceedings.final/none+P10Y+P90D, offer",
            "VERM low keep case.closed/none+P2Y, max case.closed/none+P5Y, offer",
            "ZAHL low keep document.dated/end-of-year+P10Y, max document.dated/end-of-year+P10Y+P90D, destroy",
        ]
    );
    assert_eq!((catalogue.paper, catalogue.time_zone.as_str()), (Period::Days(56), "Europe/Berlin"));
    let used: std::collections::BTreeSet<&Code> = catalogue.kinds.values().chain(parsed.types.values()).collect();
    assert!(catalogue.classes.keys().all(|code| used.contains(code)), "a class that nothing can have");
}

/// A class in one line.
fn told(class: &Class) -> String {
    let term = |term: &Term| {
        let period = term.period.map(|period| format!("+{period}")).unwrap_or_default();
        format!("{}/{}{period}", term.start.as_str(), term.rounding.as_str())
    };
    let minimum = match &class.minimum {
        Kept::Until(terms) => terms.iter().map(term).collect::<Vec<_>>().join(" and "),
        Kept::Nothing { start } => format!("nothing after {}", start.as_str()),
    };
    let window = class.window.map(|window| format!("+{window}")).unwrap_or_default();
    let maximum = class.maximum.iter().map(|part| format!("{}{window}", term(part))).collect::<Vec<_>>().join(" and ");
    let at_least = if class.maximum_at_least_minimum { " (at least minimum)" } else { "" };
    let authorised = if class.archive_authorisation.is_some() { ", authorised" } else { "" };
    let (code, confidence, disposal) = (&class.code, class.confidence.as_str(), class.disposal.as_str());
    format!("{code} {confidence} keep {minimum}, max {maximum}{at_least}, {disposal}{authorised}")
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[ \\PC\n\\[\\]{}=\"'#.,a-zP0-9]{0,200}") {
        let _ = parse(&text);
    }

    /// Whatever stands in the place of one value is either accepted or named with its line.
    #[test]
    fn no_value_makes_it_panic(value in "[\\[\\]{}=\"'., a-zP0-9-]{0,20}", at in 0_usize..40) {
        let lines: Vec<String> = GOOD.lines().enumerate().map(|(number, line)| match line.split_once(" = ") {
            Some((name, _)) if number == at => format!("{name} = {value}"),
            _ => line.to_owned(),
        }).collect();
        if let Err(error) = parse(&lines.join("\n")) {
            proptest::prop_assert!(error.mistakes.iter().all(|mistake| mistake.position.is_some()), "{}", error);
        }
    }

    /// A text that is cut off anywhere loses no class silently.
    #[test]
    fn a_cut_is_noticed(cut in 0_usize..GOOD.len()) {
        let short = &GOOD[..cut];
        let lost = GOOD[cut..].contains("\n[types]");
        if let Ok(parsed) = parse(short) {
            proptest::prop_assert!(!lost && parsed.catalogue.classes.len() == 2);
        }
    }
}
