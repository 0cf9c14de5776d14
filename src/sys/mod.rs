//! What the operating system does for us, and nothing that knows what an archive is.
//!
//! Randomness and threads come from here only (`clippy.toml` bans them elsewhere). What the program needs of `unsafe` is here with SAFETY
//! comments: two calls in `thread`.

pub mod boot;
pub mod device;
pub mod fs;
pub mod process;
pub mod random;
pub mod thread;
