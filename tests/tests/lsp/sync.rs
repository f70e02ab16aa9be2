//! The server's text is the editor's, whatever is typed.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tasklens_tests::rng::Rng;

use super::client::Client;

const URI: &str = "file:///p/a%20b.py";

/// The editor's own text, edited by the protocol's words: as UTF-16, the way editors hold it.
pub struct Text {
    units: Vec<u16>,
    utf8: bool,
}

impl Text {
    /// A text whose columns count bytes, or UTF-16 code units.
    pub fn new(text: &str, utf8: bool) -> Self {
        Self { units: text.encode_utf16().collect(), utf8 }
    }

    fn text(&self) -> String {
        String::from_utf16(&self.units).unwrap()
    }

    /// The positions between characters, as the protocol names them, with their index in `units`.
    fn positions(&self) -> Vec<(u32, u32, usize)> {
        let text = self.text();
        let (mut line, mut column, mut index) = (0, 0, 0);
        let mut all = vec![(0, 0, 0)];
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            index += character.len_utf16();
            if character == '\n' || (character == '\r' && characters.peek() != Some(&'\n')) {
                (line, column) = (line + 1, 0);
            } else if character == '\r' {
                // Between the two is no position.
                continue;
            } else {
                column += u32::try_from(if self.utf8 { character.len_utf8() } else { character.len_utf16() }).unwrap();
            }
            all.push((line, column, index));
        }
        all
    }

    /// The edit that makes it another text: of what differs, in the protocol's words.
    pub fn become_text(&mut self, new: &str) -> Value {
        let old = self.text();
        let positions = self.positions();
        // What both begin and end with, by whole characters, and not between the halves of a line's end.
        let alike = old.chars().zip(new.chars()).take_while(|(a, b)| a == b && *a != '\r');
        let same: usize = alike.map(|(a, _)| a.len_utf8()).sum();
        let alike = old[same..].chars().rev().zip(new[same..].chars().rev()).take_while(|(a, b)| a == b && *a != '\n');
        let ending: usize = alike.map(|(a, _)| a.len_utf8()).sum();
        let index = |byte: usize| old[..byte].encode_utf16().count();
        let (start, end) = (index(same), index(old.len() - ending));
        let at = |wanted: usize| {
            let (line, character, _) = positions.iter().find(|(_, _, index)| *index == wanted).unwrap();
            json!({"line": line, "character": character})
        };
        self.units = new.encode_utf16().collect();
        json!({"range": {"start": at(start), "end": at(end)}, "text": new[same..new.len() - ending]})
    }

    /// A random edit, applied, in the protocol's words.
    pub fn edit(&mut self, random: &mut Rng) -> Value {
        const PIECES: [&str; 14] = [
            "a",
            "é",
            "😀",
            "\r\n",
            "\n",
            "\r",
            "\t",
            "@env.task\n",
            "    return 1",
            "(",
            "\"\"\"",
            "",
            "\u{2028}",
            "def f():\n",
        ];
        let new: String = (0..random.below(4)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        if random.below(200) == 0 {
            self.units = new.encode_utf16().collect();
            return json!({"text": new});
        }
        let positions = self.positions();
        let a = positions[random.below(positions.len())];
        // Mostly short ranges, as people type.
        let near = positions.iter().position(|position| *position == a).unwrap() + random.below(6);
        let b = if random.below(20) == 0 {
            positions[random.below(positions.len())]
        } else {
            positions[near.min(positions.len() - 1)]
        };
        let (a, b) = (a.min(b), a.max(b));
        self.units.splice(a.2..b.2, new.encode_utf16());
        let at = |position: (u32, u32, usize)| json!({"line": position.0, "character": position.1});
        json!({"range": {"start": at(a), "end": at(b)}, "text": new})
    }
}

pub fn hex(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn storm(utf8: bool, edits: usize) {
    let folder = tempfile::tempdir().unwrap();
    let encodings = if utf8 { json!(["utf-16", "utf-8"]) } else { json!(["utf-16"]) };
    let mut client = Client::initialized(folder.path(), json!({"general": {"positionEncodings": encodings}}));
    let mut random = Rng::new(7);
    let mut text = Text::new("", utf8);
    client.open(URI, "");
    let mut version = 1;
    let mut done = 0;
    while done < edits {
        // A message holds several changes at times, each to the text as the one before left it.
        let count = 1 + random.below(3);
        let changes: Vec<Value> = (0..count).map(|_| text.edit(&mut random)).collect();
        done += count;
        version += 1;
        let document = json!({"uri": URI, "version": version});
        client.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
        if random.below(50) == 0 || done >= edits {
            let information = client.request("tasklens/debugInformation", Value::Null).unwrap();
            let known = &information["documents"][0];
            assert_eq!(
                (&known["version"], &known["sha256"]),
                (&json!(version), &json!(hex(&text.text()))),
                "edit {done}"
            );
        }
        if text.units.len() > 4_000 {
            text.units.clear();
            version += 1;
            let document = json!({"uri": URI, "version": version});
            client
                .notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": ""}]}));
        }
    }
}

/// How many edits: the whole tier has the number that is promised.
fn edits() -> usize {
    if std::env::var_os("TASKLENS_LONG").is_some() { 20_000 } else { 2_000 }
}

#[test]
fn the_text_follows_an_editing_storm_in_utf_16() {
    storm(false, edits());
}

#[test]
fn the_text_follows_an_editing_storm_in_utf_8() {
    storm(true, edits());
}
