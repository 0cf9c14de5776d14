//! When paper may be destroyed.
