//! The end of readers who take longer than what they read exists.
//!
//! A download ends by itself at its next frame when its document is destroyed. What was opened before that may lie in our buffers and in
//! those of the kernel for as long as the client likes to take it slowly. So every connection that sends a document is looked at now and
//! then, and if the document is gone, the connection is reset, with everything that waits in it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::guard::Requests;
use crate::archive::Fate;

/// What an answer sends, so that the connection can be ended when it is destroyed: an extension of the response.
#[derive(Clone)]
pub(super) struct Sends(pub(super) Fate);

/// Ends when what this connection is sending was destroyed; the connection is to be reset then.
pub(super) async fn overstayed(requests: Arc<Requests>, looked_at: Duration) {
    let mut ticks = interval(looked_at);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(fate) = requests.sending() else { continue };
        let gone = tokio::task::spawn_blocking(move || fate.is_destroyed()).await;
        // What cannot be looked up now is looked up again.
        if let Ok(Ok(true)) = gone {
            return;
        }
    }
}
