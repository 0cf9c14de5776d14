//! Why a catalogue would be refused today: whoever compares it learns that before proposing it, with the classes that are meant.
//!
//! What is deliberately absent: the decision. The rules are asked again when it is proposed and when it is adopted.

use std::collections::BTreeSet;

use super::classes::ParsedCatalogue;
use crate::archive::ArchiveError;
use crate::archive::vault::Vault;
use crate::model::retention::{Catalogue, Code};
use crate::model::{CaseNumber, Refusal};
use crate::policy::classes_given_up;
use crate::policy::retention::check;
use crate::store::agenda::List;

/// A rule that says no to a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The rule.
    pub refusal: Refusal,
    /// The classes that it is about, if it is about some.
    pub classes: Vec<Code>,
}

impl Vault {
    /// Why this catalogue would be refused; empty if nothing speaks against proposing it.
    pub fn obstacles(&self, parsed: &ParsedCatalogue) -> Result<Vec<Obstacle>, ArchiveError> {
        let new = self.tagged(parsed)?;
        let old = self.catalogue()?;
        let mut obstacles = Vec::new();
        let mut add = |refusal, classes| obstacles.push(Obstacle { refusal, classes });
        if check(&new).is_err() {
            add(Refusal::CatalogueIncomplete, Vec::new());
        }
        if new.valid_from > self.today_by(old.as_deref()).certain {
            add(Refusal::CatalogueNotYetValid, Vec::new());
        }
        if let Some(old) = old {
            let in_use = self.given_up_in_use(&old, &new)?;
            if !in_use.is_empty() {
                add(Refusal::ClassInUse, in_use);
            }
        }
        Ok(obstacles)
    }

    fn given_up_in_use(&self, old: &Catalogue, new: &Catalogue) -> Result<Vec<Code>, ArchiveError> {
        let mut given_up = classes_given_up(old, new);
        let mut in_use = BTreeSet::new();
        // Until every case follows the catalogue in force, nobody knows what is in use.
        if self.facts()?.refreshed_below < CaseNumber::FIRST_REGISTER.get() {
            return Ok(given_up.into_iter().cloned().collect());
        }
        for list in [List::KeepUntil, List::Open] {
            if given_up.is_empty() {
                break;
            }
            for item in self.inner.store.agenda(self.id(), list, None, None)? {
                if let Some(class) = item?.line.class.filter(|class| given_up.remove(class)) {
                    in_use.insert(class);
                }
            }
        }
        Ok(in_use.into_iter().collect())
    }
}
