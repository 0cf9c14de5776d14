//! Exports: nothing is handed over without a purpose, the page for a person is about one case, and who has seen what is handed over by a
//! person only, as it is told to persons only.

use super::{Desk, Readable, Ruling, rule};
use crate::model::{Address, CaseNumber, ExportKind, ExportScope, Refusal};
use crate::policy::{Undecided, View};

/// An export of one case. Its scope names the case that the note is filed in: its words are sealed there.
pub(super) fn made_of_case<E>(case: CaseNumber, scope: &ExportScope, has_purpose: bool, has_person: bool) -> Result<(), Undecided<E>> {
    rule(scope.case == Some(case), Refusal::NoteOutOfPlace)?;
    Ok(is_fit(scope, has_purpose, has_person)?)
}

/// An export of the vault.
pub(super) fn made<E>(scope: &ExportScope, has_purpose: bool, has_person: bool) -> Ruling<E> {
    is_fit(scope, has_purpose, has_person)?;
    Ok(None)
}

/// An export of one case is written to its end; where the export is recorded, its signature is.
pub(super) fn signed_in_case<V: View>(desk: &mut Desk<'_, V>, case: CaseNumber, export: Address) -> Result<(), Undecided<V::Error>> {
    rule(export.case == case, Refusal::NoteOutOfPlace)?;
    Ok(rule(desk.view.note_place_taken(desk.vault, export).readable()?, Refusal::ExportUnknown)?)
}

/// The same of the vault.
pub(super) fn signed<V: View>(desk: &mut Desk<'_, V>, export: Address) -> Ruling<V::Error> {
    rule(desk.view.note_place_taken(desk.vault, export).readable()?, Refusal::ExportUnknown)?;
    Ok(None)
}

fn is_fit(scope: &ExportScope, has_purpose: bool, has_person: bool) -> Result<(), Refusal> {
    rule(scope.kind != ExportKind::Person || scope.case.is_some(), Refusal::ExportOfOneCase)?;
    rule(scope.from.zip(scope.through).is_none_or(|(from, through)| from <= through), Refusal::ExportPeriodReversed)?;
    rule(has_purpose, Refusal::ExportPurposeRequired)?;
    export_is_for(scope, has_person)
}

/// Who has seen what is for persons: whoever has it made, and whoever takes it.
pub fn export_is_for(scope: &ExportScope, has_person: bool) -> Result<(), Refusal> {
    rule(has_person || !scope.access, Refusal::PersonRequired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    #[test]
    fn what_an_export_must_say() {
        let case = CaseNumber::new(7).unwrap();
        let day = |text: &str| Some(Date::parse(text).unwrap());
        let vault = ExportScope { kind: ExportKind::Evidence, case: None, from: None, through: None, contents: true, access: false };
        let one_day = ExportScope { from: day("2026-11-20"), through: day("2026-11-20"), ..vault };
        let reversed = ExportScope { through: day("2026-11-19"), ..one_day };
        let person = ExportScope { kind: ExportKind::Person, ..vault };
        for (scope, has_purpose, expected) in [
            (vault, true, Ok(())),
            (vault, false, Err(Refusal::ExportPurposeRequired)),
            (one_day, true, Ok(())),
            (reversed, true, Err(Refusal::ExportPeriodReversed)),
            (person, true, Err(Refusal::ExportOfOneCase)),
            (ExportScope { case: Some(case), ..person }, true, Ok(())),
        ] {
            assert_eq!(is_fit(&scope, has_purpose, false), expected, "{scope:?}");
        }
        let who_has_seen_it = ExportScope { access: true, ..vault };
        assert_eq!(is_fit(&who_has_seen_it, true, false), Err(Refusal::PersonRequired));
        assert_eq!(is_fit(&who_has_seen_it, true, true), Ok(()));
        let elsewhere = made_of_case::<()>(CaseNumber::new(8).unwrap(), &ExportScope { case: Some(case), ..vault }, true, true);
        assert!(matches!(elsewhere, Err(Undecided::Refused(Refusal::NoteOutOfPlace))));
    }
}
