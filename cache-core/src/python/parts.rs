//! A file by its top-level statements, each parsed by itself: an edit costs what the statement costs that it is in, and the rest
//! keeps its versions.
//!
//! What a statement means doesn't depend on the others, with few exceptions (`global` at the top, a late future import, lines that
//! `inspect` cuts in an odd way): then, and where there is any doubt about the file, the whole is parsed and asked.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::functions::Function;
use super::module::BodyVersion;
use super::source::Source;
use super::statements::statements;
use super::unknown::Unknown;
use super::version::{Minor, PythonVersion};
use super::whole::Whole;

/// A file in parts.
#[derive(Debug)]
pub(super) struct Parts {
    source: Source,
    parts: Vec<Part>,
    /// Whether annotations are kept as text.
    annotations: bool,
    /// Of all parts; empty unless the parts tell all.
    functions: Vec<Function>,
    /// Whether the parts tell what the whole would.
    are_plain: bool,
    /// Parsed when a part can't answer.
    whole: OnceLock<Whole>,
}

/// A part where it stands.
#[derive(Clone, Debug)]
struct Part {
    start: usize,
    of: Arc<Statement>,
}

/// A part by itself.
#[derive(Debug)]
struct Statement {
    parsed: Whole,
    is_plain: bool,
    /// Whether all of its functions are cut out as they are defined, by every Python.
    is_cut_plainly: OnceLock<bool>,
    versions: Mutex<Vec<Known>>,
}

/// A version that was computed.
#[derive(Debug)]
struct Known {
    /// Where the function's name stands.
    name: usize,
    python: PythonVersion,
    salt: String,
    version: BodyVersion,
}

impl Parts {
    /// Parses a file, but for what stands in `last` already.
    pub(super) fn of(source: Source, last: Option<&Self>) -> Self {
        let text = source.text();
        let starts = statements(text);
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let texts: Vec<&str> = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect();
        let annotations = keeps_annotations(&texts);
        let last = last.filter(|last| last.annotations == annotations).map_or(&[][..], |last| &last.parts);
        let is = |part: &Part, text: &&str| part.of.parsed.source().text() == *text;
        let same = last.iter().zip(&texts).take_while(|(part, text)| is(part, text)).count();
        let rest = last.len().min(texts.len()) - same;
        let behind =
            last.iter().rev().zip(texts.iter().rev()).take(rest).take_while(|(part, text)| is(part, text)).count();
        let changed_until = texts.len() - behind;
        let parts: Vec<Part> = starts
            .iter()
            .zip(&texts)
            .enumerate()
            .map(|(index, (start, text))| {
                let known = match index {
                    _ if index < same => last.get(index),
                    _ if index >= changed_until => last.get(last.len() - (texts.len() - index)),
                    _ => None,
                };
                let of = known
                    .map_or_else(|| Arc::new(Statement::parse(text, index, annotations)), |part| Arc::clone(&part.of));
                Part { start: *start, of }
            })
            .collect();
        let are_plain = parts.iter().all(|part| part.of.is_plain) && futures_come_first(&texts);
        let functions = if are_plain { functions(&parts) } else { Vec::new() };
        Self { source, parts, annotations, functions, are_plain, whole: OnceLock::new() }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Whether every CPython compiles the file, as the parts alone tell.
    pub(super) fn are_plain(&self) -> bool {
        self.are_plain
    }

    pub(super) fn functions(&self) -> &[Function] {
        if self.are_plain { &self.functions } else { self.whole().functions() }
    }

    /// The file in one piece.
    pub(super) fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| Whole::parse(self.source.clone()))
    }

    pub(super) fn dump(&self, function: &Function, python: PythonVersion) -> Result<String, Unknown> {
        match self.within(function, python) {
            Some((part, function)) => part.parsed.dump(&function, python),
            None => self.whole().dump(function, python),
        }
    }

    pub(super) fn body_version(
        &self,
        function: &Function,
        python: PythonVersion,
        salt: &str,
    ) -> Result<BodyVersion, Unknown> {
        let Some(part) = self.part_of(function) else { return self.whole().body_version(function, python, salt) };
        let name = function.name.start - part.start;
        let versions = || part.of.versions.lock().unwrap_or_else(PoisonError::into_inner);
        let is = |known: &&Known| known.name == name && known.python == python && known.salt == salt;
        if let Some(known) = versions().iter().find(is) {
            return Ok(known.version);
        }
        let Some((statement, function)) = self.within(function, python) else {
            return self.whole().body_version(function, python, salt);
        };
        let version = statement.parsed.body_version(&function, python, salt)?;
        versions().push(Known { name, python, salt: salt.to_owned(), version });
        Ok(version)
    }

    /// Whether what any Python's `inspect.getsource` cuts out for a function is its definition.
    pub(super) fn stands_alone(&self, function: &Function) -> bool {
        self.part_of(function).is_some_and(|part| part.of.is_cut_plainly())
    }

    /// Whether what `inspect.getsource` cuts out for a function is its definition.
    pub(super) fn is_cut_plainly(&self, function: &Function, python: PythonVersion) -> bool {
        self.within(function, python).is_some()
    }

    /// The part that holds a function, if the parts tell all.
    fn part_of(&self, function: &Function) -> Option<&Part> {
        let at = self.parts.partition_point(|part| part.start <= function.extent.start).checked_sub(1)?;
        self.parts.get(at).filter(|_| self.are_plain)
    }

    /// The part that holds a function, and the function in it, if no other part has a say in its lines.
    fn within(&self, function: &Function, python: PythonVersion) -> Option<(&Statement, Function)> {
        let part = self.part_of(function)?;
        let shifted = |range: &std::ops::Range<usize>| range.start - part.start..range.end - part.start;
        let function = part
            .of
            .parsed
            .function_at(function.name.start - part.start)
            .filter(|own| own.name == shifted(&function.name))?;
        part.of.parsed.is_cut_plainly(function, python).then(|| (&*part.of, function.clone()))
    }
}

impl Statement {
    fn parse(text: &str, index: usize, annotations: bool) -> Self {
        let parsed = Whole::part(Source::of_text(text), annotations);
        // What a module may declare for itself depends on all of it, and its first string is its docstring.
        let is_definition = parsed.is_definition();
        let is_plain = parsed.is_valid_everywhere()
            && (is_definition || !(text.contains("global") || text.contains("nonlocal")))
            && (index == 0 || !parsed.starts_with_a_string());
        Self { parsed, is_plain, is_cut_plainly: OnceLock::new(), versions: Mutex::default() }
    }

    fn is_cut_plainly(&self) -> bool {
        *self.is_cut_plainly.get_or_init(|| {
            let is_plain = |function: &Function| {
                Minor::ALL.into_iter().all(|minor| self.parsed.is_cut_plainly(function, PythonVersion::minor(minor)))
            };
            self.parsed.functions().iter().all(is_plain)
        })
    }
}

/// Whether a future import at the start of the file keeps annotations as text.
fn keeps_annotations(texts: &[&str]) -> bool {
    texts.iter().take(MOST_FUTURES).any(|text| text.contains("__future__") && text.contains("annotations"))
}

/// How many statements at the start of a file may be future imports, its docstring among them.
const MOST_FUTURES: usize = 8;

/// Whether all future imports are plain ones that stand where they may: nothing but one, each by itself.
fn futures_come_first(texts: &[&str]) -> bool {
    let last = texts.iter().rposition(|text| text.contains("__future__"));
    let Some(last) = last else { return true };
    let is_plain = |text: &str| {
        let code =
            text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty());
        let code: Vec<&str> = code.collect();
        code.len() == 1
            && code.iter().all(|line| line.starts_with("from __future__ import ") && !line.contains([';', '\\']))
    };
    let is_docstring = |text: &str| text.trim_start().starts_with(['"', '\'']) && !text.contains("__future__");
    last < MOST_FUTURES
        && texts
            .iter()
            .take(last + 1)
            .enumerate()
            .all(|(index, text)| is_plain(text) || (index == 0 && is_docstring(text)))
}

fn functions(parts: &[Part]) -> Vec<Function> {
    let mut all = Vec::with_capacity(parts.len());
    let mut line = 0;
    for part in parts {
        let shifted = |range: &std::ops::Range<usize>| range.start + part.start..range.end + part.start;
        all.extend(part.of.parsed.functions().iter().map(|function| Function {
            qualname: function.qualname.clone(),
            first_line: function.first_line + line,
            name: shifted(&function.name),
            extent: shifted(&function.extent),
        }));
        line += part.of.parsed.line_ends();
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::module::Module;
    use super::*;

    /// What a file says in parts after edits, and in one piece.
    fn check(texts: &[&str]) {
        let mut live: Option<Module> = None;
        for text in texts {
            let source = Source::from_text(text);
            let whole = Module::parse(source.clone());
            let now = match &live {
                Some(last) => last.edited(source),
                None => Module::live(source),
            };
            assert_eq!(now.functions(), whole.functions(), "{text}");
            for minor in Minor::ALL {
                let python = PythonVersion::minor(minor);
                assert_eq!(now.check(python), whole.check(python), "{minor:?} {text}");
                for function in whole.functions() {
                    let version =
                        |module: &Module| module.body_version(function, python, "s").map_err(|error| error.to_string());
                    assert_eq!(version(&now), version(&whole), "{} {minor:?} {text}", function.qualname);
                    let dump = |module: &Module| module.dump(function, python).map_err(|error| error.to_string());
                    assert_eq!(dump(&now), dump(&whole), "{} {minor:?} {text}", function.qualname);
                }
            }
            live = Some(now);
        }
    }

    #[test]
    fn parts_say_what_the_whole_says() {
        check(&[
            "import a\n\n@d\ndef f(x):\n    return x\n    # end\n\nclass C:\n    def g(self):\n        return 1\n",
            "import a\n\n@d\ndef f(x):\n    return x + 1\n    # end\n\nclass C:\n    def g(self):\n        return 1\n",
            "import a\nimport b\n@d\ndef f(x):\n    return x + 1\nclass C:\n    def g(self):\n        return (1\n",
            "import a\nimport b\n@d\ndef f(x):\n    return x + 1\nclass C:\n    def g(self):\n        return (1)\n",
        ]);
    }

    #[test]
    fn what_depends_on_other_statements_is_asked_of_the_whole() {
        check(&["x = 1\nglobal x\ndef f(): pass\n", "global x\nx = 1\ndef f(): pass\n"]);
        check(&[
            "def f(): pass\nfrom __future__ import annotations\n",
            "from __future__ import annotations\ndef f(): pass\n",
        ]);
        check(&[
            "'doc'\nfrom __future__ import annotations\nfrom __future__ import braces\ndef f(x: (yield)): pass\n",
            "'doc'\nfrom __future__ import annotations\ndef f():\n    x: (yield) = 1\n",
            "'doc'\nfrom __future__ import annotations, nested_scopes\ndef f():\n    x: (y := 1) = 1\n",
            "def f():\n    x: (y := 1) = 1\n",
        ]);
        check(&["x = 1\n'\\ud800'\ndef f(): pass\n", "'\\ud800'\ndef f(): pass\n"]);
        check(&["x = 1 \\\n\ndef f(): pass\n", "@d\\\n(1)\ndef f(): pass\n", "@(\nd)\ndef f(): pass\n"]);
        check(&["try:\n  pass\nexcept* E:\n  pass\ndef f(): pass\n", "type X = int\ndef f[T](): pass\n"]);
        check(&[
            "def f():\n  pass\n x\n",
            "x = '''\ndef f(): pass\n",
            "x = (\ndef f(): pass\n",
            "if x:\ndef f(): pass\n",
        ]);
        check(&[
            "return\ndef f(): pass\n",
            "await x\n",
            "def f():\n  return f'{x!r}{'a'}'\n",
            "async \\\ndef f(): pass\n",
        ]);
    }
}
