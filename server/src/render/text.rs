//! Texts in columns of a terminal, where a character may take two or none, and may not be one that moves the cursor.

use std::path::{Component, Path, PathBuf};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to `room` columns, with an ellipsis where something was cut.
pub fn clip(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut taken = 0;
    let mut cut: String = text
        .chars()
        .take_while(|character| {
            taken += character.width().unwrap_or(0);
            taken < room
        })
        .collect();
    cut.push('…');
    cut
}

/// The text with spaces after it up to `room` columns.
pub fn pad(text: &str, room: usize) -> String {
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(' ', room.saturating_sub(width(text))));
    padded
}

/// The text broken at spaces into lines of at most `room` columns; a longer word stands alone.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What a file says, safe to write to a terminal: control characters become `�`, so that no name can move the cursor,
/// recolour the screen or hide text.
pub fn tame(text: &str) -> String {
    text.chars().map(|character| if is_wild(character) { '\u{fffd}' } else { character }).collect()
}

/// Control characters, and those that turn the direction of the text around.
fn is_wild(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A path as outputs name it: relative to the working directory `cwd`, with `/`; both are absolute.
pub fn relative(path: &Path, cwd: &Path) -> String {
    let (path_parts, cwd_parts): (Vec<_>, Vec<_>) = (path.components().collect(), cwd.components().collect());
    let shared = path_parts.iter().zip(&cwd_parts).take_while(|(a, b)| a == b).count();
    if shared == 0 || !matches!(path_parts.first(), Some(Component::RootDir | Component::Prefix(_))) {
        return slashed(path);
    }
    let up = std::iter::repeat_n(Component::ParentDir, cwd_parts.len() - shared);
    let relative: PathBuf = up.chain(path_parts[shared..].iter().copied()).collect();
    if relative.as_os_str().is_empty() { ".".to_owned() } else { slashed(&relative) }
}

fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        let from = |path: &str| relative(Path::new(path), Path::new("/home/u/p"));
        assert_eq!(from("/home/u/p/a/b.py"), "a/b.py");
        assert_eq!(from("/home/u/q/b.py"), "../q/b.py");
        assert_eq!(from("/usr/lib/x.py"), "../../../usr/lib/x.py");
        assert_eq!(from("/home/u/p"), ".");
        assert_eq!(from("-"), "-");
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        assert_eq!(width("特征"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(clip("特征工程", 5), "特征…");
        assert_eq!(width(&clip("特征工程", 4)), 3);
        assert_eq!(pad("特", 4), "特  ");
        assert_eq!(clip("abc", 3), "abc");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 4), ["unbreakable"]);
    }

    #[test]
    fn names_can_not_command_the_terminal() {
        assert_eq!(tame("a\u{1b}[2Jb\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
