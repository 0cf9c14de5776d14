//! Trying again: with the same id, a bounded number of times, and more slowly each time.

use std::time::Duration;

use super::error::ClientError;
use crate::sys::random;

/// How often a request is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Attempts altogether, at least one.
    attempts: u32,
    /// Whether a server that cannot be reached at all is asked again.
    unreachable: bool,
}

impl Patience {
    /// For the first request of a command: somebody waits, and a wrong address stays wrong.
    pub const FIRST: Self = Self { attempts: 4, unreachable: false };
    /// For whoever wants to see every refusal.
    pub const NONE: Self = Self { attempts: 1, unreachable: false };
    /// For a long run in which the daemon may be restarted; some 25 seconds.
    pub const LONG: Self = Self { attempts: 9, unreachable: true };

    /// How long to wait before the next attempt, after `attempt` attempts (from 1) of which the last ended with `error`; `None` to give up.
    pub fn next(self, attempt: u32, error: &ClientError) -> Option<Duration> {
        let hopeless = !error.is_passing() || matches!(error, ClientError::Unreachable(_)) && !self.unreachable;
        if hopeless || attempt >= self.attempts {
            return None;
        }
        let asked = match error {
            ClientError::Refused { retry_after_seconds, .. } => Duration::from_secs(retry_after_seconds.unwrap_or(0)),
            _ => Duration::ZERO,
        };
        // Whoever was turned away together should not come back together.
        let [scatter] = random::bytes::<1>();
        let grown = FIRST_PAUSE.saturating_mul(1 << (attempt - 1).min(8)).min(PAUSE_MAX);
        let scattered = grown.mul_f64(0.75 + f64::from(scatter) / 512.0);
        Some(scattered.max(asked.min(ASKED_MAX)))
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// A server that wants to be left alone for longer than this gets its answer from the exit code.
const ASKED_MAX: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use hyper::StatusCode;

    use super::super::error::refusal;
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let busy = refusal(StatusCode::SERVICE_UNAVAILABLE, None, b"");
        let pauses: Vec<Duration> = (1..).map_while(|attempt| Patience::LONG.next(attempt, &busy)).collect();
        assert_eq!(pauses.len(), 8);
        assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(150) && *pause <= Duration::from_millis(6250)), "{pauses:?}");
        assert!(pauses[7] > pauses[0] * 4, "{pauses:?}");
        let asked = refusal(StatusCode::SERVICE_UNAVAILABLE, Some(3), b"");
        assert!(Patience::FIRST.next(1, &asked) >= Some(Duration::from_secs(3)));
        let for_ever = refusal(StatusCode::SERVICE_UNAVAILABLE, Some(86_400), b"");
        assert_eq!(Patience::FIRST.next(1, &for_ever), Some(ASKED_MAX));
    }

    #[test]
    fn what_will_not_change_is_not_repeated() {
        let conflict = refusal(StatusCode::CONFLICT, None, b"");
        assert_eq!(Patience::LONG.next(1, &conflict), None);
        let nobody = ClientError::Unreachable("refused".to_owned());
        assert_eq!(Patience::FIRST.next(1, &nobody), None);
        assert!(Patience::LONG.next(1, &nobody).is_some());
        assert!(Patience::FIRST.next(1, &ClientError::Lost("reset".to_owned())).is_some());
    }
}
