//! The case files under `tests/cases/python/`: one small program for each row of what is known about CPython's dumps.
//!
//! ```text
//! Anything before the first heading is a comment.
//! === a name
//! def f():
//!     pass
//! === another name | escapes
//! def f():\r    pass\r\z
//! === many programs of one line | each: def f(): return @
//! 1 + 1
//! not a in b
//! ```
//!
//! With `escapes`, `\r`, `\f`, `\t`, `\v`, `\0`, `\\`, `\xNN` (a byte), `\uNNNN` (a character) and `\z` (leaves out the newline that
//! follows) are replaced; nothing else is. With `each: T`, every line is a program of its own: T with the line in
//! the place of `@`; T may hold `\n` for a newline and `escapes, ` may come before it. `lines: T` is the same with `\n` for a
//! newline in the lines too.

use crate::oracle::File;
use crate::setup;
use std::path::PathBuf;

/// Where the case files are.
pub fn folder() -> PathBuf {
    setup::root().join("tests/cases/python")
}

/// Every case of every file, named `file: case`.
pub fn all() -> Result<Vec<File>, String> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder()).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let section = path.file_stem().unwrap_or_default().to_string_lossy();
        let cases = parse(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        files.extend(cases.into_iter().map(|case| File { name: format!("{section}: {}", case.name), ..case }));
    }
    Ok(files)
}

/// Reads a case file. A name that stands twice or a heading that is not understood is an error.
pub fn parse(text: &str) -> Result<Vec<File>, String> {
    let mut files: Vec<File> = Vec::new();
    let text = format!("\n{}", text.strip_suffix('\n').unwrap_or(text));
    for section in text.split("\n=== ").skip(1) {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let body = format!("{body}\n");
        let (name, mut options) = heading.split_once(" | ").unwrap_or((heading, ""));
        let escaped = options.strip_prefix("escapes");
        if let Some(rest) = escaped {
            options = rest.trim_start_matches(',').trim_start();
        }
        let bytes = |text: &str| if escaped.is_some() { unescape(text) } else { Ok(text.as_bytes().to_vec()) };
        let many = ["each: ", "lines: "].into_iter().find_map(|option| Some((option, options.strip_prefix(option)?)));
        if let Some((option, template)) = many {
            let template = template.replace("\\n", "\n") + "\n";
            for (index, line) in body.lines().filter(|line| !line.trim().is_empty()).enumerate() {
                let program = if option == "lines: " { line.replace("\\n", "\n") } else { line.to_owned() };
                let bytes = bytes(&template.replacen('@', &program, 1)).map_err(|error| format!("{name}: {error}"))?;
                files.push(File { name: format!("{} {}: {line}", name.trim(), index + 1), bytes });
            }
        } else if options.is_empty() {
            files.push(File {
                name: name.trim().to_owned(),
                bytes: bytes(&body).map_err(|error| format!("{name}: {error}"))?,
            });
        } else {
            return Err(format!("`{heading}`: an option is `escapes`, `each: …` or `lines: …`"));
        }
    }
    let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("two cases are called `{}`", pair[0])),
        None => Ok(files),
    }
}

fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(position) = rest.find('\\') {
        bytes.extend(&rest.as_bytes()[..position]);
        let escape = &rest[position + 1..];
        let hex = |digits: usize| {
            let digits = escape.get(1..=digits).ok_or("an escape is cut off")?;
            u32::from_str_radix(digits, 16).map_err(|error| format!("\\{digits}: {error}"))
        };
        let taken = match escape.chars().next() {
            Some('r') => push(&mut bytes, b"\r"),
            Some('f') => push(&mut bytes, b"\x0c"),
            Some('t') => push(&mut bytes, b"\t"),
            Some('v') => push(&mut bytes, b"\x0b"),
            Some('0') => push(&mut bytes, b"\0"),
            Some('\\') => push(&mut bytes, b"\\"),
            Some('z') if escape.starts_with("z\n") => 2,
            Some('x') => push(&mut bytes, &[hex(2)? as u8]) + 2,
            Some('u') => {
                let character = char::from_u32(hex(4)?).ok_or("\\u needs a character")?;
                push(&mut bytes, character.to_string().as_bytes()) + 4
            }
            other => return Err(format!("\\{} is no escape of case files: write \\\\", other.unwrap_or(' '))),
        };
        rest = &escape[taken..];
    }
    bytes.extend(rest.as_bytes());
    Ok(bytes)
}

/// Pushes and returns how many characters of the escape are used up.
fn push(bytes: &mut Vec<u8>, what: &[u8]) -> usize {
    bytes.extend(what);
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let text = "a comment\n=== one\ndef f(): pass\n\n=== two | escapes\n\\xefa\\r\\\\n\\z\n=== many | each: def f(): return @\n1\n2\n";
        let files = parse(text).unwrap();
        let read: Vec<(&str, &[u8])> = files.iter().map(|file| (file.name.as_str(), &file.bytes[..])).collect();
        assert_eq!(
            read,
            [
                ("one", &b"def f(): pass\n\n"[..]),
                ("two", b"\xefa\r\\n"),
                ("many 1: 1", b"def f(): return 1\n"),
                ("many 2: 2", b"def f(): return 2\n"),
            ]
        );
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        assert!(parse("\n=== a | nope\nx\n").is_err());
        assert!(parse("\n=== a\nx\n=== a\ny\n").is_err());
        assert!(parse("\n=== a | escapes\n\\q\n").is_err());
    }
}
