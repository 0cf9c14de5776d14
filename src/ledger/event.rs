//! What can happen in a vault, by the codes of its ledger.

/// Defines [`EventCode`] and its spelling.
macro_rules! event_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// What happened. Closed: a new event is a new version of this list, and old entries keep their meaning for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventCode {
            $($(#[$doc])* $name,)+
        }

        impl EventCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it stands in an entry.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

event_codes! {
    /// The first entry of a ledger.
    LedgerOpen = "ledger.open",
    /// A case was opened.
    CaseOpen = "case.open",
    /// A case was closed.
    CaseClose = "case.close",
    /// A document was stored.
    DocumentStore = "doc.store",
    /// A document was read; only in access ledgers.
    DocumentRead = "doc.read",
    /// A case, or a list of what is in it, was read; only in access ledgers.
    CaseRead = "case.read",
    /// A list of the vault or something in its registers was read; only in access ledgers.
    VaultRead = "vault.read",
    /// A document and its keys were destroyed.
    DocumentDestroy = "doc.destroy",
    /// Paper originals were destroyed.
    PaperDestroy = "paper.destroy",
    /// A hold was placed.
    HoldPlace = "hold.place",
    /// A hold was looked at and is still needed.
    HoldReview = "hold.review",
    /// A hold was released.
    HoldRelease = "hold.release",
    /// A matter was opened.
    MatterOpen = "matter.open",
    /// The kind of a matter was corrected.
    MatterCorrect = "matter.correct",
    /// Something happened from which retention periods count.
    RetentionEvent = "retention.event",
    /// A document was assigned to matters.
    DocumentAssign = "doc.assign",
    /// The quality of a scanned document was assured.
    DocumentCheck = "doc.check",
    /// Defects that the scan gate found were cleared.
    QuarantineLift = "quarantine.lift",
    /// A catalogue of retention classes was proposed.
    ClassesPropose = "classes.propose",
    /// A second person approved a catalogue.
    ClassesAdopt = "classes.adopt",
    /// A proposed catalogue was given up.
    ClassesReject = "classes.reject",
    /// A scan batch was registered.
    BatchRegister = "batch.register",
    /// A scan batch is complete.
    BatchComplete = "batch.complete",
    /// The scan line reported how far it has come.
    IntakeReport = "intake.report",
    /// A backup was confirmed.
    BackupConfirm = "backup.confirm",
    /// A box of paper was registered.
    BoxRegister = "box.register",
    /// Something was done with a box of paper.
    BoxStep = "box.step",
    /// An order of destruction was proposed.
    OrderPropose = "order.propose",
    /// A second person approved an order.
    OrderApprove = "order.approve",
    /// An order was given up.
    OrderWithdraw = "order.withdraw",
    /// Items of an order were condemned, and others left alone.
    OrderStep = "order.step",
    /// The keys of what was condemned do not exist any more.
    KeysDestroy = "keys.destroy",
    /// No known copy can be opened any more.
    CopiesGone = "copies.gone",
    /// Records that came back from a backup without their keys were removed again.
    DestructionReplay = "destruction.replay",
    /// Another rule of destruction was proposed.
    DestructionRulePropose = "destruction-rule.propose",
    /// A second person approved a rule of destruction.
    DestructionRuleAdopt = "destruction-rule.adopt",
    /// A proposed rule of destruction was turned down.
    DestructionRuleReject = "destruction-rule.reject",
    /// A retention period was lengthened.
    RetentionExtend = "retention.extend",
    /// Somebody was given access.
    GrantGive = "grant.give",
    /// Somebody's access was taken back.
    GrantRevoke = "grant.revoke",
    /// Keys were replaced.
    KeyRotate = "key.rotate",
    /// A checkpoint was time-stamped by an authority.
    AnchorTimestamp = "anchor.tsa",
    /// An operator accepted that the archive goes on without its anchor.
    AnchorAccept = "anchor.accept",
    /// An operator accepted that the archive goes on from a backup.
    ArchiveRestore = "archive.restore",
    /// An access ledger was closed.
    ShardSeal = "shard.seal",
    /// An access ledger was destroyed.
    ShardDestroy = "shard.destroy",
    /// An export was made.
    ExportMake = "export.make",
    /// An export was written to its end and signed.
    ExportSign = "export.sign",
}

impl EventCode {
    /// The event with this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.as_str() == code)
    }

    /// Whether entries of this event are those of accesses, which stand in ledgers of their own.
    pub fn is_of_access(self) -> bool {
        matches!(self, Self::DocumentRead | Self::CaseRead | Self::VaultRead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_spelled_one_way() {
        for event in EventCode::ALL {
            assert_eq!(EventCode::parse(event.as_str()), Some(*event));
        }
        assert_eq!(EventCode::parse("doc.Store"), None);
    }
}
