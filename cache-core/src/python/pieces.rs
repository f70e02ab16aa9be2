//! A function cut into the pieces that its dump is made of, for showing which of them changed: what counts, in the user's own
//! lines, and nothing of comments and formatting.

use std::ops::Range;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::dump::{Block, Fragment, fragment, handlers};
use super::lines::Lines;
use super::unknown::Unknown;
use super::version::PythonVersion;

/// What of a function a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A decorator.
    Decorator,
    /// The function's name.
    Name,
    /// Whether it is `async`, a parameter without its default, type parameters, what it returns.
    Signature,
    /// The default of a parameter.
    Default,
    /// The docstring.
    Docstring,
    /// A statement of the body; of a statement that holds others, what stands before them.
    Statement,
}

/// A piece of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub part: Part,
    /// How many statements it stands in; 0 for what belongs to the function itself.
    pub depth: u32,
    /// What `ast.dump` prints for it, behind words that tell it from other pieces. Equal for all ways to write the same.
    pub dump: String,
    /// Its lines: 1-based numbers in the file, and texts without comments, blank lines and the function's own indentation.
    pub lines: Vec<(u32, String)>,
}

/// The pieces of a definition.
pub(super) fn of(
    node: &ast::StmtFunctionDef,
    layout: &Layout<'_>,
    block: Block<'_>,
    python: PythonVersion,
) -> Result<Vec<Piece>, Unknown> {
    let mut cutter = Cutter { layout, block, python, pieces: Vec::new() };
    cutter.function(node)?;
    Ok(cutter.pieces)
}

/// A block that is taken as one piece.
pub(super) fn whole(definition: &Stmt, layout: &Layout<'_>, dump: String) -> Piece {
    Piece { part: Part::Statement, depth: 0, dump, lines: layout.lines_of(definition.range().to_std_range()) }
}

struct Cutter<'l, 'a> {
    layout: &'l Layout<'a>,
    block: Block<'a>,
    python: PythonVersion,
    pieces: Vec<Piece>,
}

impl<'a> Cutter<'_, 'a> {
    /// Adds a piece with the lines of a range.
    fn add(&mut self, part: Part, depth: u32, dumped: Fragment<'_>, range: Range<usize>) -> Result<(), Unknown> {
        let lines = self.layout.lines_of(range);
        self.push(part, depth, dumped, lines)
    }

    fn push(&mut self, part: Part, depth: u32, dumped: Fragment<'_>, lines: Vec<(u32, String)>) -> Result<(), Unknown> {
        let dump = fragment(dumped, self.block, self.python)?;
        self.pieces.push(Piece { part, depth, dump, lines });
        Ok(())
    }

    fn function(&mut self, node: &'a ast::StmtFunctionDef) -> Result<(), Unknown> {
        for decorator in &node.decorator_list {
            self.add(Part::Decorator, 0, Fragment::Expression(&decorator.expression), range(decorator))?;
        }
        let kind = if node.is_async { "async def" } else { "def" };
        let number = self.layout.lines.number(node.name.start().to_usize());
        let opening = vec![(number, format!("{kind} {}", node.name))];
        self.push(Part::Signature, 0, Fragment::Word(kind), opening.clone())?;
        self.push(Part::Name, 0, Fragment::Name(&node.name), opening)?;
        if let Some(params) = &node.type_params {
            self.add(Part::Signature, 0, Fragment::TypeParams(Some(params)), range(&**params))?;
        }
        self.parameters(&node.parameters)?;
        if let Some(returns) = &node.returns {
            self.push(Part::Signature, 0, Fragment::Word("->"), Vec::new())?;
            let mut lines = self.inline(&**returns);
            if let Some((_, first)) = lines.first_mut() {
                first.insert_str(0, "-> ");
            }
            self.push(Part::Signature, 0, Fragment::Expression(returns), lines)?;
        }
        let body = match node.body.split_first() {
            Some((first, rest)) if is_docstring(first) => {
                self.add(Part::Docstring, 1, Fragment::Simple(first), range(first))?;
                rest
            }
            _ => &node.body,
        };
        self.body(body, 1)
    }

    /// The lines of a part of the header, of which where they stand is formatting.
    fn inline(&self, node: &impl Ranged) -> Vec<(u32, String)> {
        let mut lines = self.layout.lines_of(range(node));
        if let Some((_, first)) = lines.first_mut() {
            *first = first.trim_start().to_owned();
        }
        lines
    }

    fn parameters(&mut self, parameters: &'a ast::Parameters) -> Result<(), Unknown> {
        let groups = [(Some("/"), &parameters.posonlyargs), (None, &parameters.args)];
        for (behind, group) in groups {
            self.each(group)?;
            if let (Some(word), Some(last)) = (behind, group.last()) {
                self.marker(word, last.end().to_usize())?;
            }
        }
        match (&parameters.vararg, parameters.kwonlyargs.first()) {
            (Some(vararg), _) => self.starred("*", vararg)?,
            (None, Some(first)) => self.marker("*", first.start().to_usize())?,
            (None, None) => {}
        }
        self.each(&parameters.kwonlyargs)?;
        match &parameters.kwarg {
            Some(kwarg) => self.starred("**", kwarg),
            None => Ok(()),
        }
    }

    fn each(&mut self, parameters: &'a [ast::ParameterWithDefault]) -> Result<(), Unknown> {
        for parameter in parameters {
            let lines = self.inline(parameter);
            self.push(Part::Signature, 0, Fragment::Parameter(&parameter.parameter), lines.clone())?;
            if let Some(default) = &parameter.default {
                self.push(Part::Default, 0, Fragment::Expression(default), lines)?;
            }
        }
        Ok(())
    }

    /// A `/` or `*` between parameters, near an offset.
    fn marker(&mut self, word: &'static str, near: usize) -> Result<(), Unknown> {
        let line = (self.layout.lines.number(near), word.to_owned());
        self.push(Part::Signature, 0, Fragment::Word(word), vec![line])
    }

    fn starred(&mut self, stars: &'static str, parameter: &'a ast::Parameter) -> Result<(), Unknown> {
        let mut lines = self.inline(parameter);
        if let Some((_, first)) = lines.first_mut().filter(|(_, first)| !first.starts_with('*')) {
            first.insert_str(0, stars);
        }
        self.push(Part::Signature, 0, Fragment::Word(stars), Vec::new())?;
        self.push(Part::Signature, 0, Fragment::Word("args"), Vec::new())?;
        self.push(Part::Signature, 0, Fragment::Parameter(parameter), lines)
    }

    fn body(&mut self, body: &'a [Stmt], depth: u32) -> Result<(), Unknown> {
        body.iter().try_for_each(|statement| self.statement(statement, depth))
    }

    /// What stands before the first statement of `body`, which a piece is made of, and the body itself.
    fn headed(&mut self, head: Fragment<'_>, start: usize, body: &'a [Stmt], depth: u32) -> Result<(), Unknown> {
        let end = body.first().map_or(start, |first| first.start().to_usize());
        self.add(Part::Statement, depth, head, start..end)?;
        self.body(body, depth + 1)
    }

    /// An `else` or `finally`, which stands in no range of the tree, between the statement before it and its body.
    fn clause(&mut self, word: &'static str, after: usize, body: &'a [Stmt], depth: u32) -> Result<(), Unknown> {
        let Some(first) = body.first() else { return Ok(()) };
        let start = self.layout.keyword(word, after..first.start().to_usize());
        self.headed(Fragment::Word(word), start, body, depth)
    }

    fn statement(&mut self, statement: &'a Stmt, depth: u32) -> Result<(), Unknown> {
        let start = statement.start().to_usize();
        match statement {
            Stmt::FunctionDef(node) => {
                let start = self.decorators(&node.decorator_list, start, node.name.start().to_usize(), depth)?;
                self.headed(Fragment::Header(statement), start, &node.body, depth)
            }
            Stmt::ClassDef(node) => {
                let start = self.decorators(&node.decorator_list, start, node.name.start().to_usize(), depth)?;
                self.headed(Fragment::Header(statement), start, &node.body, depth)
            }
            Stmt::If(node) => {
                self.headed(Fragment::Condition(&node.test), start, &node.body, depth)?;
                self.clauses(&node.elif_else_clauses, depth)
            }
            Stmt::For(node) => {
                self.headed(Fragment::Header(statement), start, &node.body, depth)?;
                self.clause("else", end_of(&node.body, start), &node.orelse, depth)
            }
            Stmt::While(node) => {
                self.headed(Fragment::Header(statement), start, &node.body, depth)?;
                self.clause("else", end_of(&node.body, start), &node.orelse, depth)
            }
            Stmt::With(node) => self.headed(Fragment::Header(statement), start, &node.body, depth),
            Stmt::Match(node) => {
                let end = node.cases.first().map_or(start, |case| case.start().to_usize());
                self.add(Part::Statement, depth, Fragment::Header(statement), start..end)?;
                let mut cases = node.cases.iter();
                cases.try_for_each(|case| {
                    self.headed(Fragment::Case(case), case.start().to_usize(), &case.body, depth + 1)
                })
            }
            Stmt::Try(node) => {
                self.headed(Fragment::Header(statement), start, &node.body, depth)?;
                let mut end = end_of(&node.body, start);
                for handler in handlers(node) {
                    self.headed(Fragment::Handler(handler), handler.start().to_usize(), &handler.body, depth)?;
                    end = end_of(&handler.body, end);
                }
                self.clause("else", end, &node.orelse, depth)?;
                self.clause("finally", end_of(&node.orelse, end), &node.finalbody, depth)
            }
            simple => self.add(Part::Statement, depth, Fragment::Simple(simple), range(simple)),
        }
    }

    /// The decorators of a definition within the function; returns where the line of the `name` starts behind them.
    fn decorators(
        &mut self,
        decorators: &'a [ast::Decorator],
        start: usize,
        name: usize,
        depth: u32,
    ) -> Result<usize, Unknown> {
        for decorator in decorators {
            self.push(Part::Statement, depth, Fragment::Word("@"), Vec::new())?;
            self.add(Part::Statement, depth, Fragment::Expression(&decorator.expression), range(decorator))?;
        }
        let after = decorators.last().map_or(start, |last| last.end().to_usize());
        let words = ["async", "def", "class"].into_iter();
        Ok(words.map(|word| self.layout.keyword(word, after..name)).min().unwrap_or(name))
    }

    /// `elif` and `else`. An `else` that holds an `if` alone is an `elif` to CPython.
    fn clauses(&mut self, clauses: &'a [ast::ElifElseClause], depth: u32) -> Result<(), Unknown> {
        let Some((clause, rest)) = clauses.split_first() else { return Ok(()) };
        let start = clause.start().to_usize();
        match (&clause.test, clause.body.as_slice()) {
            (Some(test), body) => {
                self.alternative(test, start, body, depth)?;
                self.clauses(rest, depth)
            }
            (None, [Stmt::If(inner)]) => {
                self.alternative(&inner.test, start, &inner.body, depth)?;
                self.clauses(&inner.elif_else_clauses, depth)
            }
            (None, body) => self.headed(Fragment::Word("else"), start, body, depth),
        }
    }

    fn alternative(&mut self, test: &'a Expr, start: usize, body: &'a [Stmt], depth: u32) -> Result<(), Unknown> {
        self.push(Part::Statement, depth, Fragment::Word("elif"), Vec::new())?;
        self.headed(Fragment::Condition(test), start, body, depth)
    }
}

fn range(node: &impl Ranged) -> Range<usize> {
    node.range().to_std_range()
}

fn end_of(body: &[Stmt], without: usize) -> usize {
    body.last().map_or(without, |last| last.end().to_usize())
}

fn is_docstring(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(node) if matches!(&*node.value, Expr::StringLiteral(_)))
}

/// The text of a file, and which of it are comments and strings.
pub(super) struct Layout<'a> {
    text: &'a str,
    lines: &'a Lines,
    tokens: &'a [Token],
    /// The text before the definition on its line.
    margin: &'a str,
}

impl<'a> Layout<'a> {
    /// Of a file, to show a definition that starts at `start`.
    pub(super) fn new(text: &'a str, lines: &'a Lines, tokens: &'a [Token], start: usize) -> Self {
        let margin = &text[lines.start(lines.index(start))..start];
        Self { text, lines, tokens, margin }
    }

    /// The lines of a range, without comments, lines that hold nothing else, and the definition's indentation.
    fn lines_of(&self, range: Range<usize>) -> Vec<(u32, String)> {
        let comments = self.within(&range).filter(|token| token.kind() == TokenKind::Comment);
        let comments: Vec<Range<usize>> = comments.map(|token| token.range().to_std_range()).collect();
        let mut shown = Vec::new();
        for line in self.lines.index(range.start)..=self.lines.index(range.end.saturating_sub(1).max(range.start)) {
            let whole = self.lines.range(line);
            let cut = whole.start.max(range.start)..whole.end.min(range.end);
            let Some(text) = self.text.get(cut.clone()) else { continue };
            let comment = comments.iter().find(|comment| cut.contains(&comment.start));
            let text = comment.map_or(text, |comment| &text[..comment.start - cut.start]);
            let text = if self.in_string(whole.end) { text } else { text.trim_end() };
            if text.trim().is_empty() && !self.in_string(cut.start) {
                continue;
            }
            let before = &self.text[whole.start..cut.start];
            let indented = if before.trim().is_empty() { format!("{before}{text}") } else { text.to_owned() };
            let number = u32::try_from(line + 1).unwrap_or(u32::MAX);
            let indented = indented.strip_prefix(self.margin).map_or(indented.clone(), str::to_owned);
            shown.push((number, indented));
        }
        shown
    }

    /// Whether an offset stands within a string.
    fn in_string(&self, offset: usize) -> bool {
        self.within(&(offset..offset + 1)).any(|token| {
            let is_text =
                matches!(token.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle);
            is_text && token.start().to_usize() < offset && offset < token.end().to_usize()
        })
    }

    /// Where a keyword stands in a range, or its end.
    fn keyword(&self, word: &str, range: Range<usize>) -> usize {
        let is_it =
            |token: &&Token| token.kind() != TokenKind::Comment && &self.text[token.range().to_std_range()] == word;
        self.within(&range).find(is_it).map_or(range.end, |token| token.start().to_usize())
    }

    /// The tokens that stand in a range, or reach into it.
    fn within(&self, range: &Range<usize>) -> impl Iterator<Item = &Token> {
        let first = self.tokens.partition_point(|token| token.end().to_usize() <= range.start);
        let end = range.end;
        self.tokens[first..].iter().take_while(move |token| token.start().to_usize() < end)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::python::{Minor, Module, Source};

    fn pieces(text: &str) -> (String, Vec<Piece>) {
        let module = Module::parse(Source::from_text(text));
        let python = PythonVersion::minor(Minor::Py312);
        let function = module.functions().first().unwrap();
        (module.dump(function, python).unwrap(), module.pieces(function, python).unwrap())
    }

    fn shown(pieces: &[Piece]) -> String {
        let line = |piece: &Piece| {
            let mut lines = piece.lines.iter().map(|(number, text)| format!("{number}|{text}"));
            format!("{:?} {}: {}\n", piece.part, piece.depth, lines.by_ref().collect::<Vec<_>>().join("\\n"))
        };
        pieces.iter().map(line).collect()
    }

    const TASK: &str = "\
# before
@env.task(  # why
    retries=3,
)
async def train(
    data: dict,  # rows

    rate: float = 0.1,
    *,
    seed: int = 1,
) -> float:
    '''Trains.

    # no comment
    '''
    # a comment
    for epoch in range(3):  # three

        loss = step(
            data,  # all
            rate,
        )
    else:
        pass
    if loss > 1: return 0.0
    elif loss:
        @cached
        def inner(x): return x
    try:
        x = {
            '''
  # text
''': 1}
    except* (E, F) as error:
        raise
    finally:
        done()
    match x:
        case [1]: pass
    return loss
";

    #[test]
    fn pieces_show_what_counts_and_nothing_else() {
        let expected = "\
Decorator 0: 2|@env.task(\\n3|    retries=3,\\n4|)
Signature 0: 5|async def train
Name 0: 5|async def train
Signature 0: 6|data: dict
Signature 0: 8|rate: float = 0.1
Default 0: 8|rate: float = 0.1
Signature 0: 10|*
Signature 0: 10|seed: int = 1
Default 0: 10|seed: int = 1
Signature 0: 
Signature 0: 11|-> float
Docstring 1: 12|    '''Trains.\\n13|\\n14|    # no comment\\n15|    '''
Statement 1: 17|    for epoch in range(3):
Statement 2: 19|        loss = step(\\n20|            data,\\n21|            rate,\\n22|        )
Statement 1: 23|    else:
Statement 2: 24|        pass
Statement 1: 25|    if loss > 1:
Statement 2: 25|return 0.0
Statement 1: 
Statement 1: 26|    elif loss:
Statement 2: 
Statement 2: 27|        @cached
Statement 2: 28|        def inner(x):
Statement 3: 28|return x
Statement 1: 29|    try:
Statement 2: 30|        x = {\\n31|            '''\\n32|  # text\\n33|''': 1}
Statement 1: 34|    except* (E, F) as error:
Statement 2: 35|        raise
Statement 1: 36|    finally:
Statement 2: 37|        done()
Statement 1: 38|    match x:
Statement 2: 39|        case [1]:
Statement 3: 39|pass
Statement 1: 40|    return loss
";
        assert_eq!(shown(&pieces(TASK).1), expected);
    }

    /// What the hash can't tell apart, pieces don't tell apart; and the other way round.
    #[test]
    fn pieces_are_the_same_if_and_only_if_the_dumps_are() {
        let (dump, known) = pieces(TASK);
        let identity = |pieces: &[Piece]| -> Vec<(Part, u32, String)> {
            pieces.iter().map(|piece| (piece.part, piece.depth, piece.dump.clone())).collect()
        };
        let known = identity(&known);
        for (from, to, same) in [
            ("  # three", "", true),
            ("data,  # all\n            rate,\n", "data, rate\n", true),
            ("'''Trains.", "'''Trains .", false),
            ("async def", "def", false),
            ("train(", "fit(", false),
            ("data: dict,  # rows\n\n    rate: float = 0.1,", "data: dict, rate: float=.1,", true),
            ("data: dict,", "data: dict, /,", false),
            ("*,\n", "", false),
            ("*,\n", "*rows,\n", false),
            ("*,\n    seed: int = 1", "seed: int = 1, **rest", false),
            ("retries=3", "retries=4", false),
            ("env.task(  # why\n    retries=3,\n)", "env.task(retries=3)", true),
            ("-> float", "-> int", false),
            ("-> float", "", false),
            ("    else:\n        pass\n", "", false),
            ("elif loss", "if loss", false),
            ("elif loss:", "else:\n      if loss:", true),
            ("@cached\n", "@cached\n        @twice\n", false),
            ("@cached\n", "@cached()\n", false),
            ("inner(x)", "inner(x, y)", false),
            ("as error", "", false),
            ("except* (E, F) as error", "except (E, F) as error", false),
            ("        raise\n    finally:", "        raise\n    else:\n        raise\n    finally:", false),
            ("finally:", "else:", false),
            ("case [1]", "case [1] if loss", false),
            ("  # text", " # text", false),
            ("match x:\n        case [1]: pass\n", "pass\n", false),
            ("return loss", "return (loss)", true),
            ("loss = step", "loss  =  step", true),
            ("for epoch in range(3)", "async for epoch in range(3)", false),
        ] {
            assert!(TASK.contains(from), "{from}");
            let (other_dump, other) = pieces(&TASK.replacen(from, to, 1));
            assert_eq!(dump == other_dump, same, "{from} -> {to}");
            assert_eq!(known == identity(&other), same, "{from} -> {to}");
        }
    }

    #[test]
    fn a_method_is_shown_without_its_indentation() {
        let (_, pieces) = pieces("class A:\n    @d\n    def f(self):\n        return 1\n");
        let last = pieces.last().unwrap();
        assert_eq!(last.lines, [(4, "    return 1".to_owned())]);
    }

    #[test]
    fn a_block_in_an_odd_layout_is_one_piece() {
        let (dump, pieces) = pieces("@(\n    d)\ndef f():\n    return 1  # one\n");
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].dump, dump);
        assert_eq!(pieces[0].lines[3], (4, "    return 1".to_owned()));
    }
}
