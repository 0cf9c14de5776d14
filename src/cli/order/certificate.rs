//! `aktenfest order certificate`: what an office files away about a destruction.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::cli::client::{CertificateForm, ClientError};
use crate::cli::exit::Exit;
use crate::cli::get::Temporary;
use crate::cli::session::SessionArguments;
use crate::model::NoteId;
use crate::words::Language;

/// Which certificate, and where to.
#[derive(Debug, clap::Args)]
pub struct CertificateArguments {
    /// Id of the order
    #[arg(value_parser = NoteId::parse)]
    order: NoteId,
    /// File for the page, which is replaced if it exists: one page of HTML to print and to sign, instead of the signed JSON document
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Language of the page
    #[arg(long, value_name = "LANGUAGE", requires = "html", value_parser = language, default_value = "de")]
    lang: Language,
    /// File for the signed JSON document, which is replaced if it exists; standard output if missing
    #[arg(short, long, value_name = "FILE", conflicts_with = "html")]
    output: Option<PathBuf>,
    #[command(flatten)]
    session: SessionArguments,
}

fn language(text: &str) -> Result<Language, String> {
    Language::ALL.into_iter().find(|language| language.tag() == text).ok_or_else(|| "de or en".to_owned())
}

/// Runs the command.
pub async fn run(arguments: &CertificateArguments) -> anyhow::Result<Exit> {
    let session = arguments.session.open()?;
    let form = if arguments.html.is_some() { CertificateForm::Page(arguments.lang) } else { CertificateForm::File };
    match arguments.html.as_ref().or(arguments.output.as_ref()) {
        Some(path) => {
            let mut temporary = Temporary::beside(path).map_err(ClientError::file(path))?;
            session.certificate(arguments.order, form, |piece| temporary.file.write_all(piece)).await?;
            temporary.keep_as(path).map_err(ClientError::file(path))?;
        }
        None => {
            let mut stdout = io::stdout().lock();
            session.certificate(arguments.order, form, |piece| stdout.write_all(piece)).await?;
            stdout.flush()?;
        }
    }
    Ok(Exit::Done)
}
