//! The files of a revision, by the paths that they have in the working tree.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::index::{Index, LeftOut, State, hex_is};
use super::listing::{Entry, Kind, Listing};
use super::objects::Objects;
use super::repository::os_text;
use super::{BaselineError, Git, Repository, blob};

/// A revision's files. Shared between threads; contents are read once and kept.
#[derive(Debug)]
pub struct Tree {
    repository: Repository,
    listing: Listing,
    /// The trees of submodules, by name; `None` for one that isn't checked out.
    modules: Mutex<HashMap<Vec<u8>, Option<Arc<Tree>>>>,
    /// Read when it is first asked.
    index: OnceLock<Index>,
    /// Whether it was made from this very tree, so that their ids are the same.
    is_of_index: bool,
    is_head: bool,
}

/// Contents of objects by their ids, which are the same in every revision.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) objects: Option<Objects>,
    pub(super) read: HashMap<String, Arc<[u8]>>,
}

/// What stands in a folder under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A link or a submodule.
    Other,
}

/// What a path leads to.
enum Found<'t> {
    File(Entry<'t>),
    /// A path in a submodule.
    Within(Arc<Tree>, Vec<u8>),
}

/// Links are followed this far, as the kernel does.
const MOST_LINKS: usize = 40;

impl Tree {
    pub(super) fn read_at(repository: Repository, revision: &str) -> Result<Self, BaselineError> {
        let index = OnceLock::new();
        // Where the index was made from the very tree, as right after a commit, it lists the files without git.
        let known = repository.tree_of(revision).and_then(|tree| {
            let index = index.get_or_init(|| repository.read_index(tree.len()).unwrap_or_default());
            index.listing(tree)
        });
        let is_of_index = known.is_some();
        let text = match known {
            Some(listing) => listing,
            None => {
                let arguments = ["ls-tree", "-r", "-z", "--full-tree", revision];
                repository.git.get(repository.resolved(), &arguments)?
            }
        };
        let is_head = repository.head_commit() == Some(revision);
        Ok(Self { index, is_of_index, is_head, ..Self::of_listing(repository, text) })
    }

    /// A tree of what was listed, as `git ls-tree -r -z --full-tree` does it.
    pub(super) fn of_listing(repository: Repository, text: Vec<u8>) -> Self {
        let (modules, index) = (Mutex::default(), OnceLock::new());
        Self { repository, listing: Listing::new(text), modules, index, is_of_index: false, is_head: false }
    }

    /// The content of a file (absolute path, or one spelled as the repository's [root](Repository::root)) at the revision;
    /// `None` if there was no such file. Symbolic links and submodules are followed.
    ///
    /// Of a file that is [untouched](Tree::is_untouched) it is what stands in the working tree, which a checkout of the
    /// revision would put there again.
    pub fn read(&self, path: &Path) -> Result<Option<Arc<[u8]>>, BaselineError> {
        let Some(name) = self.repository.inside(path) else { return Ok(None) };
        let mut working = Vec::new();
        match self.read_working(path, &name, &mut working) {
            Some(_) => Ok(Some(working.into())),
            None => self.read_name(name),
        }
    }

    /// Whether the revision has a file of that path.
    pub fn is_file(&self, path: &Path) -> bool {
        self.repository.inside(path).is_some_and(|name| self.id(name).is_ok_and(|id| id.is_some()))
    }

    /// Whether the revision has a folder of that path. (Not through links or into submodules.)
    pub fn is_folder(&self, path: &Path) -> bool {
        let Some(mut name) = self.repository.inside(path) else { return false };
        if name.is_empty() {
            return true;
        }
        name.push(b'/');
        self.listing.has_prefix(&name)
    }

    /// Every file of the revision, sorted; links among them, files of submodules not.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.listing.iter().filter(|entry| entry.kind != Kind::Module);
        files.map(|entry| self.repository.outside(entry.name))
    }

    /// What stands right below a folder, empty for one that is not there; `None` where links or submodules lead there, or out of the
    /// repository.
    pub fn children(&self, folder: &Path) -> Option<Vec<(OsString, Child)>> {
        let mut name = self.repository.inside(folder)?;
        if self.entry_on(&name).is_some_and(|(_, entry)| entry.kind != Kind::File) {
            return None;
        }
        if !name.is_empty() {
            name.push(b'/');
        }
        let child = |(name, kind): (&[u8], Option<Kind>)| {
            let child = match kind {
                None => Child::Folder,
                Some(Kind::File) => Child::File,
                Some(Kind::Link | Kind::Module) => Child::Other,
            };
            (os_text(name), child)
        };
        Some(self.listing.children(&name).into_iter().map(child).collect())
    }

    /// Every file of the revision but those of `paths`, sorted; files of submodules not.
    pub fn files_beside(&self, paths: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
        let others = self.entries_beside(paths.iter().map(PathBuf::as_path));
        others.filter(|entry| entry.kind != Kind::Module).map(|entry| self.repository.outside(entry.name))
    }

    /// The entries of the revision but those of `paths`, which are soonest found in git's order.
    pub(super) fn entries_beside<'p>(&self, paths: impl Iterator<Item = &'p Path>) -> impl Iterator<Item = Entry<'_>> {
        let mut named = vec![false; self.listing.len()];
        let mut next = 0;
        for path in paths {
            let at = self.repository.name_of(path).and_then(|name| self.listing.position_near(next, &name));
            if let Some(named) = at.and_then(|at| named.get_mut(at)) {
                *named = true;
            }
            next = at.map_or(next, |at| at + 1);
        }
        self.listing.iter().zip(named).filter(|(_, named)| !named).map(|(entry, _)| entry)
    }

    /// Whether it is the revision that is checked out.
    pub fn is_checked_out(&self) -> bool {
        self.is_head
    }

    /// The files that another revision of the repository holds otherwise, or not at all.
    pub fn differing<'t>(&'t self, other: &'t Self) -> impl Iterator<Item = PathBuf> + 't {
        let differs = |entry: &Entry<'_>| other.listing.get(entry.name).is_none_or(|held| held.id != entry.id);
        self.listing.iter().filter(differs).map(|entry| self.repository.outside(entry.name))
    }

    /// Whether a working file's content is for Python the same as the revision's. Nothing is read from git for it.
    pub fn holds(&self, path: &Path, working: &[u8]) -> bool {
        let Some(name) = self.repository.inside(path) else { return false };
        self.id(name).is_ok_and(|id| id.is_some_and(|id| blob::holds(&id, working)))
    }

    /// Whether a working file is surely what the revision holds, told without reading it; `false` where that isn't sure.
    ///
    /// It is what `git status` would call unchanged: a filter of the repository may have changed the bytes on the way.
    pub fn is_untouched(&self, path: &Path) -> bool {
        self.untouched_as(path).is_some()
    }

    /// What the system says of a working file that is [untouched](Tree::is_untouched).
    pub fn untouched_as(&self, path: &Path) -> Option<Metadata> {
        let name = self.repository.name_of(path)?;
        let (at, id) = self.file(&name).filter(|(at, id)| self.index().may_hold(*at, &name, id))?;
        let now = path.symlink_metadata().ok().filter(Metadata::is_file)?;
        self.index().is_untouched(at, &name, Some(id), &State::from(&now)).then_some(now)
    }

    /// Which of working files are surely what the revision holds, as [`Tree::is_untouched`] says, by what the system said of each that was
    /// opened. It is sooner told of files in git's order.
    pub fn untouched<'p>(&self, files: impl Iterator<Item = (&'p Path, Option<State>)>) -> Vec<bool> {
        let mut next = 0;
        let mut is_untouched = |path: &'p Path, state: Option<State>| {
            let (state, name) = (state?, self.repository.name_of(path)?);
            let at = self.listing.position_near(next, &name)?;
            next = at + 1;
            let entry = self.listing.at(at).filter(|entry| entry.kind == Kind::File)?;
            let id = (!self.is_of_index).then_some(entry.id);
            Some(self.index().is_untouched(at, &name, id, &state))
        };
        files.map(|(path, state)| is_untouched(path, state).unwrap_or(false)).collect()
    }

    /// Of a file that a sparse checkout leaves out of the working tree, whether it would be as the revision has it; `None` for all others.
    pub fn left_out(&self, path: &Path) -> Option<bool> {
        let name = self.repository.name_of(path)?;
        let left_out = self.index().left_out(&name)?;
        let is_same = match left_out {
            LeftOut::File(id) => self.file(&name).is_some_and(|(_, own)| hex_is(own, id)),
            LeftOut::Folder => self.is_head,
        };
        path.symlink_metadata().is_err().then_some(is_same)
    }

    /// Whether the revision has a link at a path.
    pub fn is_link(&self, path: &Path) -> bool {
        self.link(path).is_some()
    }

    /// Whether a path is the very link that the revision has there.
    pub fn is_same_link(&self, path: &Path) -> bool {
        let Ok(target) = path.read_link() else { return false };
        let link = self.link(path).and_then(|link| self.content(link.id).ok());
        link.is_some_and(|link| os_text(&link) == target.as_os_str())
    }

    fn link(&self, path: &Path) -> Option<Entry<'_>> {
        let link = self.repository.name_of(path).and_then(|name| self.listing.get(&name));
        link.filter(|entry| entry.kind == Kind::Link)
    }

    /// The content of an [untouched](Tree::is_untouched) working file into a buffer, in place of what is in it, and what the system says of
    /// the file; `None` if it is none.
    ///
    /// Nothing else is looked at, so that whoever needs thousands of files can fetch the rest of them [together](Tree::fetch).
    pub fn read_untouched(&self, path: &Path, buffer: &mut Vec<u8>) -> Option<Metadata> {
        self.read_working(path, &self.repository.name_of(path)?, buffer)
    }

    fn read_working(&self, path: &Path, name: &[u8], buffer: &mut Vec<u8>) -> Option<Metadata> {
        let (at, id) = self.file(name).filter(|(at, id)| self.index().may_hold(*at, name, id))?;
        // Asked of the file that was opened: another may take its place meanwhile.
        let mut file = open_file(path).ok()?;
        let now = file.metadata().ok().filter(Metadata::is_file)?;
        if !self.index().is_untouched(at, name, Some(id), &State::from(&now)) {
            return None;
        }
        buffer.resize(usize::try_from(now.len()).ok()?, 0);
        file.read_exact(buffer).ok()?;
        let is_still = self.index().is_untouched(at, name, Some(id), &State::from(&file.metadata().ok()?));
        is_still.then_some(now)
    }

    /// The id of a file that stands under this very name, and where it is listed, which is its place in an index of the same files too.
    fn file(&self, name: &[u8]) -> Option<(usize, &str)> {
        let (at, entry) = self.listing.position(name)?;
        (entry.kind == Kind::File).then_some((at, entry.id))
    }

    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let length = self.listing.iter().next().map(|entry| entry.id.len());
            length.and_then(|length| self.repository.read_index(length)).unwrap_or_default()
        })
    }

    fn read_name(&self, name: Vec<u8>) -> Result<Option<Arc<[u8]>>, BaselineError> {
        match self.find(name)? {
            Some(Found::File(entry)) => self.content(entry.id).map(Some),
            Some(Found::Within(module, rest)) => module.read_name(rest),
            None => Ok(None),
        }
    }

    fn id(&self, name: Vec<u8>) -> Result<Option<String>, BaselineError> {
        match self.find(name)? {
            Some(Found::File(entry)) => Ok(Some(entry.id.to_owned())),
            Some(Found::Within(module, rest)) => module.id(rest),
            None => Ok(None),
        }
    }

    /// Follows a path through links and into submodules.
    fn find(&self, mut name: Vec<u8>) -> Result<Option<Found<'_>>, BaselineError> {
        for _ in 0..MOST_LINKS {
            // The whole path is an entry, or one of the folders above it is a link or a submodule.
            let Some((end, entry)) = self.entry_on(&name) else { return Ok(None) };
            let rest = name.get(end..).unwrap_or_default();
            match entry.kind {
                Kind::File if rest.is_empty() => return Ok(Some(Found::File(entry))),
                Kind::File => return Ok(None),
                Kind::Link => {
                    let target = self.content(entry.id)?;
                    let Some(mut next) = linked(name.get(..end).unwrap_or_default(), &target) else { return Ok(None) };
                    next.extend_from_slice(rest);
                    name = next;
                }
                Kind::Module => {
                    let rest = rest.strip_prefix(b"/").unwrap_or_default().to_vec();
                    return Ok(self.module(entry).map(|tree| Found::Within(tree, rest)));
                }
            }
        }
        Ok(None)
    }

    /// The first entry on the way along a path, and where its name ends there.
    fn entry_on(&self, name: &[u8]) -> Option<(usize, Entry<'_>)> {
        let ends = name.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        // The whole path first: nearly always it is the entry.
        let ends = std::iter::once(name.len()).chain(ends);
        ends.filter_map(|end| Some((end, self.listing.get(name.get(..end)?)?))).next()
    }

    pub(super) fn listing(&self) -> &Listing {
        &self.listing
    }

    pub(super) fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Where an entry is in the working tree.
    pub(super) fn path_of(&self, entry: &Entry<'_>) -> PathBuf {
        self.repository.outside(entry.name)
    }

    /// The tree of a submodule at the commit that this revision holds it at; `None` if it isn't checked out here.
    pub(super) fn module(&self, entry: Entry<'_>) -> Option<Arc<Self>> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let open = || {
            let folder = self.repository.outside(entry.name);
            let repository = Repository::open(self.repository.git.clone(), &folder).ok()?;
            // Without a checkout the folder is the outer repository's.
            let own = repository.resolved() != self.repository.resolved();
            own.then(|| repository.tree(entry.id).ok().map(Arc::new)).flatten()
        };
        modules.entry(entry.name.to_vec()).or_insert_with(open).clone()
    }

    fn content(&self, id: &str) -> Result<Arc<[u8]>, BaselineError> {
        // A panic of another reader leaves nothing half done that matters: git is asked anew.
        let mut contents = self.repository.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = contents.read.get(id) {
            return Ok(content.clone());
        }
        let (git, root): (&Git, &Path) = (&self.repository.git, self.repository.resolved());
        let mut objects = match contents.objects.take() {
            Some(objects) => objects,
            None => Objects::open(git, root)?,
        };
        // After a failure other than a missing object the pipe is out of step; it is opened anew then.
        let content = objects.content(id);
        if matches!(content, Ok(_) | Err(BaselineError::MissingObject { .. })) {
            contents.objects = Some(objects);
        }
        let content: Arc<[u8]> = content?.into();
        contents.read.insert(id.to_owned(), content.clone());
        Ok(content)
    }
}

/// Opens what stands at a path, but follows no link and waits for nobody who would write into a pipe.
#[cfg(unix)]
fn open_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open_file(path: &Path) -> std::io::Result<File> {
    if path.symlink_metadata()?.is_file() { File::open(path) } else { Err(std::io::ErrorKind::InvalidInput.into()) }
}

/// Where a link leads, as a name in the tree; `None` if out of it.
fn linked(link: &[u8], target: &[u8]) -> Option<Vec<u8>> {
    if target.starts_with(b"/") {
        return None;
    }
    let mut parts: Vec<&[u8]> = link.split(|&byte| byte == b'/').collect();
    parts.pop();
    for part in target.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::test_repository::{Sandbox, sandbox};
    use super::*;

    fn tree(sandbox: &Sandbox, folder: &str) -> Tree {
        let repository = sandbox.open(folder).unwrap();
        let baseline = repository.choose(Some("HEAD")).unwrap().baseline;
        repository.tree(&baseline.revision).unwrap()
    }

    fn text(tree: &Tree, path: &Path) -> Option<String> {
        tree.read(path).unwrap().map(|content| String::from_utf8_lossy(&content).into_owned())
    }

    #[test]
    fn files_are_read_as_they_were_committed() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.write("p/empty.py", "");
        sandbox.commit("p", "pkg/a.py", "a = 1\n", "first");
        sandbox.write("p/pkg/a.py", "a = 2\n");
        sandbox.write("p/pkg/new.py", "");
        std::fs::remove_file(sandbox.path("p/empty.py")).unwrap();
        let tree = tree(&sandbox, "p/pkg");
        let path = |path: &str| sandbox.path(path);
        assert_eq!(text(&tree, &path("p/pkg/a.py")).as_deref(), Some("a = 1\n"));
        assert_eq!(text(&tree, &path("p/pkg/../pkg/./a.py")).as_deref(), Some("a = 1\n"));
        assert_eq!(text(&tree, &path("p/empty.py")).as_deref(), Some(""));
        assert_eq!(text(&tree, &path("p/pkg/new.py")), None);
        assert_eq!(text(&tree, &path("outside.py")), None);
        assert_eq!(text(&tree, &path("p/pkg")), None, "a folder is no file");
        assert!(tree.is_file(&path("p/pkg/a.py")) && !tree.is_file(&path("p/pkg")));
        assert!(tree.is_folder(&path("p/pkg")) && tree.is_folder(&path("p")) && !tree.is_folder(&path("p/pk")));
        assert_eq!(tree.files().collect::<Vec<_>>(), [path("p/empty.py"), path("p/pkg/a.py")]);
        assert!(tree.holds(&path("p/pkg/a.py"), b"a = 1\r\n") && !tree.holds(&path("p/pkg/a.py"), b"a = 2\n"));
    }

    #[test]
    #[cfg(unix)]
    fn any_path_and_any_content() {
        use std::os::unix::ffi::OsStrExt;
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        let names: [&[u8]; 5] =
            [b"line\nbreak.py", b"tab\tand \"quotes\".py", b"\xff\xfe.py", "é.py".as_bytes(), b" HEAD:x"];
        for name in names {
            std::fs::write(sandbox.path("p").join(std::ffi::OsStr::from_bytes(name)), name).unwrap();
        }
        sandbox.commit("p", "zero.py", "\0\n\n", "odd");
        let tree = tree(&sandbox, "p");
        for name in names {
            let content = tree.read(&sandbox.path("p").join(std::ffi::OsStr::from_bytes(name))).unwrap();
            assert_eq!(content.as_deref(), Some(name));
        }
        assert_eq!(text(&tree, &sandbox.path("p/zero.py")).as_deref(), Some("\0\n\n"));
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_as_they_were_committed() {
        use std::os::unix::fs::symlink;
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.write("p/lib/deep/a.py", "a = 1\n");
        let link = |target: &str, at: &str| symlink(target, sandbox.path(at)).unwrap();
        link("lib/deep", "p/short");
        link("../lib/deep/a.py", "p/lib/b.py");
        link("loop.py", "p/loop.py");
        link("/etc/hostname", "p/out.py");
        link("../../up.py", "p/lib/up.py");
        sandbox.commit("p", "c.py", "", "links");
        let tree = tree(&sandbox, "p");
        let read = |path: &str| text(&tree, &sandbox.path(path));
        assert_eq!(read("p/short/a.py").as_deref(), Some("a = 1\n"));
        assert_eq!(read("p/lib/b.py").as_deref(), Some("a = 1\n"));
        for path in ["p/loop.py", "p/out.py", "p/lib/up.py", "p/c.py/x", "p/short"] {
            assert_eq!(read(path), None, "{path}");
        }
        assert!(tree.holds(&sandbox.path("p/short/a.py"), b"a = 1\n"));
    }

    #[test]
    #[cfg(unix)]
    fn a_project_may_be_reached_through_a_link() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.commit("p", "sub/a.py", "a = 1\n", "first");
        std::os::unix::fs::symlink(sandbox.path("p"), sandbox.path("alias")).unwrap();
        let tree = tree(&sandbox, "alias/sub");
        assert_eq!(tree.repository.root(), sandbox.path("alias"));
        assert_eq!(text(&tree, &sandbox.path("alias/sub/a.py")).as_deref(), Some("a = 1\n"));
        assert_eq!(text(&tree, &sandbox.path("p/sub/a.py")).as_deref(), Some("a = 1\n"));
    }

    #[test]
    fn worktrees_submodules_and_sha_256() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "lib"]);
        sandbox.commit("lib", "m.py", "m = 1\n", "lib");
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.git("p", &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "vendor/lib"]);
        sandbox.commit("p", "a.py", "a = 1\n", "first");
        sandbox.commit("p/vendor/lib", "m.py", "m = 2\n", "went on");
        let outer = tree(&sandbox, "p");
        assert_eq!(
            text(&outer, &sandbox.path("p/vendor/lib/m.py")).as_deref(),
            Some("m = 1\n"),
            "as committed outside"
        );
        assert!(outer.holds(&sandbox.path("p/vendor/lib/m.py"), b"m = 1\n"));
        sandbox.git("p", &["worktree", "add", "-q", "../wt"]);
        assert_eq!(text(&tree(&sandbox, "wt"), &sandbox.path("wt/a.py")).as_deref(), Some("a = 1\n"));
        assert_eq!(text(&tree(&sandbox, "wt"), &sandbox.path("wt/vendor/lib/m.py")), None, "not checked out there");
        sandbox.git("", &["init", "-q", "--object-format=sha256", "q"]);
        sandbox.commit("q", "a.py", "a = 1\n", "first");
        let sha256 = tree(&sandbox, "q");
        assert_eq!(text(&sha256, &sandbox.path("q/a.py")).as_deref(), Some("a = 1\n"));
        assert!(
            sha256.holds(&sandbox.path("q/a.py"), b"a = 1\n") && !sha256.holds(&sandbox.path("q/a.py"), b"a = 2\n")
        );
    }

    #[test]
    fn a_file_that_the_clone_does_not_hold_is_an_error_and_not_a_new_file() {
        let Some(sandbox) = sandbox() else { return };
        sandbox.git("", &["init", "-q", "p"]);
        sandbox.commit("p", "a.py", "a = 1\n", "first");
        sandbox.commit("p", "b.py", "b = 1\n", "second");
        let id = sandbox.git("p", &["rev-parse", "HEAD:a.py"]);
        let (folder, file) = id.trim().split_at(2);
        std::fs::remove_file(sandbox.path("p/.git/objects").join(folder).join(file)).unwrap();
        let tree = tree(&sandbox, "p");
        assert_eq!(text(&tree, &sandbox.path("p/a.py")).as_deref(), Some("a = 1\n"), "it is untouched");
        sandbox.write("p/a.py", "a = 2  # changed\n");
        let error = BaselineError::MissingObject { object: id.trim().to_owned() };
        assert_eq!(tree.read(&sandbox.path("p/a.py")), Err(error));
        assert_eq!(text(&tree, &sandbox.path("p/b.py")).as_deref(), Some("b = 1\n"), "the next read goes on");
    }
}
