//! Opening vaults and cases, storing documents: a straight column of rules per command.
//!
//! Repetition is decided first: whoever sends the same request again must get the same answer, whatever has changed since.

use super::notes::{batch_is_open, days_have_come, matters_are_of_case};
use super::{Undecided, Verdict, View};
use crate::model::command::{AcceptAnchor, Command, OpenCase, OpenVault, StoreDocument};
use crate::model::retention::DocumentFacts;
use crate::model::{CaseNumber, DocumentNumber, Event, Refusal};

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
    Ok(Verdict::Happens(Box::new(Event::VaultOpened(command.clone()))))
}

fn open_case<V: View>(view: &mut V, command: &OpenCase) -> Result<Verdict, Undecided<V::Error>> {
    if !view.vault_exists(command.vault).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultUnknown.into());
    }
    if view.case_destroyed(command.vault, command.case).map_err(Undecided::Unreadable)? {
        return Err(Refusal::CaseDestroyed.into());
    }
    if let Some(existing) = view.case(command.vault, command.case).map_err(Undecided::Unreadable)? {
        return Ok(Verdict::RepeatsCase(existing.number));
    }
    if view.reference_taken(command.vault, &command.reference_tag).map_err(Undecided::Unreadable)? {
        return Err(Refusal::ReferenceTaken.into());
    }
    if command.number > CaseNumber::MAX {
        return Err(Refusal::VaultFull.into());
    }
    if view.case_number_taken(command.vault, command.number).map_err(Undecided::Unreadable)? {
        return Err(Refusal::NumberTaken.into());
    }
    Ok(Verdict::Happens(Box::new(Event::CaseOpened(command.clone()))))
}

fn store_document<V: View>(view: &mut V, command: &StoreDocument) -> Result<Verdict, Undecided<V::Error>> {
    if !view.vault_exists(command.vault).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultUnknown.into());
    }
    if let Some(existing) = view.document(command.vault, command.document).map_err(Undecided::Unreadable)? {
        return Ok(Verdict::RepeatsDocument(existing));
    }
    if view.case_destroyed(command.vault, command.case).map_err(Undecided::Unreadable)? {
        return Err(Refusal::CaseDestroyed.into());
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
    if let Some(facts) = &command.facts {
        description_fits(view, command, facts)?;
    }
    Ok(Verdict::Happens(Box::new(Event::DocumentStored(command.clone()))))
}

/// What is said of a new document must be possible. What the scan gate has found is no reason to refuse: the paper is on its way to the
/// shredder, so the document is stored and waits in quarantine.
fn description_fits<V: View>(view: &mut V, command: &StoreDocument, facts: &DocumentFacts) -> Result<(), Undecided<V::Error>> {
    let dossier = view.dossier(command.vault, command.address.case).map_err(Undecided::Unreadable)?;
    matters_are_of_case(&facts.matters, &dossier)?;
    let today = view.today(command.vault).map_err(Undecided::Unreadable)?;
    days_have_come(facts, today)?;
    match &facts.scan {
        Some(scan) => batch_is_open(view, command.vault, scan),
        None => Ok(()),
    }
}

fn accept_anchor<V: View>(view: &mut V, command: AcceptAnchor) -> Result<Verdict, Undecided<V::Error>> {
    if !view.vault_exists(command.vault).map_err(Undecided::Unreadable)? {
        return Err(Refusal::VaultUnknown.into());
    }
    Ok(Verdict::Happens(Box::new(Event::AnchorAccepted(command))))
}
