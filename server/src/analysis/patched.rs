//! What is known of attributes that are set from outside of their module or class ([`super::patches`] finds them), and of the files
//! that run together and so see it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::importers::{self, Imports};
use super::ir::ClassId;
use super::link::Linker;
use super::modules::ModulePath;
use super::sdk;
use super::value::{FileId, Value};

/// An attribute that is set from outside.
pub struct Patch {
    of: Patched,
    /// `None` if it may be any.
    name: Option<String>,
    reason: String,
    /// The files that can see it.
    seen_by: Rc<HashSet<PathBuf>>,
}

#[derive(PartialEq)]
pub enum Patched {
    /// A module of the project.
    Module(Option<PathBuf>),
    /// Something outside of the project, by its dotted path.
    Outside(String),
    Class(FileId, ClassId),
    /// What decides on versions within the SDK.
    Sdk,
}

impl Linker<'_> {
    /// Takes note that an attribute of a module or class is set: `envs.SALT = …`, `flyte.Cache = …`.
    pub fn patch(&self, seen_by: &Rc<HashSet<PathBuf>>, object: &Value, name: Option<&str>, reason: String) {
        let of = match object {
            Value::Module(module) => Patched::Module(module.file.clone()),
            Value::External(path) if sdk::decides(path, name) => Patched::Sdk,
            Value::External(path) => Patched::Outside(path.to_string()),
            Value::Class(file, class) => Patched::Class(*file, *class),
            _ => return,
        };
        let name = name.filter(|_| of != Patched::Sdk).map(str::to_owned);
        let patch = Patch { of, name, reason, seen_by: Rc::clone(seen_by) };
        self.patches.borrow_mut().push(patch);
    }

    /// Why an attribute isn't known in a file.
    pub(super) fn patched(&self, file: FileId, of: &Patched, name: &str) -> Option<Value> {
        let patches = self.patches.borrow();
        if patches.is_empty() {
            return None;
        }
        let path = self.file(file).path.clone();
        let is_it = |patch: &&Patch| {
            patch.of == *of
                && patch.name.as_deref().is_none_or(|patched| patched == name)
                && (patch.seen_by.contains(&*path) || matches!(of, Patched::Class(..)))
        };
        patches.iter().find(is_it).map(|patch| Value::unknown(&patch.reason))
    }

    /// An attribute that is set on a class from outside.
    pub fn patched_class(&self, file: FileId, class: ClassId, name: &str) -> Option<Value> {
        self.patched(file, &Patched::Class(file, class), name)
    }

    /// Which files run together with which, found by the imports of `starts`.
    pub fn find_imports(&self, starts: &[PathBuf]) -> Arc<Imports> {
        Arc::new(importers::find(self.files, self.roots, starts))
    }

    /// Takes note of which files run together with which.
    pub fn take_imports(&self, imports: &Arc<Imports>) {
        self.notes.borrow_mut().teaches |= imports.is_taught();
        self.together.replace(Arc::clone(imports));
    }

    /// The files that can run together with one, by the imports that are known.
    pub fn beside(&self, path: &Path) -> HashSet<PathBuf> {
        self.together.borrow().beside(path)
    }

    /// A file that may teach Flyte a class of another file, so that neither its schema nor its pickle counts.
    pub fn teaches(&self, path: &Path, class: &str) -> Option<PathBuf> {
        self.together.borrow().teaches(path, class).map(Path::to_path_buf)
    }

    /// Forgets values, to find them again with what became known.
    pub fn forget(&self) {
        if !self.patches.borrow().is_empty() {
            self.memo.borrow_mut().clear();
            self.members.borrow_mut().clear();
        }
    }

    /// Something outside of the project, as `file` sees it.
    pub fn outside(&self, file: FileId, path: String) -> Value {
        let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
        let sdk = sdk::is_of_the_sdk(&path).then(|| self.patched(file, &Patched::Sdk, name)).flatten();
        // Modules of the SDK are only ways to what decides.
        let sdk = sdk.filter(|_| sdk::known(&path).is_some());
        sdk.or_else(|| self.patched(file, &Patched::Outside(module.to_owned()), name))
            .unwrap_or_else(|| Value::external(&path))
    }

    /// A module's attribute, as `file` sees it.
    pub fn member_in(&self, file: FileId, module: &ModulePath, name: &str) -> Value {
        self.patched(file, &Patched::Module(module.file.clone()), name).unwrap_or_else(|| self.member(module, name))
    }
}
