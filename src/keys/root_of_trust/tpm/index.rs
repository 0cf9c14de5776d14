//! The few commands for NV indices (TPM 2.0 Library, Part 3 section 31), and who made the TPM (section 30.2).

use zeroize::Zeroizing;

use super::command::{Command, Reader, TpmError};
use super::session::{Conversation, Secrecy, sha256};

const NV_DEFINE_SPACE: u32 = 0x12A;
const NV_WRITE: u32 = 0x137;
const NV_READ: u32 = 0x14E;
const NV_READ_PUBLIC: u32 = 0x169;
const GET_CAPABILITY: u32 = 0x17A;

const RH_OWNER: u32 = 0x4000_0001;
const ALG_SHA256: u16 = 0x000B;
const CAP_TPM_PROPERTIES: u32 = 0x0000_0006;
const PT_MANUFACTURER: u32 = 0x0000_0105;

/// AUTHWRITE, WRITEALL, AUTHREAD, NO_DA: only the auth value opens it, a write replaces all of it, and wrong guesses of others lock
/// nobody out (Part 2 section 13.4).
const ATTRIBUTES: u32 = 1 << 2 | 1 << 12 | 1 << 18 | 1 << 25;
const WRITTEN: u32 = 1 << 29;

/// An index that is as we define it.
pub(super) struct Index {
    name: Vec<u8>,
    is_written: bool,
}

/// Finds an index and checks that it is one of ours.
pub(super) fn look_up(conversation: &mut Conversation, index: u32, bytes: usize) -> Result<Index, TpmError> {
    let response = conversation.send(&Command::new(NV_READ_PUBLIC, &[index]).encode(&[]))?;
    let mut reader = Reader::new(&response);
    let public = reader.buffer()?;
    let mut fields = Reader::new(public);
    let (found, algorithm, attributes) = (fields.u32()?, fields.u16()?, fields.u32()?);
    let (policy, size) = (fields.buffer()?, fields.u16()?);
    let is_ours = found == index && algorithm == ALG_SHA256 && attributes & !WRITTEN == ATTRIBUTES;
    if !is_ours || !policy.is_empty() || usize::from(size) != bytes || !fields.rest().is_empty() {
        return Err(TpmError::ForeignIndex);
    }
    // Computed and not taken from the response: what is authenticated later is what was checked here.
    let name = [ALG_SHA256.to_be_bytes().as_slice(), &sha256(&[public])].concat();
    Ok(Index { name, is_written: attributes & WRITTEN != 0 })
}

/// Makes an index. The auth value travels encrypted.
pub(super) fn define(conversation: &mut Conversation, index: u32, bytes: usize, auth: &[u8]) -> Result<(), TpmError> {
    let size = u16::try_from(bytes).map_err(|_| TpmError::Response("an index is never that large"))?;
    let public = Command::new(0, &[]).u32(index).u16(ALG_SHA256).u32(ATTRIBUTES).buffer(&[]).u16(size);
    let command = Command::new(NV_DEFINE_SPACE, &[RH_OWNER]).buffer(auth).buffer(&public.parameters);
    // The name of a permanent handle is the handle.
    let defined = conversation.run(command, &[&RH_OWNER.to_be_bytes()], &[], Secrecy::Command);
    defined.map(drop).map_err(|error| if matches!(error, TpmError::Auth) { TpmError::OwnerAuth } else { error })
}

/// Overwrites all of an index.
pub(super) fn write(conversation: &mut Conversation, index: u32, bytes: &[u8], auth: &[u8]) -> Result<(), TpmError> {
    let Index { name, .. } = look_up(conversation, index, bytes.len())?;
    let command = Command::new(NV_WRITE, &[index, index]).buffer(bytes).u16(0);
    conversation.run(command, &[&name, &name], auth, Secrecy::Command).map(drop)
}

/// All of an index.
pub(super) fn read(conversation: &mut Conversation, index: u32, bytes: usize, auth: &[u8]) -> Result<Zeroizing<Vec<u8>>, TpmError> {
    let Index { name, is_written } = look_up(conversation, index, bytes)?;
    if !is_written {
        return Err(TpmError::NeverWritten);
    }
    let size = u16::try_from(bytes).map_err(|_| TpmError::Response("an index is never that large"))?;
    let command = Command::new(NV_READ, &[index, index]).u16(size).u16(0);
    let parameters = conversation.run(command, &[&name, &name], auth, Secrecy::Response)?;
    Ok(Zeroizing::new(Reader::new(&parameters).buffer()?.to_vec()))
}

/// Four letters that name the maker.
pub(super) fn manufacturer(conversation: &mut Conversation) -> Result<[u8; 4], TpmError> {
    let command = Command::new(GET_CAPABILITY, &[]).u32(CAP_TPM_PROPERTIES).u32(PT_MANUFACTURER).u32(1);
    let response = conversation.send(&command.encode(&[]))?;
    let mut reader = Reader::new(&response);
    let (_, capability, count, property) = (reader.u8()?, reader.u32()?, reader.u32()?, reader.u32()?);
    if (capability, count, property) != (CAP_TPM_PROPERTIES, 1, PT_MANUFACTURER) {
        return Err(TpmError::Response("it does not name its maker"));
    }
    reader.u32().map(u32::to_be_bytes)
}
