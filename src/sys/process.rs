//! What the process takes away from itself before it holds a key, and how it ends when something is not as the program assumes.

use std::{io, panic, process};

use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{Uid, User, geteuid};

/// Keeps keys inside the process and new files away from others.
///
/// No memory image is written and no process of the same user may read our memory, because both contain keys; no program that we
/// might start gains rights; whatever is created from here on belongs to the owner alone.
pub fn harden() -> io::Result<()> {
    prctl::set_dumpable(false)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_no_new_privs()?;
    umask(Mode::from_bits_truncate(0o077));
    Ok(())
}

/// Allows as many open files as the system grants: the database and every connection need some, and the usual soft limit of 1024
/// is meant for programs that use `select`.
pub fn raise_open_files() -> io::Result<()> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?)
}

/// Ends the process at the first panic of any thread, once its message is out. A state that was applied by halves is worse than a restart,
/// for which there is a tested path.
pub fn abort_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        report(panic);
        process::abort();
    }));
}

/// Whether this process may do everything.
pub fn is_root() -> bool {
    geteuid().is_root()
}

/// The name of a user, or `#` and its number if the system knows no name.
pub fn user_name(id: u32) -> String {
    User::from_uid(Uid::from_raw(id)).ok().flatten().map_or_else(|| format!("#{id}"), |user| user.name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::{env, thread};

    use nix::sys::signal::Signal;

    use super::*;

    const IN_CHILD: &str = "AKTENFEST_TEST_PANICS";

    /// The child is this very program, told to run this very test.
    #[test]
    fn a_panic_in_any_thread_ends_the_process() {
        if env::var_os(IN_CHILD).is_some() {
            abort_on_panic();
            #[allow(clippy::disallowed_methods, reason = "a thread of a test")]
            let caught = thread::spawn(|| panic!("an assumption does not hold")).join();
            println!("went on: {caught:?}");
            return;
        }
        let test = "sys::process::tests::a_panic_in_any_thread_ends_the_process";
        let child =
            process::Command::new(env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]).env(IN_CHILD, "1").output().unwrap();
        let said = String::from_utf8_lossy(&child.stderr) + String::from_utf8_lossy(&child.stdout);
        assert_eq!(child.status.signal(), Some(Signal::SIGABRT as i32), "{said}");
        assert!(said.contains("an assumption does not hold") && !said.contains("went on"), "{said}");
    }

    #[test]
    fn open_files_reach_the_hard_limit() {
        raise_open_files().unwrap();
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        assert_eq!(soft, hard);
    }
}
