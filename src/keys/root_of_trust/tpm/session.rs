//! A conversation with the TPM: an HMAC session with a salt, under which parameters are authenticated and encrypted.
//!
//! The salt is agreed upon with a key that the TPM derives from a secret of its own (null hierarchy: it changes with every reset, and
//! needs nobody's permission). From salt and nonces comes the session key; from session key and auth value the HMAC key and the stream
//! that the first parameter is combined with (TPM 2.0 Library, Part 1: sections 11.4.10 KDFa and KDFe, 19.6 sessions, 21.2 XOR obfuscation;
//! Part 3: 11.1 StartAuthSession, 24.1 CreatePrimary).

use ring::{agreement, digest, hmac, rand};
use zeroize::Zeroizing;

use super::command::{Command, Reader, TpmError, run};
use super::transport::{TpmEndpoint, Transport};
use crate::sys::random;

const CREATE_PRIMARY: u32 = 0x131;
const START_AUTH_SESSION: u32 = 0x176;
const FLUSH_CONTEXT: u32 = 0x165;

const RH_NULL: u32 = 0x4000_0007;
const RS_PW: u32 = 0x4000_0009;

const ALG_ECC: u16 = 0x0023;
const ALG_SHA256: u16 = 0x000B;
const ALG_AES: u16 = 0x0006;
const ALG_CFB: u16 = 0x0043;
const ALG_XOR: u16 = 0x000A;
const ALG_NULL: u16 = 0x0010;
const ECC_NIST_P256: u16 = 0x0003;
/// fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, decrypt: a storage key.
const STORAGE_KEY: u32 = 0x0003_0472;

const CONTINUE_SESSION: u8 = 0x01;
/// The first parameter of the command is encrypted.
const DECRYPT: u8 = 0x20;
/// The first parameter of the response is encrypted.
const ENCRYPT: u8 = 0x40;

const COORDINATE_BYTES: usize = 32;
const DIGEST_BYTES: usize = 32;

/// What of a command is encrypted besides being authenticated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// Its first parameter.
    Command,
    /// The first parameter of the response.
    Response,
}

/// A connection with a session. The session is removed when it is dropped.
pub(super) struct Conversation {
    transport: Transport,
    handle: u32,
    key: Zeroizing<[u8; DIGEST_BYTES]>,
    nonce_tpm: Vec<u8>,
    /// A device that did not answer is not asked again.
    is_broken: bool,
}

impl Conversation {
    pub(super) fn begin(endpoint: &TpmEndpoint) -> Result<Self, TpmError> {
        let mut transport = Transport::connect(endpoint)?;
        let (primary, x, y) = create_primary(&mut transport)?;
        let started = start_session(&mut transport, primary, (&x, &y));
        // The session does not need it any more, and the TPM has room for few.
        let flushed = run(&mut transport, &Command::new(FLUSH_CONTEXT, &[]).u32(primary).encode(&[]));
        let (handle, key, nonce_tpm) = started?;
        flushed?;
        Ok(Self { transport, handle, key, nonce_tpm, is_broken: false })
    }

    /// Runs a command without a session.
    pub(super) fn send(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, TpmError> {
        let response = run(&mut self.transport, command);
        self.is_broken |= matches!(response, Err(TpmError::Unreachable(_)));
        response
    }

    /// Runs a command whose first handle has this auth value; `names` are the names of its handles (Part 1 section 16). Returns the
    /// parameters of the response, decrypted.
    pub(super) fn run(
        &mut self,
        mut command: Command,
        names: &[&[u8]],
        auth: &[u8],
        secrecy: Secrecy,
    ) -> Result<Zeroizing<Vec<u8>>, TpmError> {
        let nonce_caller: [u8; 32] = random::bytes();
        let attributes = CONTINUE_SESSION | if secrecy == Secrecy::Command { DECRYPT } else { ENCRYPT };
        let session_value = Zeroizing::new([self.key.as_slice(), auth].concat());
        if secrecy == Secrecy::Command {
            obfuscate(&session_value, &nonce_caller, &self.nonce_tpm, first_buffer(&mut command.parameters)?);
        }
        let hash = sha256(&[&[command.code.to_be_bytes().as_slice()], names, &[command.parameters.as_slice()]].concat());
        let mac = hmac_sha256(&session_value, &[&hash, &nonce_caller, &self.nonce_tpm, &[attributes]]);
        let mut area = self.handle.to_be_bytes().to_vec();
        area.extend_from_slice(&(nonce_caller.len() as u16).to_be_bytes());
        area.extend_from_slice(&nonce_caller);
        area.push(attributes);
        area.extend_from_slice(&(DIGEST_BYTES as u16).to_be_bytes());
        area.extend_from_slice(&mac);

        let response = self.send(&command.encode(&area))?;
        let mut reader = Reader::new(&response);
        let length = reader.u32()? as usize;
        let mut parameters = Zeroizing::new(reader.take(length)?.to_vec());
        let (nonce_tpm, answered, answered_mac) = (reader.buffer()?.to_vec(), reader.u8()?, reader.buffer()?);
        let hash = sha256(&[&0_u32.to_be_bytes(), &command.code.to_be_bytes(), &parameters]);
        let authenticated = [hash.as_slice(), &nonce_tpm, &nonce_caller, &[answered]].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &session_value);
        hmac::verify(&key, &authenticated, answered_mac).map_err(|_| TpmError::Forged)?;
        if secrecy == Secrecy::Response {
            // Without this a response in the clear would be taken for an encrypted one.
            if answered & ENCRYPT == 0 {
                return Err(TpmError::Response("it is not encrypted"));
            }
            obfuscate(&session_value, &nonce_tpm, &nonce_caller, first_buffer(&mut parameters)?);
        }
        self.nonce_tpm = nonce_tpm;
        Ok(parameters)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if self.is_broken {
            return;
        }
        // If this fails the connection is broken, and the resource manager removes what belonged to it.
        let _ = run(&mut self.transport, &Command::new(FLUSH_CONTEXT, &[]).u32(self.handle).encode(&[]));
    }
}

/// A key of the TPM's own to agree with: its handle and its point.
fn create_primary(transport: &mut Transport) -> Result<(u32, [u8; COORDINATE_BYTES], [u8; COORDINATE_BYTES]), TpmError> {
    let template = Command::new(0, &[]).u16(ALG_ECC).u16(ALG_SHA256).u32(STORAGE_KEY).buffer(&[]);
    let template = template.u16(ALG_AES).u16(128).u16(ALG_CFB).u16(ALG_NULL).u16(ECC_NIST_P256).u16(ALG_NULL).buffer(&[]).buffer(&[]);
    const NO_SECRET: [u8; 4] = [0; 4];
    let command = Command::new(CREATE_PRIMARY, &[RH_NULL]).buffer(&NO_SECRET).buffer(&template.parameters).buffer(&[]).u32(0);
    let response = run(transport, &command.encode(&password(&[])))?;
    let mut reader = Reader::new(&response);
    let (handle, _) = (reader.u32()?, reader.u32()?);
    let mut public = Reader::new(reader.buffer()?);
    if (public.u16()?, public.u16()?) != (ALG_ECC, ALG_SHA256) {
        return Err(TpmError::Response("its key is of another kind than was asked for"));
    }
    // Attributes; policy; symmetric algorithm, bits and mode; scheme; curve; key derivation.
    public.u32()?;
    public.buffer()?;
    public.take(2 + 2 + 2 + 2 + 2 + 2)?;
    Ok((handle, coordinate(public.buffer()?)?, coordinate(public.buffer()?)?))
}

/// A coordinate at its full length, whatever leading zeros the TPM left out.
fn coordinate(bytes: &[u8]) -> Result<[u8; COORDINATE_BYTES], TpmError> {
    let mut padded = [0; COORDINATE_BYTES];
    let missing = COORDINATE_BYTES.checked_sub(bytes.len()).ok_or(TpmError::Response("a coordinate is too long"))?;
    padded[missing..].copy_from_slice(bytes);
    Ok(padded)
}

type Started = (u32, Zeroizing<[u8; DIGEST_BYTES]>, Vec<u8>);

#[allow(clippy::disallowed_methods, reason = "an ephemeral key of ring takes ring's own generator, which is the kernel's")]
fn start_session(transport: &mut Transport, primary: u32, (x, y): (&[u8; 32], &[u8; 32])) -> Result<Started, TpmError> {
    let no_key = |_| TpmError::Response("no key could be agreed upon with its point");
    let ours = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &rand::SystemRandom::new()).map_err(no_key)?;
    let our_point = ours.compute_public_key().map_err(no_key)?;
    // Uncompressed: 04, x, y (SEC 1 section 2.3.3).
    let our_x = our_point.as_ref().get(1..33).ok_or(TpmError::Response("our point has another form"))?.to_vec();
    let our_y = our_point.as_ref().get(33..65).ok_or(TpmError::Response("our point has another form"))?.to_vec();
    let theirs = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, [[4].as_slice(), x, y].concat());
    // KDFe with one round: a digest is as long as the salt.
    let salt =
        agreement::agree_ephemeral(ours, &theirs, |shared| Zeroizing::new(sha256(&[&1_u32.to_be_bytes(), shared, b"SECRET\0", &our_x, x])));
    let salt = salt.map_err(no_key)?;
    let nonce_caller: [u8; 32] = random::bytes();
    let point = Command::new(0, &[]).buffer(&our_x).buffer(&our_y);
    const HMAC_SESSION: u8 = 0;
    let command = Command::new(START_AUTH_SESSION, &[primary, RH_NULL]).buffer(&nonce_caller).buffer(&point.parameters);
    let command = command.u8(HMAC_SESSION).u16(ALG_XOR).u16(ALG_SHA256).u16(ALG_SHA256);
    let response = run(transport, &command.encode(&[]))?;
    let mut reader = Reader::new(&response);
    let (handle, nonce_tpm) = (reader.u32()?, reader.buffer()?.to_vec());
    let mut key = Zeroizing::new([0; DIGEST_BYTES]);
    key_stream(salt.as_slice(), b"ATH\0", &nonce_tpm, &nonce_caller, key.as_mut_slice());
    Ok((handle, key, nonce_tpm))
}

/// The area of a session that is only a password.
pub(super) fn password(auth: &[u8]) -> Zeroizing<Vec<u8>> {
    const NO_NONCE_NO_ATTRIBUTES: [u8; 3] = [0; 3];
    let mut area = Zeroizing::new(Vec::with_capacity(64));
    area.extend_from_slice(&RS_PW.to_be_bytes());
    area.extend_from_slice(&NO_NONCE_NO_ATTRIBUTES);
    area.extend_from_slice(&(auth.len() as u16).to_be_bytes());
    area.extend_from_slice(auth);
    area
}

/// Combines a parameter with the stream of KDFa. The same again undoes it.
fn obfuscate(session_value: &[u8], nonce_newer: &[u8], nonce_older: &[u8], data: &mut [u8]) {
    let mut mask = Zeroizing::new(vec![0; data.len()]);
    key_stream(session_value, b"XOR\0", nonce_newer, nonce_older, &mut mask);
    data.iter_mut().zip(mask.iter()).for_each(|(byte, mask)| *byte ^= mask);
}

/// KDFa with HMAC-SHA-256 (NIST SP 800-108 in counter mode). `label` ends with a zero.
fn key_stream(key: &[u8], label: &[u8], context_u: &[u8], context_v: &[u8], output: &mut [u8]) {
    let bits = (output.len() as u32 * 8).to_be_bytes();
    for (counter, piece) in (1_u32..).zip(output.chunks_mut(DIGEST_BYTES)) {
        let block = Zeroizing::new(hmac_sha256(key, &[&counter.to_be_bytes(), label, context_u, context_v, &bits]));
        piece.copy_from_slice(&block[..piece.len()]);
    }
}

/// The bytes of the buffer that parameters begin with.
fn first_buffer(parameters: &mut [u8]) -> Result<&mut [u8], TpmError> {
    let length = usize::from(Reader::new(parameters).u16()?);
    parameters.get_mut(2..2 + length).ok_or(TpmError::Response("its first parameter is too short"))
}

fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    let mut output = [0; DIGEST_BYTES];
    output.copy_from_slice(context.sign().as_ref());
    output
}

pub(super) fn sha256(parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut output = [0; DIGEST_BYTES];
    output.copy_from_slice(context.finish().as_ref());
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obfuscating_twice_gives_the_same_and_once_does_not() {
        let mut data = [7; 70];
        obfuscate(b"key", b"newer", b"older", &mut data);
        assert!(data.chunks(32).all(|piece| piece.iter().any(|byte| *byte != 7)));
        assert_ne!(data[..32], data[32..64]);
        obfuscate(b"key", b"newer", b"older", &mut data);
        assert_eq!(data, [7; 70]);
    }

    #[test]
    fn short_coordinates_are_filled_and_long_ones_refused() {
        assert_eq!(coordinate(&[9; 31]).ok().unwrap()[..2], [0, 9]);
        assert!(coordinate(&[9; 33]).is_err());
        assert!(first_buffer(&mut [0, 3, 1, 2]).is_err() && first_buffer(&mut [0]).is_err());
    }
}
