//! What an analysis looked into on its way: by that it is known of an edit whether the next analysis would find anything else.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::edit::Edit;
use super::importers::Imports;
use super::ir::{Function, Offset};
use super::link::Linker;

/// What was looked into.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Names of which all uses were asked for, of whatever file.
    pub names: HashSet<String>,
    /// Functions whose bodies were read for the sake of something else, by where their names stand.
    bodies: HashSet<(Arc<Path>, Offset)>,
    /// Whether it was asked which objects an expression may stand for, which all code has a say in.
    pub follows_objects: bool,
    /// Whether all unions that code makes were compared.
    pub compares_unions: bool,
    /// Whether some file teaches Flyte types, so that it counts which classes it mentions.
    pub teaches: bool,
    /// Whether something that is told names a line.
    pub names_lines: bool,
    /// What was looked at; kept only for who asks again.
    pub ground: Option<Arc<Ground>>,
}

/// The files of an analysis.
#[derive(Debug)]
pub struct Ground {
    /// Those that were asked about.
    pub asked: Vec<PathBuf>,
    /// Those of them that matter.
    pub selected: HashSet<PathBuf>,
    /// Which of them run together.
    pub imports: Arc<Imports>,
}

impl Notes {
    /// All uses of a name are asked for.
    pub fn uses_of(&mut self, name: &str) {
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// The body of a function is read.
    pub fn body_of(&mut self, file: &Arc<Path>, function: &Function) {
        self.bodies.insert((Arc::clone(file), function.name_offset));
    }

    /// Whether the body of a function was read whose name stands at an offset.
    pub fn is_read(&self, file: &Path, name_offset: Offset) -> bool {
        self.bodies.iter().any(|(known, at)| *at == name_offset && **known == *file)
    }

    /// Forgets the functions of a file whose names stand in some of its parts.
    pub fn forget(&mut self, file: &Path, parts: &dyn Fn(usize) -> bool) {
        self.bodies.retain(|(known, at)| **known != *file || !parts(*at as usize));
    }

    /// Both; the files are those of the other, if it has any.
    pub fn and(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.bodies.extend(other.bodies);
        self.follows_objects |= other.follows_objects;
        self.compares_unions |= other.compares_unions;
        self.teaches |= other.teaches;
        self.names_lines |= other.names_lines;
        self.ground = other.ground.or(self.ground);
        self
    }

    /// The same after an edit.
    pub fn follow(&mut self, edit: &Edit) -> Option<()> {
        let moved = |(file, at): &(Arc<Path>, Offset)| {
            let at = if edit.is_of(file) { Offset::try_from(edit.start(*at as usize)?).ok()? } else { *at };
            Some((Arc::clone(file), at))
        };
        self.bodies = self.bodies.iter().map(moved).collect::<Option<_>>()?;
        Some(())
    }
}

impl Linker<'_> {
    /// A line's number, for a text: what is told then depends on where things stand.
    pub fn line_in_words<T>(&self, line: T) -> T {
        self.notes.borrow_mut().names_lines = true;
        line
    }
}
