//! The only place where threads are started, so that each one has a name that `top -H` shows.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a named thread. Linux shows the first 15 bytes of `name`.
pub fn spawn<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(body)
}
