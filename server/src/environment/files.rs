//! Reading the small text files around a project, whatever they turn out to be.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::Problem;

/// Where a project's own text files come from: the disk, or the disk as it was at a revision, so that a baseline is
/// computed under the Python that its own files name.
///
/// What no project tracks (environments, pyenv's folder, the search path) always comes from the disk.
pub trait Texts: Sync {
    /// A file's bytes; `None` if there is no such file. Reading a little more than [`MOST`] bytes is enough.
    ///
    /// # Errors
    ///
    /// Those of reading it.
    fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Whether there is a file of that path.
    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    /// Whether there is a folder of that path.
    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }
}

/// The files as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

/// No configuration or lock file is larger; a link to `/dev/zero` would be.
pub const MOST: u64 = 64 << 20;

impl Texts for Disk {
    fn bytes(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        // A folder or a pipe of that name is no such file; opening a pipe would wait forever.
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(None),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

/// The text of a file, without a BOM; `None` if there is no such file.
pub(super) fn read(texts: &dyn Texts, path: &Path) -> Result<Option<String>, Problem> {
    let problem = |message: String| Problem { file: path.to_owned(), line: None, message };
    match texts.bytes(path) {
        Ok(None) => Ok(None),
        Ok(Some(bytes)) if bytes.len() as u64 > MOST => {
            Err(problem(format!("larger than {} MB: not read", MOST >> 20)))
        }
        Ok(Some(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
            Err(_) => Err(problem("not valid UTF-8: save it as UTF-8".to_owned())),
        },
        Err(error) => Err(problem(format!("can't be read: {error}"))),
    }
}

/// Like [`read`], for files that are only a hint: one that can't be read says nothing.
pub(super) fn hint(texts: &dyn Texts, path: &Path) -> Option<String> {
    read(texts, path).ok().flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_no_text_file_says_so() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.toml");
        assert_eq!(read(&Disk, &path), Ok(None));
        std::fs::write(&path, b"\xef\xbb\xbfkey = 1").unwrap();
        assert_eq!(read(&Disk, &path), Ok(Some("key = 1".to_owned())));
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(read(&Disk, &path).unwrap_err().message, "not valid UTF-8: save it as UTF-8");
        assert_eq!(read(&Disk, temp.path()), Ok(None), "a folder of that name is no such file");
    }
}
