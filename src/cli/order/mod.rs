//! `aktenfest order`: what is to be destroyed, proposed by one person and approved by another.

mod certificate;
mod propose;
mod show;

use super::exit::Exit;
use super::fields::Fields;
use super::filing::FilingArguments;
use super::output::Output;
use super::session::SessionArguments;
use crate::limits::COOLING_OFF_DAYS_MAX;
use crate::model::{Digest, NoteId};

/// Orders of destruction: proposing, approving, withdrawing, looking. Nothing is destroyed by one person, nor before the rest is over.
#[derive(Debug, clap::Args)]
#[command(after_help = "Proposing and approving need certificates that name two persons who are independent of each other (aktenfest \
issue-client --person, --deputy-of). What is approved is the digest of the exact list: look at `order items` first.\n\nExamples:\n  \
aktenfest order propose due --until 2026-12-31 --reason 'destruction of the fourth quarter'\n  \
aktenfest order propose erasure --case '3 C 17/26' --document UUID --reference 'Art. 17 request of 3 November' --reason 'not needed'\n  \
aktenfest order items UUID\n  aktenfest order approve UUID --list DIGEST --reason 'list looked through'\n  \
aktenfest order withdraw UUID --reason 'wrong quarter'")]
pub struct OrderArguments {
    #[command(subcommand)]
    action: OrderAction,
}

#[derive(Debug, clap::Subcommand)]
enum OrderAction {
    /// Proposes an order, as the first person
    Propose(Box<propose::ProposeArguments>),
    /// Approves an order, as the second person
    Approve {
        /// Id of the order
        #[arg(value_parser = NoteId::parse)]
        order: NoteId,
        /// Digest of the list that was looked at, as `order show` prints it
        #[arg(long, value_name = "DIGEST", value_parser = digest)]
        list: Digest,
        /// Days for which it rests, if more than the rule of the vault asks for
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(0..=i64::from(COOLING_OFF_DAYS_MAX)))]
        rest: Option<u32>,
        #[command(flatten)]
        filing: FilingArguments,
    },
    /// Gives an order up; one person is enough. What it has destroyed stays destroyed
    Withdraw {
        /// Id of the order
        #[arg(value_parser = NoteId::parse)]
        order: NoteId,
        #[command(flatten)]
        filing: FilingArguments,
    },
    /// Lists orders in the sequence of proposing
    List {
        /// Those about which nothing is left to do, too
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// Shows an order with its history
    Show {
        /// Id of the order
        #[arg(value_parser = NoteId::parse)]
        order: NoteId,
        #[command(flatten)]
        session: SessionArguments,
    },
    /// The certificate of destruction: signed JSON to be filed away and checked with `verify --certificate`, or a page to print
    Certificate(certificate::CertificateArguments),
    /// Shows what is on the list of an order, and what has become of each item or would today
    Items {
        /// Id of the order
        #[arg(value_parser = NoteId::parse)]
        order: NoteId,
        #[command(flatten)]
        session: SessionArguments,
    },
}

fn digest(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text).ok_or_else(|| "a digest has 64 hexadecimal digits in lower case".to_owned())
}

/// Runs the command.
pub async fn run(arguments: &OrderArguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.action {
        OrderAction::Propose(arguments) => propose::run(arguments, output).await,
        OrderAction::Approve { order, list, rest, filing } => {
            let fields = Fields::new().with("list", list);
            let fields = match rest {
                Some(days) => fields.number("rest_days", *days),
                None => fields,
            };
            filing.file(&format!("orders/{order}/approve"), "filed-approved", fields, output).await
        }
        OrderAction::Withdraw { order, filing } => {
            filing.file(&format!("orders/{order}/withdraw"), "filed-withdrawn", Fields::new(), output).await
        }
        OrderAction::Certificate(arguments) => certificate::run(arguments).await,
        OrderAction::List { all, session } => show::list(&session.open()?, *all, output).await,
        OrderAction::Show { order, session } => show::one(&session.open()?, *order, output).await,
        OrderAction::Items { order, session } => show::items_of(&session.open()?, *order, output).await,
    }
}
