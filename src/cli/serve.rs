//! `aktenfest serve`: the arguments; the story of the start stands in `main`.

use std::path::PathBuf;

/// Runs the daemon until SIGTERM or SIGINT.
#[derive(Debug, clap::Args)]
pub struct ServeArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", env = "AKTENFEST_CONFIG")]
    pub config: PathBuf,
}
