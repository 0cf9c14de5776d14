//! The only place where a record comes into being or changes: `apply` turns an event into the record that it leaves.
//!
//! What is deliberately absent: reading and writing. The committer writes what comes back, in the commit group of the event.

mod facts;

pub use facts::{place, project, refresh};

use crate::model::retention::NoteRecord;
use crate::model::{CaseRecord, DocumentRecord, Event, Placement, Record, VaultRecord};

/// The record as `event` leaves it, or `None` for events that are facts of the ledger alone.
///
/// # Panics
/// When the placement lacks what the event brings: the committer places content before it applies the event.
pub fn apply(event: &Event, placement: &Placement) -> Option<Record> {
    match event {
        Event::VaultOpened(event) => Some(Record::Vault(VaultRecord {
            name: event.name.clone(),
            id: event.id,
            origin: event.origin.clone(),
            created_at: placement.at,
        })),
        Event::CaseOpened(event) => Some(Record::Case(CaseRecord {
            id: event.case,
            number: event.number,
            handle: event.handle,
            opening_year: event.opening_year,
            opened_at: placement.at,
            header: event.header.clone(),
            sealed_details: event.sealed_details.clone(),
            reference_tag: event.reference_tag,
            entry: placement.entry,
            receipt_size: placement.receipt_size,
        })),
        Event::DocumentStored(event) => Some(Record::Document(DocumentRecord {
            id: event.document,
            address: event.address,
            handle: event.handle,
            opening_year: event.opening_year,
            stored_at: placement.at,
            plain_bytes: event.plain_bytes,
            header: event.header.clone(),
            sealed_details: event.sealed_details.clone(),
            content: placement.content.expect("the committer places the content of a document before it applies the event"),
            entry: placement.entry,
            receipt_size: placement.receipt_size,
        })),
        Event::AnchorAccepted(_) => None,
        Event::NoteFiled { filed, .. } => Some(Record::Note(Box::new(NoteRecord {
            id: filed.id,
            address: filed.address,
            handle: filed.handle,
            opening_year: filed.opening_year,
            recorded_at: placement.at,
            person: filed.person,
            note: filed.note.clone(),
            header: filed.header.clone(),
            sealed_details: filed.sealed_details.clone(),
            entry: placement.entry,
            receipt_size: placement.receipt_size,
        }))),
    }
}
