//! Which catalogue of retention classes was in force when.

use std::sync::Arc;

use crate::model::LedgerIndex;
use crate::model::retention::Catalogue;

/// Catalogues by the ledger entries of their adoption, in ascending order. The first one has version 1.
#[derive(Debug, Default)]
pub(super) struct History(Vec<(LedgerIndex, Arc<Catalogue>)>);

impl History {
    /// Another catalogue comes into force and becomes the next version.
    pub(super) fn adopt(&mut self, entry: LedgerIndex, catalogue: Catalogue) {
        let version = self.current_version().saturating_add(1);
        self.0.push((entry, Arc::new(Catalogue { version, ..catalogue })));
    }

    /// The catalogue in force for the event with this entry: the last one that was adopted before it.
    pub(super) fn at(&self, entry: LedgerIndex) -> Option<&Arc<Catalogue>> {
        let adopted = self.0.partition_point(|(adoption, _)| *adoption < entry);
        self.0[..adopted].last().map(|(_, catalogue)| catalogue)
    }

    /// The version of the catalogue in force today; 0 if there is none.
    pub(super) fn current_version(&self) -> u32 {
        self.0.last().map_or(0, |(_, catalogue)| catalogue.version)
    }

    /// The catalogue of this version.
    pub(super) fn version(&self, version: u32) -> Option<&Arc<Catalogue>> {
        let place = usize::try_from(version.checked_sub(1)?).ok()?;
        self.0.get(place).map(|(_, catalogue)| catalogue)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::Date;
    use crate::model::retention::{Period, TimeZone};

    fn catalogue() -> Catalogue {
        Catalogue {
            version: 0,
            valid_from: Date::parse("2026-01-01").unwrap(),
            time_zone: TimeZone::berlin(),
            classes: BTreeMap::new(),
            kinds: BTreeMap::new(),
            types: BTreeMap::new(),
            paper: Period::Days(56),
        }
    }

    #[test]
    fn a_catalogue_is_in_force_from_its_adoption_to_the_next() {
        let mut history = History::default();
        assert_eq!((history.current_version(), history.version(0), history.version(1)), (0, None, None));
        history.adopt(LedgerIndex(5), catalogue());
        history.adopt(LedgerIndex(9), catalogue());
        let at = |entry| history.at(LedgerIndex(entry)).map_or(0, |catalogue| catalogue.version);
        assert_eq!([0, 5, 6, 9, 10, u64::MAX].map(at), [0, 0, 1, 1, 2, 2]);
        assert_eq!(history.version(2).map(|catalogue| catalogue.version), Some(2));
        assert_eq!((history.current_version(), history.version(3)), (2, None));
    }
}
