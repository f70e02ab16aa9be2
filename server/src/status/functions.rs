//! Every function of a file with its version, task or not.

use std::path::Path;
use std::sync::Arc;

use cache_core::python::{Function, Module, PythonVersion, Source};

use crate::analysis::{self, Problem};

use super::Interpreter;

/// A file's functions.
#[derive(Debug)]
pub struct FileFunctions {
    /// The file, absolute.
    pub file: Arc<Path>,
    /// The Python that computes the versions, where it is known.
    pub python: Option<PythonVersion>,
    /// In source order.
    pub functions: Vec<FunctionVersion>,
    /// Why there are none, or no versions.
    pub problem: Option<Problem>,
    /// Whether there was a text to read.
    pub read: bool,
}

/// A function and its version.
#[derive(Debug)]
pub struct FunctionVersion {
    /// Python's `__qualname__`.
    pub qualname: String,
    /// `co_firstlineno`, 1-based.
    pub line: u32,
    /// What `FunctionBodyPolicy` returns, in hex, or why that isn't known.
    pub version: Result<String, String>,
}

impl FileFunctions {
    /// A file that can't be read.
    pub fn unreadable(problem: Problem) -> Self {
        Self {
            file: Arc::clone(&problem.file),
            python: None,
            functions: Vec::new(),
            problem: Some(problem),
            read: false,
        }
    }
}

/// Reads a file and versions all its functions, salted with `salt`; `python` says which Python does, from the text of the
/// file, for a script may name its own.
pub fn functions(path: &Path, salt: &str, python: impl FnOnce(&str) -> Interpreter) -> FileFunctions {
    let problem = |line, message| Problem { file: path.into(), line, message };
    let bytes = match analysis::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return FileFunctions::unreadable(problem(None, analysis::explain(&error))),
    };
    let source = match Source::decode(&bytes) {
        Ok(source) => source,
        Err(error) => return FileFunctions::unreadable(problem(error.line, error.message)),
    };
    let python = python(source.text());
    let module = Module::parse(source);
    let refusal = python.version.and_then(|python| module.refusal(python));
    let of = |function: &Function| {
        let version = python.agree(|python| {
            let version = module.body_version(function, python, salt);
            version.map(|version| version.to_string()).map_err(|unknown| unknown.to_string())
        });
        FunctionVersion { qualname: function.qualname.clone(), line: function.first_line, version }
    };
    FileFunctions {
        file: path.into(),
        python: python.version,
        // Where the parser makes the best of a broken file, a `def` may have no name.
        functions: module.functions().iter().filter(|function| !function.name.is_empty()).map(of).collect(),
        problem: refusal.map(|refusal| problem(Some(refusal.line), refusal.message)),
        read: true,
    }
}
