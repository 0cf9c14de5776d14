//! Facts of cases that do not exist.

use super::Desk;
use crate::store::Column;
use crate::verify::catalogue;
use crate::verify::offline::row_place;

/// Bytes of the key of a case, with which the keys of everything in it begin.
const CASE_KEY_BYTES: usize = 16 + 5;

/// Reports facts of cases that do not exist. Skips from case to case.
pub(super) fn check(desk: &Desk) {
    let (check, vault) = (&desk.check, desk.scope.record.id);
    for column in [Column::Dossiers, Column::DocumentFacts] {
        let place = format!("column {}", column.name());
        let mut from = Some(vault.0.to_vec());
        while let Some(start) = from {
            let row = check.read(&place, check.store.rows(column, &vault.0, Some(&start))).and_then(|mut rows| rows.next());
            let Some((key, _)) = row.and_then(|row| check.read(&place, row)) else { break };
            let Some(case) = key.get(..CASE_KEY_BYTES) else {
                check.found(catalogue::ROW_UNREADABLE, row_place(column, &key), "the key is too short");
                from = Some([&key[..], &[0]].concat());
                continue;
            };
            if check.read("column cases", check.store.get(Column::Cases, case)).is_some_and(|case| case.is_none()) {
                check.found(catalogue::FACTS_UNFOUNDED, row_place(column, &key), "there is no such case");
            }
            from = next(case);
        }
    }
}

/// The key of the next case; `None` behind the last one.
fn next(case: &[u8]) -> Option<Vec<u8>> {
    let mut next = case.to_vec();
    for byte in next.iter_mut().rev() {
        let (sum, overflows) = byte.overflowing_add(1);
        *byte = sum;
        if !overflows {
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_last_case_there_is_none() {
        assert_eq!(next(&[0, 1, 255, 255]), Some(vec![0, 2, 0, 0]));
        assert_eq!(next(&[255, 255]), None);
    }
}
