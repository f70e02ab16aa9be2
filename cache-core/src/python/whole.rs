//! A text that is parsed in one piece, and the versions of its functions.

use ruff_python_ast::{self as ast, ModModule, PythonVersion as ParserVersion, Stmt, Suite};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::Ranged;

use super::block::{self, Cut};
use super::dump::{self, Block};
use super::functions::{self, Function};
use super::lines::Lines;
use super::module::BodyVersion;
use super::outline::{self, Outline};
use super::output::Output;
use super::pieces::{self, Layout, Piece};
use super::source::Source;
use super::teardown;
use super::unknown::Unknown;
use super::validity::Validity;
use super::version::PythonVersion;

/// A text that was parsed in one piece: a file, or statements of one.
#[derive(Debug)]
pub(super) struct Whole {
    source: Source,
    lines: Lines,
    body: Suite,
    validity: Validity,
    /// Whether the tree may be too deep to drop the usual way.
    deep: bool,
    functions: Vec<Function>,
}

impl Whole {
    /// Parses a file.
    pub(super) fn parse(source: Source) -> Self {
        Self::part(source, false)
    }

    /// Parses statements of a file that keeps annotations as text if it says so elsewhere.
    pub(super) fn part(source: Source, annotations: bool) -> Self {
        let lines = Lines::new(source.text());
        let parsed = parse(source.text());
        let validity = Validity::of_part(source.text(), &parsed, annotations);
        // The check of validity measures the depth of trees that have no syntax error.
        let deep = validity.is_too_deep() || (parsed.has_invalid_syntax() && source.text().len() > SMALL);
        let body = parsed.into_suite();
        let functions = functions::collect(&body, &lines);
        Self { source, lines, body, validity, deep, functions }
    }

    /// The text that was parsed.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Whether CPython `python` compiles the file; what it refuses has no functions at all.
    ///
    /// # Errors
    ///
    /// [`Unknown::Refused`] with CPython's cause, or another reason why it can't be told.
    pub(super) fn check(&self, python: PythonVersion) -> Result<(), Unknown> {
        self.validity.check(python, &self.lines)
    }

    /// Every function, in source order; those in code that CPython drops as dead too.
    pub(super) fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The top-level statements, if every release of CPython compiles the text.
    pub(super) fn outline(&self) -> Option<Vec<Outline>> {
        self.validity.is_valid_everywhere().then(|| outline::of(&self.body, self.source.text()))
    }

    /// The function whose name stands at a byte offset of the source.
    pub(super) fn function_at(&self, offset: usize) -> Option<&Function> {
        functions::at(&self.functions, offset)
    }

    /// How many lines end in the text.
    pub(super) fn line_ends(&self) -> u32 {
        u32::try_from(self.lines.len() - 1).unwrap_or(u32::MAX)
    }

    /// Whether every release of CPython compiles the text.
    pub(super) fn is_valid_everywhere(&self) -> bool {
        self.validity.is_valid_everywhere()
    }

    /// Whether the text is one definition of a function or class.
    pub(super) fn is_definition(&self) -> bool {
        matches!(self.body.as_slice(), [Stmt::FunctionDef(_) | Stmt::ClassDef(_)])
    }

    /// Whether the text starts with a string that is a statement.
    pub(super) fn starts_with_a_string(&self) -> bool {
        matches!(self.body.first(), Some(Stmt::Expr(first)) if first.value.is_string_literal_expr())
    }

    /// Whether what `inspect.getsource` cuts out for a function is its definition.
    pub(super) fn is_cut_plainly(&self, function: &Function, python: PythonVersion) -> bool {
        let Some((_, node)) = find(&self.body, function) else { return false };
        matches!(block::cut(self.source.text(), &self.lines, function, node, python), Ok(Cut::Definition { .. }))
    }

    /// The text that `ast.dump` prints for the function's block.
    ///
    /// # Errors
    ///
    /// The reason why it can't be told; see [`Unknown`].
    pub(super) fn dump(&self, function: &Function, python: PythonVersion) -> Result<String, Unknown> {
        self.write(function, python, Output::text()).map(Output::into_text)
    }

    /// The version that `FunctionBodyPolicy` gives the function.
    ///
    /// # Errors
    ///
    /// The reason why it can't be told; see [`Unknown`].
    pub(super) fn body_version(
        &self,
        function: &Function,
        python: PythonVersion,
        salt: &str,
    ) -> Result<BodyVersion, Unknown> {
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
    pub(super) fn pieces(&self, function: &Function, python: PythonVersion) -> Result<Vec<Piece>, Unknown> {
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

impl Drop for Whole {
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
