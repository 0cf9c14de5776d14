//! Content: every frame of every document opened and hashed, and nothing there that belongs to nobody.

use ring::digest::{Context, SHA256};

use super::{Check, row_place};
use crate::gate::Inspector;
use crate::model::{ContentColumn, Digest, DocumentRecord};
use crate::seal::Opener;
use crate::store::{Column, codec, key};
use crate::verify::catalogue;
use crate::verify::report::Counts;

/// What the content of a document is held against.
pub(super) struct Expected<'a> {
    /// What was sealed beside it.
    pub(super) sha256: &'a Digest,
    /// Who looks at a scan once more.
    pub(super) inspector: Option<&'a mut Inspector>,
}

/// Opens all frames of a document, in order, and compares size and SHA-256 with what was sealed beside them; answers whether the content
/// is what it should be.
pub(super) fn check_frames(
    check: &Check,
    place: &str,
    record: &DocumentRecord,
    opener: &Opener,
    expected: Expected<'_>,
    counts: &mut Counts,
) -> bool {
    let Expected { sha256, mut inspector } = expected;
    let location = record.content;
    let prefix = key::owner(location.seq);
    let mut hash = Context::new(&SHA256);
    let (mut next, mut sealed_bytes, mut whole) = (0, 0, true);
    for (row, sealed) in check.rows(Column::from(location.column), &prefix) {
        let Some((_, index)) = key::parse_frame(&row) else {
            check.found(catalogue::ROW_UNREADABLE, row_place(Column::from(location.column), &row), "the key is not that of a frame");
            continue;
        };
        if index >= location.frames {
            let text = format!("there is a frame {index}, and the document has {}", location.frames);
            check.found(catalogue::FRAME_BEYOND_END, place, text);
            break;
        }
        whole &= report_missing(check, place, next, index);
        next = index + 1;
        sealed_bytes += sealed.len() as u64;
        match opener.open_frame(index, &sealed, record.plain_bytes, location.frames) {
            Ok(plain) => {
                hash.update(&plain);
                if let Some(inspector) = &mut inspector {
                    inspector.push(&plain);
                }
                counts.frames += 1;
                counts.plain_bytes += plain.len() as u64;
            }
            Err(error) => {
                whole = false;
                check.found(catalogue::FRAME_DAMAGED, format!("{place} frame {index}"), error.to_string());
            }
        }
    }
    whole &= report_missing(check, place, next, location.frames);
    if !whole {
        return false;
    }
    if sealed_bytes != location.sealed_bytes {
        let text = format!("the frames have {sealed_bytes} bytes, the record says {}", location.sealed_bytes);
        check.found(catalogue::SIZE_DIFFERS, place, text);
    }
    let same = hash.finish().as_ref() == sha256.as_bytes();
    if !same {
        check.found(catalogue::CONTENT_DIFFERS, place, "the content does not have the SHA-256 that was sealed with it");
    }
    same
}

/// Reports the frames `from .. to` as missing; `true` if there are none.
fn report_missing(check: &Check, place: &str, from: u32, to: u32) -> bool {
    if from >= to {
        return true;
    }
    check.found(catalogue::FRAME_MISSING, place, format!("the frames {from} to {} are missing", to - 1));
    false
}

/// Every owner has a document that knows its content, and all content has an owner.
pub(super) fn check_owners(check: &Check) {
    for (row, value) in check.rows(Column::Owners, &[]) {
        let Some((vault, address)) = check.decoded(Column::Owners, &row, codec::decode_owner(&value)) else { continue };
        let record = check.read("column documents", check.store.document(vault, address)).flatten();
        if record.is_none_or(|record| *row != key::owner(record.content.seq)) {
            let text = "the document that it names does not know this content";
            check.found(catalogue::OWNER_DIFFERS, row_place(Column::Owners, &row), text);
        }
    }
    for column in [ContentColumn::Logged, ContentColumn::Bulk] {
        check_strays(check, column);
    }
}

fn check_strays(check: &Check, column: ContentColumn) {
    let name = Column::from(column).name();
    for seq in check.store.content_seqs(column) {
        let Some(seq) = check.read(&format!("column {name}"), seq) else { return };
        if check.read("column owners", check.store.owner(seq)).is_some_and(|owner| owner.is_none()) {
            let place = format!("column {name} content {}", seq.0);
            match column {
                ContentColumn::Bulk => {
                    check.found(catalogue::CONTENT_STAGED, place, "an upload that was never committed; the next start removes it");
                }
                ContentColumn::Logged => check.found(catalogue::CONTENT_WITHOUT_OWNER, place, "the content belongs to no document"),
            }
        }
    }
}
