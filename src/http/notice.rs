//! What must be said whenever something is read or listed: restrictions, disputes, embargoes, quarantine.

use axum::response::Response;
use hyper::header::{HeaderName, HeaderValue};

use crate::archive::{ArchiveError, CaseView, DocumentView, Vault};
use crate::model::Address;
use crate::model::retention::Overlay;

/// The header with the notices of what is read, as tokens with commas.
const ARCHIVE_NOTICE: HeaderName = HeaderName::from_static("archive-notice");

/// Something that can have overlays.
pub(super) trait Overlaid {
    /// Where it lies.
    fn address(&self) -> Address;
}

impl Overlaid for DocumentView {
    fn address(&self) -> Address {
        self.record.address
    }
}

impl Overlaid for CaseView {
    fn address(&self) -> Address {
        Address::of_case(self.record.number)
    }
}

/// The overlays of something that was read. State that cannot be read fails the reading: silence would say that there is none.
pub(super) fn overlays(vault: &Vault, read: &impl Overlaid) -> Result<Vec<Overlay>, ArchiveError> {
    vault.overlays(read.address())
}

/// Something that was read, with its overlays.
pub(super) fn with_overlays<T: Overlaid>(vault: &Vault, read: T) -> Result<(T, Vec<Overlay>), ArchiveError> {
    let overlays = overlays(vault, &read)?;
    Ok((read, overlays))
}

/// The answer with its notices.
pub(super) fn announce(mut response: Response, overlays: &[Overlay]) -> Response {
    let tokens: Vec<&str> = overlays.iter().map(|overlay| overlay.as_str()).collect();
    if !tokens.is_empty() {
        let value = HeaderValue::from_str(&tokens.join(", ")).expect("tokens must be visible ASCII");
        response.headers_mut().insert(ARCHIVE_NOTICE, value);
    }
    response
}
