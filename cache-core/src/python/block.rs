//! Which lines `inspect.getsource` cuts out for a function.
//!
//! Nearly always they are the definition, perhaps with comments behind it, and the parser's tree of the file says what
//! they mean: [`Cut::Definition`]. Odd layouts (a decorator's expression on another line than its `@`, `async \` and
//! `def` on two lines, …) make `inspect` cut other lines, differently by version: [`Cut::Lines`] is their text, which
//! has to be parsed by itself.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{self as ast, Mod, Stmt};
use ruff_python_parser::{LexicalErrorType, Mode, ParseErrorType, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::Ranged;

use super::dedent;
use super::functions::{Function, suites};
use super::lines::Lines;
use super::unknown::Unknown;
use super::version::{Minor, PythonVersion};

/// What `inspect.getsource` and `textwrap.dedent` give for a function.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut<'a> {
    /// The definition as the tree has it; `margin` was stripped from its lines.
    Definition { margin: &'a str },
    /// Other lines, dedented.
    Lines(String),
}

/// Cuts out a function's block.
pub(super) fn cut<'a>(
    source: &'a str,
    lines: &Lines,
    function: &Function,
    node: &ast::StmtFunctionDef,
    python: PythonVersion,
) -> Result<Cut<'a>, Unknown> {
    let minor = python.minor;
    if lines.continued && moves_indentation(source, function, node) {
        return Err(Unknown::Construct(
            "a line that starts with a backslash, at another column than what follows".to_owned(),
        ));
    }
    if minor == Minor::Py310 && node.decorator_list.iter().any(|decorator| ends_early(source, decorator)) {
        early_end(python.patch)?;
    }
    let Some(plain) = plain(source, lines, function, node) else {
        let text = lines_of(source, lines, function, minor)?;
        return Ok(Cut::Lines(dedent::block(&text, minor)));
    };
    if plain.margin.is_empty() {
        return Ok(Cut::Definition { margin: "" });
    }
    let block = plain.first..last_line(source, lines, &plain) + 1;
    let mut columns_move_apart = false;
    for line in block.clone().map(|line| &source[lines.range(line)]) {
        match line.strip_prefix(plain.margin) {
            Some(_) if !lines.tabs => {}
            Some(rest) => {
                let blanks = &rest[..rest.len() - rest.trim_start_matches(BLANKS).len()];
                columns_move_apart |= blanks.contains('\x0c') || (blanks.contains('\t') && plain.margin.contains(' '));
            }
            None if dedent::is_blank(line, minor) => {}
            // The margin becomes shorter than the indentation of the first line.
            None => return Err(Unknown::Raises("IndentationError: unexpected indent".to_owned())),
        }
    }
    // A tab reaches to a multiple of eight columns: without a margin of blanks it may reach elsewhere. Behind a form feed
    // the tokenizer counts columns from 0, so that the margin before it never counted.
    if columns_move_apart {
        let text = &source[lines.start(block.start)..lines.start(block.end)];
        return Ok(Cut::Lines(dedent::block(text, minor)));
    }
    Ok(Cut::Definition { margin: plain.margin })
}

/// Whether a statement is continued from a line that holds nothing but a backslash, at another column than its own.
///
/// Tokenizers disagree on the indentation of such a statement, those of `inspect` and of the parser among them.
fn moves_indentation(source: &str, function: &Function, node: &ast::StmtFunctionDef) -> bool {
    let block = &source[function.extent.clone()];
    memchr::memmem::find_iter(block.as_bytes(), b"\\\n").any(|at| {
        let before = &block[block[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let mut after = block[at + 2..].trim_start_matches(BLANKS);
        let moved = before != &block[at + 2..block.len() - after.len()];
        if !moved || !before.chars().all(|c| BLANKS.contains(&c)) {
            return false;
        }
        while let Some(rest) = after.strip_prefix("\\\n") {
            after = rest.trim_start_matches(BLANKS);
        }
        let clause = ["elif", "else", "except", "finally", "case"].iter().any(|word| after.starts_with(word));
        clause || starts_statement(&node.body, function.extent.end - after.len())
    })
}

/// Whether one of the statements, or of those in them, starts at an offset.
fn starts_statement(body: &[Stmt], offset: usize) -> bool {
    let at = body.partition_point(|statement| statement.end().to_usize() <= offset);
    body.get(at).is_some_and(|statement| {
        statement.start().to_usize() == offset || suites(statement).any(|suite| starts_statement(suite, offset))
    })
}

/// Whether the `BlockFinder` of early 3.10 ends the block in this decorator: it took the first closing parenthesis for the
/// decorator's end, and a `lambda` behind it for what it looked for.
fn ends_early(source: &str, decorator: &ast::Decorator) -> bool {
    let text = &source[decorator.range().to_std_range()];
    if !text.contains("lambda") {
        return false;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let mut kinds = parsed.tokens().iter().map(Token::kind);
    kinds.any(|kind| kind == TokenKind::Rpar) && kinds.any(|kind| kind == TokenKind::Lambda)
}

/// What the patch release makes of a block that early 3.10 ends in a decorator.
fn early_end(patch: Option<u8>) -> Result<(), Unknown> {
    const CONSTRUCT: &str = "a lambda behind a parenthesis in a decorator";
    match patch {
        Some(0..=2) => Err(Unknown::Raises("SyntaxError: invalid syntax".to_owned())),
        Some(13..) => Ok(()),
        Some(patch) => Err(Unknown::Construct(format!("what Python 3.10.{patch} does with {CONSTRUCT} is not known"))),
        None => {
            let (minor, example) = ("3.10".to_owned(), "3.10.13".to_owned());
            Err(Unknown::PatchNeeded { construct: CONSTRUCT, minor, example })
        }
    }
}

/// A definition that is laid out in the usual way.
struct Plain<'a> {
    /// 0-based lines.
    first: usize,
    /// The last line of the body.
    last: usize,
    margin: &'a str,
    /// The column (in characters) of the body's first line; `None` where the body stands behind the colon.
    body_column: Option<usize>,
}

/// Looks whether every version cuts out just the definition.
fn plain<'a>(source: &'a str, lines: &Lines, function: &Function, node: &ast::StmtFunctionDef) -> Option<Plain<'a>> {
    let start = function.extent.start;
    let first = lines.index(start);
    let margin = &source[lines.start(first)..start];
    let continued = first > 0 && source[lines.range(first - 1)].ends_with('\\');
    if continued || dedent::indentation(margin) != margin {
        return None;
    }
    // The line that CPython counts from must be the one of the `@`, or of a `def` that the search of 3.10 to 3.12 knows.
    let header = &source[start..lines.range(first).end];
    let recognised = match node.decorator_list.first() {
        Some(decorator) => lines.index(decorator.expression.start().to_usize()) == first,
        None => match header.strip_prefix("async") {
            Some(rest) => rest.trim_start_matches(BLANKS).strip_prefix("def").is_some_and(starts_blank),
            None => header.strip_prefix("def").is_some_and(starts_blank),
        },
    };
    if !recognised {
        return None;
    }
    let body = node.body.first()?;
    let body_line = lines.index(body.start().to_usize());
    let before = &source[lines.start(body_line)..body.start().to_usize()];
    let body_column =
        (body_line > first && before.chars().all(|c| BLANKS.contains(&c))).then(|| before.chars().count());
    if body_column.is_some() && source[lines.range(body_line - 1)].ends_with('\\') {
        return None;
    }
    let end = function.extent.end;
    let last = lines.index(end);
    // Behind the body only a semicolon and a comment can follow; a line that goes on would be another layout.
    let tail = source[end..lines.range(last).end].trim_start_matches([' ', '\t', '\x0c', ';']);
    (tail.is_empty() || tail.starts_with('#')).then_some(Plain { first, last, margin, body_column })
}

const BLANKS: [char; 3] = [' ', '\t', '\x0c'];

fn starts_blank(text: &str) -> bool {
    text.starts_with(BLANKS)
}

/// The last line of the block: comments at the body's column or deeper belong to it, with all that lies between.
fn last_line(source: &str, lines: &Lines, plain: &Plain<'_>) -> usize {
    let mut last = plain.last;
    let Some(body_column) = plain.body_column else { return last };
    for line in plain.last + 1..lines.len() {
        let text = &source[lines.range(line)];
        let comment = text.trim_start_matches(BLANKS);
        if comment.starts_with('#') {
            if text[..text.len() - comment.len()].chars().count() >= body_column {
                last = line;
            }
        } else if !comment.is_empty() {
            break;
        }
    }
    last
}

/// `inspect.getsource` for any layout: where it starts, and how far its `BlockFinder` reads.
fn lines_of(source: &str, lines: &Lines, function: &Function, minor: Minor) -> Result<String, Unknown> {
    let mut first = function.first_line as usize - 1;
    if minor < Minor::Py313 {
        while first > 0 && !opens_definition(&source[lines.range(first)]) {
            first -= 1;
        }
    }
    let text = &source[lines.start(first)..];
    let last = block_end(text, minor)?;
    Ok(source[lines.start(first)..lines.start(first + last)].to_owned())
}

/// `^(\s*def\s)|(\s*async\s+def\s)|(.*(?<!\w)lambda(:|\s))|^(\s*@)`, by which 3.10 to 3.12 search upwards.
fn opens_definition(line: &str) -> bool {
    let blank = |c: char| c.is_whitespace();
    // The line's own end is blank too.
    let spaced = |text: &str| text.is_empty() || text.starts_with(blank);
    let text = line.trim_start_matches(blank);
    if text.starts_with('@') || text.strip_prefix("def").is_some_and(spaced) {
        return true;
    }
    if let Some(rest) = text.strip_prefix("async").filter(|rest| rest.starts_with(blank))
        && rest.trim_start_matches(blank).strip_prefix("def").is_some_and(spaced)
    {
        return true;
    }
    line.match_indices("lambda").any(|(at, word)| {
        let word_before = line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let after = &line[at + word.len()..];
        !word_before && (after.starts_with(':') || spaced(after))
    })
}

/// `inspect.BlockFinder` over the tokens of `text`: how many lines the block has.
fn block_end(text: &str, minor: Minor) -> Result<usize, Unknown> {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let lines = Lines::new(text);
    let column = |offset: usize| text[lines.start(lines.index(offset))..offset].chars().count();
    let mut finder =
        Finder { indent: 0, started: false, decorator: false, skip_line: false, last: 1, body_column: None };
    // `inspect` stops at a line that is indented like none before it, and fails on anything else that is no token.
    let (stop, failure) = lexical_errors(&parsed);
    for token in parsed.tokens() {
        let offset = token.start().to_usize();
        if offset >= failure {
            return Err(Unknown::Construct(
                "a layout of decorators that inspect.getsource cuts in the middle".to_owned(),
            ));
        }
        if offset >= stop {
            break;
        }
        let lambda = token.kind() == TokenKind::Lambda;
        let row = lines.index(offset) + 1;
        match token.kind() {
            kind if !finder.started && !finder.decorator => match kind {
                // Since 3.14 what leads is passed over, and anything but `def` and `class` is one logical line.
                TokenKind::Indent | TokenKind::Comment | TokenKind::NonLogicalNewline if minor >= Minor::Py314 => {}
                TokenKind::Async if minor >= Minor::Py314 => {}
                kind => {
                    match kind {
                        TokenKind::At => finder.decorator = true,
                        TokenKind::Def | TokenKind::Class => finder.started = true,
                        _ if lambda || minor >= Minor::Py314 => return Ok(first_logical_line(parsed.tokens(), &lines)),
                        _ => {}
                    }
                    finder.skip_line = true;
                }
            },
            TokenKind::Newline => {
                finder.skip_line = false;
                finder.last = row;
                finder.decorator = false;
            }
            _ if finder.skip_line => {}
            TokenKind::Indent => {
                if finder.body_column.is_none() && finder.started {
                    finder.body_column = Some(column(token.end().to_usize()));
                }
                finder.indent += 1;
                finder.skip_line = true;
            }
            TokenKind::Dedent => {
                finder.indent -= 1;
                if finder.indent <= 0 {
                    break;
                }
            }
            TokenKind::Comment if finder.body_column.is_some_and(|body| column(offset) >= body) => finder.last = row,
            TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            _ if finder.indent == 0 => break,
            _ => {}
        }
    }
    Ok(finder.last)
}

/// Where the tokenizer first meets an unindent to no outer level, and where anything else that is no token.
fn lexical_errors(parsed: &Parsed<Mod>) -> (usize, usize) {
    let first = |wanted: fn(&LexicalErrorType) -> bool| {
        let errors = parsed.errors().iter().filter_map(|error| match &error.error {
            ParseErrorType::Lexical(kind) if wanted(kind) => Some(error.location.start().to_usize()),
            _ => None,
        });
        errors.min().unwrap_or(usize::MAX)
    };
    (
        first(|kind| matches!(kind, LexicalErrorType::IndentationError)),
        first(|kind| !matches!(kind, LexicalErrorType::IndentationError)),
    )
}

/// The state of CPython's `BlockFinder`, under its own names' meanings.
struct Finder {
    indent: i32,
    started: bool,
    decorator: bool,
    skip_line: bool,
    last: usize,
    body_column: Option<usize>,
}

fn first_logical_line(tokens: &[Token], lines: &Lines) -> usize {
    let newline = tokens.iter().find(|token| token.kind() == TokenKind::Newline);
    newline.map_or(1, |token| lines.index(token.start().to_usize()) + 1)
}
