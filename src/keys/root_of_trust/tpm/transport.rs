//! Bytes to the TPM and back: a device file of the kernel's resource manager, or a socket of a software TPM.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::command::TpmError;
use crate::sys::device;

/// Where a TPM listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TpmEndpoint {
    /// A character device, usually `/dev/tpmrm0`.
    Device(PathBuf),
    /// A Unix socket of a software TPM.
    Unix(PathBuf),
    /// A TCP socket of a software TPM.
    Tcp(SocketAddr),
}

impl TpmEndpoint {
    /// Whether it may be a chip.
    pub(super) fn is_device(&self) -> bool {
        matches!(self, Self::Device(_))
    }
}

impl fmt::Display for TpmEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(path) => write!(f, "{}", path.display()),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

/// Making a key takes a slow chip some seconds; nothing that we ask for takes longer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Larger than any response; the reference implementation has 4096.
const RESPONSE_BYTES: usize = 8192;
const HEADER_BYTES: usize = 10;

/// A connection.
pub(super) enum Transport {
    Device(File),
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Transport {
    pub(super) fn connect(endpoint: &TpmEndpoint) -> Result<Self, TpmError> {
        let connected = match endpoint {
            TpmEndpoint::Device(path) => device::open(path).map(Self::Device),
            TpmEndpoint::Unix(path) => UnixStream::connect(path).map(Self::Unix),
            TpmEndpoint::Tcp(address) => TcpStream::connect_timeout(address, CONNECT_TIMEOUT).map(Self::Tcp),
        };
        connected.map_err(TpmError::Unreachable)
    }

    /// Sends a command and takes its whole response.
    pub(super) fn exchange(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, TpmError> {
        let exchanged = match self {
            Self::Device(file) => exchange(file, command, ANSWER_TIMEOUT),
            Self::Unix(stream) => exchange(stream, command, ANSWER_TIMEOUT),
            Self::Tcp(stream) => exchange(stream, command, ANSWER_TIMEOUT),
        };
        exchanged.map_err(TpmError::Unreachable)
    }
}

fn exchange(device: &mut (impl Read + Write + AsFd), command: &[u8], timeout: Duration) -> io::Result<Zeroizing<Vec<u8>>> {
    device.write_all(command)?;
    let mut response = Zeroizing::new(vec![0; RESPONSE_BYTES]);
    let mut filled = 0;
    loop {
        device::wait_readable(device, timeout)?;
        // The kernel hands out a response in one piece, a socket may not.
        filled += match device.read(&mut response[filled..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => 0,
            Err(error) => return Err(error),
        };
        if filled < HEADER_BYTES {
            continue;
        }
        let claimed = u32::from_be_bytes([response[2], response[3], response[4], response[5]]) as usize;
        if !(HEADER_BYTES..=RESPONSE_BYTES).contains(&claimed) || filled > claimed {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the response has an impossible length"));
        }
        if filled == claimed {
            response.truncate(claimed);
            return Ok(response);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::thread;

    const SHORT: Duration = Duration::from_millis(100);

    fn answered(pieces: Vec<Vec<u8>>) -> io::Result<Zeroizing<Vec<u8>>> {
        let (mut near, mut far) = UnixStream::pair().unwrap();
        let answering = thread::spawn("answering", move || {
            let mut command = [0; 3];
            far.read_exact(&mut command).unwrap();
            for piece in pieces {
                far.write_all(&piece).unwrap();
            }
            far
        });
        let result = exchange(&mut near, b"ask", SHORT);
        drop(answering.unwrap().join());
        result
    }

    #[test]
    fn a_response_may_come_in_pieces() {
        let response = [0x80, 1, 0, 0, 0, 12, 0, 0, 0, 0, 7, 8];
        let pieces = response.chunks(5).map(<[u8]>::to_vec).collect();
        assert_eq!(answered(pieces).unwrap().as_slice(), response);
    }

    #[test]
    fn silence_and_impossible_lengths_are_errors() {
        assert_eq!(answered(vec![vec![0x80, 1, 0, 0, 0, 12, 0, 0, 0, 0]]).unwrap_err().kind(), io::ErrorKind::TimedOut);
        for length in [0, 9, 11, u32::MAX] {
            let mut response = vec![0x80, 1];
            response.extend(length.to_be_bytes());
            response.extend([0; 6]);
            assert_eq!(answered(vec![response]).unwrap_err().kind(), io::ErrorKind::InvalidData, "{length}");
        }
    }
}
