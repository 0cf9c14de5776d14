//! Facts of a case and its documents, with the dates that follow from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::recorded_on;
use crate::model::command::{FileNote, OpenCase, StoreDocument};
use crate::model::retention::{
    BatchFacts, Catalogue, Code, DocumentFacts, Dossier, EffectiveEvent, EventScope, Fact, MatterFacts, MatterNumber, Note, ScanFacts,
};
use crate::model::{Address, CaseNumber, DocumentNumber, NoteId, VaultId};
use crate::policy::View;
use crate::policy::retention::{CaseDates, Reach, count_in, count_out, counted, is_counted, lines, reach, reach_of_kinds};

/// A case was opened.
pub(super) fn opened<V: View>(view: &mut V, opened: &OpenCase) -> Result<Vec<Fact>, V::Error> {
    let catalogue = view.catalogue(opened.vault)?;
    let kind = kind_in_clear(&opened.kind, catalogue.as_deref());
    let mut dossier = Dossier::new(kind, recorded_on(view, opened.vault)?);
    dossier.lines = lines(&dossier, catalogue.as_deref());
    Ok(vec![Fact::Dossier { case: opened.number, before: None, after: Arc::new(dossier) }])
}

/// The kind of a case as it lies in clear. A word that looks like a code may be a name, so only words from a list on which two persons have
/// agreed leave the sealed description: the kinds of the catalogue in force. A case of any other kind has the default kind until somebody
/// corrects it; in a vault without a catalogue there is no list yet.
fn kind_in_clear(given: &Code, catalogue: Option<&Catalogue>) -> Code {
    let is_listed = catalogue.is_none_or(|catalogue| catalogue.class_of_kind(given).is_some());
    if is_listed { given.clone() } else { Code::default_kind() }
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
    let mut dossier = view.dossier(stored.vault, stored.address.case)?;
    let catalogue = view.catalogue(stored.vault)?;
    if is_counted(&facts, catalogue.as_deref()) {
        count_in(Arc::make_mut(&mut dossier), stored.address.document, &facts, catalogue.as_deref());
    }
    let change = Change { dossier, document: Some((stored.address, facts)), reach: nobody() };
    let mut changed = change.settle(view, stored.vault, stored.address.case)?;
    changed.extend(batch);
    Ok(changed)
}

/// A note was filed in a case.
pub(super) fn noted<V: View>(view: &mut V, filed: &FileNote) -> Result<Vec<Fact>, V::Error> {
    let (vault, case) = (filed.vault, filed.address.case);
    let mut dossier = view.dossier(vault, case)?;
    let catalogue = view.catalogue(vault)?;
    let change = match &filed.note {
        Note::Matter { number, kind, from, to } => {
            let opened_on = recorded_on(view, vault)?;
            let (number, kind, types) = (*number, kind.clone(), BTreeMap::new());
            insert_matter(&mut dossier, MatterFacts { number, id: Some(filed.id), kind, from: *from, to: *to, opened_on, types });
            Change { dossier, document: None, reach: nobody() }
        }
        Note::KindCorrected { matter, replaces, kind } => {
            let of_case = Arc::make_mut(&mut dossier);
            of_case.matters.iter_mut().filter(|of| of.number == *matter).for_each(|of| of.kind = kind.clone());
            let reach = reach_of_kinds(&dossier, [replaces, kind], catalogue.as_deref());
            Change { dossier, document: None, reach }
        }
        Note::Event { scope: EventScope::Document(number), .. } => {
            let address = Address { case, document: *number };
            let before = facts_of(view, vault, address)?;
            let mut facts = before.clone();
            note_event(&mut facts.events, view, filed);
            if before.events.is_empty() != facts.events.is_empty() {
                recount(&mut dossier, *number, (&before, &facts), catalogue.as_deref());
            }
            Change { dossier, document: Some((address, facts)), reach: nobody() }
        }
        Note::Event { event, .. } => {
            note_event(&mut Arc::make_mut(&mut dossier).events, view, filed);
            let reach = reach(&dossier, *event, catalogue.as_deref());
            Change { dossier, document: None, reach }
        }
        Note::Assignment { document, matters } => {
            let address = Address { case, document: *document };
            let before = facts_of(view, vault, address)?;
            let facts = DocumentFacts { matters: canonical(matters.clone()), ..before.clone() };
            if is_counted(&facts, catalogue.as_deref()) {
                recount(&mut dossier, *document, (&before, &facts), catalogue.as_deref());
            }
            Change { dossier, document: Some((address, facts)), reach: nobody() }
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
    let (after, mut changed) = brought_up_to_date(before, documents, Some(catalogue));
    if !stored || after != **before {
        changed.push(Fact::Dossier { case, before: stored.then(|| Arc::clone(before)), after: Arc::new(after) });
    }
    changed
}

/// A case as it is by this catalogue, and its documents whose dates are others by it.
pub(super) fn brought_up_to_date(
    before: &Dossier,
    documents: &BTreeMap<Address, Arc<DocumentFacts>>,
    catalogue: Option<&Catalogue>,
) -> (Dossier, Vec<Fact>) {
    let mut after = counted(before, documents.iter().map(|(address, facts)| (address.document, &**facts)), catalogue);
    let (changed, lines) = {
        let dates = CaseDates::new(&after, catalogue);
        (documents_changed(&dates, documents), dates.lines())
    };
    after.lines = lines;
    (after, changed)
}

/// A case as an event leaves it, before its dates are computed.
struct Change {
    /// The very dossier that was read, if the event changes nothing about it.
    dossier: Arc<Dossier>,
    /// The document that the event is about, as it will be.
    document: Option<(Address, DocumentFacts)>,
    /// The other documents whose dates may follow from what has changed.
    reach: Reach,
}

/// No other document is concerned.
fn nobody() -> Reach {
    Reach::Documents(Vec::new())
}

impl Change {
    /// Computes the dates and names what is not as before. A case whose dates follow from an older catalogue is brought up to date with
    /// its documents, so that one case never mixes two catalogues.
    fn settle<V: View>(mut self, view: &mut V, vault: VaultId, case: CaseNumber) -> Result<Vec<Fact>, V::Error> {
        let catalogue = view.catalogue(vault)?;
        let catalogue = catalogue.as_deref();
        let before = view.dossier(vault, case)?;
        let stale = is_stale(&before, catalogue);
        let mut others = match &self.reach {
            Reach::Documents(documents) if !stale => facts_of_all(view, vault, case, documents)?,
            _ => view.facts_of_case(vault, case)?,
        };
        self.document.iter().for_each(|(address, _)| drop(others.remove(address)));
        if stale {
            let subject = self.document.iter().map(|(address, facts)| (address.document, facts));
            let others = others.iter().map(|(address, facts)| (address.document, &**facts));
            self.dossier = Arc::new(counted(&self.dossier, others.chain(subject), catalogue));
        }
        // Most documents change nothing about their case, and storing them should not wait for its dates.
        if !Arc::ptr_eq(&self.dossier, &before) {
            let lines = lines(&self.dossier, catalogue);
            Arc::make_mut(&mut self.dossier).lines = lines;
        }
        let Self { dossier, document, .. } = self;
        let mut changed = Vec::new();
        {
            let dates = CaseDates::new(&dossier, catalogue);
            if let Some((address, mut after)) = document {
                let before = view.document_facts(vault, address)?;
                after.lines = dates.document_lines(&after);
                if before.as_deref() != Some(&after) {
                    changed.push(Fact::Document { address, before, after: Arc::new(after) });
                }
            }
            changed.extend(documents_changed(&dates, &others));
        }
        if !Arc::ptr_eq(&dossier, &before) && dossier != before {
            changed.push(Fact::Dossier { case, before: Some(before), after: dossier });
        }
        Ok(changed)
    }
}

/// Whether dates follow from another catalogue, or were never computed: a case from before there was retention has no lines.
pub(super) fn is_stale(dossier: &Dossier, catalogue: Option<&Catalogue>) -> bool {
    let version = catalogue.map_or(0, |catalogue| catalogue.version);
    dossier.lines.is_empty() || dossier.lines.iter().any(|line| line.version != version)
}

/// The documents whose own lines are not as before.
fn documents_changed(dates: &CaseDates<'_>, documents: &BTreeMap<Address, Arc<DocumentFacts>>) -> Vec<Fact> {
    let changed = |(address, before): (&Address, &Arc<DocumentFacts>)| {
        let lines = dates.document_lines(before);
        let after = || Arc::new(DocumentFacts { lines: lines.clone(), ..DocumentFacts::clone(before) });
        (lines != before.lines).then(|| Fact::Document { address: *address, before: Some(Arc::clone(before)), after: after() })
    };
    documents.iter().filter_map(changed).collect()
}

/// Belonging to the default matter alone is written as belonging to none, so that the same state has one form.
fn canonical(matters: Vec<MatterNumber>) -> Vec<MatterNumber> {
    if matters == [MatterNumber::DEFAULT] { Vec::new() } else { matters }
}

fn insert_matter(dossier: &mut Arc<Dossier>, matter: MatterFacts) {
    if let Err(place) = dossier.matters.binary_search_by_key(&matter.number, |matter| matter.number) {
        Arc::make_mut(dossier).matters.insert(place, matter);
    }
}

/// A document is another one than it was.
fn recount(
    dossier: &mut Arc<Dossier>,
    number: DocumentNumber,
    (before, after): (&DocumentFacts, &DocumentFacts),
    catalogue: Option<&Catalogue>,
) {
    let dossier = Arc::make_mut(dossier);
    count_out(dossier, number, before);
    count_in(dossier, number, after, catalogue);
}

/// What is known of these documents of a case.
fn facts_of_all<V: View>(
    view: &mut V,
    vault: VaultId,
    case: CaseNumber,
    documents: &[DocumentNumber],
) -> Result<BTreeMap<Address, Arc<DocumentFacts>>, V::Error> {
    let mut all = BTreeMap::new();
    for document in documents {
        let address = Address { case, document: *document };
        all.extend(view.document_facts(vault, address)?.map(|facts| (address, facts)));
    }
    Ok(all)
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
