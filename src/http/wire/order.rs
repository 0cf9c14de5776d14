//! Orders of destruction as they stand, and what becomes of each of their items.

use serde::Serialize;
use utoipa::ToSchema;

use super::dossier::text;
use super::note::{FiledByJson, FiledJson, Words as Sealed};
use crate::archive::{Filed, ItemAccount, ItemOutcome, NoteView, OrderAccount, OrderView};
use crate::http::error::{Problem, internal};
use crate::model::destruction::OrderState;
use crate::model::retention::{Note, Part, Target};
use crate::words::Words;

/// Answer to proposing an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderProposedJson {
    /// How it was filed.
    #[serde(flatten)]
    pub(in crate::http) filed: FiledJson,
    /// What a second person approves.
    #[serde(flatten)]
    pub(in crate::http) list: OrderListJson,
}

/// The exact list of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderListJson {
    /// Its digest: SHA-256 over the reason and all items, in hexadecimal.
    pub(in crate::http) list: String,
    /// Number of its items.
    pub(in crate::http) items: u32,
    /// What is on it, in words, in the language of the request.
    pub(in crate::http) list_words: String,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderJson {
    /// The id that was chosen.
    pub(in crate::http) id: String,
    /// Why, as a code.
    #[serde(rename = "type")]
    #[schema(example = "due")]
    pub(in crate::http) kind: &'static str,
    /// Why, in words, in the language of the request.
    pub(in crate::http) words: String,
    /// Where it stands: `proposed`, `resting`, `executing`, `keys`, `done` or `withdrawn`.
    #[schema(example = "proposed")]
    pub(in crate::http) stage: &'static str,
    /// The same in words.
    pub(in crate::http) stage_words: String,
    /// What it is about.
    #[serde(flatten)]
    pub(in crate::http) list: OrderListJson,
    /// Items whose turn has not come.
    pub(in crate::http) waiting: u32,
    /// Items that were destroyed.
    pub(in crate::http) destroyed: u32,
    /// Items that were left alone.
    pub(in crate::http) dropped: u32,
    /// Documents that were destroyed with the items.
    pub(in crate::http) documents_destroyed: u64,
    /// Why it was proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// The file number of the request, the judgment, the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reference: Option<String>,
    /// The legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) legal_basis: Option<String>,
    /// The day of the approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) approved_on: Option<String>,
    /// The first day on which it may be carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) executable_from: Option<String>,
    /// The day on which it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) withdrawn_on: Option<String>,
    /// The day on which the last of its keys was destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) keys_destroyed_on: Option<String>,
    /// The day from which no known copy can be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    pub(in crate::http) copies_gone_on: Option<String>,
    /// Who proposed it.
    #[serde(flatten)]
    pub(in crate::http) proposed: FiledByJson,
}

/// An order with its history.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderAccountJson {
    /// The order.
    #[serde(flatten)]
    pub(in crate::http) order: OrderJson,
    /// What was filed about it since: approval, withdrawal, the end of keys, the naming of copies. Steps are told by the items.
    pub(in crate::http) history: Vec<OrderNoteJson>,
}

/// One thing that was filed about an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderNoteJson {
    /// Its id.
    pub(in crate::http) id: String,
    /// What it says, in words, in the language of the request.
    pub(in crate::http) words: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) reason: Option<String>,
    /// By whom.
    #[serde(flatten)]
    pub(in crate::http) filed: FiledByJson,
}

/// One page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrdersJson {
    /// In the order of proposing.
    pub(in crate::http) items: Vec<OrderJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

/// An item of an order: a case, or a matter or document in it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderItemJson {
    /// What of the case: `whole`, `matter` or `document`.
    #[schema(example = "whole")]
    pub(in crate::http) part: &'static str,
    /// The case.
    pub(in crate::http) case: String,
    /// The matter; missing if it is the default one, or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) matter: Option<String>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) document: Option<String>,
    /// What has become of it: `waits`, `destroyed` or `dropped`.
    #[schema(example = "waits")]
    pub(in crate::http) outcome: &'static str,
    /// Why it was left alone, or would be today: `gone`, `not-due`, `open`, `conflict`, `held`, `watermark`, `quarantine`, `appraisal`,
    /// `changed` or `shared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) because: Option<&'static str>,
    /// Of an item that waits and that nothing stops today: the documents that would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) documents: Option<u32>,
    /// The same in words, in the language of the request.
    pub(in crate::http) words: String,
}

/// One page of an order's list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct OrderItemsJson {
    /// In the order of the list.
    pub(in crate::http) items: Vec<OrderItemJson>,
    /// Value of `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(in crate::http) next: Option<String>,
}

impl OrderProposedJson {
    /// The answer to proposing `order`.
    pub(in crate::http) fn new(order: &OrderView, filed: Filed, words: &Words) -> Result<Self, Problem> {
        Ok(Self { filed: FiledJson::new(order.note.record.id, filed)?, list: OrderListJson::new(order, words)? })
    }
}

impl OrderListJson {
    fn new(order: &OrderView, words: &Words) -> Result<Self, Problem> {
        let list_words = words.order_list(targets(order)?);
        Ok(Self { list: order.facts.list.to_string(), items: order.facts.items, list_words })
    }
}

fn targets(order: &OrderView) -> Result<&[Target], Problem> {
    match &order.note.record.note {
        Note::OrderProposed { items, .. } => Ok(items),
        other => Err(internal("an order was not proposed", &other.kind())),
    }
}

impl OrderJson {
    /// An order as it stands, in these words.
    pub(in crate::http) fn new(order: &OrderView, stage: &'static str, words: &Words) -> Result<Self, Problem> {
        let (facts, mut sealed) = (&order.facts, Sealed::of(&order.note)?);
        let (approved_on, executable_from, withdrawn_on) = match facts.state {
            OrderState::Proposed => (None, None, None),
            OrderState::Approved { on, from, .. } => (Some(on), Some(from), None),
            OrderState::Withdrawn { on } => (None, None, Some(on)),
        };
        Ok(Self {
            id: order.note.record.id.to_string(),
            kind: facts.reason.as_str(),
            words: words.order_reason(facts.reason),
            stage,
            stage_words: words.order_stage(stage),
            list: OrderListJson::new(order, words)?,
            waiting: facts.items.saturating_sub(facts.next),
            destroyed: facts.condemned,
            dropped: facts.dropped,
            documents_destroyed: facts.documents,
            reason: sealed.take("reason"),
            reference: sealed.take("reference"),
            legal_basis: sealed.take("legal_basis"),
            approved_on: text(approved_on),
            executable_from: text(executable_from),
            withdrawn_on: text(withdrawn_on),
            keys_destroyed_on: text(facts.keys_destroyed_on),
            copies_gone_on: text(facts.copies_gone_on),
            proposed: FiledByJson::new(&order.note),
        })
    }
}

impl OrderAccountJson {
    /// An order with its history, in these words.
    pub(in crate::http) fn new(account: &OrderAccount, words: &Words) -> Result<Self, Problem> {
        let history = account.history.iter().map(|note| OrderNoteJson::new(note, words)).collect::<Result<_, _>>()?;
        Ok(Self { order: OrderJson::new(&account.view, account.stage, words)?, history })
    }
}

impl OrderNoteJson {
    fn new(note: &NoteView, words: &Words) -> Result<Self, Problem> {
        let about = words.destruction_note(&note.record.note);
        Ok(Self {
            id: note.record.id.to_string(),
            words: about.ok_or_else(|| internal("the history of an order has a foreign note", &note.record.note.kind()))?,
            reason: Sealed::of(note)?.take("reason"),
            filed: FiledByJson::new(note),
        })
    }
}

impl OrderItemJson {
    /// An item with what has become of it, in these words.
    pub(in crate::http) fn new(account: &ItemAccount, words: &Words) -> Self {
        let because = match (account.outcome, account.today) {
            (ItemOutcome::Dropped(reason), _) | (ItemOutcome::Waits, Some(Err(reason))) => Some(reason),
            _ => None,
        };
        let outcome = match account.outcome {
            ItemOutcome::Waits => "waits",
            ItemOutcome::Destroyed => "destroyed",
            ItemOutcome::Dropped(_) => "dropped",
        };
        Self {
            part: match account.part {
                Part::Whole => "whole",
                Part::Matter(_) => "matter",
                Part::Document(_) => "document",
            },
            case: account.item.case.to_string(),
            matter: account.item.matter.map(|matter| matter.to_string()),
            document: account.item.document.map(|document| document.to_string()),
            outcome,
            because: because.map(|reason| reason.as_str()),
            documents: account.today.and_then(Result::ok),
            words: match account.outcome {
                ItemOutcome::Dropped(reason) => words.drop_reason(reason),
                _ => words.order_outcome(outcome),
            },
        }
    }
}
