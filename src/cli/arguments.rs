//! The command line: which commands there are. Each command's own arguments stand in its own file.

use clap::{Parser, Subcommand};

use super::accept_anchor::AcceptAnchorArguments;
use super::accept_restore::AcceptRestoreArguments;
use super::access::AccessArguments;
use super::backup::BackupArguments;
use super::batch::BatchArguments;
use super::check_config::CheckConfigArguments;
use super::classes::ClassesArguments;
use super::completions::CompletionsArguments;
use super::destruction_rule::DestructionRuleArguments;
use super::dev::DevArguments;
use super::document::DocumentArguments;
use super::due::DueArguments;
use super::event::EventArguments;
use super::exit::Exit;
use super::export::ExportArguments;
use super::get::GetArguments;
use super::hold::HoldArguments;
use super::ingest::IngestArguments;
use super::init::InitArguments;
use super::intake::IntakeArguments;
use super::issue_client::IssueClientArguments;
use super::keys::KeysArguments;
use super::matter::MatterArguments;
use super::note::NoteArguments;
use super::order::OrderArguments;
use super::output::Output;
use super::paper_box::BoxArguments;
use super::receipt::ReceiptArguments;
use super::restore::RestoreArguments;
use super::serve::ServeArguments;
use super::timestamps::TimestampsArguments;
use super::vault::VaultArguments;
use super::verify::VerifyArguments;
use super::why::WhyArguments;
use super::witness::WitnessArguments;
use crate::verify::Verdict;

/// The archive behind electronic case files: nothing lost, nothing changed, and all of it provable.
#[derive(Debug, Parser)]
#[command(name = "aktenfest", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub action: Action,
    /// Results as JSON, one document on a line
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    quiet: bool,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 failed; 2 wrong arguments; 3 findings (something is not as it should be); 4 not found; \
69 server unreachable; 75 try again later; 78 wrong configuration. `verify` has its own, see its help.";

impl Arguments {
    /// Reads the command line of the process. Help and complaints are written here; the exit says how to end then.
    pub fn read() -> Result<Self, Exit> {
        Self::try_parse().map_err(|error| {
            // Without a stderr there is nobody to tell.
            let _ = error.print();
            let verify = std::env::args().nth(1).is_some_and(|first| first == "verify" || first == "receipt");
            match error.use_stderr() {
                false => Exit::Done,
                true if verify => Exit::Other(Verdict::EXIT_USAGE),
                true => Exit::Usage,
            }
        })
    }

    /// How the command talks.
    pub fn output(&self) -> Output {
        Output { json: self.json, quiet: self.quiet }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of these in the process")]
pub enum Action {
    /// Run the daemon
    Serve(ServeArguments),
    /// Create a new archive: configuration, keys, certificates, first vault
    Init(InitArguments),
    /// Try things out: creates what is missing and serves on this machine only. NOT for production
    Dev(DevArguments),
    /// Report every mistake of a configuration file
    CheckConfig(CheckConfigArguments),
    /// Create and list vaults
    Vault(VaultArguments),
    /// Issue a client certificate
    IssueClient(IssueClientArguments),
    /// Store the files of a folder as documents of a case
    Ingest(IngestArguments),
    /// Read a document, its record or its receipt
    Get(GetArguments),
    /// Who has seen a case or a document, and when
    Access(AccessArguments),
    /// What becomes due, is overdue, waits for an event, or contradicts itself
    Due(DueArguments),
    /// Why something is still here, until when, and what stops its destruction
    Why(WhyArguments),
    /// The parts of a case that share a retention period
    Matter(MatterArguments),
    /// What happened in the office, from which periods count
    Event(EventArguments),
    /// Documents that are stored: their matters, their quality, their quarantine
    Document(DocumentArguments),
    /// What stops destruction, and what must be said with every reading
    Hold(HoldArguments),
    /// Which retention rules are in force, and what others would change
    Classes(ClassesArguments),
    /// Scan batches
    Batch(BatchArguments),
    /// How far the post has come into the archive
    Intake(IntakeArguments),
    /// Make backups, list them, and confirm how far the archive has come into one
    Backup(BackupArguments),
    /// Make an archive of a backup again
    Restore(RestoreArguments),
    /// Go on from a restored backup
    AcceptRestore(AcceptRestoreArguments),
    /// Paper originals after scanning
    Box(BoxArguments),
    /// What is to be destroyed, proposed by one person and approved by another
    Order(OrderArguments),
    /// How much may be destroyed in a day, and how long an approved order rests
    DestructionRule(DestructionRuleArguments),
    /// Hand over a vault or a case as a signed bag that can be checked without the archive
    Export(ExportArguments),
    /// Where the keys are, and bringing along a place that has lost them
    Keys(KeysArguments),
    /// What was filed, read back, with its receipt
    Note(NoteArguments),
    /// Check a receipt without the archive
    Receipt(ReceiptArguments),
    /// Check everything without believing it
    Verify(VerifyArguments),
    /// Go on after the anchor file was lost
    AcceptAnchor(AcceptAnchorArguments),
    /// Have checkpoints time-stamped by an authority, or renew what was
    Timestamps(TimestampsArguments),
    /// Cosign the checkpoints of other people's ledgers
    Witness(WitnessArguments),
    /// Print a script that completes commands in a shell
    Completions(CompletionsArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
