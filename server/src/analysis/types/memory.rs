//! What is known of types so far, so that nothing is found out twice.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use cache_core::key::flyte::Type;

use super::super::ir::*;
use super::super::lower;
use super::super::value::FileId;
use super::order::Made as Unions;

/// What a class is to Flyte, or why that isn't known.
type ClassFound = Result<Type, Rc<str>>;

/// What is known so far.
pub struct Memory {
    /// What classes are to Flyte; `None` while that is being found.
    classes: RefCell<HashMap<(FileId, ClassId), Option<ClassFound>>>,
    /// What `typing` makes in a file.
    unions: RefCell<HashMap<FileId, Rc<Unions>>>,
    /// Where the next expression out of a string is said to stand: behind any file's end.
    next_offset: Cell<Offset>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { classes: RefCell::default(), unions: RefCell::default(), next_offset: Cell::new(1 << 31) }
    }
}

impl Memory {
    /// What a class is to Flyte: found once, and not by way of itself.
    pub fn class_once(
        &self,
        key: (FileId, ClassId),
        name: &str,
        find: impl FnOnce() -> Result<Type, String>,
    ) -> Result<Type, String> {
        match self.classes.borrow().get(&key) {
            Some(Some(known)) => return known.clone().map_err(|reason| reason.to_string()),
            Some(None) => return Err(format!("`{name}` holds itself")),
            None => {}
        }
        self.classes.borrow_mut().insert(key, None);
        let found = find();
        let kept = found.clone().map_err(|reason| Rc::from(reason.as_str()));
        self.classes.borrow_mut().insert(key, Some(kept));
        found
    }

    /// What `typing` makes in a file: found once.
    pub fn unions_of(&self, file: FileId, find: impl FnOnce() -> Unions) -> Rc<Unions> {
        if let Some(known) = self.unions.borrow().get(&file) {
            return Rc::clone(known);
        }
        let found = Rc::new(find());
        self.unions.borrow_mut().insert(file, Rc::clone(&found));
        found
    }

    /// The expression that a string holds, with offsets of its own.
    pub fn expression(&self, text: &str) -> Option<Expr> {
        let base = self.next_offset.get();
        let length = Offset::try_from(text.len()).ok()?;
        self.next_offset.set(base.checked_add(length)?.checked_add(1)?);
        lower::expression_of(text, base)
    }
}
