//! The vocabulary of retention: classes, matters, events, holds, paper, and the dates that follow from them.
//!
//! Three kinds of things, kept apart on purpose:
//! - a [`Note`] says what somebody did or found; it is filed once, with its own ledger entry, and never edited (a correction is another note);
//! - facts ([`Dossier`], [`DocumentFacts`], [`HoldFacts`], [`BoxFacts`], [`VaultFacts`]) are what the notes so far add up to; they can be
//!   computed again from the notes at any time, and `verify` does;
//! - [`Dates`] follow from facts and a [`Catalogue`] of retention classes, by pure computation.
//!
//! Dates are days of the calendar in the time zone of the catalogue, never instants: a deadline of an office has no hour.
//!
//! What is deliberately absent: destruction. A date that has passed permits it to be proposed, and nothing more.

mod class;
mod code;
mod dossier;
mod event;
mod fact;
mod hold;
mod intake;
mod note;
mod paper;
mod period;

pub use class::{Catalogue, CatalogueError, Class, Confidence, Disposal, Kept, Term, TimeZone};
pub use code::{Code, TypeTag};
pub use dossier::{Dates, DocumentFacts, Dossier, EffectiveEvent, Line, MatterFacts, MatterName, MatterNumber};
pub use event::{EventScope, EventType, Source};
pub use fact::{Fact, ProposalFacts, Today};
pub use hold::{HoldFacts, HoldType, Overlay, Part, Target};
pub use intake::{BatchFacts, IntakeFacts, VaultFacts, Watermark};
pub use note::{Note, NoteDetails, NoteRecord, NoteWords};
pub use paper::{
    BoxFacts, BoxPosition, BoxStep, Disposition, OriginalFlag, PositionFacts, QaMode, QaResult, ReturnStep, ScanDefect, ScanFacts,
    SecurityLevel,
};
pub use period::{Period, PeriodError, Rounding};
