//! What retention learned of a case or document when it was taken in, from what was sealed about it.

use super::Desk;
use crate::keys::TreeId;
use crate::model::retention::{Code, DocumentFacts, Dossier, MatterNumber, ScanDefect, TypeTag};
use crate::model::{Address, CaseRecord, DocumentDescription, DocumentRecord, ScanDescription};
use crate::seal::Opener;
use crate::store::codec;
use crate::verify::{catalogue, description};

/// What is known of a document besides its description.
pub(super) struct Seen<'a> {
    /// Its stored facts, of which only the defects are believed.
    pub(super) stored: Option<&'a DocumentFacts>,
    /// Whether somebody has cleared its defects later.
    pub(super) lifted: bool,
    /// The case as it was when the document came.
    pub(super) dossier: &'a Dossier,
}

/// The kind of a case's default matter; `None` if the description cannot be opened.
pub(super) fn kind_of_case(desk: &Desk, record: &CaseRecord) -> Option<Code> {
    let sealed = open(desk, record.opening_year, Address::of_case(record.number), &record.header, &record.sealed_details)?;
    let details = codec::decode_case_details(&sealed).ok()?;
    Some(description::case(details.description.as_bytes())?.kind_code())
}

/// The facts with which a document was stored; the inner `None` if it came without any, the outer one if its description cannot be
/// opened.
pub(super) fn facts_of_document(desk: &Desk, record: &DocumentRecord, seen: &Seen<'_>) -> Option<Option<DocumentFacts>> {
    let sealed = open(desk, record.opening_year, record.address, &record.header, &record.sealed_details)?;
    let details = codec::decode_details(&sealed).ok()?;
    let description = description::document(details.description.as_bytes())?;
    let tag = description.document_type.as_ref().map(|name| type_tag(desk, name.as_str()));
    let tag = if let Some(tag) = tag { Some(tag?) } else { None };
    let Some(mut facts) = DocumentFacts::described(&description, matters(&description, seen.dossier), tag) else { return Some(None) };
    if !seen.stored.is_some_and(came_with_facts) && desk.is_from_before(record.entry) {
        desk.tally(|tally| tally.before.1 += 1);
        return Some(None);
    }
    if let (Some(facts), Some(scan)) = (&mut facts.scan, &description.scan) {
        let stored = seen.stored.and_then(|facts| facts.scan.as_ref()).map_or(&[][..], |scan| &scan.defects);
        // Which defects were cleared is not known any more; that there was one is, or nobody could have cleared it.
        facts.defects = if seen.lifted { vec![ScanDefect::PagesUnknown] } else { stored.to_vec() };
        if !seen.lifted && !are_possible(stored, scan) {
            let place = format!("{} document {}", desk.scope.place, record.id);
            desk.check.found(catalogue::DEFECTS_IMPOSSIBLE, place, "what the description says of the scan allows no such defects");
        }
    }
    Some(Some(facts))
}

/// Opens what was sealed. A key or a header that is not right was found when the record was checked.
fn open(desk: &Desk, opening_year: u16, address: Address, header: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let leaf = desk.check.keyring.as_ref()?.leaf(TreeId::cases(desk.scope.record.id, opening_year), address).ok()?;
    Opener::new(&leaf, header).ok()?.open_description(sealed).ok().map(|bytes| bytes.to_vec())
}

fn type_tag(desk: &Desk, name: &str) -> Option<TypeTag> {
    let keys = desk.check.keyring.as_ref()?.vault_keys(desk.scope.record.id).ok()?;
    Some(TypeTag(keys.type_tag(name)))
}

/// The numbers of the matters that a description names. One that the case does not have would have been refused, so leaving it out
/// makes the facts differ.
fn matters(description: &DocumentDescription, dossier: &Dossier) -> Vec<MatterNumber> {
    let mut numbers: Vec<MatterNumber> =
        description.matters.iter().filter_map(|id| dossier.matter_by_id(*id)).map(|matter| matter.number).collect();
    numbers.sort_unstable();
    numbers
}

/// Whether facts have anything that only the description of the document gives, and no note.
pub(super) fn came_with_facts(facts: &DocumentFacts) -> bool {
    facts.type_tag.is_some() || facts.dated.is_some() || facts.received.is_some() || facts.scan.is_some()
}

/// Whether the scan gate could have found these defects in a document that is described like this.
fn are_possible(defects: &[ScanDefect], scan: &ScanDescription) -> bool {
    let has = |defect| defects.contains(&defect);
    let nobody_vouches = scan.transfer_note.is_none() && scan.batch.is_none();
    defects.is_sorted_by(|a, b| a < b)
        && has(ScanDefect::NoTransferNote) == nobody_vouches
        && (scan.colour || !has(ScanDefect::ColourLost))
        && !(has(ScanDefect::PagesDiffer) && has(ScanDefect::PagesUnknown))
        && !(has(ScanDefect::Jbig2) && has(ScanDefect::Jbig2SymbolCoding))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    #[test]
    fn defects_fit_what_is_said_of_the_scan() {
        use ScanDefect::{ColourLost, Jbig2, Jbig2SymbolCoding, NoTransferNote, PagesDiffer, PagesUnknown};
        let note = |text: &str| crate::model::Text::parse(text).unwrap();
        let scanned_on = Date::parse("2026-11-02").unwrap();
        let grey =
            ScanDescription { scanned_on, pages: 2, batch: None, transfer_note: Some(note("TV 17")), colour: false, high_protection: true };
        let colour = ScanDescription { colour: true, ..grey.clone() };
        let alone = ScanDescription { transfer_note: None, ..grey.clone() };
        let cases: [(&[ScanDefect], &ScanDescription, bool); 9] = [
            (&[], &grey, true),
            (&[Jbig2, PagesDiffer], &grey, true),
            (&[ColourLost], &colour, true),
            (&[ColourLost], &grey, false),
            (&[NoTransferNote], &grey, false),
            (&[NoTransferNote], &alone, true),
            (&[], &alone, false),
            (&[PagesDiffer, PagesUnknown], &grey, false),
            (&[Jbig2, Jbig2SymbolCoding], &grey, false),
        ];
        for (defects, scan, possible) in cases {
            assert_eq!(are_possible(defects, scan), possible, "{defects:?}");
        }
        assert!(!are_possible(&[PagesUnknown, Jbig2], &grey), "the gate sorts them");
    }
}
