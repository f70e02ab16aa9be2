//! `.python-version`: the file by which pyenv, uv, mise and others pick an interpreter.

use std::path::Path;

use super::super::{Origin, Outside, Texts, files};
use super::Clue;
use super::pyenv;
use super::requires::Allowed;
use super::says::Says;

/// The nearest file upwards from a folder that names a version. Like pyenv and uv it does not stop at the project's root.
pub(super) fn nearest(texts: &dyn Texts, folder: &Path, outside: &Outside) -> Option<Clue> {
    folder.ancestors().find_map(|folder| {
        let file = folder.join(".python-version");
        let text = match files::read(texts, &file) {
            Ok(text) => text?,
            // It is told beside what decides, and one further up does not count in its place.
            Err(problem) => {
                return Some(Clue { says: Says::Unclear(problem.message), origin: Origin::File { file, line: None } });
            }
        };
        let (line, name) = first_name(&text)?;
        Some(Clue { says: named(name, outside), origin: Origin::File { file, line: Some(line) } })
    })
}

/// What a name in such a file, or in `PYENV_VERSION`, stands for.
pub(super) fn named(name: &str, outside: &Outside) -> Says {
    if name.starts_with(['<', '>', '=', '~', '!']) {
        return Allowed::parse(name).map_or_else(|| Says::spelled(name), Says::Allows);
    }
    match Says::spelled(name) {
        // A virtual environment of pyenv has any name.
        Says::Unclear(reason) => pyenv::environment(name, outside).unwrap_or(Says::Unclear(reason)),
        says => says,
    }
}

/// The first version in the file with its line: the first word of the first line that is not blank and no comment.
/// Where pyenv is given several, the first is what `python` runs.
pub(super) fn first_name(text: &str) -> Option<(u32, &str)> {
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let word = line.split_whitespace().next().filter(|word| !word.starts_with('#'))?;
        // `3.12:3.11` lists several, but `C:\python` is a path.
        let name = word.split(':').next().filter(|name| name.len() > 1).unwrap_or(word);
        Some((number, name))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::super::Disk;
    use super::*;

    fn write(folder: &Path, text: &str) -> std::path::PathBuf {
        let file = folder.join(".python-version");
        std::fs::write(&file, text).unwrap();
        file
    }

    #[test]
    fn one_that_can_not_be_read_is_told_and_not_passed_over() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), "3.12\n");
        let inner = temp.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let file = inner.join(".python-version");
        std::fs::write(&file, b"3.13 # caf\xe9\n").unwrap();
        let clue = nearest(&Disk, &inner, &Outside::default()).unwrap();
        assert_eq!(clue.says, Says::Unclear("not valid UTF-8: save it as UTF-8".to_owned()));
        assert_eq!(clue.origin, Origin::File { file, line: None });
    }

    #[test]
    fn the_first_word_of_the_first_line_that_says_something() {
        assert_eq!(first_name("3.12\n"), Some((1, "3.12")));
        assert_eq!(first_name("# ours\r\n\r\n  3.12.7 # pinned\r\n3.11\n"), Some((3, "3.12.7")));
        assert_eq!(first_name("3.12:3.11"), Some((1, "3.12")));
        assert_eq!(first_name("C:\\python\\python.exe"), Some((1, "C:\\python\\python.exe")));
        assert_eq!(first_name("\n# nothing\n"), None);
    }

    #[test]
    fn the_nearest_file_counts_and_an_empty_one_is_passed_over() {
        let temp = tempfile::tempdir().unwrap();
        let (outer, inner) = (temp.path().to_owned(), temp.path().join("a/b"));
        std::fs::create_dir_all(&inner).unwrap();
        let file = write(&outer, "3.12\n");
        write(&inner, "# nothing yet\n");
        let clue = nearest(&Disk, &inner, &Outside::default()).unwrap();
        assert_eq!(clue.says, Says::Version("3.12".parse().unwrap()));
        assert_eq!(clue.origin, Origin::File { file, line: Some(1) });
        write(&inner, ">=3.11,<3.12");
        let clue = nearest(&Disk, &inner, &Outside::default()).unwrap();
        assert!(matches!(clue.says, Says::Allows(_)));
    }
}
