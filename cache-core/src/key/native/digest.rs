//! The two hashes that everything of ours is named by: of content, and of a call.

use std::fmt;
use std::str::FromStr;

/// The BLAKE3 of bytes: the address of content, and the proof that it is whole.
///
/// ```
/// use cache_core::key::native::Digest;
///
/// let digest = Digest::of(b"model");
/// assert_eq!(digest.to_string().parse::<Digest>(), Ok(digest));
/// assert!("model".parse::<Digest>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// The key of a call: what a store is asked for. Made by [`Parts::key`](super::Parts::key).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 32]);

/// A text that is no hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key or digest: write its 64 hex digits")]
pub struct BadDigest(String);

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

macro_rules! hash_type {
    ($name:ident) => {
        impl $name {
            /// The hash, as bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// A hash that was made before.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = BadDigest;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse(text).map(Self)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = BadDigest;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                bytes.try_into().map(Self).map_err(|_| BadDigest(format!("{} bytes", bytes.len())))
            }
        }
    };
}

hash_type!(Digest);
hash_type!(Key);

/// Lower-case hex only: one hash has one spelling, which is a file's name too.
fn parse(text: &str) -> Result<[u8; 32], BadDigest> {
    let wrong = || BadDigest(text.chars().take(80).collect());
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(wrong()),
    };
    let bytes = text.as_bytes();
    if bytes.len() != 64 {
        return Err(wrong());
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(bytes.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(hash)
}
