//! Whether the local cache is whole, and whether the files that its entries name are still there.
//!
//! The SDK serves a hit without a look at the file that it names; the run fails later, where the file is opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cache_core::store::flyte::outputs::{File, FileKind};
use cache_core::store::flyte::{CacheError, Finding, FlyteCache, Pages, check};

use super::remark;

/// What a look at everything found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// How many entries were read.
    pub entries: u64,
    /// What is wrong, the file's own structure first.
    pub wrong: Vec<Wrong>,
    /// How many files were looked for.
    pub files: usize,
    /// How many lie elsewhere, where nothing was asked.
    pub elsewhere: usize,
    /// Whether the file was too large to look at its structure without standing in a running SDK's way.
    pub structure_unknown: bool,
    /// Why the file has no entries to speak of, where that isn't plain.
    pub remark: Option<String>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// In the file itself.
    Damaged(Finding),
    /// A file or folder that an entry names is gone.
    Dangling {
        /// The entry's key.
        key: String,
        /// What should be there.
        kind: FileKind,
        /// Where.
        path: PathBuf,
    },
}

/// Reads everything; `None` if there is no file.
///
/// # Errors
///
/// [`CacheError`].
pub fn verify(path: &Path) -> Result<Option<Verified>, CacheError> {
    let Some(checked) = check(path)? else { return Ok(None) };
    let cache = FlyteCache::open(path)?;
    let mut verified = Verified {
        entries: checked.entries,
        // Of a file that is damaged enough, even this can't be told; that it is damaged has been found.
        remark: cache.and_then(|cache| remark(&cache).ok().flatten()),
        structure_unknown: checked.pages == Pages::TooLarge,
        ..Verified::default()
    };
    verified.wrong = checked.findings.into_iter().map(Wrong::Damaged).collect();
    // Many entries may name one file.
    let mut known: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for (key, file) in checked.files {
        let Some(path) = local_path(&file) else {
            verified.elsewhere += 1;
            continue;
        };
        verified.files += 1;
        if !*known.entry(path.clone()).or_insert_with(|| is_there(&path)) {
            verified.wrong.push(Wrong::Dangling { key, kind: file.kind, path });
        }
    }
    verified.wrong.sort();
    Ok(Some(verified))
}

/// The path of a file on this machine; `None` for what lies elsewhere, and for a path that depends on where a run was started.
fn local_path(file: &File) -> Option<PathBuf> {
    let path = match file.uri.split_once("://") {
        Some(("file", path)) => path,
        Some(_) => return None,
        None => &file.uri,
    };
    let path = PathBuf::from(path);
    path.is_absolute().then_some(path)
}

/// Only what is surely gone counts as gone: a folder that can't be entered is no proof.
fn is_there(path: &Path) -> bool {
    path.try_exists().unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_machine_are_looked_for() {
        let path = |uri: &str| local_path(&File { kind: FileKind::File, uri: uri.to_owned() });
        let root = if cfg!(windows) { "C:/data/a" } else { "/data/a" };
        assert_eq!(path(root), Some(PathBuf::from(root)));
        assert_eq!(path(&format!("file://{root}")), Some(PathBuf::from(root)));
        for elsewhere in ["s3://bucket/a", "memory://a", "data/a", ""] {
            assert_eq!(path(elsewhere), None, "{elsewhere}");
        }
    }
}
