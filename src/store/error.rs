//! What can go wrong in storage, by what has to be done about it.

use super::codec::CodecError;
use super::column::Column;

/// A failure of storage. None of them says anything about whether an interrupted commit has happened.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The file system is full. Goes away when there is room again.
    #[error("the file system of the database is full: {0}")]
    NoSpace(String),
    /// The device or the operating system reports an error.
    #[error("the database cannot be read or written: {0}")]
    Io(String),
    /// Bytes are not what was written. Never repaired by throwing something away.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A value was read that is not one.
    #[error("a value of column {} is unreadable: {why}", column.name())]
    Unreadable {
        /// The column.
        column: Column,
        /// Why.
        why: CodecError,
    },
    /// A commit would have replaced a value that is written once. Nothing was written.
    #[error("a commit would have overwritten a value of column {}, which is written once; nothing was written", .0.name())]
    WouldOverwrite(Column),
    /// A column is missing: this is not one of our databases.
    #[error("the database has no column {}", .0.name())]
    NoColumn(Column),
}

impl StoreError {
    /// Attaches the column to a decoding error.
    pub(crate) fn unreadable(column: Column) -> impl FnOnce(CodecError) -> Self {
        move |why| Self::Unreadable { column, why }
    }
}

impl From<rocksdb::Error> for StoreError {
    fn from(error: rocksdb::Error) -> Self {
        let text = error.to_string();
        // The binding does not expose the subcode, so the one condition that passes by itself is known by its text.
        if text.contains("No space left on device") || text.contains("Max allowed space was reached") {
            return Self::NoSpace(text);
        }
        match error.kind() {
            rocksdb::ErrorKind::Corruption => Self::Damaged(text),
            _ => Self::Io(text),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::NoSpace(error.to_string()),
            _ => Self::Io(error.to_string()),
        }
    }
}
