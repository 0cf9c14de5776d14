//! A time-stamping authority: one question, and an answer that was checked as a whole (RFC 3161).

use super::address::RemoteAddress;
use super::client::{RemoteClient, RemoteError};
use crate::clock::Clock;
use crate::evidence::tsp::{StampError, StampRequest, Stamped};
use crate::evidence::{HashAlgorithm, ObjectId, TrustRoots};
use crate::limits::STAMP_TIME_SECONDS_MAX;
use crate::sys::random;

/// Media type of questions (RFC 3161 section 3.4).
const QUERY: &str = "application/timestamp-query";
/// Media type of answers.
const REPLY: &str = "application/timestamp-reply";

/// An authority, how it is asked, and what of its answers counts. Clones are cheap enough.
#[derive(Debug, Clone)]
pub struct Authority {
    client: RemoteClient,
    address: RemoteAddress,
    roots: TrustRoots,
    policy: Option<ObjectId>,
    clock: Clock,
}

/// Why there is no time-stamp.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// No answer came.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The server has answered something else.
    #[error("the time-stamping authority has answered {status} with {media_type:?} instead of a time-stamp")]
    Answer {
        /// HTTP status.
        status: u16,
        /// Media type, as it came.
        media_type: String,
    },
    /// The time-stamp does not count.
    #[error("the time-stamping authority: {0}")]
    Stamp(#[from] StampError),
    /// The time in it is not now.
    #[error("the time-stamp says {stamped}, and the clock here says {now}")]
    Time {
        /// Its time.
        stamped: crate::model::Timestamp,
        /// The time here.
        now: crate::model::Timestamp,
    },
}

impl AuthorityError {
    /// The reason as a label of a metric, from a closed list.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Remote(error) => error.reason(),
            Self::Answer { .. } => "answer",
            Self::Stamp(StampError::Refused { .. }) => "refused",
            Self::Stamp(_) => "invalid",
            Self::Time { .. } => "time",
        }
    }
}

impl Authority {
    /// An authority at an address, whose certificate must lead to one of the roots; a policy if one is asked for.
    pub fn new(client: RemoteClient, address: RemoteAddress, roots: TrustRoots, policy: Option<ObjectId>, clock: Clock) -> Self {
        Self { client, address, roots, policy, clock }
    }

    /// Whom its answers must lead to.
    pub fn roots(&self) -> &TrustRoots {
        &self.roots
    }

    /// Asks for a time-stamp over a value of a hash. Gives the answer as it is kept, with what it says.
    ///
    /// # Errors
    /// [`AuthorityError`]; the question can be asked again.
    pub async fn stamp(&self, hash: HashAlgorithm, value: &[u8]) -> Result<(Vec<u8>, Stamped), AuthorityError> {
        let request = StampRequest::new(hash, value.to_vec(), self.policy.clone(), random::bytes());
        let answer = self.client.post(&self.address, QUERY, request.encode()).await?;
        let is_reply = answer.media_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(REPLY));
        if answer.status != 200 || !is_reply {
            let media_type = answer.media_type.chars().filter(|c| !c.is_control()).take(100).collect();
            return Err(AuthorityError::Answer { status: answer.status, media_type });
        }
        let (response, stamped) = request.accept(&answer.body, &self.roots)?;
        let now = self.clock.now();
        if (stamped.time.seconds() - now.seconds()).abs() > STAMP_TIME_SECONDS_MAX {
            return Err(AuthorityError::Time { stamped: stamped.time, now });
        }
        Ok((response, stamped))
    }
}
