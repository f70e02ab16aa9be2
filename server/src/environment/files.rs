//! Reading the small text files around a project, whatever they turn out to be.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::Problem;

/// No configuration or lock file is larger; a link to `/dev/zero` would be.
const MOST: u64 = 64 << 20;

/// The text of a file, without a BOM; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<String>, Problem> {
    let problem = |message: String| Problem { file: path.to_owned(), line: None, message };
    match try_read(path) {
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
pub(super) fn hint(path: &Path) -> Option<String> {
    read(path).ok().flatten()
}

fn try_read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_no_text_file_says_so() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.toml");
        assert_eq!(read(&path), Ok(None));
        std::fs::write(&path, b"\xef\xbb\xbfkey = 1").unwrap();
        assert_eq!(read(&path), Ok(Some("key = 1".to_owned())));
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(read(&path).unwrap_err().message, "not valid UTF-8: save it as UTF-8");
        assert_eq!(read(temp.path()), Ok(None), "a folder of that name is no such file");
    }
}
