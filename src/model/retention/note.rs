//! Notes: what somebody did or found that matters to retention. Filed once, each with its own ledger entry; a correction is another note.

use super::{BoxPosition, BoxStep, Catalogue, Code, EventScope, EventType, HoldType, MatterNumber, QaMode, QaResult, Target};
use crate::model::destruction::{Condemned, CopyPlace, DestructionRule, Dropped, EpochProof, OrderReason};
use crate::model::{
    Actor, Address, CanonicalJson, CheckpointStamp, Date, Digest, DocumentId, DocumentNumber, ExportScope, ExportedShard, Handle,
    LedgerIndex, NoteId, PersonName, PersonTag, Text, Timestamp,
};

/// What a note says. Ids, days and codes only: it lies in clear. Words that may name somebody are in [`NoteDetails`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A matter was opened; the note's id is the matter's. Filed in a case.
    Matter {
        /// Its number, set aside for it.
        number: MatterNumber,
        /// What kind; decides the class.
        kind: Code,
        /// First day of the period it is about.
        from: Option<Date>,
        /// Last day of that period.
        to: Option<Date>,
    },
    /// A matter is of another kind than somebody said when it or its case was opened. Filed in a case.
    KindCorrected {
        /// The matter.
        matter: MatterNumber,
        /// The kind that it had until now, as whoever corrects it has seen it.
        replaces: Code,
        /// The right one.
        kind: Code,
    },
    /// Something happened from which periods count. Filed in a case.
    Event {
        /// What it is about.
        scope: EventScope,
        /// What happened.
        event: EventType,
        /// On which day; `None` withdraws the superseded event without putting another in its place.
        valid_on: Option<Date>,
        /// Who says so, e.g. `eakte`.
        source: Code,
        /// The document that proves it.
        evidence: Option<DocumentId>,
        /// The event that this one corrects.
        supersedes: Option<NoteId>,
    },
    /// A document belongs to these matters from now on. Filed in a case.
    Assignment {
        /// The document.
        document: DocumentNumber,
        /// Its matters, sorted, one at least.
        matters: Vec<MatterNumber>,
    },
    /// Somebody has assured the quality of a scanned document, or found it wanting. Filed in a case.
    DocumentChecked {
        /// The document.
        document: DocumentNumber,
        /// How.
        mode: QaMode,
        /// With which result.
        result: QaResult,
    },
    /// Somebody has cleared the defects that the scan gate found. Filed in a case.
    QuarantineLifted {
        /// The document.
        document: DocumentNumber,
    },
    /// A hold was placed; the note's id is the hold's.
    HoldPlaced {
        /// Why.
        kind: HoldType,
        /// When somebody must look whether it is still needed.
        review_on: Date,
        /// When it should end.
        ends_on: Option<Date>,
        /// What it covers, sorted: the list that its query gave at the time.
        targets: Vec<Target>,
    },
    /// Somebody has looked: it is still needed.
    HoldReviewed {
        /// The hold.
        hold: Address,
        /// When somebody must look again.
        review_on: Date,
        /// When it should end.
        ends_on: Option<Date>,
    },
    /// A hold was released.
    HoldReleased {
        /// The hold.
        hold: Address,
    },
    /// Somebody proposes a catalogue of retention classes.
    ClassesProposed {
        /// The version that it would replace; 0 for the first one.
        replaces: u32,
        /// The catalogue. Its version is 0 until it is adopted.
        catalogue: Box<Catalogue>,
        /// The text it was read from, for people.
        text: String,
    },
    /// A second person has approved: the catalogue is in force.
    ClassesAdopted {
        /// The proposal.
        proposal: Address,
    },
    /// The proposal is given up.
    ClassesRejected {
        /// The proposal.
        proposal: Address,
    },
    /// A scan batch was registered; the note's id is the batch's.
    Batch {
        /// The earliest day on which anything in it was received.
        received: Date,
        /// Documents in it.
        documents: u32,
        /// Sheets of paper in it.
        sheets: u32,
    },
    /// Everything in a batch is scanned, checked and assigned to cases.
    BatchCompleted {
        /// The batch.
        batch: Address,
    },
    /// All post received up to a day has been registered in batches.
    IntakeReported {
        /// The day.
        through: Date,
    },
    /// Everything stored before a time is in a backup that was read back.
    BackupConfirmed {
        /// The time.
        through: Timestamp,
    },
    /// A box of paper originals was registered; the note's id is the box's.
    Box {
        /// The scan batch it belongs to.
        batch: NoteId,
        /// The day of scanning.
        scanned_on: Date,
        /// All sheets in it, as the scan protocol counts them.
        sheets: u32,
        /// What is in it, by position.
        positions: Vec<BoxPosition>,
    },
    /// Something was done with a box.
    BoxStep {
        /// The box.
        of: Address,
        /// What.
        step: BoxStep,
    },
    /// Somebody proposes to destroy something; the note's id is the order's.
    OrderProposed {
        /// Why.
        reason: OrderReason,
        /// What, sorted.
        items: Vec<Target>,
        /// For whom the proposer deputises, sorted.
        deputy_of: Vec<PersonTag>,
    },
    /// A second person has approved an order.
    OrderApproved {
        /// The order.
        order: Address,
        /// Digest of the list that was approved.
        list: Digest,
        /// Days for which it rests from today on: the vault's rule, or more.
        cooling_off_days: u16,
        /// For whom the second person deputises, sorted.
        deputy_of: Vec<PersonTag>,
    },
    /// An order was given up.
    OrderWithdrawn {
        /// The order.
        order: Address,
    },
    /// The archive has gone through some items of an approved order. What is condemned here ceases to exist with the commit of this note.
    OrderStep {
        /// The order.
        order: Address,
        /// The first item of the list that was gone through.
        first: u32,
        /// How many were.
        count: u32,
        /// Documents in the vault before; the cap of the day counts from it.
        held: u64,
        /// Those that are destroyed, in the order of the list.
        condemned: Vec<Condemned>,
        /// Those that are left alone, in the order of the list.
        dropped: Vec<Dropped>,
    },
    /// The keys of what some steps have condemned do not exist any more: the first stage of the certificate.
    KeysDestroyed {
        /// The order.
        order: Address,
        /// The steps.
        steps: Vec<Address>,
        /// What the keyring proves.
        proof: EpochProof,
    },
    /// No known copy can be opened any more: the second stage of the certificate.
    CopiesGone {
        /// The order.
        order: Address,
        /// The copies that there are.
        copies: Vec<CopyPlace>,
    },
    /// An older database came back, with records whose keys are gone: they are gone from it too.
    DestructionReplayed {
        /// The epoch of the keyring that says so.
        epoch: u64,
        /// What was in the database and has no key.
        condemned: Vec<Condemned>,
    },
    /// Somebody proposes another cap or another cooling-off.
    DestructionRuleProposed {
        /// The rule.
        rule: DestructionRule,
        /// For whom the proposer deputises, sorted.
        deputy_of: Vec<PersonTag>,
    },
    /// A second person has approved: the rule is in force.
    DestructionRuleAdopted {
        /// The proposal.
        proposal: Address,
        /// For whom the second person deputises, sorted.
        deputy_of: Vec<PersonTag>,
    },
    /// Somebody has turned a proposed rule down, or who proposed it has taken it back.
    DestructionRuleRejected {
        /// The proposal.
        proposal: Address,
    },
    /// An authority has time-stamped a checkpoint of this ledger, for the first time or again.
    CheckpointStamped {
        /// The checkpoint and its evidence.
        stamp: Box<CheckpointStamp>,
    },
    /// The access ledger of a year that is over was closed: this is all of it.
    ShardSealed {
        /// The calendar year (UTC).
        year: u16,
        /// Its entries.
        size: u64,
        /// Its root.
        root: Digest,
    },
    /// A sealed access ledger ceases to exist with the commit of this note; its keys follow.
    ShardDestroyed {
        /// The note that sealed it.
        sealed: Address,
        /// The calendar year (UTC).
        year: u16,
        /// Entries that are gone.
        size: u64,
    },
    /// Something was handed over; the note's id is the export's. Filed in the case if it is about one, so that its words die with it.
    ExportMade {
        /// What.
        scope: ExportScope,
        /// Size of the ledger as it was handed over: what was recorded later is not in it.
        size: u64,
        /// Its root at that size.
        root: Digest,
        /// Cases, documents and notes whose entries are opened.
        items: u32,
        /// Digest of their list. What is destroyed later leaves the list, so that an export that lacks something is never taken for this one.
        list: Digest,
        /// The access ledgers that come along, by year.
        shards: Vec<ExportedShard>,
        /// The newest cosigned checkpoint of each ledger in it, as a note; none of a ledger that no witness has cosigned. The archive keeps
        /// only the newest, so what was handed over is kept here.
        cosigned: Vec<String>,
    },
    /// An export has been written to its end for the first time. Filed where the export is.
    ExportSigned {
        /// The export.
        export: Address,
        /// SHA-256 of the tag manifest of its bag: whoever reads it again gets this one or none.
        manifest: Digest,
        /// The office's signature over the manifest (CMS, detached); empty if it has no certificate for that.
        signature: Vec<u8>,
        /// The time-stamp over the signature (RFC 3161); empty if there is none.
        stamp: Vec<u8>,
    },
}

impl Note {
    /// The code that says in the ledger what kind of note this is, beyond its event.
    pub fn kind(&self) -> &str {
        match self {
            Self::Matter { kind, .. } | Self::KindCorrected { kind, .. } => kind.as_str(),
            Self::Event { event, .. } => event.as_str(),
            Self::DocumentChecked { result, .. } => result.as_str(),
            Self::HoldPlaced { kind, .. } => kind.as_str(),
            Self::BoxStep { step, .. } => step.as_str(),
            Self::OrderProposed { reason, .. } => reason.as_str(),
            Self::CheckpointStamped { stamp } => stamp.kind.as_str(),
            Self::ExportMade { scope, .. } => scope.code(),
            Self::Assignment { .. }
            | Self::QuarantineLifted { .. }
            | Self::HoldReviewed { .. }
            | Self::HoldReleased { .. }
            | Self::ClassesProposed { .. }
            | Self::ClassesAdopted { .. }
            | Self::ClassesRejected { .. }
            | Self::Batch { .. }
            | Self::BatchCompleted { .. }
            | Self::IntakeReported { .. }
            | Self::BackupConfirmed { .. }
            | Self::Box { .. }
            | Self::OrderApproved { .. }
            | Self::OrderWithdrawn { .. }
            | Self::OrderStep { .. }
            | Self::KeysDestroyed { .. }
            | Self::CopiesGone { .. }
            | Self::DestructionReplayed { .. }
            | Self::DestructionRuleProposed { .. }
            | Self::DestructionRuleAdopted { .. }
            | Self::DestructionRuleRejected { .. }
            | Self::ShardSealed { .. }
            | Self::ShardDestroyed { .. }
            | Self::ExportSigned { .. } => "plain",
        }
    }

    /// Whether such notes are filed in a case; all others are filed in the registers of the vault.
    pub fn is_filed_in_case(&self) -> bool {
        matches!(
            self,
            Self::Matter { .. }
                | Self::KindCorrected { .. }
                | Self::Event { .. }
                | Self::Assignment { .. }
                | Self::DocumentChecked { .. }
                | Self::QuarantineLifted { .. }
        ) || matches!(self, Self::ExportMade { scope, .. } if scope.case.is_some())
            || matches!(self, Self::ExportSigned { export, .. } if !export.is_in_registers())
    }

    /// The note in the registers that this one continues: they share a subject in the ledger.
    pub fn continues(&self) -> Option<Address> {
        match self {
            Self::HoldReviewed { hold, .. } | Self::HoldReleased { hold } => Some(*hold),
            Self::ClassesAdopted { proposal } | Self::ClassesRejected { proposal } => Some(*proposal),
            Self::BatchCompleted { batch } => Some(*batch),
            Self::BoxStep { of, .. } => Some(*of),
            Self::OrderApproved { order, .. }
            | Self::OrderWithdrawn { order }
            | Self::OrderStep { order, .. }
            | Self::KeysDestroyed { order, .. }
            | Self::CopiesGone { order, .. } => Some(*order),
            Self::DestructionRuleAdopted { proposal, .. } | Self::DestructionRuleRejected { proposal } => Some(*proposal),
            Self::ShardDestroyed { sealed, .. } => Some(*sealed),
            _ => None,
        }
    }
}

/// Defines the words of a note, of which each kind of note uses some.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $field:literal,)+) => {
        /// Words that may name somebody; sealed.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct NoteWords {
            $($(#[$doc])* pub $name: Option<Text>,)+
        }

        impl NoteWords {
            /// The form in which the words are sealed and committed to.
            pub fn to_canonical(&self) -> CanonicalJson {
                let mut fields = Vec::new();
                $(fields.extend(self.$name.as_ref().map(|text| ($field, text.as_str().to_owned())));)+
                CanonicalJson::from_fields(fields)
            }
        }
    };
}

words! {
    /// What people call it.
    title = "title",
    /// Why.
    reason = "reason",
    /// The legal basis.
    legal_basis = "legal_basis",
    /// The file number of a court, an audit, a decision.
    reference = "reference",
    /// Who is responsible.
    owner = "owner",
    /// Who has asked for it.
    requester = "requester",
    /// The query whose result was frozen.
    query = "query",
    /// Where it lies or where it was done.
    place = "place",
    /// Who carried it out: a service provider.
    provider = "provider",
    /// The two persons who were there.
    witnesses = "witnesses",
    /// The machine.
    device = "device",
    /// Number under which a parcel is tracked.
    tracking = "tracking",
    /// The backup, or the protocol of a scan batch.
    record = "record",
}

/// What is sealed beside a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteDetails {
    /// The words in their canonical form.
    pub words: CanonicalJson,
    /// The application that filed it.
    pub by: Actor,
    /// The person, as the certificate names it.
    pub person: Option<PersonName>,
}

/// What the archive keeps about a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRecord {
    /// The id that the application chose. Filing the same again under it is a repetition.
    pub id: NoteId,
    /// Its place in the key tree: in its case, or in the registers of the vault.
    pub address: Address,
    /// What the ledger calls its subject: its own handle, or that of the note which it continues.
    pub handle: Handle,
    /// Year of the key tree.
    pub opening_year: u16,
    /// When it was filed.
    pub recorded_at: Timestamp,
    /// Keyed tag of the person who filed it: two persons can be told apart, none can be named.
    pub person: Option<PersonTag>,
    /// What it says.
    pub note: Note,
    /// Header under which the details are sealed.
    pub header: Vec<u8>,
    /// The sealed [`NoteDetails`].
    pub sealed_details: Vec<u8>,
    /// Its ledger entry.
    pub entry: LedgerIndex,
    /// Size of the ledger after its commit group; the receipt was issued for it.
    pub receipt_size: u64,
}
