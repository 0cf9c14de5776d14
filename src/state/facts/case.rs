//! Facts of a case and its documents, with the dates that follow from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::recorded_on;
use crate::model::command::{FileNote, OpenCase, StoreDocument};
use crate::model::retention::{
    BatchFacts, Catalogue, DocumentFacts, Dossier, EffectiveEvent, EventScope, Fact, MatterFacts, MatterNumber, Note, ScanFacts, TypeTag,
};
use crate::model::{Address, CaseNumber, NoteId, VaultId};
use crate::policy::View;
use crate::policy::retention::{document_lines, lines};

/// A case was opened.
pub(super) fn opened<V: View>(view: &mut V, opened: &OpenCase) -> Result<Vec<Fact>, V::Error> {
    let mut dossier = Dossier::new(opened.kind.clone(), recorded_on(view, opened.vault)?);
    dossier.lines = lines(&dossier, view.catalogue(opened.vault)?.as_deref());
    Ok(vec![Fact::Dossier { case: opened.number, before: None, after: Arc::new(dossier) }])
}

/// A document was stored. One of which only the content was given has no facts of its own.
pub(super) fn document_stored<V: View>(view: &mut V, stored: &StoreDocument) -> Result<Vec<Fact>, V::Error> {
    let Some(given) = &stored.facts else { return Ok(Vec::new()) };
    let mut facts = DocumentFacts { events: Vec::new(), lines: Vec::new(), ..given.clone() };
    facts.matters = canonical(facts.matters);
    let mut batch = None;
    if let Some(scan) = &mut facts.scan {
        scan.defects.sort_unstable();
        scan.defects.dedup();
        let quarantined = u32::from(!scan.defects.is_empty());
        batch = batch_changed(view, stored.vault, scan, |batch| BatchFacts {
            stored: batch.stored.saturating_add(1),
            quarantined: batch.quarantined.saturating_add(quarantined),
            ..batch
        })?;
    }
    let dossier = view.dossier(stored.vault, stored.address.case)?;
    let with_types = with_types_of(&dossier, &facts);
    let change = Change { dossier: with_types, document: Some((stored.address, facts)), reaches_documents: false };
    let mut changed = change.settle(view, stored.vault, stored.address.case)?;
    changed.extend(batch);
    Ok(changed)
}

/// A note was filed in a case.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    let (vault, case) = (filed.vault, filed.address.case);
    let dossier = view.dossier(vault, case)?;
    let change = match &filed.note {
        Note::Matter { number, kind, from, to } => {
            let opened_on = recorded_on(view, vault)?;
            let (number, kind, types) = (*number, kind.clone(), Vec::new());
            let matter = MatterFacts { number, id: Some(filed.id), kind, from: *from, to: *to, opened_on, types };
            Change { dossier: with_matter(&dossier, matter), document: None, reaches_documents: false }
        }
        Note::Event { scope: EventScope::Document(number), .. } => {
            let address = Address { case, document: *number };
            let mut facts = facts_of(view, vault, address)?;
            note_event(&mut facts.events, view, filed);
            Change { dossier: Dossier::clone(&dossier), document: Some((address, facts)), reaches_documents: false }
        }
        Note::Event { .. } => {
            let mut dossier = Dossier::clone(&dossier);
            note_event(&mut dossier.events, view, filed);
            Change { dossier, document: None, reaches_documents: true }
        }
        Note::Assignment { document, matters } => {
            let address = Address { case, document: *document };
            let facts = DocumentFacts { matters: canonical(matters.clone()), ..facts_of(view, vault, address)? };
            Change { dossier: with_types_of(&dossier, &facts), document: Some((address, facts)), reaches_documents: false }
        }
        Note::DocumentChecked { document, mode, result } => {
            return scan_changed(view, vault, Address { case, document: *document }, |scan| scan.qa = Some((*mode, *result)));
        }
        Note::QuarantineLifted { document } => {
            let address = Address { case, document: *document };
            let scan = view.document_facts(vault, address)?.and_then(|facts| facts.scan.clone());
            let mut changed = scan_changed(view, vault, address, |scan| scan.defects.clear())?;
            if let Some(scan) = scan.filter(|scan| !scan.defects.is_empty()) {
                let lifted = |batch: BatchFacts| BatchFacts { quarantined: batch.quarantined.saturating_sub(1), ..batch };
                changed.extend(batch_changed(view, vault, &scan, lifted)?);
            }
            return Ok(changed);
        }
        _ => return Ok(Vec::new()),
    };
    change.settle(view, vault, case)
}

/// Computes the dates of a case and of its documents again by `catalogue`: what adopting it leaves to be done, case by case. `stored` says
/// whether `before` was read; the dossier of a case from before there was retention is made up and enters with its first dates. Empty
/// when nothing changes.
pub fn refresh(
    case: CaseNumber,
    before: &Arc<Dossier>,
    stored: bool,
    documents: &BTreeMap<Address, Arc<DocumentFacts>>,
    catalogue: &Catalogue,
) -> Vec<Fact> {
    let after = Dossier { lines: lines(before, Some(catalogue)), ..Dossier::clone(before) };
    let mut changed = documents_changed(&after, documents, Some(catalogue));
    if !stored || after != **before {
        changed.push(Fact::Dossier { case, before: stored.then(|| Arc::clone(before)), after: Arc::new(after) });
    }
    changed
}

/// A case as an event leaves it, before its dates are computed.
struct Change {
    dossier: Dossier,
    /// The document that the event is about, as it will be.
    document: Option<(Address, DocumentFacts)>,
    /// Whether dates of other documents may follow from what has changed.
    reaches_documents: bool,
}

impl Change {
    /// Computes the dates and names what is not as before. A case whose dates follow from an older catalogue is brought up to date with
    /// its documents, so that one case never mixes two catalogues.
    fn settle<V: View>(mut self, view: &mut V, vault: VaultId, case: CaseNumber) -> Result<Vec<Fact>, V::Error> {
        let catalogue = view.catalogue(vault)?;
        let catalogue = catalogue.as_deref();
        let before = view.dossier(vault, case)?;
        let stale = is_stale(&before, catalogue);
        // Most documents change nothing about their case, and storing them should not wait for its dates.
        if stale || self.dossier != *before {
            self.dossier.lines = lines(&self.dossier, catalogue);
        }
        let mut changed = Vec::new();
        let subject = self.document.as_ref().map(|(address, _)| *address);
        if let Some((address, mut after)) = self.document {
            let before = view.document_facts(vault, address)?;
            after.lines = document_lines(&self.dossier, &after, catalogue);
            if before.as_deref() != Some(&after) {
                changed.push(Fact::Document { address, before, after: Arc::new(after) });
            }
        }
        if self.reaches_documents || stale {
            let mut others = view.facts_of_case(vault, case)?;
            others.retain(|address, _| Some(*address) != subject);
            changed.extend(documents_changed(&self.dossier, &others, catalogue));
        }
        if self.dossier != *before {
            changed.push(Fact::Dossier { case, before: Some(before), after: Arc::new(self.dossier) });
        }
        Ok(changed)
    }
}

/// Whether dates follow from another catalogue, or were never computed: a case from before there was retention has no lines.
fn is_stale(dossier: &Dossier, catalogue: Option<&Catalogue>) -> bool {
    let version = catalogue.map_or(0, |catalogue| catalogue.version);
    dossier.lines.is_empty() || dossier.lines.iter().any(|line| line.version != version)
}

/// The documents whose own lines are not as before.
fn documents_changed(dossier: &Dossier, documents: &BTreeMap<Address, Arc<DocumentFacts>>, catalogue: Option<&Catalogue>) -> Vec<Fact> {
    let changed = |(address, before): (&Address, &Arc<DocumentFacts>)| {
        let lines = document_lines(dossier, before, catalogue);
        let after = || Arc::new(DocumentFacts { lines: lines.clone(), ..DocumentFacts::clone(before) });
        (lines != before.lines).then(|| Fact::Document { address: *address, before: Some(Arc::clone(before)), after: after() })
    };
    documents.iter().filter_map(changed).collect()
}

/// Belonging to the default matter alone is written as belonging to none, so that the same state has one form.
fn canonical(matters: Vec<MatterNumber>) -> Vec<MatterNumber> {
    if matters == [MatterNumber::DEFAULT] { Vec::new() } else { matters }
}

fn with_matter(dossier: &Dossier, matter: MatterFacts) -> Dossier {
    let mut dossier = dossier.clone();
    if let Err(place) = dossier.matters.binary_search_by_key(&matter.number, |matter| matter.number) {
        dossier.matters.insert(place, matter);
    }
    dossier
}

/// The matters of a document learn its type, so that they have a line for its class.
fn with_types_of(dossier: &Dossier, facts: &DocumentFacts) -> Dossier {
    let mut dossier = dossier.clone();
    let Some(tag) = facts.type_tag else { return dossier };
    let belongs_to = facts.belongs_to();
    for matter in dossier.matters.iter_mut().filter(|matter| belongs_to.contains(&matter.number)) {
        insert_sorted(&mut matter.types, tag);
    }
    dossier
}

fn insert_sorted(types: &mut Vec<TypeTag>, tag: TypeTag) {
    if let Err(place) = types.binary_search(&tag) {
        types.insert(place, tag);
    }
}

/// The superseded event leaves, the new one comes. Events stay in the order of their recording.
fn note_event<V: View>(events: &mut Vec<EffectiveEvent>, view: &V, filed: &FileNote) {
    let Note::Event { scope, event, valid_on, source, supersedes, .. } = &filed.note else { return };
    let superseded = |id: NoteId| *supersedes == Some(id);
    events.retain(|event| !superseded(event.id));
    events.extend(valid_on.map(|valid_on| EffectiveEvent {
        note: filed.address,
        id: filed.id,
        scope: *scope,
        event: *event,
        valid_on,
        recorded_at: view.now(),
        source: source.clone(),
    }));
}

fn facts_of<V: View>(view: &mut V, vault: VaultId, address: Address) -> Result<DocumentFacts, V::Error> {
    Ok(view.document_facts(vault, address)?.map_or_else(DocumentFacts::default, |facts| DocumentFacts::clone(&facts)))
}

/// Scan data change no dates.
fn scan_changed<V: View>(view: &mut V, vault: VaultId, address: Address, change: impl Fn(&mut ScanFacts)) -> Result<Vec<Fact>, V::Error> {
    let before = view.document_facts(vault, address)?;
    let Some(mut after) = before.as_deref().cloned() else { return Ok(Vec::new()) };
    let Some(scan) = &mut after.scan else { return Ok(Vec::new()) };
    change(scan);
    if after.scan != before.as_deref().and_then(|before| before.scan.clone()) {
        after.settled_on = Some(recorded_on(view, vault)?);
    }
    Ok(vec![Fact::Document { address, before, after: Arc::new(after) }])
}

/// A document of the batch was stored, or is not in quarantine any more.
fn batch_changed<V: View>(
    view: &mut V,
    vault: VaultId,
    scan: &ScanFacts,
    change: impl Fn(BatchFacts) -> BatchFacts,
) -> Result<Option<Fact>, V::Error> {
    let Some(id) = scan.batch else { return Ok(None) };
    let Some(place) = view.note(vault, id)? else { return Ok(None) };
    let batch = view.batch(vault, place)?;
    Ok(batch.map(|facts| Fact::Batch(place, change(facts))))
}
