//! A parsed file, and the versions of its functions.

use ruff_python_ast::{self as ast, ModModule, PythonVersion as ParserVersion, Stmt, Suite};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::Ranged;

use super::block::{self, Cut};
use super::dump::{self, Block};
use super::functions::{self, Function};
use super::lines::Lines;
use super::output::Output;
use super::pieces::{self, Layout, Piece};
use super::source::Source;
use super::teardown;
use super::unknown::{Refusal, Unknown};
use super::validity::Validity;
use super::version::PythonVersion;

/// A parsed file, from which versions of functions are made for any supported Python.
///
/// ```
/// use cache_core::python::{Module, PythonVersion, Source};
///
/// let module = Module::parse(Source::from_text("def f(x):\n    return x + 1\n"));
/// let python: PythonVersion = "3.12".parse()?;
/// let function = &module.functions()[0];
/// assert_eq!(function.qualname, "f");
/// let version = module.body_version(function, python, "")?;
/// assert_eq!(version.to_string().len(), 64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Module {
    source: Source,
    lines: Lines,
    body: Suite,
    validity: Validity,
    /// Whether the tree may be too deep to drop the usual way.
    deep: bool,
    functions: Vec<Function>,
}

/// What `FunctionBodyPolicy().get_version(salt, …)` returns: a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyVersion(pub [u8; 32]);

impl Module {
    /// Parses a file. Never fails: what CPython would refuse is told by [`Module::refusal`].
    pub fn parse(source: Source) -> Self {
        let lines = Lines::new(source.text());
        let parsed = parse(source.text());
        let validity = Validity::of(source.text(), &parsed);
        // The check of validity measures the depth of trees that have no syntax error.
        let deep = validity.is_too_deep() || (parsed.has_invalid_syntax() && source.text().len() > SMALL);
        let body = parsed.into_suite();
        let functions = functions::collect(&body, &lines);
        Self { source, lines, body, validity, deep, functions }
    }

    /// The text that was parsed.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether CPython `python` compiles the file; what it refuses has no functions at all.
    ///
    /// # Errors
    ///
    /// [`Unknown::Refused`] with CPython's cause, or another reason why it can't be told.
    pub fn check(&self, python: PythonVersion) -> Result<(), Unknown> {
        self.validity.check(python, &self.lines)
    }

    /// Why CPython `python` refuses the file, or `None` if it compiles as far as is known.
    pub fn refusal(&self, python: PythonVersion) -> Option<Refusal> {
        match self.check(python) {
            Err(Unknown::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// Every function, in source order; those in code that CPython drops as dead too.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The function whose name stands at a byte offset of the source.
    pub fn function_at(&self, offset: usize) -> Option<&Function> {
        // In source order, and no name stands within another.
        let at = self.functions.partition_point(|function| function.name.end <= offset);
        self.functions.get(at).filter(|function| function.name.contains(&offset))
    }

    /// The text that `ast.dump` prints for the function's block.
    ///
    /// # Errors
    ///
    /// The reason why it can't be told; see [`Unknown`].
    pub fn dump(&self, function: &Function, python: PythonVersion) -> Result<String, Unknown> {
        self.write(function, python, Output::text()).map(Output::into_text)
    }

    /// The version that `FunctionBodyPolicy` gives the function.
    ///
    /// # Errors
    ///
    /// The reason why it can't be told; see [`Unknown`].
    pub fn body_version(&self, function: &Function, python: PythonVersion, salt: &str) -> Result<BodyVersion, Unknown> {
        let output = self.write(function, python, Output::hash())?;
        Ok(BodyVersion(output.into_hash(salt)))
    }

    /// What the dump of a function is made of, piece by piece in source order, each with the user's own lines: two functions
    /// have the same dump if, and only if, their pieces have the same parts, depths and dumps in the same order.
    ///
    /// A block that `inspect.getsource` cuts in an odd way (see [`Module::dump`]) is one piece.
    ///
    /// # Errors
    ///
    /// The reason why the dump can't be told; see [`Unknown`].
    pub fn pieces(&self, function: &Function, python: PythonVersion) -> Result<Vec<Piece>, Unknown> {
        let whole = self.dump(function, python)?;
        let Some((definition, node)) = find(&self.body, function) else {
            return Err(Unknown::Construct("the function is not of this file".to_owned()));
        };
        let text = self.source.text();
        let margin = match block::cut(text, &self.lines, function, node, python)? {
            Cut::Definition { margin } => Some(margin),
            Cut::Lines(_) => None,
        };
        // The tree keeps no comments; its tokens do.
        let parsed = parse(text);
        let layout = Layout::new(text, &self.lines, parsed.tokens(), definition.start().to_usize());
        match margin {
            Some(margin) => pieces::of(node, &layout, Block { source: text, margin, ascii: self.lines.ascii }, python),
            None => Ok(vec![pieces::whole(definition, &layout, whole)]),
        }
    }

    fn write(&self, function: &Function, python: PythonVersion, out: Output) -> Result<Output, Unknown> {
        self.check(python)?;
        let Some((definition, node)) = find(&self.body, function) else {
            return Err(Unknown::Construct("the function is not of this file".to_owned()));
        };
        let text = self.source.text();
        match block::cut(text, &self.lines, function, node, python)? {
            Cut::Definition { margin } => {
                dump::module([definition], Block { source: text, margin, ascii: self.lines.ascii }, python, out)
            }
            Cut::Lines(text) => {
                // The first line is code, so an indentation is what CPython meets first.
                if text.starts_with([' ', '\t']) {
                    return Err(Unknown::Raises("IndentationError: unexpected indent".to_owned()));
                }
                let parsed = parse(&text);
                match Validity::of(&text, &parsed).of_parser().check(python, &Lines::new(&text)) {
                    Err(Unknown::Refused(refusal)) => return Err(Unknown::Raises(refusal.message)),
                    answer => answer?,
                }
                dump::module(parsed.suite(), Block { source: &text, margin: "", ascii: self.lines.ascii }, python, out)
            }
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        if self.deep {
            teardown::drop_deep(std::mem::take(&mut self.body));
        }
    }
}

/// A text of so many bytes can't nest deeply enough to overflow a stack.
const SMALL: usize = 4096;

/// Parses for the oldest Python that the parser can tell apart, so that it reports all newer syntax.
fn parse(text: &str) -> Parsed<ModModule> {
    let options = ParseOptions::from(Mode::Module).with_target_version(ParserVersion::PY39);
    let parsed = parse_unchecked(text, options).try_into_module();
    // `Mode::Module` gives a module.
    parsed.unwrap_or_else(|| unreachable!())
}

/// The statement that defines `function`: follows the extents downwards.
fn find<'a>(mut body: &'a [Stmt], function: &Function) -> Option<(&'a Stmt, &'a ast::StmtFunctionDef)> {
    'deeper: loop {
        let at = body.partition_point(|statement| statement.end().to_usize() < function.extent.end);
        let statement = body.get(at)?;
        if let Stmt::FunctionDef(node) = statement
            && node.range().to_std_range() == function.extent
        {
            return Some((statement, node));
        }
        for suite in functions::suites(statement) {
            let holds = suite.first().zip(suite.last()).is_some_and(|(first, last)| {
                first.start().to_usize() <= function.extent.start && function.extent.end <= last.end().to_usize()
            });
            if holds {
                body = suite;
                continue 'deeper;
            }
        }
        return None;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::version::Minor;

    /// The search for an offset halves the list, which must be sorted by where names stand.
    #[test]
    fn every_function_is_found_by_its_name() {
        let module = Module::parse(Source::from_text(
            "@d(lambda: 0)\ndef a():\n  def b(): pass\n  class C:\n    def c(self): pass\n  def d(): pass\n\
             try:\n  def e(): pass\nexcept E:\n  def f(): pass\nelse:\n  def g(): pass\nfinally:\n  def h(): pass\n\
             match x:\n  case 1:\n    def i(): pass\n  case _:\n    def j(): pass\n\
             while x:\n  def k(): pass\nelse:\n  def l(): pass\nif 0:\n  def m(): pass\nelif y:\n  def n(): pass\n\
             with x as y:\n  async def o(): pass\n",
        ));
        let names: String =
            module.functions().iter().map(|function| &module.source().text()[function.name.clone()]).collect();
        assert_eq!(names, "abcdefghijklmno");
        for function in module.functions() {
            assert_eq!(module.function_at(function.name.start), Some(function));
            assert_eq!(module.function_at(function.name.end), None);
        }
    }

    /// Neither the walk over such a tree nor dropping it may overflow the stack.
    #[test]
    fn trees_of_any_depth_are_survived() {
        let deep = 200_000;
        for source in [
            format!("def f():\n    return 1{}\n", " + 1".repeat(deep)),
            format!("def f():\n    return a{}\n", ".b".repeat(deep)),
            format!("def f():\n    return {}1\n", "-".repeat(deep)),
            format!("def f():\n    return {}\n", "[".repeat(deep)),
            format!("def f():\n    match a:\n        case {}1{}: pass\n", "[".repeat(2000), "]".repeat(2000)),
        ] {
            let module = Module::parse(Source::from_text(&source));
            let answer = module.body_version(&module.functions()[0], PythonVersion::minor(Minor::Py312), "");
            assert!(answer.is_err(), "{answer:?}");
        }
    }
}
