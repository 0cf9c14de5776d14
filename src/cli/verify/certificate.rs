//! `aktenfest verify --certificate`: a file that somebody was given, and what they trust.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::ledger::VerifierKey;
use crate::limits::{CERTIFICATE_BYTES_MAX, NOTE_BYTES_MAX};
use crate::verify::{Report, verify_certificate};

/// Checks a certificate against a trust policy (C2SP tlog-policy), or for want of one against the keys of ledgers.
pub(super) fn check(file: &Path, policy: Option<&Path>, log_keys: &[VerifierKey]) -> anyhow::Result<Report> {
    let trust = match policy {
        Some(path) => read(path, NOTE_BYTES_MAX as u64)?,
        None => log_keys.iter().map(|key| format!("log {key}\n")).collect::<String>().into_bytes(),
    };
    let trust = if policy.is_some() { trust } else { [trust, b"quorum none\n".to_vec()].concat() };
    let trust = super::policy::parse(&trust)?;
    Ok(verify_certificate(&read(file, CERTIFICATE_BYTES_MAX)?, &trust))
}

/// A file of the caller, if it is not longer than anything we read.
pub fn read(path: &Path, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let name = path.display().to_string();
    let length = fs::metadata(path).with_context(|| name.clone())?.len();
    anyhow::ensure!(length <= bytes_max, "{name} is longer than {bytes_max} bytes");
    fs::read(path).with_context(|| name)
}
