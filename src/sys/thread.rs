//! The only place where threads are started, so that each one has a name that `top -H` shows.

use std::io;
use std::thread::{Builder, JoinHandle};

use nix::libc;

/// Starts a named thread. Linux shows the first 15 bytes of `name`.
pub fn spawn<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(body)
}

/// As [`spawn`], for a thread that waits for the disk most of its time while everybody else waits for it.
///
/// It takes no more of the processors than any other thread, but takes its share in short turns. For that the scheduler lets it begin at
/// once when the disk has answered. Otherwise it would wait until whoever computes has used up a turn: on two busy cores four milliseconds
/// for each of its syncs, which take a quarter of one.
pub fn spawn_prompt<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    spawn(name, || {
        // Before Linux 6.12 turns have one length for all; then it is slower and nothing else.
        let _ = take_short_turns();
        body()
    })
}

/// The shortest turn that Linux allows, in nanoseconds (`sched_setattr(2)`).
const SHORT_TURN_NANOSECONDS: u64 = 100_000;
/// The running thread.
const THIS_THREAD: libc::pid_t = 0;
const NO_FLAGS: libc::c_uint = 0;

/// Asks for short turns for the running thread, without changing how it is scheduled otherwise. Needs no privilege.
fn take_short_turns() -> io::Result<()> {
    let mut attributes = scheduling()?;
    if attributes.sched_policy != libc::SCHED_OTHER as u32 {
        // Somebody has given the process another policy, in which the same number means something else.
        return Ok(());
    }
    attributes.sched_runtime = SHORT_TURN_NANOSECONDS;
    // Threads that this one starts, such as those of the database that write tables, compute and take turns of the usual length.
    attributes.sched_flags |= libc::SCHED_FLAG_RESET_ON_FORK as u64;
    // SAFETY: the kernel only reads the structure, whose first field is its size.
    #[allow(unsafe_code, reason = "neither the standard library nor nix has sched_setattr(2)")]
    let set = unsafe { libc::syscall(libc::SYS_sched_setattr, THIS_THREAD, &raw const attributes, NO_FLAGS) };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// How the running thread is scheduled.
fn scheduling() -> io::Result<libc::sched_attr> {
    let size = u32::try_from(size_of::<libc::sched_attr>()).map_err(io::Error::other)?;
    let mut attributes = libc::sched_attr {
        size,
        sched_policy: 0,
        sched_flags: 0,
        sched_nice: 0,
        sched_priority: 0,
        sched_runtime: 0,
        sched_deadline: 0,
        sched_period: 0,
    };
    // SAFETY: the kernel writes at most `size` bytes, which is the size of the structure that the pointer leads to.
    #[allow(unsafe_code, reason = "neither the standard library nor nix has sched_getattr(2)")]
    let read = unsafe { libc::syscall(libc::SYS_sched_getattr, THIS_THREAD, &raw mut attributes, size, NO_FLAGS) };
    if read == 0 { Ok(attributes) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_thread_takes_short_turns_and_is_like_others_otherwise() {
        fn of(thread: io::Result<JoinHandle<libc::sched_attr>>) -> libc::sched_attr {
            thread.unwrap().join().unwrap()
        }
        let prompt = of(spawn_prompt("prompt", || scheduling().unwrap()));
        let other = of(spawn("other", || scheduling().unwrap()));
        let started_by_prompt = of(spawn_prompt("parent", || of(spawn("child", || scheduling().unwrap()))));
        // Linux before 6.12 has turns of one length and says 0.
        assert!([0, SHORT_TURN_NANOSECONDS].contains(&prompt.sched_runtime), "{}", prompt.sched_runtime);
        assert!(prompt.sched_runtime < other.sched_runtime || other.sched_runtime == 0, "{}", other.sched_runtime);
        assert_eq!((prompt.sched_policy, prompt.sched_nice), (other.sched_policy, other.sched_nice));
        assert_eq!(started_by_prompt.sched_runtime, other.sched_runtime, "turns are not inherited");
    }
}
