//! Documents' addresses and files' paths.
//!
//! Only `file:` names a file. Editors differ in how they write one: VS Code escapes the colon of a Windows drive and writes its letter
//! small, so a path is compared, and an address is answered as the editor wrote it.

use std::path::{Path, PathBuf};

use super::protocol::Url;

/// The file that an address names; `None` for `untitled:`, `git:` and what else is no file of this machine.
pub fn path(uri: &Url) -> Option<PathBuf> {
    if uri.scheme() != "file" {
        return None;
    }
    with_plain_drive(uri).to_file_path().ok()
}

/// The file of Python that a document without one may become: the one that its address names (`untitled:/p/new.py`), else one of `folder`
/// (`untitled:Untitled-1`). `None` for other addresses.
pub fn untitled(uri: &Url, folder: &Path) -> Option<PathBuf> {
    if uri.scheme() != "untitled" {
        return None;
    }
    let named = Url::parse(&format!("file://{}", uri.path())).ok().filter(|_| uri.path().starts_with('/'));
    let path = named.as_ref().and_then(path).unwrap_or_else(|| folder.join(uri.path()));
    let is_python = path.extension().is_some_and(|extension| extension == "py");
    Some(if is_python { path } else { path.with_file_name(format!("{}.py", path.file_name()?.to_string_lossy())) })
}

/// `file:///c%3A/p` as `file:///C:/p`. On other systems a folder may have such a name.
fn with_plain_drive(uri: &Url) -> Url {
    let mut plain = uri.clone();
    if cfg!(windows)
        && let Some(path) = plain_drive(uri.path())
    {
        plain.set_path(&path);
    }
    plain
}

/// `/c%3A/p` as `/C:/p`, `/c:/p` too.
fn plain_drive(path: &str) -> Option<String> {
    let (letter, rest) = path.strip_prefix('/')?.split_at_checked(1)?;
    let rest = rest.strip_prefix(':').or_else(|| rest.strip_prefix("%3A")).or_else(|| rest.strip_prefix("%3a"))?;
    let is_drive = letter.bytes().all(|byte| byte.is_ascii_alphabetic()) && (rest.is_empty() || rest.starts_with('/'));
    is_drive.then(|| format!("/{}:{rest}", letter.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn drives_are_spelled_in_one_way() {
        assert_eq!(plain_drive("/c%3A/p/a.py").as_deref(), Some("/C:/p/a.py"));
        assert_eq!(plain_drive("/C%3a/p").as_deref(), Some("/C:/p"));
        assert_eq!(plain_drive("/d:/p").as_deref(), Some("/D:/p"));
        assert_eq!(plain_drive("/d:").as_deref(), Some("/D:"));
        for other in ["/home/c:/p", "/c%3Ap", "/1%3A/p", "/", "", "/é%3A/p"] {
            assert_eq!(plain_drive(other), None, "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_escaped_path_is_the_path() {
        let path = path(&url("file:///p/a%20b/%C3%A9%23.py")).unwrap();
        assert_eq!(path, PathBuf::from("/p/a b/é#.py"));
    }

    #[cfg(unix)]
    #[test]
    fn what_has_no_file_yet_will_be_python() {
        let path = |text: &str| untitled(&url(text), Path::new("/w"));
        for (uri, expected) in [
            ("untitled:Untitled-1", "/w/Untitled-1.py"),
            ("untitled:/p/a%20b.py", "/p/a b.py"),
            ("untitled:/p/new", "/p/new.py"),
            ("untitled:new.py", "/w/new.py"),
        ] {
            assert_eq!(path(uri).as_deref(), Some(Path::new(expected)), "{uri}");
        }
        assert_eq!(path("git:/p/a.py?HEAD"), None);
        assert_eq!(path("untitled:/"), None);
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for other in ["untitled:Untitled-1", "git:/p/a.py?HEAD", "vscode-notebook-cell:/p/a.ipynb#1"] {
            assert_eq!(path(&url(other)), None, "{other}");
        }
    }
}
