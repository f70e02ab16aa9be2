//! What differs between two trees, or between a tree and the working files; and contents read many at once, since git answers a
//! thousand questions in one go as fast as ten one by one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::BaselineError;
use super::listing::{Entry, Kind};
use super::objects::Objects;
use super::tree::Tree;

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    /// Files, absolute and sorted, those of submodules among them.
    pub files: BTreeSet<PathBuf>,
    /// Links that lead elsewhere: what is behind them differs in ways that names don't tell.
    pub links: Vec<PathBuf>,
    /// Submodules at other commits that are not checked out here, so that nobody knows what of them differs.
    pub unread: Vec<PathBuf>,
    /// Files that are left out of the working tree, and would be others there.
    pub left_out: Vec<PathBuf>,
}

impl Tree {
    /// What another tree of the repository holds otherwise, told by ids: no content is read.
    pub fn differs(&self, other: &Self) -> Differing {
        let mut found = Differing::default();
        let mut there = other.listing().iter().peekable();
        for here in self.listing().iter() {
            while let Some(new) = there.next_if(|new| new.name < here.name) {
                other.note(&new, &mut found);
            }
            match there.next_if(|new| new.name == here.name) {
                None => self.note(&here, &mut found),
                Some(new) if new.id == here.id && new.kind == here.kind => {}
                Some(new) if new.kind == Kind::Module && here.kind == Kind::Module => {
                    match (self.module(here), other.module(new)) {
                        (Some(one), Some(two)) => found.extend(one.differs(&two)),
                        _ => found.unread.push(self.path_of(&here)),
                    }
                }
                Some(new) => {
                    self.note(&here, &mut found);
                    other.note(&new, &mut found);
                }
            }
        }
        for new in there {
            other.note(&new, &mut found);
        }
        found
    }

    /// Takes note of an entry that only one of two trees has like this.
    fn note(&self, entry: &Entry<'_>, found: &mut Differing) {
        let path = self.path_of(entry);
        match entry.kind {
            Kind::File => {
                found.files.insert(path);
            }
            Kind::Link => {
                found.links.push(path.clone());
                found.files.insert(path);
            }
            Kind::Module => match self.module(*entry) {
                Some(module) => found.files.extend(module.every_file()),
                None => found.unread.push(path),
            },
        }
    }

    /// Every file, sorted; links among them, and files of the submodules that are checked out.
    pub fn every_file(&self) -> Vec<PathBuf> {
        self.every_file_beside(&[])
    }

    /// Every file but those of `paths`, which are soonest found in git's order.
    pub fn every_file_beside(&self, paths: &[&Path]) -> Vec<PathBuf> {
        let mut files = Vec::with_capacity(self.listing().len().saturating_sub(paths.len()));
        for entry in self.entries_beside(paths.iter().copied()) {
            let path = self.path_of(&entry);
            match entry.kind {
                Kind::Module => {
                    let within: Vec<&Path> = paths.iter().copied().filter(|file| file.starts_with(&path)).collect();
                    files.extend(self.module(entry).iter().flat_map(|module| module.every_file_beside(&within)));
                }
                Kind::File | Kind::Link => files.push(path),
            }
        }
        files
    }

    /// Submodules that aren't checked out here, and of which the index names another commit than the revision, or none.
    pub fn unread_modules(&self) -> Vec<PathBuf> {
        let modules = self.listing().iter().filter(|entry| entry.kind == Kind::Module);
        let unread = modules
            .filter(|entry| !self.index().may_hold(usize::MAX, entry.name, entry.id) && self.module(*entry).is_none());
        unread.map(|entry| self.path_of(&entry)).collect()
    }

    /// Reads the contents of files that are not as the working tree has them, in one go; each is then read from memory.
    ///
    /// # Errors
    ///
    /// What git says. An object that is missing is told when its file is read.
    pub fn fetch<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), BaselineError> {
        let id = |path: &PathBuf| {
            let entry = self.listing().get(&self.repository().inside(path)?)?;
            (entry.kind == Kind::File && !self.is_untouched(path)).then(|| entry.id.to_owned())
        };
        let mut contents = self.repository().contents.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted: BTreeSet<String> = paths.into_iter().filter_map(id).collect();
        let wanted: Vec<String> = wanted.into_iter().filter(|id| !contents.read.contains_key(id)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut objects = match contents.objects.take() {
            Some(objects) => objects,
            None => Objects::open(&self.repository().git, self.repository().resolved())?,
        };
        for (id, content) in wanted.iter().zip(objects.contents(&wanted)?) {
            if let Some(content) = content {
                contents.read.insert(id.clone(), content.into());
            }
        }
        contents.objects = Some(objects);
        Ok(())
    }
}

impl Differing {
    fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.links.extend(other.links);
        self.unread.extend(other.unread);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::test_repository::sandbox;
    use super::*;

    #[test]
    fn trees_differ_where_their_entries_do() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        sandbox.commit("p", "a.py", "a = 1\n", "one");
        sandbox.commit("p", "sub/b.py", "b = 1\n", "two");
        sandbox.commit("p", "sub/c.py", "c = 1\n", "three");
        sandbox.git("p", &["rm", "-q", "a.py"]);
        sandbox.write("p/new.py", "n = 1\n");
        sandbox.commit("p", "sub/b.py", "b = 2\n", "four");
        let repository = sandbox.open("p").unwrap();
        let tree = |revision: &str| repository.tree(&repository.revision(revision).unwrap().revision).unwrap();
        let (then, now) = (tree("HEAD~1"), tree("HEAD"));
        let differing = then.differs(&now);
        let expected = ["a.py", "new.py", "sub/b.py"].map(|name| sandbox.path("p").join(name));
        assert_eq!(differing.files.into_iter().collect::<Vec<_>>(), expected);
        then.fetch(&expected).unwrap();
        for (file, text) in [("a.py", Some("a = 1\n")), ("new.py", None), ("sub/b.py", Some("b = 1\n"))] {
            let read = then.read(&sandbox.path("p").join(file)).unwrap();
            assert_eq!(read.as_deref(), text.map(str::as_bytes), "{file}");
        }
        assert_eq!(then.differs(&then), Differing::default());
    }

    #[test]
    fn a_submodule_differs_by_its_files() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "lib"]);
        sandbox.commit("lib", "m.py", "m = 1\n", "lib");
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.git("p", &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "vendor/lib"]);
        sandbox.commit("p", "a.py", "a = 1\n", "first");
        sandbox.commit("p/vendor/lib", "m.py", "m = 2\n", "went on");
        sandbox.commit("p", "a.py", "a = 1\n", "second");
        let repository = sandbox.open("p").unwrap();
        let tree = |revision: &str| repository.tree(&repository.revision(revision).unwrap().revision).unwrap();
        let differing = tree("HEAD~1").differs(&tree("HEAD"));
        assert_eq!(differing.files.into_iter().collect::<Vec<_>>(), [sandbox.path("p/vendor/lib/m.py")]);
        sandbox.git("p", &["submodule", "--quiet", "deinit", "-f", "vendor/lib"]);
        let differing = tree("HEAD~1").differs(&tree("HEAD"));
        assert_eq!(differing.unread, [sandbox.path("p/vendor/lib")], "nobody knows what is in it");
    }

    #[test]
    fn the_index_is_a_tree_of_its_own() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        sandbox.commit("p", "a.py", "a = 1\n", "one");
        sandbox.write("p/a.py", "a = 2  # staged\n");
        sandbox.git("p", &["add", "a.py"]);
        sandbox.write("p/a.py", "a = 3  # not staged\n");
        sandbox.write("p/b.py", "b = 1\n");
        let repository = sandbox.open("p").unwrap();
        let index = repository.index_tree(None).unwrap();
        assert_eq!(index.read(&sandbox.path("p/a.py")).unwrap().as_deref(), Some(&b"a = 2  # staged\n"[..]));
        assert_eq!(index.read(&sandbox.path("p/b.py")).unwrap(), None);
    }

    #[test]
    fn a_conflict_in_the_index_is_told() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "p"]);
        sandbox.commit("p", "a.py", "a = 1\n", "one");
        sandbox.git("p", &["switch", "-q", "-c", "side"]);
        sandbox.commit("p", "a.py", "a = 2\n", "side");
        sandbox.git("p", &["switch", "-q", "main"]);
        sandbox.commit("p", "a.py", "a = 3\n", "main");
        let merged = std::process::Command::new("git")
            .current_dir(sandbox.path("p"))
            .args(["-c", "user.name=A", "-c", "user.email=a@b", "merge", "-q", "side"])
            .output();
        assert!(!merged.unwrap().status.success(), "it must conflict");
        let error = sandbox.open("p").unwrap().index_tree(None).unwrap_err();
        assert_eq!(error, BaselineError::Unmerged { file: "a.py".to_owned() });
    }

    #[test]
    fn what_was_not_fetched_says_which_command_does() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "up"]);
        sandbox.commit("up", "a.py", "1\n", "base");
        sandbox.git("up", &["switch", "-q", "-c", "feature"]);
        sandbox.commit("up", "a.py", "2\n", "mine");
        sandbox.git("up", &["switch", "-q", "main"]);
        let url = format!("file://{}", sandbox.path("up").display());
        sandbox.git("", &["clone", "-q", "--depth=1", "-b", "feature", &url, "shallow"]);
        let repository = sandbox.open("shallow").unwrap();
        let error = repository.revision("origin/main").unwrap_err().to_string();
        assert!(error.contains("git fetch origin main:refs/remotes/origin/main"), "{error}");
        let error = repository.usual().unwrap_err().to_string();
        assert!(error.contains("git fetch --unshallow"), "{error}");
    }

    #[test]
    fn a_detached_merge_commit_is_compared_with_what_it_merges_into() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "-b", "main", "up"]);
        sandbox.commit("up", "a.py", "1\n", "base");
        sandbox.git("up", &["switch", "-q", "-c", "feature"]);
        sandbox.commit("up", "a.py", "2\n", "mine");
        sandbox.git("up", &["switch", "-q", "main"]);
        sandbox.commit("up", "b.py", "1\n", "theirs");
        sandbox.git("up", &["switch", "-q", "--detach"]);
        sandbox.git("up", &["merge", "-q", "--no-edit", "feature"]);
        sandbox.git("up", &["update-ref", "refs/pull/1/merge", "HEAD"]);
        sandbox.git("up", &["switch", "-q", "main"]);
        // As continuous integration does it, with the parents.
        sandbox.git("", &["init", "-q", "ci"]);
        let url = format!("file://{}", sandbox.path("up").display());
        sandbox.git("ci", &["remote", "add", "origin", &url]);
        sandbox.git("ci", &["fetch", "-q", "--depth=2", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge"]);
        sandbox.git("ci", &["checkout", "-q", "refs/remotes/pull/1/merge"]);
        let usual = sandbox.open("ci").unwrap().usual().unwrap();
        let subject = sandbox.git("ci", &["log", "-1", "--format=%s", &usual.baseline.revision]);
        assert_eq!((subject.trim(), usual.baseline.name.as_str()), ("theirs", "HEAD^1"));
    }
}
