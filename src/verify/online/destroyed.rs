//! What no listing shows any more, because it was destroyed: the certificates of the orders account for its entries.
//!
//! A running archive shows no tombstones; what it signs about its destructions is checked like every certificate, and the entries of what
//! is certified are taken. Notes are not opened here, so nothing is asked of theirs.

use super::ledger::Ledger;
use super::{Check, RemoteArchive};
use crate::certificate::Item;
use crate::ledger::TrustPolicy;
use crate::model::NoteId;
use crate::verify::catalogue;
use crate::verify::certificate::check_certificate;

/// An order that has destroyed something.
#[derive(Debug, Clone)]
pub struct RemoteOrder {
    /// The order.
    pub id: NoteId,
    /// Its certificate; `None` if there is none yet.
    pub certificate: Option<Vec<u8>>,
}

/// Takes the entries of everything that is certified as destroyed; `false` if some of what was destroyed is not certified, or its certificate
/// is not good, so that an entry without a record says nothing.
pub(super) fn claim<R: RemoteArchive>(check: &Check<R>, ledger: &mut Ledger) -> bool {
    let place = format!("{} orders", check.place);
    let mut whole = true;
    let mut take = |order: RemoteOrder| whole &= claim_order(check, ledger, &order);
    let listed = check.fetched(&place, check.remote.orders(&mut take)).is_some();
    listed && whole
}

fn claim_order<R: RemoteArchive>(check: &Check<R>, ledger: &mut Ledger, order: &RemoteOrder) -> bool {
    let place = format!("{} order {}", check.place, order.id);
    let Some(file) = &order.certificate else {
        let text = "it has destroyed something and is not certified yet: whose entries have no record any more cannot be told";
        check.collector.found(catalogue::DESTRUCTION_UNCERTIFIED, place, text);
        return false;
    };
    let key = ledger.facts.key.as_ref().map(|key| format!("log {key}\nquorum none\n"));
    let Some(trust) = key.and_then(|policy| TrustPolicy::parse(policy.as_bytes()).ok()) else { return false };
    let Some(items) = check_certificate(&check.collector, file, &trust) else { return false };
    items.iter().for_each(|item| claim_item(check, ledger, item, &place));
    true
}

fn claim_item<R: RemoteArchive>(check: &Check<R>, ledger: &mut Ledger, item: &Item, place: &str) {
    let size = ledger.facts.size;
    let (cases, documents) = item.objects.split_at(usize::from(item.is_whole()).min(item.objects.len()));
    cases.iter().for_each(|object| check.claim(&mut ledger.cases, size, object.entry, place));
    documents.iter().for_each(|object| check.claim(&mut ledger.documents, size, object.entry, place));
}
