//! The only source of randomness: the kernel's generator.

use ring::rand::{SecureRandom, SystemRandom};

/// `N` unpredictable bytes.
///
/// # Panics
/// When the kernel has no randomness to give: no key, salt or id could be trusted, so the process must not go on.
#[allow(clippy::disallowed_methods, reason = "this is the module that the ban points to")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the kernel must provide randomness");
    bytes
}

/// `M` times `N` unpredictable bytes, asked for at once.
///
/// # Panics
/// As [`bytes`].
#[allow(clippy::disallowed_methods, reason = "this is the module that the ban points to")]
pub fn arrays<const N: usize, const M: usize>() -> [[u8; N]; M] {
    let mut arrays = [[0; N]; M];
    SystemRandom::new().fill(arrays.as_flattened_mut()).expect("the kernel must provide randomness");
    arrays
}
