//! msgpack, in which Flyte carries dictionaries and classes with fields: shown as Python would write the `dict`.

use crate::key::flyte::float_repr;

use super::text::Text;
use super::walk::bytes_repr;
use super::{File, FileKind};

/// No value that Flyte packs is nested more deeply: msgpack refuses 512 levels.
const DEPTH: usize = 512;

/// Adds the value of some msgpack to `text` and what it names to `files`; `depth` levels of it are shown. `None` for what is
/// no msgpack of one value: then nothing was added.
pub(super) fn show(bytes: &[u8], depth: usize, text: &mut Text, files: &mut Vec<File>) -> Option<()> {
    // Read once in silence, so that no half of a broken value is shown.
    let mut silent = Text::with_room(0);
    silent.mute("");
    let mut walk = Walk { rest: bytes, shown: 0, text: &mut silent, files: &mut Vec::new() };
    walk.value(0)?;
    if !walk.rest.is_empty() {
        return None;
    }
    Walk { rest: bytes, shown: depth, text, files }.value(0)?;
    Some(())
}

/// A walk over the bytes: nothing is set aside for lengths, which are not trusted.
struct Walk<'a, 'b> {
    rest: &'a [u8],
    shown: usize,
    text: &'b mut Text,
    files: &'b mut Vec<File>,
}

impl<'a> Walk<'a, '_> {
    /// Shows a value; gives it back if it is a text.
    fn value(&mut self, depth: usize) -> Option<Option<&'a str>> {
        if depth > DEPTH {
            return None;
        }
        let marker = self.take(1)?[0];
        // The marker's last two bits say how many bytes follow, for most.
        let size = 1 << (marker & 3);
        match marker {
            0x00..=0x7f => self.spell(marker),
            0x80..=0x8f => return self.map(u64::from(marker & 0x0f), depth),
            0x90..=0x9f => return self.list(u64::from(marker & 0x0f), depth),
            0xa0..=0xbf => return self.string(u64::from(marker & 0x1f)),
            0xc0 => self.text.push("None"),
            0xc2 | 0xc3 => self.text.push(if marker == 0xc2 { "False" } else { "True" }),
            0xc4..=0xc6 => {
                let length = self.number(size)?;
                let bytes = self.take(usize::try_from(length).ok()?)?;
                self.text.push_with(|| bytes_repr(bytes));
            }
            0xc7..=0xc9 => {
                let length = self.number(1 << (marker - 0xc7))?;
                self.extension(length)?;
            }
            0xca => {
                let bits = u32::try_from(self.number(4)?).ok()?;
                self.float(f32::from_bits(bits).into());
            }
            0xcb => {
                let bits = self.number(8)?;
                self.float(f64::from_bits(bits));
            }
            0xcc..=0xcf => {
                let number = self.number(size)?;
                self.spell(number);
            }
            0xd0..=0xd3 => {
                let unused = 64 - 8 * size;
                let number = self.number(size)?;
                self.spell((number << unused).cast_signed() >> unused);
            }
            0xd4..=0xd8 => self.extension(1 << (marker - 0xd4))?,
            0xd9..=0xdb => {
                let length = self.number(1 << (marker - 0xd9))?;
                return self.string(length);
            }
            0xdc | 0xdd => {
                let length = self.number(2 << (marker - 0xdc))?;
                return self.list(length, depth);
            }
            0xde | 0xdf => {
                let length = self.number(2 << (marker - 0xde))?;
                return self.map(length, depth);
            }
            0xe0..=0xff => self.spell(marker.cast_signed()),
            0xc1 => return None,
        }
        Some(None)
    }

    fn spell(&mut self, number: impl ToString) {
        self.text.push_with(|| number.to_string());
    }

    fn float(&mut self, float: f64) {
        self.text.push_with(|| float_repr(float));
    }

    fn string(&mut self, length: u64) -> Option<Option<&'a str>> {
        let text = std::str::from_utf8(self.take(usize::try_from(length).ok()?)?).ok()?;
        self.text.push_quoted(text);
        Some(Some(text))
    }

    fn list(&mut self, length: u64, depth: usize) -> Option<Option<&'a str>> {
        self.open("[", length, depth);
        for index in 0..length {
            if index > 0 {
                self.text.push(", ");
            }
            self.value(depth + 1)?;
        }
        self.close("]", length, depth);
        Some(None)
    }

    fn map(&mut self, length: u64, depth: usize) -> Option<Option<&'a str>> {
        self.open("{", length, depth);
        let mut members = Members::default();
        for index in 0..length {
            if index > 0 {
                self.text.push(", ");
            }
            let key = self.value(depth + 1)?;
            self.text.push(": ");
            let value = self.value(depth + 1)?;
            members.add(key, value);
        }
        self.files.extend(members.file());
        self.close("}", length, depth);
        Some(None)
    }

    /// Begins a list or map; one that lies too deep is an ellipsis within its brackets.
    fn open(&mut self, bracket: &str, length: u64, depth: usize) {
        self.text.push(bracket);
        if length > 0 && depth >= self.shown {
            self.text.mute("…");
        }
    }

    fn close(&mut self, bracket: &str, length: u64, depth: usize) {
        if length > 0 && depth >= self.shown {
            self.text.unmute();
        }
        self.text.push(bracket);
    }

    /// What msgpack leaves to applications; Flyte writes none.
    fn extension(&mut self, length: u64) -> Option<()> {
        let kind = self.take(1)?[0].cast_signed();
        self.take(usize::try_from(length).ok()?)?;
        self.text.push_with(|| format!("<{length} bytes of msgpack's extension {kind}>"));
        Some(())
    }

    /// A number of so many bytes, the most significant first.
    fn number(&mut self, size: usize) -> Option<u64> {
        Some(self.take(size)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.rest.split_at_checked(length)?;
        self.rest = left;
        Some(taken)
    }
}

/// What is known of a map's members: whether it is what a `File`, `Dir` or `DataFrame` inside of another value becomes
/// (their `_serialize`: `path`, `name`, `format`, `hash`; `uri`, `format`).
#[derive(Default)]
struct Members<'a> {
    path: Option<&'a str>,
    uri: Option<&'a str>,
    seen: [bool; 3],
    others: bool,
}

impl<'a> Members<'a> {
    fn add(&mut self, key: Option<&'a str>, value: Option<&'a str>) {
        match key {
            Some("path") => self.path = value,
            Some("uri") => self.uri = value,
            Some("name") => self.seen[0] = true,
            Some("format") => self.seen[1] = true,
            Some("hash") => self.seen[2] = true,
            _ => self.others = true,
        }
    }

    fn file(&self) -> Option<File> {
        let file = |kind, uri: &str| Some(File { kind, uri: uri.to_owned() });
        match (self.path, self.uri, self.seen, self.others) {
            (Some(path), None, [true, true, true], false) => file(FileKind::FileOrFolder, path),
            (None, Some(uri), [false, true, _], false) => file(FileKind::Table, uri),
            _ => None,
        }
    }
}
