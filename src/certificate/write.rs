//! The document: one canonical JSON object, written piece by piece, because a list may be long.

use std::io::{self, Write};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ring::digest::{Context, SHA256};

use super::item::Item;
use super::json::{Writer, write_string};
use super::statement::{Deed, Evidence, KeysEnd, Statement, Step, Subject};
use super::text;
use crate::model::retention::Part;
use crate::model::{Digest, NoteId};

/// What the document calls itself.
pub(super) const FORMAT: &str = "aktenfest destruction certificate v1";
/// The field whose value is bytes.
pub(super) const NOTE_FIELD: &str = "sub.note";

/// Writes the document whose SHA-256 is signed. `items` are those of [`Statement::condemned`], in their order.
pub fn write<W: Write>(
    out: &mut W,
    subject: &Subject,
    evidence: &[Evidence],
    items: impl IntoIterator<Item = io::Result<Item>>,
    statement: &Statement,
) -> io::Result<()> {
    Writer::new(out).object(|document| {
        document.object_at("archive", |archive| {
            archive.text("origin", &subject.origin)?;
            archive.text_if("rest_ended_on", subject.rest_ended_on.map(|day| day.to_string()).as_deref())?;
            archive.text("vault", &subject.vault)?;
            archive.text("version", &subject.version)
        })?;
        document.list_at("evidence", |list| evidence.iter().try_for_each(|evidence| write_evidence(list, evidence)))?;
        document.text("format", FORMAT)?;
        document.list_at("items", |list| items.into_iter().try_for_each(|item| item?.write(list)))?;
        document.object_at("statement", |object| write_statement(object, statement))
    })
}

/// Writes the file that is filed away: the document and the signed note over its SHA-256.
pub fn write_file<W: Write>(out: &mut W, document: impl FnOnce(&mut W) -> io::Result<()>, note: &str) -> io::Result<()> {
    out.write_all(b"{\"certificate\":")?;
    document(out)?;
    out.write_all(b",\"signature\":")?;
    write_string(out, note)?;
    out.write_all(b"}\n")
}

fn write_evidence<W: Write>(list: &mut Writer<'_, W>, evidence: &Evidence) -> io::Result<()> {
    list.object(|object| {
        object.object_at("fields", |fields| {
            evidence.fields.iter().try_for_each(|opening| {
                fields.object_at(&opening.field, |field| {
                    field.text("salt", &opening.salt.0.to_string())?;
                    match opening.field.as_str() {
                        NOTE_FIELD => field.text("value_base64", &BASE64_STANDARD.encode(&opening.value)),
                        _ => field.text("value", &String::from_utf8_lossy(&opening.value)),
                    }
                })
            })
        })?;
        object.text("id", &evidence.id.to_string())?;
        object.text("place", &format!("{:016x}", evidence.place.to_u64()))?;
        object.text("receipt", &evidence.receipt)
    })
}

fn write_statement<W: Write>(object: &mut Writer<'_, W>, statement: &Statement) -> io::Result<()> {
    object.object_at("approval", |approval| {
        write_deed(approval, &statement.approval, |approval| {
            approval.number("cooling_off_days", u64::from(statement.cooling_off_days))?;
            Ok(())
        })
    })?;
    if let Some((deed, places)) = &statement.copies {
        object.object_at("copies", |copies| {
            copies.text("at", &deed.at.to_string())?;
            copies.number("entry", deed.entry.0)?;
            copies.text("note", &deed.note.to_string())?;
            copies.list_at("places", |list| {
                places.iter().try_for_each(|place| {
                    list.object(|copy| {
                        copy.text("name", &place.name)?;
                        copy.truth("seen", place.seen)
                    })
                })
            })
        })?;
    }
    object.object_at("counts", |counts| write_counts(counts, statement))?;
    object.list_at("keys", |list| statement.keys.iter().try_for_each(|end| write_keys(list, end)))?;
    object.text("list_sha256", &statement.list.to_string())?;
    object.object_at("method", |method| text::METHOD.iter().try_for_each(|(name, value)| method.text(name, value)))?;
    object.text("order", &statement.order.to_string())?;
    object.object_at("proposal", |proposal| write_deed(proposal, &statement.proposal, |_| Ok(())))?;
    object.text("reason", statement.reason.as_str())?;
    object.list_at("residuals", |list| text::RESIDUALS.iter().try_for_each(|residual| list.string(residual)))?;
    object.text("result", if statement.is_irrecoverable() { "irrecoverable" } else { "logical deletion" })?;
    object.number("stage", u64::from(statement.stage()))?;
    object.number("stages", 2)?;
    object.list_at("steps", |list| statement.steps.iter().try_for_each(|step| write_step(list, step)))?;
    if let Some(deed) = &statement.withdrawal {
        object.object_at("withdrawal", |withdrawal| write_deed(withdrawal, deed, |_| Ok(())))?;
    }
    object.object_at("words", |words| statement.words.iter().try_for_each(|(name, word)| words.text(name, word)))
}

/// `more` are members between `at` and `entry`.
fn write_deed<W: Write>(
    object: &mut Writer<'_, W>,
    deed: &Deed,
    more: impl FnOnce(&mut Writer<'_, W>) -> io::Result<()>,
) -> io::Result<()> {
    object.text("application", &deed.application)?;
    object.text("at", &deed.at.to_string())?;
    more(object)?;
    object.number("entry", deed.entry.0)?;
    object.text("note", &deed.note.to_string())?;
    object.text_if("person", Some(deed.person.as_str()).filter(|person| !person.is_empty()))
}

fn write_counts<W: Write>(counts: &mut Writer<'_, W>, statement: &Statement) -> io::Result<()> {
    counts.number("cases", statement.count(|part| part == Part::Whole))?;
    counts.number("documents", statement.documents())?;
    counts.object_at("dropped", |dropped| {
        // Sorted by name, like everything.
        let mut reasons: Vec<_> = statement.dropped.iter().map(|(reason, count)| (reason.as_str(), u64::from(*count))).collect();
        reasons.sort_unstable();
        reasons.into_iter().try_for_each(|(reason, count)| dropped.number(reason, count))
    })?;
    counts.number("items", u64::from(statement.items))?;
    counts.number("items_destroyed", statement.condemned().count() as u64)?;
    counts.number("items_dropped", statement.items_dropped())?;
    counts.number("items_waiting", statement.items_waiting())?;
    counts.number("matters", statement.count(|part| matches!(part, Part::Matter(_))))?;
    counts.number("single_documents", statement.count(|part| matches!(part, Part::Document(_))))
}

fn write_step<W: Write>(list: &mut Writer<'_, W>, step: &Step) -> io::Result<()> {
    list.object(|object| {
        object.text("at", &step.deed.at.to_string())?;
        object.number("condemned", step.condemned.len() as u64)?;
        object.number("documents", step.documents())?;
        object.number("dropped", u64::from(step.dropped))?;
        object.number("entry", step.deed.entry.0)?;
        object.number("first", u64::from(step.first))?;
        object.text("note", &step.deed.note.to_string())
    })
}

fn write_keys<W: Write>(list: &mut Writer<'_, W>, end: &KeysEnd) -> io::Result<()> {
    let KeysEnd { deed, steps, proof } = end;
    list.object(|object| {
        object.text("at", &deed.at.to_string())?;
        object.number("entry", deed.entry.0)?;
        object.number("epoch_after", proof.after)?;
        object.number("epoch_before", proof.before)?;
        object.text("note", &deed.note.to_string())?;
        object.list_at("places", |places| {
            proof.places.iter().try_for_each(|place| {
                places.object(|object| {
                    object.text("assurance", place.assurance.encode_utf8(&mut [0; 4]))?;
                    object.text("meaning", text::assurance(place.assurance))?;
                    object.text("name", &place.name)
                })
            })
        })?;
        object.text("root_sha256_after", &proof.root_after.to_string())?;
        object.text("root_sha256_before", &proof.root_before.to_string())?;
        object.list_at("steps", |list| steps.iter().try_for_each(|step: &NoteId| list.string(&step.to_string())))?;
        object.list_at("trees", |trees| {
            proof.trees.iter().try_for_each(|tree| {
                trees.object(|object| {
                    object.text("cover_sha256", &tree.cover.to_string())?;
                    object.number("year", u64::from(tree.year))
                })
            })
        })
    })
}

/// Takes what is written and keeps its SHA-256 and its length only.
pub struct Hashed {
    context: Context,
    bytes: u64,
}

impl Hashed {
    /// Nothing written yet.
    #[allow(clippy::new_without_default, reason = "a hash of nothing is never wanted by default")]
    pub fn new() -> Self {
        Self { context: Context::new(&SHA256), bytes: 0 }
    }

    /// The digest and the number of bytes.
    pub fn finish(self) -> (Digest, u64) {
        let digest = Digest::from_slice(self.context.finish().as_ref()).expect("SHA-256 must have 32 bytes");
        (digest, self.bytes)
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.context.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
