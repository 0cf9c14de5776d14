//! What was destroyed, item by item: what tombstones still say.

use std::io::{self, Write};

use super::json::{Cursor, Writer};
use crate::model::destruction::Condemned;
use crate::model::retention::Part;
use crate::model::{CaseId, Handle, LedgerIndex, Timestamp};

/// An item of the order that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its case, by the random id that the application chose.
    pub case: CaseId,
    /// What of the case.
    pub part: Part,
    /// The case itself, if the whole of it went, and every document that did.
    pub objects: Vec<Object>,
}

/// A document, or a case itself, that was destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// The random id that the application chose.
    pub id: [u8; 16],
    /// What the ledger calls it.
    pub handle: Handle,
    /// When it was stored or opened.
    pub stored_at: Timestamp,
    /// The ledger entry of that.
    pub entry: LedgerIndex,
    /// Its size as a power of two, rounded up; 0 for a case.
    pub size_log2: u8,
}

impl Item {
    /// Whether this can be what became of the condemned item.
    pub fn is_of(&self, condemned: &Condemned) -> bool {
        let objects = u64::from(condemned.documents) + u64::from(condemned.is_case());
        self.part == condemned.target.part && self.objects.len() as u64 == objects
    }

    /// Whether the whole case went; then the first of its objects is the case itself.
    pub fn is_whole(&self) -> bool {
        self.part == Part::Whole
    }

    pub(super) fn write<W: Write>(&self, list: &mut Writer<'_, W>) -> io::Result<()> {
        list.object(|item| {
            item.text("case", &self.case.to_string())?;
            item.text("kind", kind(self.part))?;
            if let Part::Matter(number) = self.part {
                item.number("matter", u64::from(number.0))?;
            }
            item.list_at("objects", |objects| self.objects.iter().try_for_each(|object| object.write(objects)))
        })
    }

    /// The next item; its part is that of the next one which was condemned.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<UnplacedItem> {
        cursor.literal("{\"case\":")?;
        let case = CaseId::parse(&cursor.string()?).ok()?;
        cursor.literal(",\"kind\":")?;
        let _kind = cursor.string()?;
        if cursor.literal(",\"matter\":").is_some() {
            cursor.number()?;
        }
        cursor.literal(",\"objects\":[")?;
        let mut objects = Vec::new();
        while cursor.more(objects.is_empty()) {
            objects.push(Object::read(cursor)?);
        }
        cursor.literal("]}")?;
        Some(UnplacedItem { case, objects })
    }
}

/// An item as a file claims it, before it is known which condemned item it belongs to. Its kind is compared when the file is written again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnplacedItem {
    case: CaseId,
    objects: Vec<Object>,
}

impl UnplacedItem {
    /// As what became of this part of a case.
    pub fn of(self, part: Part) -> Item {
        Item { case: self.case, part, objects: self.objects }
    }
}

impl Object {
    fn write<W: Write>(&self, list: &mut Writer<'_, W>) -> io::Result<()> {
        list.object(|object| {
            object.number("entry", self.entry.0)?;
            object.text("handle", &self.handle.to_string())?;
            object.text("id", &CaseId::from_bytes(self.id).to_string())?;
            object.number("size_log2", u64::from(self.size_log2))?;
            object.text("stored_at", &self.stored_at.to_string())
        })
    }

    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.literal("{\"entry\":")?;
        let entry = LedgerIndex(cursor.number()?);
        cursor.literal(",\"handle\":")?;
        let handle = Handle::from_hex(&cursor.string()?)?;
        cursor.literal(",\"id\":")?;
        let id = *CaseId::parse(&cursor.string()?).ok()?.as_bytes();
        cursor.literal(",\"size_log2\":")?;
        let size_log2 = u8::try_from(cursor.number()?).ok()?;
        cursor.literal(",\"stored_at\":")?;
        let stored_at = Timestamp::parse(&cursor.string()?)?;
        cursor.literal("}")?;
        Some(Self { id, handle, stored_at, entry, size_log2 })
    }
}

fn kind(part: Part) -> &'static str {
    match part {
        Part::Whole => "case",
        Part::Matter(_) => "matter",
        Part::Document(_) => "document",
    }
}
