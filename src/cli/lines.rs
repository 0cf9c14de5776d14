//! Files with a JSON object on each line: what an office does a thousand times.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::client::{ClientError, Content, words};
use super::derived_id;
use super::exit::{Exit, Failure};
use super::output::Output;
use super::session::Session;
use super::table::{items, word};
use crate::limits::BULK_ITEMS_MAX;

/// The objects of a file.
#[derive(Debug)]
pub struct Lines {
    file: PathBuf,
    /// With the numbers of their lines, from 1.
    objects: Vec<(usize, Map<String, Value>)>,
}

impl Lines {
    /// Reads a file. Empty lines are passed over; a line that is no object ends it.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(file).with_context(|| unreadable(file))?;
        let mut objects = Vec::new();
        for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(Value::Object(object)) => objects.push((number, object)),
                Ok(_) => return Err(wrong(words().told("cli-line-no-object", &[("place", place(file, number).into())]))),
                Err(error) => {
                    let values = [("place", place(file, number).into()), ("error", error.to_string().into())];
                    return Err(wrong(words().told("cli-line-no-json", &values)));
                }
            }
        }
        if objects.is_empty() {
            return Err(wrong(words().told("cli-file-empty", &[("file", file.display().to_string().into())])));
        }
        Ok(Self { file: file.to_owned(), objects })
    }

    /// Gives an id to every object that has none. It follows from the content, so that the same file again files nothing twice.
    pub fn with_ids(mut self, place: &str) -> Self {
        for (_, object) in self.objects.iter_mut().filter(|(_, object)| !object.contains_key("id")) {
            // Members are sorted, so their order in the file does not matter.
            let id = derived_id::note(place, &Value::Object(object.clone()).to_string());
            object.insert("id".to_owned(), Value::String(id.to_string()));
        }
        self
    }

    /// All objects.
    pub fn values(&self) -> Vec<Value> {
        self.objects.iter().map(|(_, object)| Value::Object(object.clone())).collect()
    }
}

/// A refusal with the line of the file that it is about, if it names an item that came from it.
pub fn in_line(error: anyhow::Error, lines: Option<&Lines>) -> anyhow::Error {
    let item = error.chain().find_map(|cause| cause.downcast_ref::<ClientError>()?.item());
    let line = lines.zip(item).and_then(|(lines, item)| Some((lines, lines.objects.get(item)?)));
    let Some((lines, (number, object))) = line else { return error };
    let id = ["document", "matter", "case"].iter().find_map(|name| object.get(*name)).map(word).unwrap_or_default();
    error.context(words().told("cli-line-refused", &[("place", place(&lines.file, *number).into()), ("item", id.into())]))
}

fn wrong(message: String) -> anyhow::Error {
    Failure::error(Exit::Usage, message)
}

fn place(file: &Path, number: usize) -> String {
    format!("{}:{number}", file.display())
}

/// That a file cannot be read, in the words of whoever runs the command.
pub fn unreadable(file: &Path) -> String {
    words().told("cli-file-unreadable", &[("file", file.display().to_string().into())])
}

/// What came of a file.
#[derive(Debug)]
struct Tally {
    filed: usize,
    repeated: usize,
    refused: Vec<Value>,
    /// Whether everything that was refused may be accepted later.
    passing: bool,
}

/// Sends the objects to `path`, a thousand at a time, and says what came of each that was refused.
pub async fn report_bulk(session: &Session, path: &str, lines: Lines, output: Output) -> anyhow::Result<Exit> {
    let mut tally = Tally { filed: 0, repeated: 0, refused: Vec::new(), passing: true };
    for chunk in lines.objects.chunks(BULK_ITEMS_MAX) {
        let list: Vec<Value> = chunk.iter().map(|(_, object)| Value::Object(object.clone())).collect();
        let answered = session.ask(path, Content::Json(json!({ "items": list }))).await?;
        tally.add(&lines.file, chunk, &answered.json, output);
    }
    let report = json!({ "filed": tally.filed, "repeated": tally.repeated, "refused": tally.refused });
    let counts = [("filed", tally.filed), ("repeated", tally.repeated), ("refused", tally.refused.len())];
    let counts = counts.map(|(name, count)| (name, (count as u64).into()));
    output.result(&report, &format!("{}\n", words().told("cli-bulk", &counts)))?;
    Ok(tally.exit())
}

impl Tally {
    fn add(&mut self, file: &Path, chunk: &[(usize, Map<String, Value>)], answer: &Value, output: Output) {
        for ((number, object), outcome) in chunk.iter().zip(items(&answer["items"])) {
            match outcome["created"].as_bool() {
                Some(true) => self.filed += 1,
                Some(false) => self.repeated += 1,
                None => {
                    let (code, detail) = (word(&outcome["code"]), word(&outcome["detail"]));
                    output.complain(&format!("{}:{number}: {code}: {detail}", file.display()));
                    self.passing &= matches!(outcome["status"].as_u64(), Some(429 | 503 | 507));
                    self.refused.push(json!({ "line": number, "id": object.get("id"), "code": code, "sentence": detail }));
                }
            }
        }
    }

    /// What may succeed later ends differently from what never will.
    fn exit(&self) -> Exit {
        match (self.refused.is_empty(), self.passing) {
            (true, _) => Exit::Done,
            (false, true) => Exit::RetryLater,
            (false, false) => Exit::Findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Lines> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        fs::write(&path, text).unwrap();
        Lines::read(&path)
    }

    #[test]
    fn a_line_that_is_no_object_is_named() {
        for (text, line) in [("{}\n\n[]\n", ":3: is no JSON object"), ("{\"a\":}", ":1: is not JSON"), ("", "has no line")] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(line), "{text:?}: {message}");
        }
    }

    #[test]
    fn ids_follow_from_the_content_and_given_ones_stay() {
        let ids = |place: &str, text: &str| -> Vec<String> {
            read(text).unwrap().with_ids(place).values().iter().map(|object| word(&object["id"])).collect()
        };
        let text = "{\"a\":1,\"b\":2}\n{\"b\":2,\"a\":1}\n{\"a\":2}\n{\"id\":\"mine\"}\n";
        let first = ids("demo/events", text);
        assert_eq!(first, ids("demo/events", text));
        assert!(first[0] == first[1] && first[1] != first[2], "{first:?}");
        assert_eq!(first[3], "mine");
        assert_ne!(first[0], ids("other/events", text)[0]);
    }
}
