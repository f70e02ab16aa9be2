//! The object that an entry is in a bucket: its record, and its content if that is small.
//!
//! `TLE1`, eight bytes that only its writer knows, a byte (`00`: the content follows; `01`: it is an object of its own, named by its
//! digest), the record's length in four bytes, least significant first, the record ([`record`]), the content. The record has a checksum of its own, and
//! the digest of the content.

use super::super::content::Damage;
use super::super::entry::Manifest;
use super::super::record;

/// Content of up to this size, in bytes, is part of the entry's object: one request instead of two.
pub(super) const INLINE: u64 = 256 << 10;
/// No entry's object is larger, in bytes: a longer one is not read.
pub(super) const MOST: u64 = 8 << 20;
/// What is read of an entry where only its record counts, in bytes; nearly all records fit.
pub(super) const HEAD: u64 = 16 << 10;

const MAGIC: &[u8; 4] = b"TLE1";

/// The object of an entry, as it is read.
pub(super) struct EntryObject<'a> {
    pub(super) nonce: u64,
    pub(super) manifest: Manifest,
    /// The content, if it is here.
    pub(super) content: Option<&'a [u8]>,
}

/// The bytes of an entry whose content is `content`, or an object of its own.
pub(super) fn encode(nonce: u64, manifest: &Manifest, content: Option<&[u8]>) -> Vec<u8> {
    let record = record::encode(manifest);
    let length = u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes();
    let kind = [u8::from(content.is_none())];
    [&MAGIC[..], &nonce.to_le_bytes(), &kind, &length, &record, content.unwrap_or_default()].concat()
}

/// The entry of such bytes.
///
/// # Errors
///
/// [`Damage`]; the content is not checked.
pub(super) fn decode(bytes: &[u8]) -> Result<EntryObject<'_>, Damage> {
    let cut = || Damage::new("the entry is cut off");
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| Damage::new("the entry is none of ours"))?;
    let (nonce, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
    let (kind, rest) = rest.split_first_chunk::<1>().ok_or_else(cut)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| cut())?;
    let (record, content) = rest.split_at_checked(length).ok_or_else(cut)?;
    let content = match kind {
        [0] => Some(content),
        [1] => None,
        _ => return Err(Damage::new("the entry has its content nowhere that is known")),
    };
    Ok(EntryObject { nonce: u64::from_le_bytes(*nonce), manifest: record::decode(record)?, content })
}

/// How many bytes the beginning of an entry has until its record ends, if that much of it is there.
pub(super) fn record_end(head: &[u8]) -> Option<u64> {
    let length = head.get(MAGIC.len() + 9..)?.first_chunk::<4>()?;
    Some((MAGIC.len() + 13) as u64 + u64::from(u32::from_le_bytes(*length)))
}
