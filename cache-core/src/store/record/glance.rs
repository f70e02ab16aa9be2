//! What each read of an entry needs to know of its record, without making the manifest: that costs more than all else of a read.

use prost::bytes::Buf as _;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::key::native::{Digest, Key};
use crate::store::Time;

/// Of a record that holds a manifest, what says whether it is the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Glance {
    pub(in crate::store) key: Key,
    pub(in crate::store) digest: Digest,
    pub(in crate::store) created: Time,
}

/// `None` exactly for those messages of which no manifest can be made.
pub(super) fn glance(message: &[u8]) -> Option<Glance> {
    let (mut key, mut digest, mut created, mut scope) = (&[][..], &[][..], 0, 0);
    let mut rest = message;
    while !rest.is_empty() {
        let (tag, wire) = decode_key(&mut rest).ok()?;
        match tag {
            1 => key = bytes(wire, &mut rest)?,
            2 => {
                text(wire, &mut rest)?;
                scope += 1;
            }
            3 | 6 | 7 | 12 => text(wire, &mut rest)?,
            4 | 5 => drop(named(wire, &mut rest)?),
            8 | 9 => drop(Digest::try_from(named(wire, &mut rest)?).ok()?),
            10 => digest = bytes(wire, &mut rest)?,
            13 => created = number(wire, &mut rest)?,
            11 | 14 | 15 => drop(number(wire, &mut rest)?),
            _ => skip_field(wire, tag, &mut rest, DecodeContext::default()).ok()?,
        }
    }
    let of_scope = scope == 3;
    of_scope.then_some(Glance {
        key: Key::try_from(key).ok()?,
        digest: Digest::try_from(digest).ok()?,
        created: Time(created),
    })
}

fn number(wire: WireType, rest: &mut &[u8]) -> Option<u64> {
    if wire == WireType::Varint { decode_varint(rest).ok() } else { None }
}

fn bytes<'a>(wire: WireType, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    if wire != WireType::LengthDelimited {
        return None;
    }
    let length = usize::try_from(decode_varint(rest).ok()?).ok()?;
    let found = rest.get(..length)?;
    rest.advance(length);
    Some(found)
}

fn text(wire: WireType, rest: &mut &[u8]) -> Option<()> {
    std::str::from_utf8(bytes(wire, rest)?).ok().map(|_| ())
}

/// The digest that goes with a name; empty for a type.
fn named<'a>(wire: WireType, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = bytes(wire, rest)?;
    let mut digest = &[][..];
    while !rest.is_empty() {
        let (tag, wire) = decode_key(&mut rest).ok()?;
        match tag {
            1 | 2 => text(wire, &mut rest)?,
            3 => digest = bytes(wire, &mut rest)?,
            _ => skip_field(wire, tag, &mut rest, DecodeContext::default()).ok()?,
        }
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use prost::Message as _;

    use super::super::{MAGIC, Record, encode, tests::manifest};
    use super::*;

    fn agree(message: &[u8]) -> bool {
        let manifest = Record::decode(message).ok().and_then(Record::manifest);
        let expected = manifest.map(|found| Glance { key: found.key, digest: found.digest, created: found.created });
        assert_eq!(glance(message), expected, "{message:?}");
        expected.is_some()
    }

    /// Every byte is made every other one, every length is cut, and pieces are moved: what is read at a glance can be read whole.
    #[test]
    fn a_glance_takes_exactly_what_makes_a_manifest() {
        let record = encode(&manifest());
        let message = &record[MAGIC.len()..record.len() - super::super::CHECKSUM];
        let mut taken = usize::from(agree(message));
        let mut refused = 0;
        let mut count = |message: &[u8]| if agree(message) { taken += 1 } else { refused += 1 };
        for at in 0..message.len() {
            for value in 0..=255 {
                let mut other = message.to_vec();
                other[at] = value;
                count(&other);
            }
            count(&message[..at]);
            count(&message[at..]);
            count(&[&message[at..], &message[..at]].concat());
            count(&[message, &message[at..]].concat());
        }
        assert!(taken > 1000 && refused > 1000, "{taken} taken, {refused} refused");
    }
}
