//! Events as they happened, put together again from the records that they left.

use crate::model::command::{Beside, FileNote, OpenCase, StoreDocument};
use crate::model::retention::{Code, DocumentFacts, NoteRecord};
use crate::model::{CaseId, CaseRecord, DocumentRecord, Event, VaultId};

/// The opening of a case; `kind` is the kind of its default matter.
pub(super) fn of_case(vault: VaultId, record: &CaseRecord, kind: Code) -> Event {
    Event::CaseOpened(OpenCase {
        vault,
        case: record.id,
        number: record.number,
        handle: record.handle,
        opening_year: record.opening_year,
        kind,
        reference_tag: record.reference_tag,
        header: record.header.clone(),
        sealed_details: record.sealed_details.clone(),
    })
}

/// The storing of a document with these facts.
pub(super) fn of_document(vault: VaultId, case: CaseId, record: &DocumentRecord, facts: DocumentFacts) -> Event {
    Event::DocumentStored(StoreDocument {
        vault,
        case,
        document: record.id,
        address: record.address,
        handle: record.handle,
        opening_year: record.opening_year,
        plain_bytes: record.plain_bytes,
        header: record.header.clone(),
        sealed_details: record.sealed_details.clone(),
        frames: record.content.frames,
        sealed_bytes: record.content.sealed_bytes,
        staged: None,
        facts: Some(facts),
    })
}

/// The filing of a note.
pub(super) fn of_note(vault: VaultId, case: Option<CaseId>, record: &NoteRecord) -> Event {
    let filed = FileNote {
        vault,
        case,
        id: record.id,
        address: record.address,
        handle: record.handle,
        opening_year: record.opening_year,
        person: record.person,
        note: record.note.clone(),
        beside: Beside::default(),
        header: record.header.clone(),
        sealed_details: record.sealed_details.clone(),
    };
    Event::NoteFiled { filed: Box::new(filed), previous: None }
}
