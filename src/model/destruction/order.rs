//! Orders: what is to be destroyed, why, and how far that has come.

use crate::model::retention::{Part, Target};
use crate::model::{Address, CaseNumber, Date, Digest, DocumentNumber, LedgerIndex, PersonTag, Timestamp};

/// Defines an enum whose values have a spelling, in the order of their numbers on disk.
macro_rules! spelled {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of its number on disk, to which new ones are only ever appended.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The spelling in requests, answers and the ledger.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value with this spelling.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

spelled! {
    /// Why something is to be destroyed.
    OrderReason {
        /// Its period is over.
        Due = "due",
        /// The person concerned has demanded erasure, rightly (Art. 17 GDPR, section 84(2) SGB X).
        Erasure = "erasure",
        /// A court or a supervisory authority has ordered it.
        Court = "court",
        /// It was filed in the wrong case, and lies in the right one now.
        Misfiled = "misfiled",
        /// It should never have been collected.
        Unlawful = "unlawful",
    }
}

impl OrderReason {
    /// Whether it comes before the period is over. Then the order names what it rests on, and dates do not protect; holds do.
    pub fn is_early(self) -> bool {
        self != Self::Due
    }
}

spelled! {
    /// Why an item of an order was left alone.
    DropReason {
        /// It does not exist any more, or never did.
        Gone = "gone",
        /// Its period is not over, or has become longer.
        NotDue = "not-due",
        /// Its period has not begun, or no class applies.
        Open = "open",
        /// Minimum and maximum contradict each other.
        Conflict = "conflict",
        /// A hold covers it.
        Held = "held",
        /// Not everything received up to its last day has reached its case.
        Watermark = "watermark",
        /// The scan gate found a defect that nobody has cleared.
        Quarantine = "quarantine",
        /// The competent archive has not decided yet, or takes it and has not confirmed that it arrived.
        Appraisal = "appraisal",
        /// Something came to it after the order was proposed: nobody has approved that.
        Changed = "changed",
        /// A document of the matter belongs to another matter too, and must stay.
        Shared = "shared",
    }
}

/// An item that is destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condemned {
    /// The item of the order.
    pub target: Target,
    /// Year of the key tree of its case.
    pub opening_year: u16,
    /// Documents that go with it.
    pub documents: u32,
    /// The documents and the notes about them, sorted. Empty for a whole case, which goes with everything under its number.
    pub leaves: Vec<DocumentNumber>,
}

impl Condemned {
    /// Whether the whole case goes.
    pub fn is_case(&self) -> bool {
        self.target.part == Part::Whole
    }

    /// The addresses whose keys cease to exist: the case itself, or each leaf.
    pub fn addresses(&self) -> Vec<Address> {
        let case = self.target.case;
        if self.is_case() { vec![Address::of_case(case)] } else { self.leaves.iter().map(|&document| Address { case, document }).collect() }
    }
}

/// An item that was left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// The item of the order.
    pub target: Target,
    /// Why.
    pub reason: DropReason,
}

/// Where an order stands before it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// It waits for a second person.
    Proposed,
    /// A second person has approved it.
    Approved {
        /// The note of the approval.
        approval: Address,
        /// The day of the approval, by the vault's calendar.
        on: Date,
        /// The first day on which it may be executed.
        from: Date,
    },
    /// It was given up. What was condemned before stays destroyed.
    Withdrawn {
        /// When.
        on: Date,
    },
}

/// What has become of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// Why.
    pub reason: OrderReason,
    /// Number of its items.
    pub items: u32,
    /// Digest of its exact list, see [`list_digest`].
    pub list: Digest,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// The ledger entry of the proposal: what was stored behind it, nobody has approved. `None` while its commit group is being made.
    pub entry: Option<LedgerIndex>,
    /// Who proposed it.
    pub proposer: PersonTag,
    /// For whom the proposer deputises; sorted.
    pub deputy_of: Vec<PersonTag>,
    /// Where it stands.
    pub state: OrderState,
    /// Items that were gone through: the next step begins with this one.
    pub next: u32,
    /// Items that were condemned.
    pub condemned: u32,
    /// Items that were left alone.
    pub dropped: u32,
    /// Documents that went.
    pub documents: u64,
    /// Steps whose keys still exist.
    pub keyed: Vec<Address>,
    /// Day on which the last of its keys ceased to exist.
    pub keys_destroyed_on: Option<Date>,
    /// Day from which no known copy can be opened.
    pub copies_gone_on: Option<Date>,
    /// Its last ledger entry.
    pub last_entry: Option<LedgerIndex>,
    /// The notes that continue it, in the order in which they were filed.
    pub notes: NoteRuns,
}

/// Places in the registers, in the order in which they were taken. As runs, because the steps of an order mostly follow each other, and
/// there can be thousands of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoteRuns(pub Vec<NoteRun>);

/// Consecutive places in the registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteRun {
    /// The first of them.
    pub first: Address,
    /// How many there are.
    pub count: u32,
}

impl NoteRun {
    fn places(self) -> impl Iterator<Item = Address> {
        let first = self.first.case.get();
        // A row that is damaged may count beyond the last number.
        (first..first.saturating_add(u64::from(self.count))).map_while(|number| CaseNumber::new(number).ok().map(Address::of_case))
    }
}

impl NoteRuns {
    /// The places.
    pub fn places(&self) -> impl Iterator<Item = Address> + '_ {
        self.0.iter().copied().flat_map(NoteRun::places)
    }

    /// One more.
    pub fn push(&mut self, place: Address) {
        match self.0.last_mut() {
            Some(run) if run.first.case.get() + u64::from(run.count) == place.case.get() => run.count += 1,
            _ => self.0.push(NoteRun { first: place, count: 1 }),
        }
    }
}

impl OrderFacts {
    /// Whether every item was gone through, or nobody wants to any more.
    pub fn is_gone_through(&self) -> bool {
        self.next == self.items || matches!(self.state, OrderState::Withdrawn { .. })
    }

    /// Whether no key is left of anything that it has condemned or could still condemn.
    pub fn keys_are_gone(&self) -> bool {
        self.is_gone_through() && self.keyed.is_empty()
    }

    /// Whether nothing is left to do.
    pub fn is_over(&self) -> bool {
        self.keys_are_gone() && (self.condemned == 0 || self.copies_gone_on.is_some())
    }
}

/// Digest of a list with its reason: what a second person approves.
///
/// SHA-256 over the line `aktenfest order v1`, the reason and a line feed, then per item the case as u64, the kind of part as u8 (1 whole,
/// 2 matter, 3 document) and its number as u32, all big-endian.
pub fn list_digest(reason: OrderReason, items: &[Target]) -> Digest {
    let mut bytes = format!("aktenfest order v1\n{}\n", reason.as_str()).into_bytes();
    bytes.reserve(items.len() * 13);
    for item in items {
        let (kind, number) = match item.part {
            Part::Whole => (1_u8, 0),
            Part::Matter(number) => (2, u32::from(number.0)),
            Part::Document(number) => (3, number.get()),
        };
        bytes.extend_from_slice(&item.case.get().to_be_bytes());
        bytes.push(kind);
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    Digest::sha256(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::retention::MatterNumber;

    fn target(case: u64, part: Part) -> Target {
        Target { case: CaseNumber::new(case).unwrap(), part }
    }

    #[test]
    fn spellings_are_read_back() {
        for reason in OrderReason::ALL {
            assert_eq!(OrderReason::parse(reason.as_str()), Some(*reason));
            assert_eq!(reason.is_early(), *reason != OrderReason::Due);
        }
        for reason in DropReason::ALL {
            assert_eq!(DropReason::parse(reason.as_str()), Some(*reason));
        }
    }

    #[test]
    fn the_digest_tells_lists_and_reasons_apart() {
        let document = |number| Part::Document(DocumentNumber::new(number).unwrap());
        let lists = [
            vec![],
            vec![target(1, Part::Whole)],
            vec![target(1, Part::Matter(MatterNumber(0)))],
            vec![target(1, document(0))],
            vec![target(1, Part::Whole), target(2, Part::Whole)],
            vec![target(2, Part::Whole), target(1, Part::Whole)],
        ];
        let digests: std::collections::BTreeSet<Digest> =
            lists.iter().flat_map(|list| OrderReason::ALL.iter().map(|reason| list_digest(*reason, list))).collect();
        assert_eq!(digests.len(), lists.len() * OrderReason::ALL.len());
    }

    #[test]
    fn notes_are_found_again_in_their_sequence() {
        let register = |number: u64| Address::of_case(CaseNumber::new(CaseNumber::FIRST_REGISTER.get() + number).unwrap());
        let places = [4, 5, 6, 9, 8, 10, 11].map(register);
        let mut notes = NoteRuns::default();
        places.into_iter().for_each(|place| notes.push(place));
        assert_eq!(notes.places().collect::<Vec<_>>(), places);
        assert_eq!(notes.0.len(), 4, "{notes:?}");
        let last = Address::of_case(CaseNumber::new((1 << CaseNumber::BITS) - 2).unwrap());
        assert_eq!(NoteRuns(vec![NoteRun { first: last, count: u32::MAX }]).places().count(), 2);
    }

    #[test]
    fn a_case_goes_as_one_key_and_a_document_as_its_own() {
        let whole = Condemned { target: target(7, Part::Whole), opening_year: 2026, documents: 3, leaves: Vec::new() };
        assert_eq!(whole.addresses(), [Address::of_case(CaseNumber::new(7).unwrap())]);
        let leaves: Vec<_> = [3, 9].into_iter().map(|number| DocumentNumber::new(number).unwrap()).collect();
        let matter = Condemned { target: target(7, Part::Matter(MatterNumber(1))), opening_year: 2026, documents: 2, leaves };
        assert_eq!(matter.addresses(), [Address::from_u64(7 << 24 | 3), Address::from_u64(7 << 24 | 9)]);
    }
}
