//! Hash and signature algorithms, as AlgorithmIdentifier names them.

use rustls::pki_types::SignatureVerificationAlgorithm;
use webpki::ring as verification;

use super::der::{DerError, Element, Reader, null, object_id, oid, sequence, tag};

/// A hash that evidence may rest on (the profile Basis-ERS of BSI TR-03125-ERS names the same three).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// Contents of its object identifier.
    pub(super) fn object_id(self) -> &'static [u8] {
        match self {
            Self::Sha256 => oid::SHA_256,
            Self::Sha384 => oid::SHA_384,
            Self::Sha512 => oid::SHA_512,
        }
    }

    fn of_object_id(contents: &[u8]) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|hash| hash.object_id() == contents)
    }

    /// Length of its values in bytes.
    pub fn bytes(self) -> usize {
        self.ring().output_len()
    }

    /// The hash of `bytes`.
    pub fn hash(self, bytes: &[u8]) -> Vec<u8> {
        ring::digest::digest(self.ring(), bytes).as_ref().to_vec()
    }

    fn ring(self) -> &'static ring::digest::Algorithm {
        match self {
            Self::Sha256 => &ring::digest::SHA256,
            Self::Sha384 => &ring::digest::SHA384,
            Self::Sha512 => &ring::digest::SHA512,
        }
    }

    /// AlgorithmIdentifier without parameters (RFC 5754 section 2).
    pub(super) fn identifier(self) -> Vec<u8> {
        sequence(&[object_id(self.object_id())])
    }

    /// AlgorithmIdentifier with NULL for parameters, which authorities in use expect in requests.
    pub(super) fn identifier_with_null(self) -> Vec<u8> {
        sequence(&[object_id(self.object_id()), null()])
    }

    /// Reads the members of an AlgorithmIdentifier, with NULL or nothing for parameters. `None` is an algorithm that is not known here.
    pub(super) fn read(mut members: Reader<'_>) -> Result<Option<Self>, DerError> {
        let object_id = members.object_id()?;
        read_null(&mut members)?;
        members.end()?;
        Ok(Self::of_object_id(object_id))
    }
}

/// NULL or nothing.
fn read_null(members: &mut Reader<'_>) -> Result<(), DerError> {
    match members.optional(tag::NULL)? {
        Some(Element { contents: [], .. }) | None => Ok(()),
        Some(_) => Err(DerError::Contents("NULL")),
    }
}

/// How a signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(HashAlgorithm),
    /// RSASSA-PSS with the same hash in its mask and a salt of the hash's length.
    RsaPss(HashAlgorithm),
    /// ECDSA; the curve is that of the key.
    Ecdsa(HashAlgorithm),
}

impl SignatureAlgorithm {
    /// Reads the members of an AlgorithmIdentifier. Where it names only the kind of key, the hash is that of the signer's attributes.
    /// `None` is an algorithm that is not known here.
    pub fn read(mut members: Reader<'_>, digest: HashAlgorithm) -> Result<Option<Self>, DerError> {
        let object_id = members.object_id()?;
        if object_id == oid::RSA_PSS {
            let parameters = members.sequence()?;
            members.end()?;
            return Ok(read_pss(parameters)?.map(Self::RsaPss));
        }
        read_null(&mut members)?;
        members.end()?;
        Ok(match object_id {
            oid::RSA => Some(Self::RsaPkcs1(digest)),
            oid::RSA_SHA_256 => Some(Self::RsaPkcs1(HashAlgorithm::Sha256)),
            oid::RSA_SHA_384 => Some(Self::RsaPkcs1(HashAlgorithm::Sha384)),
            oid::RSA_SHA_512 => Some(Self::RsaPkcs1(HashAlgorithm::Sha512)),
            oid::ECDSA_SHA_256 => Some(Self::Ecdsa(HashAlgorithm::Sha256)),
            oid::ECDSA_SHA_384 => Some(Self::Ecdsa(HashAlgorithm::Sha384)),
            _ => None,
        })
    }

    /// The hash.
    pub fn hash(self) -> HashAlgorithm {
        match self {
            Self::RsaPkcs1(hash) | Self::RsaPss(hash) | Self::Ecdsa(hash) => hash,
        }
    }

    /// What verifies it, for every kind of key that it may be used with.
    pub fn candidates(self) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
        use HashAlgorithm::{Sha256, Sha384, Sha512};
        match self {
            Self::RsaPkcs1(Sha256) => vec![verification::RSA_PKCS1_2048_8192_SHA256],
            Self::RsaPkcs1(Sha384) => vec![verification::RSA_PKCS1_2048_8192_SHA384],
            Self::RsaPkcs1(Sha512) => vec![verification::RSA_PKCS1_2048_8192_SHA512],
            Self::RsaPss(Sha256) => vec![verification::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
            Self::RsaPss(Sha384) => vec![verification::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
            Self::RsaPss(Sha512) => vec![verification::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
            Self::Ecdsa(Sha256) => vec![verification::ECDSA_P256_SHA256, verification::ECDSA_P384_SHA256],
            Self::Ecdsa(Sha384) => vec![verification::ECDSA_P384_SHA384, verification::ECDSA_P256_SHA384],
            Self::Ecdsa(Sha512) => Vec::new(),
        }
    }
}

/// RSASSA-PSS-params (RFC 4055 section 3.1). The defaults are SHA-1, so that the three fields must be there.
fn read_pss(mut parameters: Reader<'_>) -> Result<Option<HashAlgorithm>, DerError> {
    let mut hash = parameters.expect(tag::context(0))?.reader();
    let digest = HashAlgorithm::read(hash.sequence()?)?;
    hash.end()?;
    let mut mask = parameters.expect(tag::context(1))?.reader();
    let mut generator = mask.sequence()?;
    mask.end()?;
    let is_mgf1 = generator.object_id()? == oid::MGF1;
    let mask_digest = HashAlgorithm::read(generator.sequence()?)?;
    generator.end()?;
    let mut salt = parameters.expect(tag::context(2))?.reader();
    let salt_bytes = salt.small_integer()?;
    salt.end()?;
    if let Some(trailer) = parameters.optional(tag::context(3))? {
        let mut trailer = trailer.reader();
        // The only value there is, and the default.
        if trailer.small_integer()? != 1 {
            return Ok(None);
        }
        trailer.end()?;
    }
    parameters.end()?;
    Ok(digest.filter(|hash| is_mgf1 && mask_digest == Some(*hash) && usize::from(salt_bytes) == hash.bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::der::context;
    use super::*;

    fn pss(hash: HashAlgorithm, mask: HashAlgorithm, salt: u8) -> Vec<u8> {
        let generator = sequence(&[object_id(oid::MGF1), mask.identifier_with_null()]);
        let parameters = sequence(&[
            context(0, &[hash.identifier_with_null()]),
            context(1, &[generator]),
            context(2, &[super::super::der::small_integer(salt)]),
        ]);
        [object_id(oid::RSA_PSS), parameters].concat()
    }

    #[test]
    fn pss_has_one_form() {
        use HashAlgorithm::{Sha256, Sha512};
        let read = |members: &[u8]| SignatureAlgorithm::read(Reader::new(members), Sha256).unwrap();
        assert_eq!(read(&pss(Sha256, Sha256, 32)), Some(SignatureAlgorithm::RsaPss(Sha256)));
        assert_eq!(read(&pss(Sha512, Sha512, 64)), Some(SignatureAlgorithm::RsaPss(Sha512)));
        assert_eq!(read(&pss(Sha256, Sha512, 32)), None, "two hashes");
        assert_eq!(read(&pss(Sha256, Sha256, 20)), None, "a short salt");
        let defaults = [object_id(oid::RSA_PSS), sequence::<Vec<u8>>(&[])].concat();
        assert!(SignatureAlgorithm::read(Reader::new(&defaults), Sha256).is_err(), "SHA-1 by default");
    }

    #[test]
    fn unknown_algorithms_are_no_damage() {
        let sha1 = object_id(&[0x2b, 0x0e, 0x03, 0x02, 0x1a]);
        assert_eq!(HashAlgorithm::read(Reader::new(&sha1)), Ok(None));
        assert_eq!(SignatureAlgorithm::read(Reader::new(&sha1), HashAlgorithm::Sha256), Ok(None));
    }
}
