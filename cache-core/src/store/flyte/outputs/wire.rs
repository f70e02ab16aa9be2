//! Protocol buffers as they lie in the bytes: the fields of a message, one after the other, without a copy of any.
//!
//! A stored value may be large (a list of a million numbers) and may be garbage. Messages made by a derive would take some
//! fifty times the bytes; a walk over the bytes takes nothing. What is accepted is what upb accepts, the core of
//! `protobuf` for Python: a field of another wire type than its own is unknown, and passed over.

use super::Garbage;

/// Messages nested more deeply than this are refused, as upb refuses them.
pub(super) const DEPTH: usize = 100;

/// The content of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part<'a> {
    /// An integer, of whichever type.
    Number(u64),
    /// Eight bytes: a `double`.
    Eight([u8; 8]),
    /// Four bytes; no message here has such a field.
    Four,
    /// Bytes, a text, or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message: the number of each, and its content.
pub(super) fn fields(message: &[u8]) -> Fields<'_> {
    Fields { rest: message }
}

/// See [`fields`].
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Part<'a>), Garbage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            // What follows garbage is garbage.
            self.rest = &[];
        }
        Some(field.ok_or(Garbage))
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Part<'a>)> {
        let tag = self.number().filter(|tag| (8..1 << 32).contains(tag))?;
        let part = match tag & 7 {
            0 => Part::Number(self.number()?),
            1 => Part::Eight(self.take(8)?.try_into().ok()?),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Part::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Part::Four)?,
            // Groups, which no message of Flyte's has.
            _ => return None,
        };
        Some((tag >> 3, part))
    }

    /// A number in base 128, the least significant digits first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for position in 0..10 {
            let byte = self.take(1)?[0];
            let digits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if position == 9 && byte > 1 {
                return None;
            }
            number |= digits << (7 * position);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.rest.split_at_checked(length)?;
        self.rest = left;
        Some(taken)
    }
}

/// A text; upb refuses what isn't UTF-8.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Garbage> {
    std::str::from_utf8(bytes).map_err(|_| Garbage)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u64, Part<'_>)>, Garbage> {
        fields(bytes).collect()
    }

    #[test]
    fn fields_are_read_as_they_lie() {
        let bytes = [0x08, 0x96, 0x01, 0x12, 2, b'h', b'i', 0x19, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x25, 1, 2, 3, 4];
        let expected =
            [(1, Part::Number(150)), (2, Part::Bytes(b"hi")), (3, Part::Eight(1.0_f64.to_le_bytes())), (4, Part::Four)];
        assert_eq!(read(&bytes).unwrap(), expected);
        let minus_one = [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(read(&minus_one).unwrap(), [(1, Part::Number(u64::MAX))]);
    }

    #[test]
    fn what_is_cut_or_no_field_is_garbage() {
        for bytes in [
            &[0x08][..],
            &[0x08, 0x80],
            &[0x12, 5, b'h'],
            &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            &[0x00, 0x00],
            &[0x0b, 0x0c],
            &[0x0f],
            &[0x19, 0, 0],
        ] {
            assert_eq!(read(bytes), Err(Garbage), "{bytes:02x?}");
        }
    }
}
