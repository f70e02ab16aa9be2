//! States of the code by the words that git's users have for them: revisions, where two of them parted, the index.

use std::path::Path;

use super::tree::Tree;
use super::{Baseline, BaselineError, Choice, Repository};

impl Repository {
    /// The commit that a revision names, and the revision as its name.
    ///
    /// # Errors
    ///
    /// A revision that is not here, with the command that fetches it where it reads as one of a remote.
    pub fn revision(&self, wanted: &str) -> Result<Baseline, BaselineError> {
        match self.choose(Some(wanted)) {
            Ok(choice) => Ok(choice.baseline),
            Err(error @ BaselineError::UnknownRevision { .. }) => Err(self.not_fetched(wanted)?.unwrap_or(error)),
            Err(error) => Err(error),
        }
    }

    /// The commit where two commits (ids) parted; their names are for the error.
    ///
    /// # Errors
    ///
    /// Commits without a common history in this clone.
    pub fn parted(&self, one: &Baseline, other: &Baseline) -> Result<String, BaselineError> {
        if one.revision == other.revision {
            return Ok(one.revision.clone());
        }
        let base = self.line(&["merge-base", &one.revision, &other.revision])?;
        base.ok_or_else(|| BaselineError::NoMergeBase {
            one: one.name.clone(),
            other: other.name.clone(),
            shallow: self.is_shallow(),
        })
    }

    /// The revision to compare with where the user named none, for whoever takes silence for "nothing changed": in a clone that is too
    /// shallow to tell, it is the first parent of the merge commit that continuous integration checks out, or an error.
    ///
    /// # Errors
    ///
    /// As [`Repository::choose`], and a clone that is too shallow.
    pub fn usual(&self) -> Result<Choice, BaselineError> {
        let choice = self.choose(None)?;
        let Some(note) = &choice.note else { return Ok(choice) };
        if let Some(revision) = self.merged_into()? {
            let note = "HEAD is a detached merge commit, so its first parent is the base".to_owned();
            return Ok(Choice { baseline: Baseline { revision, name: "HEAD^1".to_owned() }, note: Some(note) });
        }
        if self.is_shallow() {
            return Err(BaselineError::TooShallow { what: note.split(", so HEAD").next().unwrap_or(note).to_owned() });
        }
        Ok(choice)
    }

    /// The files of the index, as `git commit` would take them.
    ///
    /// `named` is what git tells its hooks in `GIT_INDEX_FILE`: what goes into the commit that is being made is in that index.
    ///
    /// # Errors
    ///
    /// An index with conflicts, and what git says.
    pub fn index_tree(&self, named: Option<&Path>) -> Result<Tree, BaselineError> {
        let list = ["ls-files", "--stage", "-z", "--full-name"];
        let text = match named.and_then(|path| self.index_of_commit(path)) {
            Some(index) => self.git.get_of_index(self.resolved(), &index, &list)?,
            None => self.git.get(self.resolved(), &list)?,
        };
        let mut listing = Vec::with_capacity(text.len());
        for record in text.split(|&byte| byte == 0).filter(|record| !record.is_empty()) {
            let tab = memchr::memchr(b'\t', record).unwrap_or(record.len());
            let (fields, name) = record.split_at(tab);
            let mut fields = fields.split(|&byte| byte == b' ');
            let (Some(mode), Some(id), Some(stage)) = (fields.next(), fields.next(), fields.next()) else { continue };
            if stage != b"0" {
                let file = String::from_utf8_lossy(name.get(1..).unwrap_or_default()).into_owned();
                return Err(BaselineError::Unmerged { file });
            }
            // As `git ls-tree` writes it, whose kinds of objects nobody looks at.
            for piece in [mode, b" blob ", id, name, b"\0"] {
                listing.extend_from_slice(piece);
            }
        }
        Ok(Tree::of_listing(self.clone(), listing))
    }

    /// Of a detached merge commit, the commit that was merged into.
    fn merged_into(&self) -> Result<Option<String>, BaselineError> {
        if self.line(&["symbolic-ref", "--quiet", "HEAD"])?.is_some() {
            return Ok(None);
        }
        let parent =
            |number: &str| self.line(&["rev-parse", "--verify", "--quiet", &format!("HEAD^{number}^{{commit}}")]);
        Ok(parent("2")?.and(parent("1")?))
    }

    /// The error of a revision that reads as a remote's branch, which was not fetched.
    fn not_fetched(&self, wanted: &str) -> Result<Option<BaselineError>, BaselineError> {
        let remotes = self.line(&["remote"])?.unwrap_or_default();
        let of = |remote: &str| Some((remote.to_owned(), wanted.strip_prefix(remote)?.strip_prefix('/')?.to_owned()));
        let is_name = |text: &str| !text.is_empty() && !text.contains(['~', '^', '@', ':', ' ']);
        let found = remotes.lines().find_map(of).filter(|(_, branch)| is_name(branch));
        Ok(found.map(|(remote, branch)| BaselineError::NotFetched { revision: wanted.to_owned(), remote, branch }))
    }
}
