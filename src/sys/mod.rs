//! What the operating system does for us, and nothing that knows what an archive is.
//!
//! Randomness and threads come from here only (`clippy.toml` bans them elsewhere); if the program ever needs `unsafe`,
//! it belongs here with a SAFETY comment. There is none today.

pub mod boot;
pub mod device;
pub mod fs;
pub mod process;
pub mod random;
pub mod thread;
