//! What systemd is told (sd_notify(3)). Without systemd nothing happens: the socket is not there.

use std::time::Duration;

use sd_notify::NotifyState;

/// How long systemd may wait for the next sign of life while the start-up check runs.
const EXTENSION: Duration = Duration::from_secs(60);

/// The daemon is being started and lives; more time is asked for.
pub fn starting() {
    let micros = u32::try_from(EXTENSION.as_micros()).unwrap_or(u32::MAX);
    send(&[NotifyState::ExtendTimeoutUsec(micros), NotifyState::Status("checking the archive")]);
}

/// Requests are served.
pub fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// What `systemctl status` shows.
pub fn status(status: &str) {
    send(&[NotifyState::Status(status)]);
}

/// The daemon lives and its archive answers.
pub fn alive() {
    send(&[NotifyState::Watchdog]);
}

/// Nothing new is accepted.
pub fn stopping(status: &str) {
    send(&[NotifyState::Stopping, NotifyState::Status(status)]);
}

/// How often a sign of life is due: half of what systemd waits, or this default without a watchdog.
pub fn sign_of_life_interval(default: Duration) -> Duration {
    sd_notify::watchdog_enabled().map_or(default, |limit| (limit / 2).min(default))
}

fn send(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd cannot be told about our state");
    }
}
