//! What tables are made of: headings, short cells, days in few characters.

use super::{Language, Value, Words};
use crate::model::Date;

impl Words {
    /// A heading, a label or a short sentence without gaps, by the name of its message.
    pub fn label(&self, name: &str) -> String {
        self.say(name, &[])
    }

    /// A sentence whose gaps are filled with these values.
    pub fn told(&self, name: &str, values: &[(&'static str, Value<'_>)]) -> String {
        self.say(name, values)
    }

    /// A code of a closed list, short enough for a column. A code that a newer archive sends is shown as it is.
    pub fn cell(&self, list: &str, code: &str) -> String {
        let name = format!("cell-{list}-{code}");
        if self.knows(&name) { self.say(&name, &[]) } else { code.to_owned() }
    }

    /// A day, short enough for a column, and so that days below each other sort well for the eye.
    pub fn short_date(&self, date: Date) -> String {
        match self.language() {
            Language::English => date.to_string(),
            Language::German => self.date(date),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccessKind;
    use crate::policy::paper;
    use crate::policy::retention::Blocker;

    #[test]
    fn every_obstacle_has_a_cell_in_both_languages() {
        let states = ["unclassed", "open", "running", "due", "conflict", "never"].map(|code| ("state", code));
        let boxes = ["ready", "blocked", "waiting", "destroyed", "withdrawn"].map(|code| ("box-state", code));
        let blockers = Blocker::ALL.iter().map(|blocker| ("blocker", blocker.code()));
        let box_blockers = paper::Blocker::ALL.iter().map(|blocker| ("box-blocker", blocker.code()));
        let accesses = AccessKind::ALL.iter().map(|kind| ("access", kind.as_str())).chain([("outcome", "allowed")]);
        for (list, code) in states.into_iter().chain(accesses).chain(boxes).chain(blockers).chain(box_blockers) {
            for language in Language::ALL {
                assert!(Words::of(language).knows(&format!("cell-{list}-{code}")), "{}: {list} {code}", language.tag());
            }
        }
    }

    #[test]
    fn a_code_that_nobody_knows_yet_is_shown_as_it_is() {
        let german = Words::of(Language::German);
        assert_eq!((german.cell("state", "due"), german.cell("state", "newer")), ("f\u{e4}llig".to_owned(), "newer".to_owned()));
    }

    #[test]
    fn days_in_columns() {
        let day = Date::parse("2024-03-05").unwrap();
        assert_eq!(Language::ALL.map(|language| Words::of(language).short_date(day)), ["2024-03-05", "05.03.2024"]);
    }
}
