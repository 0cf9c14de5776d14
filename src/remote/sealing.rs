//! What an export ends with: the office's signature over its manifest, and the time-stamp of an authority over the signature.

use super::authority::Authority;
use crate::archive::{SealExports, Sealing};
use crate::clock::Clock;
use crate::evidence::{HashAlgorithm, Signer};
use crate::model::Digest;
use crate::observe::{Observer, StampFailed};

/// Signs exports, and has the signatures stamped if there is an authority.
pub struct ExportSeal {
    signer: Signer,
    authority: Option<Authority>,
    clock: Clock,
    observer: Observer,
}

impl ExportSeal {
    /// A seal with the office's key.
    pub fn new(signer: Signer, authority: Option<Authority>, clock: Clock, observer: Observer) -> Self {
        Self { signer, authority, clock, observer }
    }

    /// The time-stamp over a signature; nothing if the authority gives none, because the export must not wait for it.
    async fn stamp(&self, signature: &[u8]) -> Vec<u8> {
        let Some(authority) = &self.authority else { return Vec::new() };
        match authority.stamp(HashAlgorithm::Sha256, Digest::sha256(signature).as_bytes()).await {
            Ok((response, _)) => response,
            Err(error) => {
                self.observer.emit(&StampFailed { reason: error.reason(), why: &error.to_string() });
                Vec::new()
            }
        }
    }
}

impl SealExports for ExportSeal {
    fn ready(&self) -> Result<(), String> {
        self.signer.check_time(self.clock.now()).map_err(|error| error.to_string())
    }

    fn seal(&self, manifest: Digest) -> Sealing<'_> {
        Box::pin(async move {
            let signature = self.signer.sign_detached(manifest, self.clock.now()).map_err(|error| error.to_string())?;
            let stamp = self.stamp(&signature).await;
            Ok((signature, stamp))
        })
    }
}
