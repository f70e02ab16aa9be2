//! Whether CPython would compile a file, for each supported version, and its own words where it would not.
//!
//! One refused line means that none of the file's functions exist, so none has a version. `ruff_python_parser` finds
//! most syntax errors; what it leaves to others is checked here, in one walk for all versions: what only CPython's
//! grammar refuses, the rules of its symbol table and its compiler, its limits, and what changed between minors.

mod expressions;
mod finding;
mod future;
mod names;
mod patterns;
mod scope;
mod syntax;
mod tokens;
mod unicode;
mod walk;
mod words;

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use ruff_text_size::TextSize;

use self::finding::{Findings, Stage, Verdict};
use super::unknown::{Refusal, Unknown};
use super::version::PythonVersion;

/// Everything that any version of CPython has against a file.
#[derive(Debug)]
pub(crate) struct Validity {
    findings: Findings,
    too_deep: bool,
    /// Where lines start, for the few files that are refused.
    lines: Vec<TextSize>,
}

impl Validity {
    /// Checks a parsed file for all versions at once.
    ///
    /// `parsed` must come from `parse_unchecked` with target version 3.9: the parser then lists all newer syntax.
    pub(crate) fn of(text: &str, parsed: &Parsed<ModModule>) -> Self {
        let mut findings = Findings::default();
        syntax::check(text, parsed, &mut findings);
        // A file that no version can parse has no tree to go by.
        let mut too_deep = false;
        if parsed.has_valid_syntax() {
            let walker = walk::Walker::walk(text, parsed.suite(), findings);
            (findings, too_deep) = (walker.findings, walker.too_deep);
        }
        let lines = if findings.0.is_empty() { Vec::new() } else { line_starts(text) };
        Self { findings, too_deep, lines }
    }

    /// What `ast.parse` alone has against the text: neither symbol table nor compiler.
    pub(crate) fn of_parser(mut self) -> Self {
        self.findings.0.retain(|finding| finding.stage == Stage::Parse);
        self
    }

    /// Whether the tree is deeper than CPython's own stack surely allows.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.too_deep
    }

    /// Whether CPython `python` compiles the file.
    ///
    /// # Errors
    ///
    /// [`Unknown::Refused`] with CPython's cause, or another reason why it can't be known.
    pub(crate) fn check(&self, python: PythonVersion) -> Result<(), Unknown> {
        match self.findings.verdict(python) {
            Verdict::Refused(finding) => {
                let line = self.lines.partition_point(|start| *start <= finding.at);
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                Err(Refusal { line, message: finding.message.clone().into_owned() }.into())
            }
            Verdict::PatchNeeded(construct) => {
                let minor = PythonVersion::minor(python.minor).to_string();
                let example = format!("{minor}.7");
                Err(Unknown::PatchNeeded { construct, minor, example })
            }
            Verdict::Unread(construct) => Err(Unknown::Construct(format!("{construct} can't be read yet"))),
            Verdict::Accepted if self.too_deep => Err(Unknown::TooDeep),
            Verdict::Accepted => Ok(()),
        }
    }
}

fn line_starts(text: &str) -> Vec<TextSize> {
    let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let starts = newlines.filter_map(|(index, _)| TextSize::try_from(index + 1).ok());
    std::iter::once(TextSize::default()).chain(starts).collect()
}
