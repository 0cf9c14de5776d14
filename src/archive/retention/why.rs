//! Why something is still here, until when, and what stops its destruction.

use super::contents::of_case;
use super::holds::HoldView;
use crate::archive::ArchiveError;
use crate::archive::vault::Vault;
use crate::model::retention::{MatterFacts, MatterNumber, Part, ScanDefect, Target, Today, Watermark};
use crate::model::{Address, CaseId, DocumentId, NoteId, Refusal};
use crate::policy::retention::{Explanation, explain, explain_matter};

/// The explanation of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The rule trace, the dates, where it stands.
    pub explanation: Explanation,
    /// The holds that cover it.
    pub holds: Vec<HoldView>,
    /// What the scan gate found.
    pub defects: Vec<ScanDefect>,
    /// Its matters, which the trace names by number.
    pub matters: Vec<MatterFacts>,
    /// Which day it is.
    pub today: Today,
    /// How far the intake has come.
    pub watermark: Watermark,
}

/// The explanation of a matter: one for each class that applies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyMatter {
    /// The matter.
    pub matter: MatterFacts,
    /// One explanation for each class.
    pub explanations: Vec<Explanation>,
    /// The holds that cover it.
    pub holds: Vec<HoldView>,
    /// Which day it is.
    pub today: Today,
    /// How far the intake has come.
    pub watermark: Watermark,
}

impl Vault {
    /// Explains a document.
    pub fn why(&self, case: CaseId, document: DocumentId) -> Result<Why, ArchiveError> {
        let address = self.address_of(case, document)?;
        let catalogue = self.catalogue()?;
        let dossier = self.dossier_of(address.case, catalogue.as_deref())?;
        let facts = self.facts_of_document(address)?;
        let (today, watermark) = (self.today_by(catalogue.as_deref()), self.facts()?.intake.watermark());
        let brakes = self.brakes_of_document(address, watermark)?;
        let explanation = explain(&dossier, facts.as_ref(), catalogue.as_deref(), today, &brakes);
        let holds = self.holds_covering(address, facts.as_ref())?;
        let belongs_to = facts.as_ref().map_or_else(|| vec![MatterNumber::DEFAULT], |facts| facts.belongs_to());
        let matters = dossier.matters.iter().filter(|matter| belongs_to.contains(&matter.number)).cloned().collect();
        let defects = facts.and_then(|facts| facts.scan).map_or_else(Vec::new, |scan| scan.defects);
        let holds = self.hold_views(&holds.into_iter().map(|(place, _)| place).collect::<Vec<_>>())?;
        Ok(Why { explanation, holds, defects, matters, today, watermark })
    }

    /// Explains a matter; `None` for the default matter.
    pub fn why_matter(&self, case: CaseId, matter: Option<NoteId>) -> Result<WhyMatter, ArchiveError> {
        let number = self.case_facts(case)?.number;
        let catalogue = self.catalogue()?;
        let dossier = self.dossier_of(number, catalogue.as_deref())?;
        let found = match matter {
            Some(id) => dossier.matter_by_id(id),
            None => dossier.matter(MatterNumber::DEFAULT),
        };
        let matter = found.ok_or(Refusal::MatterUnknown)?.clone();
        let (today, watermark) = (self.today_by(catalogue.as_deref()), self.facts()?.intake.watermark());
        let brakes = self.brakes_of_matter(number, matter.number, watermark)?;
        let contents = of_case(&self.inner.store, self.id(), number)?;
        let explanations = explain_matter(&dossier, matter.number, &contents, catalogue.as_deref(), today, &brakes);
        let mut places: Vec<Address> = Vec::new();
        for part in [Part::Whole, Part::Matter(matter.number)] {
            let on = self.inner.store.holds_on(self.id(), Target { case: number, part })?;
            places.extend(on.into_iter().map(|(place, _)| place));
        }
        Ok(WhyMatter { matter, explanations, holds: self.hold_views(&places)?, today, watermark })
    }

    fn hold_views(&self, places: &[Address]) -> Result<Vec<HoldView>, ArchiveError> {
        places.iter().map(|place| self.hold_at(*place)).collect()
    }
}
