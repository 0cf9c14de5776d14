//! An office in memory, for tests.
