//! Reading that only a check of the whole archive needs.

use super::column::Column;
use super::error::StoreError;
use super::{Store, key};
use crate::model::{ContentColumn, ContentSeq};

impl Store {
    /// The numbers under which a column has frames, in ascending order. Skips from number to number without reading the frames
    /// in between.
    pub fn content_seqs(&self, column: ContentColumn) -> impl Iterator<Item = Result<ContentSeq, StoreError>> + '_ {
        let column = Column::from(column);
        let mut next = Some(ContentSeq(0));
        std::iter::from_fn(move || {
            let from = next.take()?;
            let found = match self.first_key(column, &key::frame(from, 0)) {
                Ok(found) => found?,
                Err(error) => return Some(Err(error)),
            };
            let Some((seq, _)) = key::parse_frame(&found) else {
                return Some(Err(StoreError::Damaged(format!("a key of column {} is not one", column.name()))));
            };
            next = seq.0.checked_add(1).map(ContentSeq);
            Some(Ok(seq))
        })
    }
}

impl From<ContentColumn> for Column {
    fn from(column: ContentColumn) -> Self {
        match column {
            ContentColumn::Logged => Self::Content,
            ContentColumn::Bulk => Self::Bulk,
        }
    }
}
