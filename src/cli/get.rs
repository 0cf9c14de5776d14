//! `aktenfest get`: one document back, compared with its digest before it gets its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::client::{Client, ClientError, ConnectionArguments, Fetched, Part, words};
use super::exit::{Exit, Failure};
use super::output::{Output, human_bytes};
use super::session::Session;
use crate::model::{CaseId, Digest, DocumentId, VaultName};

/// Reads a document, its record or its receipt.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  aktenfest get --profile var/dev/client.json --case UUID --document UUID -o letter.pdf\n  \
aktenfest get --case '3 C 17/26' --document post/letter.pdf -o letter.pdf")]
pub struct GetArguments {
    /// Id, title or file name of the document; `ingest` gives each file its path in the folder as title
    #[arg(long, value_name = "DOCUMENT")]
    document: String,
    /// Id or reference of its case
    #[arg(long, value_name = "CASE")]
    case: String,
    /// The vault; by default the one of the profile
    #[arg(long)]
    vault: Option<String>,
    /// File to write, which is replaced if it exists; `-` for standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// The SHA-256 that the document must have, in hexadecimal
    #[arg(long, value_name = "HEX")]
    sha256: Option<String>,
    /// The receipt (tlog-proof) instead of the content
    #[arg(long, group = "what")]
    receipt: bool,
    /// With --receipt: with the newest checkpoint that witnesses have cosigned
    #[arg(long, requires = "receipt")]
    anchored: bool,
    /// The record (description and state, JSON) instead of the content
    #[arg(long, group = "what")]
    record: bool,
    /// The opening of the ledger entry (JSON; personal data) instead of the content
    #[arg(long, group = "what")]
    opening: bool,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// The JSON document of the command, when the content goes to a file.
#[derive(Serialize)]
struct Report {
    document: String,
    file: PathBuf,
    bytes: u64,
    sha256: String,
    media_type: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<String>,
}

/// The document that is meant.
struct Place {
    vault: VaultName,
    case: CaseId,
    document: DocumentId,
}

impl Place {
    /// The ids behind what people see in tables. Ids are not looked up.
    async fn find(client: &Client, vault: VaultName, arguments: &GetArguments) -> anyhow::Result<Self> {
        let session = Session::new(client.clone(), vault.clone());
        let case = session.case(&arguments.case).await?;
        let document = session.document(case, &arguments.document).await?;
        Ok(Self { vault, case, document })
    }
}

/// Runs the command.
pub async fn run(arguments: &GetArguments, output: Output) -> anyhow::Result<Exit> {
    let usage = |message: String| Failure::error(Exit::Usage, message);
    let connection = arguments.connection.resolve().map_err(|error| usage(error.in_words(words())))?;
    let vault = super::vault_argument(arguments.vault.as_deref(), &connection)?;
    let wanted =
        arguments.sha256.as_deref().map(|hex| Digest::from_hex(hex).ok_or_else(|| usage("--sha256: 64 digits of 0-9 and a-f".to_owned())));
    let wanted = wanted.transpose()?;
    let client = Client::new(&connection)?;
    let place = Place::find(&client, vault, arguments).await?;
    let to_stdout = arguments.output.as_os_str() == "-";
    if let Some(part) = part_of(arguments) {
        let bytes = client.part((&place.vault, place.case, place.document), part).await?;
        match to_stdout {
            true => io::stdout().lock().write_all(&bytes)?,
            false => replace_file(&arguments.output, |file| file.write_all(&bytes)).map_err(ClientError::file(&arguments.output))?,
        }
    } else if to_stdout {
        // What a pipe has got cannot be taken back: the exit code is the only verdict, and documents for keeping go to a file.
        let mut stdout = io::stdout().lock();
        let fetched = client.fetch((&place.vault, place.case, place.document), |piece| stdout.write_all(piece)).await?;
        stdout.flush()?;
        compare(&fetched, wanted)?;
        say_notices(&fetched, output);
    } else {
        let fetched = fetch_to_file(&client, &place, &arguments.output, wanted).await?;
        say_notices(&fetched, output);
        let report = Report {
            document: place.document.to_string(),
            file: arguments.output.clone(),
            bytes: fetched.bytes,
            sha256: fetched.sha256.to_string(),
            media_type: fetched.media_type,
            notices: fetched.notices,
        };
        let text = format!("{}: {}, SHA-256 {}\n", report.file.display(), human_bytes(report.bytes), report.sha256);
        output.result(&report, &text)?;
    }
    Ok(Exit::Done)
}

/// A document that is restricted or disputed is never read without being told (section 84(2) SGB X).
fn say_notices(fetched: &Fetched, output: Output) {
    if !fetched.notices.is_empty() {
        output.complain(&format!("notice: {}", fetched.notices.join(", ")));
    }
}

fn part_of(arguments: &GetArguments) -> Option<Part> {
    match (arguments.receipt, arguments.record, arguments.opening) {
        (true, _, _) if arguments.anchored => Some(Part::AnchoredReceipt),
        (true, _, _) => Some(Part::Receipt),
        (_, true, _) => Some(Part::Record),
        (_, _, true) => Some(Part::Opening),
        _ => None,
    }
}

async fn fetch_to_file(client: &Client, place: &Place, path: &Path, wanted: Option<Digest>) -> Result<Fetched, ClientError> {
    let mut temporary = Temporary::beside(path).map_err(ClientError::file(path))?;
    let fetched = client.fetch((&place.vault, place.case, place.document), |piece| temporary.file.write_all(piece)).await?;
    compare(&fetched, wanted)?;
    temporary.keep_as(path).map_err(ClientError::file(path))?;
    Ok(fetched)
}

fn compare(fetched: &Fetched, wanted: Option<Digest>) -> Result<(), ClientError> {
    match wanted {
        Some(expected) if expected != fetched.sha256 => Err(ClientError::Digest { expected, received: fetched.sha256 }),
        _ => Ok(()),
    }
}

/// Writes a file that has its name only when it is complete and durable.
pub fn replace_file(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut temporary = Temporary::beside(path)?;
    write(&mut temporary.file)?;
    temporary.keep_as(path)
}

/// A file that disappears unless it is kept.
pub struct Temporary {
    /// The file, to be written.
    pub file: File,
    path: PathBuf,
    kept: bool,
}

impl Temporary {
    /// A file beside the one that it will replace.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let mut name =
            path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this is not a name for a file"))?.to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let path = path.with_file_name(name);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        Ok(Self { file, path, kept: false })
    }

    /// Gives it its name, when it is durable.
    pub fn keep_as(mut self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, path)?;
        self.kept = true;
        crate::sys::fs::sync_directory(crate::sys::fs::parent(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // It is under a name of its own, so a leftover harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.pdf");
        replace_file(&path, |file| file.write_all(b"one")).unwrap();
        let broken = replace_file(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("connection lost"))
        });
        assert!(broken.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half is left");
    }
}
