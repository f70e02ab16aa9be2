//! Python source to CPython's own `ast.dump` text, and to the hash that Flyte makes of it.
//!
//! The whole chain of `FunctionBodyPolicy`: `inspect.getsource`, `textwrap.dedent`, `ast.parse` and
//! `ast.dump(…, include_attributes=False)`, for each supported CPython. Nothing is executed. The parser
//! (`ruff_python_parser`) stays inside this module, behind the types below.

#[allow(dead_code, unused_imports, reason = "asked by the dump")]
pub(crate) mod unicode;
mod unknown;
mod version;

pub use unknown::{Refusal, Unknown};
pub use version::{Minor, PythonVersion, VersionError};

use std::ops::Range;

/// A source file's text as Python's tokenizer sees it: decoded, without a BOM, with `\n` as its only line end.
///
/// Offsets everywhere in this crate are byte offsets into [`Source::text`].
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
}

/// Why bytes are no source text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// The 1-based line, where there is one.
    pub line: Option<u32>,
    /// What is wrong, with CPython's exception where it has one.
    pub message: String,
}

impl Source {
    /// Decodes a file's bytes as Python does: BOM, coding cookie (PEP 263), universal newlines.
    pub fn decode(bytes: &[u8]) -> Result<Self, SourceError> {
        let _ = bytes;
        todo!()
    }

    /// The text of an editor's buffer, which is already decoded.
    pub fn from_text(text: &str) -> Self {
        let _ = text;
        todo!()
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A function (`def` or `async def`) of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Python's `__qualname__`: `A.f`, `f.<locals>.g`.
    pub qualname: String,
    /// CPython's `co_firstlineno`, 1-based: the line of the first decorator's expression, else of `def`.
    pub first_line: u32,
    /// The byte range of the name in the `def` line; finds the function for a position.
    pub name: Range<usize>,
    /// The byte range of the whole definition, from the first `@` to the end of the body.
    pub extent: Range<usize>,
}

/// A parsed file, from which versions of functions are made for any supported Python.
#[derive(Debug)]
pub struct Module {
    source: Source,
    functions: Vec<Function>,
}

/// What `FunctionBodyPolicy().get_version(salt, …)` returns: a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyVersion(pub [u8; 32]);

impl Module {
    /// Parses a file. Never fails: what CPython would refuse is told by [`Module::refusal`].
    pub fn parse(source: Source) -> Self {
        let _ = source;
        todo!()
    }

    /// The text that was parsed.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Why CPython `python` refuses the file, or `None` if it compiles.
    pub fn refusal(&self, python: PythonVersion) -> Option<Refusal> {
        let _ = python;
        todo!()
    }

    /// Every function, in source order; those in dead code too.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The text that `ast.dump` prints for the function.
    pub fn dump(&self, function: &Function, python: PythonVersion) -> Result<String, Unknown> {
        let _ = (function, python);
        todo!()
    }

    /// The version that `FunctionBodyPolicy` gives the function.
    pub fn body_version(&self, function: &Function, python: PythonVersion, salt: &str) -> Result<BodyVersion, Unknown> {
        let _ = (function, python, salt);
        todo!()
    }
}

impl std::fmt::Display for BodyVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for BodyVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BodyVersion({self})")
    }
}
