//! Commits, by the files that they touch.
//!
//! `rev-list` compares trees and reads commits; it looks at no working file, and knows no filter, text conversion,
//! signature check or mailmap unless it is asked for one. Paths are taken as they are written, not as patterns.

use std::ffi::OsString;
use std::path::PathBuf;

use super::repository::os_text;
use super::{BaselineError, Repository};

/// A commit that touches certain files, and the commits before it that do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its id.
    pub commit: String,
    /// The nearest commits before it that touch them too, one for each parent that leads to one. What stands between
    /// holds the files as these do.
    pub before: Vec<String>,
}

/// What people call a commit by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// The day when it was written, as `2026-01-31`.
    pub date: String,
    /// Who wrote it.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

impl Repository {
    /// The commits up to `revision` (a commit's id) that touch any of `paths` (absolute), newest first, at most `most`.
    ///
    /// Side branches that brought nothing of them are left out, as `git log -- PATHS` leaves them out.
    pub fn touching(&self, revision: &str, paths: &[PathBuf], most: usize) -> Result<Vec<Step>, BaselineError> {
        let names = paths.iter().filter_map(|path| self.inside(path)).filter(|name| !name.is_empty());
        let names: Vec<OsString> = names.map(|name| os_text(&name)).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let most = format!("--max-count={most}");
        let options = ["rev-list", "--topo-order", "--parents", &most, revision, "--"].map(OsString::from);
        let listing = self.git.get_literal(self.resolved(), &[&options[..], &names].concat())?;
        let step = |line: &str| {
            let mut ids = line.split(' ').map(str::to_owned);
            Some(Step { commit: ids.next()?, before: ids.collect() })
        };
        Ok(String::from_utf8_lossy(&listing).lines().filter_map(step).collect())
    }

    /// What people call commits by, in the order of `ids`.
    pub fn commits(&self, ids: &[&str]) -> Result<Vec<Commit>, BaselineError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let options = ["rev-list", "--no-walk=unsorted", "--date=short", "--encoding=UTF-8"];
        let format = "--format=%H%x00%ad%x00%an%x00%s";
        let listing = self.git.get(self.resolved(), &[&options[..], &[format], ids].concat())?;
        // Before each comes a line `commit <id>`, which older gits can't leave out.
        let commit = |line: &str| {
            let mut fields = line.split('\0').map(str::to_owned);
            let (id, date, author) = (fields.next()?, fields.next()?, fields.next()?);
            Some(Commit { id, date, author, subject: fields.next()? })
        };
        Ok(String::from_utf8_lossy(&listing).lines().filter_map(commit).collect())
    }

    /// Whether history was cut off when cloning.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// The commit that is checked out.
    pub fn head(&self) -> Result<String, BaselineError> {
        self.head_commit().map(str::to_owned).ok_or(BaselineError::NoCommits)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::test_repository::{Sandbox, sandbox};
    use super::*;

    /// The subjects of the commits that touch `paths`.
    fn touching(sandbox: &Sandbox, paths: &[&str]) -> Vec<String> {
        let repository = sandbox.open("p").unwrap();
        let paths: Vec<PathBuf> = paths.iter().map(|path| sandbox.path("p").join(path)).collect();
        let steps = repository.touching(&repository.head().unwrap(), &paths, 100).unwrap();
        let ids: Vec<&str> = steps.iter().map(|step| step.commit.as_str()).collect();
        repository.commits(&ids).unwrap().into_iter().map(|commit| commit.subject).collect()
    }

    #[test]
    fn only_commits_that_touch_the_paths_are_listed() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        sandbox.commit("p", "a.py", "1\n", "one");
        sandbox.commit("p", "b.py", "1\n", "two");
        sandbox.commit("p", "[ab].py", "1\n", "a file whose name is a pattern");
        sandbox.commit("p", "a.py", "2\n", "four");
        assert_eq!(touching(&sandbox, &["a.py"]), ["four", "one"]);
        assert_eq!(touching(&sandbox, &["[ab].py"]), ["a file whose name is a pattern"]);
        assert_eq!(touching(&sandbox, &["nothing.py", "b.py"]), ["two"]);
        assert_eq!(touching(&sandbox, &[]), Vec::<String>::new());
        assert_eq!(touching(&sandbox, &["../outside.py"]), Vec::<String>::new());
    }

    #[test]
    fn a_merge_leads_to_the_commits_that_it_brought() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        sandbox.commit("p", "a.py", "1\n", "base");
        sandbox.git("p", &["switch", "-q", "-c", "side"]);
        sandbox.commit("p", "a.py", "2\n", "on the side");
        sandbox.git("p", &["switch", "-q", "main"]);
        sandbox.commit("p", "b.py", "1\n", "elsewhere");
        sandbox.git("p", &["merge", "-q", "--no-edit", "side"]);
        assert_eq!(touching(&sandbox, &["a.py"]), ["on the side", "base"]);
        let repository = sandbox.open("p").unwrap();
        let steps = repository.touching(&repository.head().unwrap(), &[sandbox.path("p/a.py")], 9).unwrap();
        assert_eq!(steps[0].before, [steps[1].commit.clone()]);
        let commit = repository.commits(&[&steps[0].commit]).unwrap().remove(0);
        assert_eq!((commit.date.as_str(), commit.author.as_str()), ("2026-01-02", "Ada"));
    }
}
