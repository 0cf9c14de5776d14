//! Catalogues of the office, in few words.

use crate::model::Date;
use crate::model::retention::{Catalogue, Class, Code, Confidence, Disposal, EventType, Kept, Period, Rounding, Term, TimeZone, TypeTag};

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).expect("must be a day")
}

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).expect("must be a code")
}

/// A class that keeps for `years` from an event, and for the same time at the most.
pub(crate) fn class(name: &str, start: EventType, years: u16) -> Class {
    let term = Term { start, rounding: Rounding::None, period: Some(Period::Years(years)) };
    Class {
        code: code(name),
        title: (format!("Klasse {name}"), format!("Class {name}")),
        legal_basis: vec!["section 304 SGB V".to_owned()],
        confidence: Confidence::High,
        minimum: Kept::Until(vec![term.clone()]),
        maximum: vec![term],
        window: Some(Period::Days(90)),
        maximum_at_least_minimum: false,
        prevails: None,
        disposal: Disposal::Destroy,
        archive_authorisation: Some("standing authorisation 1/2010".to_owned()),
    }
}

/// The tag of a document type by its first letter; a vault would make it with a key.
pub(crate) fn tag(letter: u8) -> TypeTag {
    TypeTag([letter; 16])
}

/// A catalogue like the one that comes with the program: benefits count from the decision, payments from the document's own date, identity
/// cards are not kept once somebody has found that they are not needed.
pub(crate) fn shipped_like(benefit_years: u16) -> Catalogue {
    let identity = Class { minimum: Kept::Nothing { start: EventType::NotNeeded }, ..class("AUSWEIS", EventType::NotNeeded, 1) };
    let classes = [
        class("LEIST", EventType::Notified, benefit_years),
        class("VERM", EventType::CaseClosed, 2),
        class("ZAHL", EventType::DocumentDated, 10),
        identity,
    ];
    Catalogue {
        version: 0,
        valid_from: day("2010-01-01"),
        time_zone: TimeZone::berlin(),
        classes: classes.into_iter().map(|class| (class.code.clone(), class)).collect(),
        kinds: [("benefit", "LEIST"), ("placement", "VERM"), ("payment", "ZAHL")]
            .into_iter()
            .map(|(kind, class)| (code(kind), code(class)))
            .collect(),
        types: [(b'z', "ZAHL"), (b'a', "AUSWEIS")].into_iter().map(|(letter, class)| (tag(letter), code(class))).collect(),
        paper: Period::Days(56),
    }
}
