//! Where words go: results to stdout, everything else to stderr.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// How a command talks.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Results are JSON documents, one on a line.
    pub json: bool,
    /// Nothing but results and errors is said.
    pub quiet: bool,
}

impl Output {
    /// Writes a result: the JSON document, or the text for people.
    pub fn result(self, json: &impl Serialize, text: &str) -> anyhow::Result<()> {
        let line = if self.json { serde_json::to_string(json)? + "\n" } else { text.to_owned() };
        let mut stdout = io::stdout().lock();
        stdout.write_all(line.as_bytes())?;
        stdout.flush()?;
        Ok(())
    }

    /// Says something to whoever watches.
    pub fn note(self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Says what went wrong, also when quiet.
    pub fn complain(self, text: &str) {
        // Without a stderr there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Whether something that moves may be shown: on a terminal that understands it, and nowhere else.
    pub fn may_animate(self) -> bool {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        !self.quiet && !dumb && io::stderr().is_terminal()
    }
}

/// Bytes for people: `1.2 MiB`.
pub fn human_bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut value = bytes as f64;
    let mut name = "B";
    for unit in UNITS {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        name = unit;
    }
    if name == "B" { format!("{bytes} B") } else { format!("{value:.1} {name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_for_people() {
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_572_864, "1.5 MiB"), (4 << 30, "4.0 GiB")] {
            assert_eq!(human_bytes(bytes), text);
        }
    }
}
