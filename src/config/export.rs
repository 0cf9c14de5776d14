//! Exports: with which certificate they are signed.

use std::path::PathBuf;

use super::check::Check;

/// The office's certificate for exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportConfig {
    /// The certificate, followed by intermediate ones, as PEM.
    pub certificate: PathBuf,
    /// Its private key, as PEM without a password.
    pub key: PathBuf,
}

impl Check<'_> {
    /// `Some(None)` if there is none: exports are then signed by the key of the ledger alone.
    pub(super) fn export(&mut self) -> Option<Option<ExportConfig>> {
        let (certificate, key) = (self.optional_path("export.certificate")?, self.optional_path("export.key")?);
        match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Some(ExportConfig { certificate, key })),
            (None, None) => Some(None),
            (certificate, _) => {
                let lacks = if certificate.is_none() { "export.certificate" } else { "export.key" };
                self.mistake(lacks, "is missing; a signature needs certificate and key".to_owned());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::check::Config;

    #[test]
    fn certificate_and_key_come_together() {
        for (lines, expected) in [
            ("", Ok(false)),
            ("certificate = \"a.pem\"\nkey = \"a.key\"\n", Ok(true)),
            ("certificate = \"a.pem\"\n", Err("export.key")),
            ("key = \"a.key\"\n", Err("export.certificate")),
        ] {
            let parsed = Config::parse(&format!("ledger.origin = \"a\"\n[export]\n{lines}"), Path::new("/etc/aktenfest"));
            let parsed = parsed.map(|config| config.export.is_some());
            let named = parsed.map_err(|mistakes| mistakes.iter().map(|one| one.key.clone()).collect::<Vec<_>>());
            assert_eq!(named, expected.map_err(|key| vec![key.to_owned()]), "{lines}");
        }
    }
}
