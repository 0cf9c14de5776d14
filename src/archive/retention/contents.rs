//! What single documents of a case can stop, and how many there are: read when a line of the case is shown, because few cases stand on a
//! page, and nothing that would have to follow every hold and every document is kept up for it.

use std::collections::BTreeMap;

use crate::archive::ArchiveError;
use crate::model::retention::{Catalogue, Code, DocumentFacts, Dossier, Line, MatterNumber};
use crate::model::{Address, CaseNumber, VaultId};
use crate::policy::retention::{CaseDates, Contents};
use crate::store::Store;

/// The documents of a case that are held, and those of which more is known than their matters. The others can stop nothing.
pub(super) fn of_case(store: &Store, vault: VaultId, case: CaseNumber) -> Result<Contents, ArchiveError> {
    among(store, vault, case, store.facts_of_case(vault, case)?)
}

/// As [`of_case`], for whoever has read the facts of the case's documents already.
pub(super) fn among(
    store: &Store,
    vault: VaultId,
    case: CaseNumber,
    facts: Vec<(Address, DocumentFacts)>,
) -> Result<Contents, ArchiveError> {
    let mut contents = Contents { held: store.documents_held_in(vault, case)?, ..Contents::default() };
    for (address, facts) in facts {
        if says_something(&facts) || contents.held.contains(&address.document) {
            contents.documents.insert(address.document, facts);
        }
    }
    Ok(contents)
}

fn says_something(facts: &DocumentFacts) -> bool {
    let has_other_dates = facts.matters.len() > 1 || !facts.lines.is_empty();
    has_other_dates || facts.dated.is_some() || facts.received.is_some() || facts.is_quarantined()
}

/// For how many documents a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    /// All to which its class applies in its matter.
    pub(super) documents: u32,
    /// Those among them that have no lines of their own.
    pub(super) without_own: u32,
}

/// How many documents there are for each line of a case.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<(MatterNumber, Option<Code>), Count>);

impl Counts {
    /// Counts the documents of a case, of which there are `all`, and of which nothing may be known but their content.
    pub(super) fn among(dossier: &Dossier, catalogue: Option<&Catalogue>, facts: &[(Address, DocumentFacts)], all: u32) -> Self {
        let dates = CaseDates::new(dossier, catalogue);
        let mut counts = Self::default();
        for (_, facts) in facts {
            for matter in facts.belongs_to() {
                counts.add(matter, dates.class_in(matter, facts.type_tag), (1, facts.lines.is_empty()));
            }
        }
        let known = u32::try_from(facts.len()).unwrap_or(u32::MAX);
        counts.add(MatterNumber::DEFAULT, dates.class_in(MatterNumber::DEFAULT, None), (all.saturating_sub(known), true));
        counts
    }

    fn add(&mut self, matter: MatterNumber, class: Option<&Code>, (documents, without_own): (u32, bool)) {
        let count = self.0.entry((matter, class.cloned())).or_default();
        count.documents = count.documents.saturating_add(documents);
        count.without_own = count.without_own.saturating_add(if without_own { documents } else { 0 });
    }

    /// For how many documents a line of a matter stands.
    pub(super) fn of(&self, line: &Line) -> Count {
        self.0.get(&(line.matter, line.class.clone())).copied().unwrap_or_default()
    }

    /// Whether a matter has any documents.
    pub(super) fn has_documents(&self, matter: MatterNumber) -> bool {
        self.0.range((matter, None)..).take_while(|((of, _), _)| *of == matter).any(|(_, count)| count.documents > 0)
    }
}
