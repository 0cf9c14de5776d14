//! Commands and responses as bytes (TPM 2.0 Library, Part 1 section 18 and Part 3): integers big-endian, buffers behind a length of
//! two bytes.

use std::io;
use std::time::Duration;

use zeroize::Zeroizing;

use super::transport::Transport;
use crate::clock::pause;

/// Why the TPM did not do it.
#[derive(Debug, thiserror::Error)]
pub(super) enum TpmError {
    #[error("the TPM cannot be reached: {0}")]
    Unreachable(#[source] io::Error),
    #[error("the NV index does not exist")]
    NoSuchIndex,
    #[error("the NV index was never written")]
    NeverWritten,
    #[error("the NV index exists, but its attributes are not those of this program; choose another nv_index")]
    ForeignIndex,
    #[error("the auth value was refused: the file with the auth value is not the one that the NV index was made with")]
    Auth,
    #[error("the owner's hierarchy demands an auth value; define the index with it empty")]
    OwnerAuth,
    #[error("it has no room for another NV index; remove one that nobody needs")]
    Full,
    #[error("it was busy for too long (response code {0:#05x})")]
    Busy(u32),
    #[error("it answered with response code {0:#05x}")]
    Code(u32),
    #[error("its response makes no sense: {0}")]
    Response(&'static str),
    #[error("its response fails its authentication: something between processor and chip has changed it")]
    Forged,
}

pub(super) const TAG_NO_SESSIONS: u16 = 0x8001;
pub(super) const TAG_SESSIONS: u16 = 0x8002;

/// Response codes that ask for the same command again (Part 2 section 6.6.3): yielded, testing, rate of NV writes, retry.
const PATIENCE: [u32; 4] = [0x908, 0x90A, 0x920, 0x922];
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// A command under way: code, handles and parameters, without the sessions.
pub(super) struct Command {
    pub(super) code: u32,
    pub(super) handles: Vec<u32>,
    pub(super) parameters: Zeroizing<Vec<u8>>,
}

impl Command {
    pub(super) fn new(code: u32, handles: &[u32]) -> Self {
        // Sized in one go: a buffer that grows leaves unwiped copies behind.
        Self { code, handles: handles.to_vec(), parameters: Zeroizing::new(Vec::with_capacity(512)) }
    }

    pub(super) fn u8(mut self, value: u8) -> Self {
        self.parameters.push(value);
        self
    }

    pub(super) fn u16(mut self, value: u16) -> Self {
        self.parameters.extend_from_slice(&value.to_be_bytes());
        self
    }

    pub(super) fn u32(mut self, value: u32) -> Self {
        self.parameters.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// A buffer with its length. Ours are all short.
    pub(super) fn buffer(self, bytes: &[u8]) -> Self {
        let length = u16::try_from(bytes.len()).expect("a parameter of ours must be short");
        let mut command = self.u16(length);
        command.parameters.extend_from_slice(bytes);
        command
    }

    /// The whole command. `authorization` is the area of the sessions, empty if there are none.
    pub(super) fn encode(&self, authorization: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
        bytes.extend_from_slice(&if authorization.is_empty() { TAG_NO_SESSIONS } else { TAG_SESSIONS }.to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&self.code.to_be_bytes());
        self.handles.iter().for_each(|handle| bytes.extend_from_slice(&handle.to_be_bytes()));
        if !authorization.is_empty() {
            bytes.extend_from_slice(&(authorization.len() as u32).to_be_bytes());
            bytes.extend_from_slice(authorization);
        }
        bytes.extend_from_slice(&self.parameters);
        let length = bytes.len() as u32;
        bytes[2..6].copy_from_slice(&length.to_be_bytes());
        bytes
    }
}

/// Sends a command until the TPM does not ask for patience any more; what follows the header of its good response.
pub(super) fn run(transport: &mut Transport, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, TpmError> {
    let mut busy = 0;
    for _ in 0..TRIES {
        let response = transport.exchange(command)?;
        let code = Reader::new(response.get(6..10).unwrap_or_default()).u32()?;
        match code {
            0 => return Ok(Zeroizing::new(response.get(10..).unwrap_or_default().to_vec())),
            code if PATIENCE.contains(&code) => busy = code,
            code => return Err(error_of(code)),
        }
        pause(PAUSE);
    }
    Err(TpmError::Busy(busy))
}

/// What a response code means for us. Codes of "format one" (bit 7) carry the number of the handle or parameter in bits that do not
/// matter here (Part 2 section 6.6.2).
fn error_of(code: u32) -> TpmError {
    const FORMAT_ONE: u32 = 0x80;
    match code {
        code if code & FORMAT_ONE != 0 => match code & 0x3F {
            0x0B => TpmError::NoSuchIndex,
            0x0E | 0x22 => TpmError::Auth,
            _ => TpmError::Code(code),
        },
        0x14A => TpmError::NeverWritten,
        0x14B => TpmError::Full,
        code => TpmError::Code(code),
    }
}

/// Takes a response apart. Every length in it is checked.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<&'a [u8], TpmError> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(TpmError::Response("it is too short"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], TpmError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, TpmError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, TpmError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, TpmError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn buffer(&mut self) -> Result<&'a [u8], TpmError> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_laid_out_as_the_specification_says() {
        let command = Command::new(0x14E, &[0x0180_0000, 0x0180_0001]).u16(88).u16(0);
        let expected = "8001000000160000014e018000000180000100580000";
        assert_eq!(hex::encode(command.encode(&[]).as_slice()), expected);
        let expected = "80020000001c0000014e018000000180000100000002aabb00580000";
        assert_eq!(hex::encode(command.encode(&[0xAA, 0xBB]).as_slice()), expected);
        assert_eq!(Command::new(1, &[]).buffer(b"ab").u8(7).u32(9).parameters.as_slice(), [0, 2, b'a', b'b', 7, 0, 0, 0, 9]);
    }

    #[test]
    fn response_codes_are_understood_whatever_handle_or_parameter_they_name() {
        assert!(matches!(error_of(0x18B), TpmError::NoSuchIndex));
        assert!(matches!(error_of(0x28B), TpmError::NoSuchIndex));
        assert!(matches!(error_of(0x98E), TpmError::Auth));
        assert!(matches!(error_of(0x9A2), TpmError::Auth));
        assert!(matches!(error_of(0x14A), TpmError::NeverWritten));
        assert!(matches!(error_of(0x921), TpmError::Code(0x921)));
    }

    proptest::proptest! {
        #[test]
        fn no_response_makes_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while reader.buffer().is_ok_and(|buffer| !buffer.is_empty()) {}
            let _ = (reader.u32(), reader.u8(), reader.rest());
        }
    }
}
