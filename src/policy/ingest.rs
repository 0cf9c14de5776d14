//! Opening vaults and cases, storing documents: a straight column of rules per command.
//!
//! Repetition is decided first: whoever sends the same request again must get the same answer, whatever has changed since.

use super::{Undecided, Verdict, View};
use crate::model::command::{AcceptAnchor, Command, OpenCase, OpenVault, StoreDocument};
use crate::model::{DocumentNumber, Event, Refusal};

/// Decides a command against the facts of `view`.
pub fn decide<V: View>(view: &mut V, command: &Command) -> Result<Verdict, Undecided<V::Error>> {
    match command {
        Command::OpenVault(command) => open_vault(view, command),
        Command::OpenCase(command) => open_case(view, command),
        Command::StoreDocument(command) => store_document(view, command),
        Command::AcceptAnchor(command) => accept_anchor(view, *command),
        Command::FileNote(command) => super::notes::file(view, command),
    }
}

fn open_vault<V: View>(view: &mut V, command: &OpenVault) -> Result<Verdict, Undecided<V::Error>> {
    if view.vault_name_taken(&command.name).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultNameTaken.into());
    }
    if view.vault_exists(command.id).map_err(Undecided::Unreadable)? {
        return Err(Refusal::NumberTaken.into());
    }
    Ok(Verdict::Happens(Event::VaultOpened(command.clone())))
}

fn open_case<V: View>(view: &mut V, command: &OpenCase) -> Result<Verdict, Undecided<V::Error>> {
    if !view.vault_exists(command.vault).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultUnknown.into());
    }
    if let Some(existing) = view.case(command.vault, command.case).map_err(Undecided::Unreadable)? {
        return Ok(Verdict::RepeatsCase(existing.number));
    }
    if view.reference_taken(command.vault, &command.reference_tag).map_err(Undecided::Unreadable)? {
        return Err(Refusal::ReferenceTaken.into());
    }
    if view.case_number_taken(command.vault, command.number).map_err(Undecided::Unreadable)? {
        return Err(Refusal::NumberTaken.into());
    }
    Ok(Verdict::Happens(Event::CaseOpened(command.clone())))
}

fn store_document<V: View>(view: &mut V, command: &StoreDocument) -> Result<Verdict, Undecided<V::Error>> {
    if !view.vault_exists(command.vault).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultUnknown.into());
    }
    if let Some(existing) = view.document(command.vault, command.document).map_err(Undecided::Unreadable)? {
        return Ok(Verdict::RepeatsDocument(existing));
    }
    let Some(case) = view.case(command.vault, command.case).map_err(Undecided::Unreadable)? else {
        return Err(Refusal::CaseUnknown.into());
    };
    // The content is sealed under the address; under another case's keys it would die with that other case.
    if case.number != command.address.case || case.opening_year != command.opening_year {
        return Err(Refusal::NumberTaken.into());
    }
    if command.address.document > DocumentNumber::MAX {
        return Err(Refusal::CaseFull.into());
    }
    if view.address_taken(command.vault, command.address).map_err(Undecided::Unreadable)? {
        return Err(Refusal::NumberTaken.into());
    }
    Ok(Verdict::Happens(Event::DocumentStored(command.clone())))
}

fn accept_anchor<V: View>(view: &mut V, command: AcceptAnchor) -> Result<Verdict, Undecided<V::Error>> {
    if !view.vault_exists(command.vault).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultUnknown.into());
    }
    Ok(Verdict::Happens(Event::AnchorAccepted(command)))
}
