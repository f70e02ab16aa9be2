//! Where the text of a dump goes: kept whole, or hashed as it grows.
//!
//! A dump is many short words, most of them known at compile time. They gather in a room of fixed size, to which a word is
//! copied by a few instructions where its length is known, and go on from there in large pieces.

use std::cell::Cell;
use std::fmt;

use sha2::{Digest, Sha256};

/// How much text is gathered before it goes on; small enough to stay in a core's own cache.
const ROOM: usize = 16 * 1024;

/// See the module.
pub(super) struct Output {
    room: Box<[u8; ROOM]>,
    /// How many bytes of the room are text; always whole characters.
    used: usize,
    sink: Sink,
}

enum Sink {
    Text(Vec<u8>),
    Hash(Sha256),
}

thread_local! {
    /// The room of the last output, for the next one.
    static SPARE: Cell<Option<Box<[u8; ROOM]>>> = const { Cell::new(None) };
}

impl Output {
    /// Keeps the text.
    pub(super) fn text() -> Self {
        Self::new(Sink::Text(Vec::new()))
    }

    /// Hashes the text.
    pub(super) fn hash() -> Self {
        Self::new(Sink::Hash(Sha256::new()))
    }

    fn new(sink: Sink) -> Self {
        Self { room: SPARE.take().unwrap_or_else(|| Box::new([0; ROOM])), used: 0, sink }
    }

    /// Appends text.
    #[inline(always)]
    pub(super) fn push(&mut self, text: &str) {
        let end = self.used + text.len();
        match self.room.get_mut(self.used..end) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.used = end;
            }
            None => self.push_on(text),
        }
    }

    /// Appends text for which there is no room.
    #[cold]
    #[inline(never)]
    fn push_on(&mut self, text: &str) {
        self.flush();
        match self.room.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.used = text.len();
            }
            None => self.sink.take(text.as_bytes()),
        }
    }

    fn flush(&mut self) {
        self.sink.take(&self.room[..self.used]);
        self.used = 0;
    }

    /// The whole text; empty where it was hashed.
    pub(super) fn into_text(mut self) -> String {
        self.flush();
        SPARE.set(Some(self.room));
        match self.sink {
            // Whole strings came in, so that nothing is lost.
            Sink::Text(text) => String::from_utf8(text).unwrap_or_default(),
            Sink::Hash(_) => String::new(),
        }
    }

    /// The SHA-256 of the text followed by `salt`.
    pub(super) fn into_hash(mut self, salt: &str) -> [u8; 32] {
        self.push(salt);
        self.flush();
        SPARE.set(Some(self.room));
        match self.sink {
            Sink::Text(text) => Sha256::digest(text).into(),
            Sink::Hash(hasher) => hasher.finalize().into(),
        }
    }
}

impl Sink {
    fn take(&mut self, bytes: &[u8]) {
        match self {
            Self::Text(text) => text.extend_from_slice(bytes),
            Self::Hash(hasher) => hasher.update(bytes),
        }
    }
}

/// For numbers; never fails.
impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of every length around the room's, in pieces that meet its end at different places.
    #[test]
    fn text_and_hash_are_of_all_that_was_pushed() {
        for length in [0, 1, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM + 7] {
            for piece in [1, 7, 64, ROOM - 1, ROOM, ROOM + 1] {
                let whole: String = (0..length).map(|at| char::from(b'a' + (at % 23) as u8)).collect();
                let (mut text, mut hash) = (Output::text(), Output::hash());
                for from in (0..length).step_by(piece) {
                    let part = &whole[from..length.min(from + piece)];
                    text.push(part);
                    hash.push(part);
                }
                let salted: [u8; 32] = Sha256::digest(format!("{whole}salt")).into();
                assert_eq!(hash.into_hash("salt"), salted, "{length} in pieces of {piece}");
                assert_eq!(text.into_text(), whole, "{length} in pieces of {piece}");
            }
        }
    }
}
