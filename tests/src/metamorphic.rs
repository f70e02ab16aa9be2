//! Rewrites programs in ways of which the effect is known: what is no part of the AST changes no version, what is does.

use crate::oracle::File;
use crate::rng::Rng;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;
use std::ops::Range;

/// A program and a rewriting of it.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The program.
    pub before: File,
    /// Its rewriting.
    pub after: File,
    /// What the rewriting does.
    pub kind: Kind,
}

/// What a rewriting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A comment at the end of every line.
    Comments,
    /// Blank lines between statements.
    BlankLines,
    /// A backslash and a newline where a blank was.
    Continuations,
    /// Parentheses around numbers and names of one load each.
    Parentheses,
    /// A form feed where a blank was.
    FormFeeds,
    /// The whole program one level deeper.
    Indentation,
    /// A number that is one more, or a name that is another: the only kind that must change a version.
    Token,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Comments,
        Self::BlankLines,
        Self::Continuations,
        Self::Parentheses,
        Self::FormFeeds,
        Self::Indentation,
        Self::Token,
    ];

    /// Whether versions stay.
    pub fn keeps(self) -> bool {
        self != Self::Token
    }
}

/// Every rewriting of a program that finds something to rewrite. The program should be valid and start at column 0.
pub fn pairs(name: &str, text: &str, seed: u64) -> Vec<Pair> {
    let mut rng = Rng::new(seed);
    let file = |text: &str| File { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    let tokens = Tokens::of(text);
    let rewritten = Kind::ALL.into_iter().filter_map(|kind| Some((kind, rewrite(text, &tokens, kind, &mut rng)?)));
    rewritten
        .filter(|(_, after)| after != text)
        .map(|(kind, after)| Pair {
            before: file(text),
            after: File { name: format!("{name} with {kind:?}"), ..file(&after) },
            kind,
        })
        .collect()
}

fn rewrite(text: &str, tokens: &Tokens, kind: Kind, rng: &mut Rng) -> Option<String> {
    let edits: Vec<(Range<usize>, String)> = match kind {
        Kind::Comments => {
            tokens.line_ends.iter().map(|&end| (end..end, "  # a 'comment' {with} \"quotes\"".to_owned())).collect()
        }
        Kind::BlankLines => tokens.line_ends.iter().map(|&end| (end..end, "\n".to_owned())).collect(),
        // Far to the right, since a continuation line counts for the margin that `textwrap.dedent` takes off.
        Kind::Continuations => {
            tokens.blanks.iter().map(|blank| (blank.clone(), format!(" \\\n{}", " ".repeat(60)))).collect()
        }
        Kind::FormFeeds => tokens.blanks.iter().map(|blank| (blank.clone(), " \u{c}".to_owned())).collect(),
        Kind::Parentheses => {
            tokens.numbers.iter().map(|range| (range.clone(), format!("({})", &text[range.clone()]))).collect()
        }
        Kind::Indentation if !text.contains(['\t', '\u{c}']) => return Some(deeper(text)),
        Kind::Indentation => return None,
        Kind::Token => {
            let range = tokens.numbers.get(rng.below(tokens.numbers.len().max(1)))?.clone();
            return Some(format!("{}7{}", &text[..range.start], &text[range.start..]))
                .filter(|_| text[range].parse::<u64>().is_ok());
        }
    };
    // A few of many, so that one failure is near its cause.
    let mut rewritten = text.to_owned();
    for (range, with) in edits.into_iter().rev().filter(|_| rng.below(3) > 0) {
        rewritten.replace_range(range, &with);
    }
    Some(rewritten)
}

fn deeper(text: &str) -> String {
    let indented = text
        .split_inclusive('\n')
        .map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("    {line}") });
    format!("if name:\n{}", indented.collect::<String>())
}

/// Where a program can be rewritten.
struct Tokens {
    /// Ends of logical lines, before the newline.
    line_ends: Vec<usize>,
    /// Single blanks between two tokens of a line.
    blanks: Vec<Range<usize>>,
    /// Numbers outside of f-strings and patterns.
    numbers: Vec<Range<usize>>,
}

impl Tokens {
    fn of(text: &str) -> Self {
        let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
        let mut found = Self { line_ends: Vec::new(), blanks: Vec::new(), numbers: Vec::new() };
        let mut interpolated = 0_usize;
        let mut previous_end = 0_usize;
        // `inspect` looks for `@`, `def` and `async def` at the start of a line: those lines stay as they are.
        let mut fixed = false;
        let mut at_start = true;
        for token in parsed.tokens() {
            let range: Range<usize> = token.range().into();
            let kind = token.kind();
            if at_start
                && !matches!(
                    kind,
                    TokenKind::Indent | TokenKind::Dedent | TokenKind::NonLogicalNewline | TokenKind::Comment
                )
            {
                fixed = matches!(kind, TokenKind::At | TokenKind::Def | TokenKind::Async | TokenKind::Case);
                at_start = false;
            }
            let follows_blank = previous_end + 1 == range.start && text.as_bytes().get(previous_end) == Some(&b' ');
            if follows_blank && interpolated == 0 && !fixed && !at_start && kind != TokenKind::Comment {
                found.blanks.push(previous_end..range.start);
            }
            match kind {
                TokenKind::FStringStart | TokenKind::TStringStart => interpolated += 1,
                TokenKind::FStringEnd | TokenKind::TStringEnd => interpolated = interpolated.saturating_sub(1),
                TokenKind::Newline if !range.is_empty() => found.line_ends.push(range.start),
                TokenKind::Int | TokenKind::Float | TokenKind::Complex if interpolated == 0 && !fixed => {
                    found.numbers.push(range.clone())
                }
                _ => {}
            }
            if kind == TokenKind::Newline {
                at_start = true;
            }
            previous_end = range.end;
        }
        found
    }
}
