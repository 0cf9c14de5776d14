//! Computing dates.
