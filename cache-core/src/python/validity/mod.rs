//! Whether CPython would compile a file, for each supported version, and its own words where it would not.
//!
//! One refused line means that none of the file's functions exist, so none has a version. `ruff_python_parser` finds
//! most syntax errors; what it leaves to others is checked here, in one walk for all versions: what only CPython's
//! grammar refuses, the rules of its symbol table and its compiler, its limits, and what changed between minors.

mod declarations;
mod definitions;
mod docstrings;
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

use self::finding::{Findings, Stage, Verdict};
use super::lines::Lines;
use super::unknown::{Refusal, Unknown};
use super::version::PythonVersion;

/// Everything that any version of CPython has against a file.
#[derive(Debug)]
pub(crate) struct Validity {
    findings: Findings,
    too_deep: bool,
}

impl Validity {
    /// Checks a parsed file for all versions at once.
    ///
    /// `parsed` must come from `parse_unchecked` with target version 3.9: the parser then lists all newer syntax.
    pub(crate) fn of(text: &str, parsed: &Parsed<ModModule>) -> Self {
        Self::of_part(text, parsed, false)
    }

    /// Checks statements of a file; `annotations` says that a future import elsewhere keeps annotations as text.
    pub(crate) fn of_part(text: &str, parsed: &Parsed<ModModule>, annotations: bool) -> Self {
        let mut findings = Findings::default();
        syntax::check(text, parsed, &mut findings);
        // A file that no version can parse has no tree to go by.
        let mut too_deep = false;
        if parsed.has_valid_syntax() {
            let walker = walk::Walker::walk(text, parsed.suite(), findings, annotations);
            (findings, too_deep) = (walker.findings, walker.too_deep);
        }
        Self { findings, too_deep }
    }

    /// What `ast.parse` alone has against the text: neither symbol table nor compiler.
    pub(crate) fn of_parser(mut self) -> Self {
        self.findings.0.retain(|finding| finding.stage == Stage::Parse);
        self
    }

    /// Whether every release of every version compiles the text.
    pub(crate) fn is_valid_everywhere(&self) -> bool {
        self.findings.0.is_empty() && !self.too_deep
    }

    /// Whether the tree is deeper than CPython's own stack surely allows.
    pub(crate) fn is_too_deep(&self) -> bool {
        self.too_deep
    }

    /// Whether CPython `python` compiles the file, of which `lines` are the lines.
    ///
    /// # Errors
    ///
    /// [`Unknown::Refused`] with CPython's cause, or another reason why it can't be known.
    pub(crate) fn check(&self, python: PythonVersion, lines: &Lines) -> Result<(), Unknown> {
        match self.findings.verdict(python) {
            Verdict::Refused(finding) => {
                let line = lines.number(finding.at.to_usize());
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail in any way")]
mod tests {
    use ruff_python_ast::PythonVersion as ParserVersion;
    use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

    use super::*;
    use crate::python::version::Minor;

    fn check(text: &str, python: &str) -> Result<(), String> {
        let options = ParseOptions::from(Mode::Module).with_target_version(ParserVersion::PY39);
        let parsed = parse_unchecked(text, options).try_into_module().unwrap();
        Validity::of(text, &parsed)
            .check(python.parse().unwrap(), &Lines::new(text))
            .map_err(|unknown| unknown.to_string())
    }

    #[test]
    fn one_walk_answers_for_each_version() {
        let text = "try:\n    pass\nexcept* A:\n    pass\ntype X = t''\n";
        let answers =
            Minor::ALL.map(|minor| check(text, &format!("3.{}", minor.number())).map_err(|said| said[..7].to_owned()));
        let line = |line: u8| Err(format!("line {line}:"));
        assert_eq!(answers, [line(3), line(5), line(5), line(5), Ok(())]);
    }

    #[test]
    fn the_earlier_stage_speaks_first() {
        assert_eq!(
            check("return\nx = (y for y in z := 1)\n", "3.12").unwrap_err(),
            "line 2: SyntaxError: invalid syntax"
        );
        let text = "return\ndef f():\n    x = 1\n    global x\n";
        let said = "line 4: SyntaxError: name 'x' is assigned to before global declaration";
        assert_eq!(check(text, "3.12").unwrap_err(), said);
    }

    #[test]
    fn what_a_statement_binds_behind_a_declaration_in_it_is_not_before_it() {
        for text in [
            "def f():\n    try:\n        global x\n    except A as x:\n        pass\n",
            "def f(y):\n    match y:\n        case 1:\n            global x\n        case [x, *_]:\n            pass\n",
            "def f(y):\n    match y:\n        case 1:\n            global x\n        case {**x}:\n            pass\n",
        ] {
            assert!(Minor::ALL.iter().all(|minor| check(text, &format!("3.{}", minor.number())).is_ok()), "{text}");
        }
        let text = "def f():\n    try:\n        pass\n    except A as x:\n        global x\n";
        assert!(check(text, "3.12").unwrap_err().contains("is assigned to before global declaration"));
    }

    #[test]
    fn docstrings_are_encoded_since_3_13() {
        for (text, what) in [
            (r"'\ud800'", r"character '\ud800' in position 0"),
            ("def f():\n  'a\\ud800\\udc00b'\n", "characters in position 1-2"),
            ("class A:\n  'xy' 'é\\udfff'\n  x = 1\n", r"character '\udfff' in position 3"),
            ("async def f():\n  u'\\ud800b\\udc00'\n", r"character '\ud800' in position 0"),
        ] {
            let said = format!("UnicodeEncodeError: 'utf-8' codec can't encode {what}: surrogates not allowed");
            assert!(check(text, "3.13").unwrap_err().ends_with(&said), "{text}");
            assert_eq!(check(text, "3.12"), Ok(()), "{text}");
        }
        for text in ["x = 1\n'\\ud800'\n", "def f():\n  f'\\ud800'\n", r"'\N{BULLET}'", r"r'\ud800'"] {
            assert_eq!(check(text, "3.13"), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_patch_release_is_asked_for_where_it_counts() {
        let text = format!("x = {}\n", "1".repeat(4301));
        assert_eq!(check(&text, "3.10.2"), Ok(()));
        assert!(check(&text, "3.10.7").unwrap_err().contains("Exceeds the limit (4300 digits)"));
        assert!(check(&text, "3.10").unwrap_err().contains("name one, as in --python 3.10.7"));
        assert!(check(&text, "3.12").unwrap_err().contains("Exceeds the limit (4300 digits)"));
    }

    /// As deep as is walked, on a thread with the smallest usual stack; and far deeper, which must end in an answer.
    #[test]
    fn depth_never_overflows_the_stack() {
        let deep = |depth: usize| {
            let lambda = format!("{}x\n", "lambda: ".repeat(depth));
            let not = format!("{}x\n", "not ".repeat(depth));
            let sum = format!("x{}\n", " + x".repeat(depth));
            let calls = format!("x{}\n", ".y()".repeat(depth));
            let otherwise = format!("if x: pass\n{}", "elif x: pass\n".repeat(depth));
            let powers = format!("x{}\n", " ** x".repeat(depth));
            [lambda, not, sum, calls, otherwise, powers]
        };
        let run = move || {
            deep(1000).iter().for_each(|text| assert_eq!(check(text, "3.12"), Ok(()), "{}", &text[..20]));
            for text in deep(4000) {
                assert!(check(&text, "3.12").unwrap_err().contains("nested too deeply"), "{}", &text[..20]);
            }
        };
        std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    }
}
