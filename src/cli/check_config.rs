//! `aktenfest check-config`: every mistake of a configuration at once, without touching data.

use std::path::PathBuf;

use serde::Serialize;

use super::exit::Exit;
use super::output::Output;
use crate::config::{Config, ConfigErrors};

/// Checks a configuration file and reports every mistake at once. Touches no data.
#[derive(Debug, clap::Args)]
pub struct CheckConfigArguments {
    /// The configuration file
    file: PathBuf,
}

/// The JSON document of the command.
#[derive(Serialize)]
struct Report {
    file: PathBuf,
    good: bool,
    mistakes: Vec<MistakeReport>,
}

#[derive(Serialize)]
struct MistakeReport {
    line: Option<usize>,
    column: Option<usize>,
    key: String,
    message: String,
}

/// Runs the command. The mistakes are its result, so they go to stdout.
pub fn run(arguments: &CheckConfigArguments, output: Output) -> anyhow::Result<Exit> {
    let file = arguments.file.clone();
    let (report, text) = match Config::load(&file) {
        Ok(_) => {
            let text = format!("{}: good\n", file.display());
            (Report { file, good: true, mistakes: Vec::new() }, text)
        }
        Err(errors) => (Report { file, good: false, mistakes: mistakes_of(&errors) }, format!("{errors}\n")),
    };
    output.result(&report, &text)?;
    Ok(if report.good { Exit::Done } else { Exit::Configuration })
}

fn mistakes_of(errors: &ConfigErrors) -> Vec<MistakeReport> {
    let report = |mistake: &crate::config::Mistake| MistakeReport {
        line: mistake.position.map(|(line, _)| line),
        column: mistake.position.map(|(_, column)| column),
        key: mistake.key.clone(),
        message: mistake.message.clone(),
    };
    errors.mistakes.iter().map(report).collect()
}
