//! What every handler gets.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::error::{Problem, internal};
use super::upload::Pace;
use crate::access::Authenticator;
use crate::archive::{Archive, ArchiveError};
use crate::observe::Observer;

/// The archive and what goes with it, shared by all connections.
pub(super) struct App {
    /// The archive.
    pub(super) archive: Archive,
    /// Says who sends a request.
    pub(super) authenticator: Arc<dyn Authenticator>,
    /// Where events go.
    pub(super) observer: Observer,
    /// How fast bodies must arrive.
    pub(super) pace: Pace,
    /// Places for JSON bodies that are long enough to matter, all together.
    pub(super) long_bodies: Arc<Semaphore>,
    /// Places for exports under way.
    pub(super) exports: Arc<Semaphore>,
}

/// Runs a read of the archive where it may wait for the disk, away from the threads that serve connections.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(error) => Err(internal("a read ended early", &error)),
    }
}

/// Runs work of ours that takes long enough to keep others waiting, away from the threads that serve connections.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(internal("a computation ended early", &error)),
    }
}

/// Runs a change to its end, also when the client leaves and the request's own task ends with it.
pub(super) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ArchiveError>> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::spawn(work).await {
        Ok(result) => Ok(result?),
        // The runtime stops before the change was answered; whether it was committed will show when the client repeats it.
        Err(_) => Err(ArchiveError::OutcomeUnknown.into()),
    }
}
