//! Devices that may take long to answer, or not answer at all.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Opens a character device for reading and writing. Neither waits then; [`wait_readable`] does.
pub fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)
}

/// Waits until there is something to read, or the end of it.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] when nothing came in time.
pub fn wait_readable(device: &impl AsFd, timeout: Duration) -> io::Result<()> {
    let timeout = PollTimeout::try_from(timeout).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    loop {
        let mut waiting = [PollFd::new(device.as_fd(), PollFlags::POLLIN)];
        match poll(&mut waiting, timeout) {
            Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn waiting_ends_with_data_with_the_end_or_with_the_time() {
        let (near, mut far) = UnixStream::pair().unwrap();
        let short = Duration::from_millis(20);
        assert_eq!(wait_readable(&near, short).unwrap_err().kind(), io::ErrorKind::TimedOut);
        far.write_all(b"x").unwrap();
        assert!(wait_readable(&near, short).is_ok());
        drop(far);
        assert!(wait_readable(&near, short).is_ok());
    }
}
