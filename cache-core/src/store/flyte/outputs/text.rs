//! A text that grows up to a limit, so that a value of any size is shown in the time that its bytes take to read.

use crate::key::flyte::quoted;

/// The text, and how much may still be added.
pub(super) struct Text {
    written: String,
    /// In characters.
    room: usize,
    /// While this is not 0, nothing is added.
    muted: usize,
    /// Whether something was left out.
    cut: bool,
}

impl Text {
    /// An empty text with room for so many characters.
    pub fn with_room(room: usize) -> Self {
        Self { written: String::new(), room, muted: 0, cut: false }
    }

    /// Adds a text; what has no room is an ellipsis, and nothing comes after it.
    pub fn push(&mut self, text: &str) {
        if !self.takes() {
            return;
        }
        match text.char_indices().nth(self.room) {
            None => {
                self.room -= text.chars().count();
                self.written.push_str(text);
            }
            Some((end, _)) => {
                self.written.push_str(&text[..end]);
                self.written.push('…');
                self.room = 0;
                self.cut = true;
            }
        }
    }

    /// Adds `repr()` of a text.
    pub fn push_quoted(&mut self, text: &str) {
        if self.takes() {
            // Quoted, a text only gets longer: no more of it is needed than there is room.
            let end = text.char_indices().nth(self.room + 1).map_or(text.len(), |(end, _)| end);
            self.push(&quoted(&text[..end]));
        }
    }

    /// Adds what is made by `spell`, which isn't asked in vain.
    pub fn push_with(&mut self, spell: impl FnOnce() -> String) {
        if self.takes() {
            self.push(&spell());
        }
    }

    /// Leaves out what comes until [`Text::unmute`]; `mark` stands for it.
    pub fn mute(&mut self, mark: &str) {
        if self.takes() && !mark.is_empty() {
            self.push(mark);
            self.cut = true;
        }
        self.muted += 1;
    }

    /// Ends what [`Text::mute`] began.
    pub fn unmute(&mut self) {
        self.muted = self.muted.saturating_sub(1);
    }

    /// The text, and whether it is whole.
    pub fn finish(self) -> (String, bool) {
        (self.written, !self.cut)
    }

    /// Whether what is added is still taken.
    fn takes(&self) -> bool {
        self.muted == 0 && !(self.cut && self.room == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_an_ellipsis_once() {
        let mut text = Text::with_room(5);
        text.push("äb");
        text.push_quoted("cdefg");
        text.push("h");
        text.push_with(|| unreachable!("there is no room"));
        assert_eq!(text.finish(), ("äb'cd…".to_owned(), false));

        let mut text = Text::with_room(5);
        text.push("abcde");
        assert_eq!(text.finish(), ("abcde".to_owned(), true));
    }

    #[test]
    fn what_is_muted_has_its_mark() {
        let mut text = Text::with_room(9);
        text.mute("…");
        text.push("deep");
        text.unmute();
        text.push("]");
        assert_eq!(text.finish(), ("…]".to_owned(), false));
    }
}
