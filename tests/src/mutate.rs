//! Breaks programs token by token, so that what CPython refuses is refused and what it still accepts stays exact.
//!
//! The tokens are those of the parser under test; that is no weakness, since only an interpreter judges the result.

use crate::oracle::File;
use crate::rng::Rng;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;
use std::ops::Range;

/// Tokens that a mutation puts in: each operator, keyword and bracket, and literals with a catch.
#[rustfmt::skip]
const POOL: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "...", "=", "==", "!=", "<>", ":=", "->", "@", "*", "**", "+",
    "-", "/", "//", "%", "&", "|", "^", "~", "<<", ">>", "<", ">", "+=", "**=", "!", "?", "$", "`", "\\", "\\\n",
    "\n", "# c\n", "if", "else", "elif", "for", "while", "in", "not", "is", "and", "or", "lambda", "yield",
    "yield from", "await", "async", "def", "class", "return", "raise", "try:", "except", "except*", "finally:",
    "with", "as", "from", "import", "global", "nonlocal", "del", "pass", "break", "continue", "assert", "match",
    "case", "type", "_", "print", "exec", "None", "True", "False", "__debug__", "x", "x.y", "x[0]", "x()", "(yield)",
    "(x := 1)", "*x", "**x", "x,", "x if y else z", "lambda: x", "[a for a in b]", "{**x}", "0", "1", "00", "01",
    "0777", "0x", "0xfor", "1_0", "1__0", "1_", "1.e5", "1e400", "1j", "1if", "0b2", "''", "\"\"", "'a'", "b'a'",
    "b'é'", "u'a'", "r'\\'", "f'{x}'", "f'{x!r:>{y}}'", "f'{x=}'", "f'{'", "f'}'", "f'{}'", "f'{x!z}'", "rb'\\n'",
    "t'{x}'", "'\\N{BULLET}'", "'\\N{nope}'", "'\\x'", "'\\ud800'", "'''", "\"\"\"", "é", "𝐱", "·", "\u{200c}",
    "\u{a0}", "\u{c}", "\0", "\t", "    ",
];

/// String prefixes in every spelling, valid or not.
const PREFIXES: &[&str] =
    &["", "b", "B", "r", "R", "u", "U", "f", "F", "t", "rb", "bR", "fr", "Rf", "tr", "ub", "bf", "ur", "ft"];

/// The top-level definitions of files, as small files of their own.
pub fn chunks(files: &[File], most_lines: usize) -> Vec<String> {
    let mut chunks = Vec::new();
    for file in files {
        let Ok(text) = std::str::from_utf8(&file.bytes) else { continue };
        let mut chunk = String::new();
        for line in text.split_inclusive('\n') {
            let starts =
                line.starts_with(|first: char| !first.is_whitespace() && !matches!(first, ')' | ']' | '}' | '#'));
            if starts && !chunk.trim_start().starts_with('@') {
                keep(&mut chunks, &mut chunk, most_lines);
            }
            chunk.push_str(line);
        }
        keep(&mut chunks, &mut chunk, most_lines);
    }
    chunks
}

fn keep(chunks: &mut Vec<String>, chunk: &mut String, most_lines: usize) {
    let whole = std::mem::take(chunk);
    let is_definition = ["def ", "async def ", "class ", "@"].iter().any(|start| whole.starts_with(start));
    if is_definition && whole.lines().count() <= most_lines && whole.is_ascii() | (whole.len() < 2000) {
        chunks.push(whole.trim_end().to_owned() + "\n");
    }
}

/// `count` broken files, the same for the same chunks. The seed is in each name. Each list of chunks is taken equally often, so that
/// a new chunk in one list changes no mutant of the others.
pub fn mutants(lists: &[&[String]], count: usize) -> Vec<File> {
    (0..count as u64)
        .map(|seed| File { name: format!("mutant {seed}"), bytes: mutant(lists, seed).into_bytes() })
        .collect()
}

/// The broken file of a seed: one of the chunks with one mutation, seldom two or three.
pub fn mutant(lists: &[&[String]], seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let chunks = *rng.pick(lists);
    let mut text = rng.pick(chunks).clone();
    let rounds = [1, 1, 1, 2, 3][rng.below(5)];
    for _ in 0..rounds {
        text = mutate(&text, &mut rng);
    }
    text
}

fn mutate(text: &str, rng: &mut Rng) -> String {
    let tokens = tokens(text);
    if tokens.is_empty() {
        return text.to_owned();
    }
    let index = rng.below(tokens.len());
    let token = &tokens[index];
    let other = &tokens[rng.below(tokens.len())];
    match rng.below(14) {
        0 | 1 => replace(text, token, ""),
        2 => replace(text, token, &format!("{0} {0}", &text[token.clone()])),
        3 => swap(text, token, tokens.get(index + 1).unwrap_or(token)),
        4 if token.start <= other.start => swap(text, token, other),
        4 => swap(text, other, token),
        5 | 6 => replace(text, token, rng.pick::<&str>(POOL)),
        7 => replace(text, token, &text[other.clone()]),
        8 | 9 => replace(text, &(token.start..token.start), &format!("{} ", rng.pick::<&str>(POOL))),
        10 => reindent(text, rng),
        11 => prefix(text, &tokens, rng),
        12 => lines(text, rng),
        _ => replace(text, token, &format!("({})", &text[token.clone()])),
    }
}

/// The ranges of tokens that have a text.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let has_text = |kind: TokenKind| !matches!(kind, TokenKind::Dedent | TokenKind::EndOfFile);
    let tokens = parsed.tokens().iter().filter(|token| has_text(token.kind()) && !token.range().is_empty());
    tokens.map(|token| token.range().into()).collect()
}

fn replace(text: &str, range: &Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

/// Exchanges two ranges of which the first starts first; overlapping ones stay.
fn swap(text: &str, first: &Range<usize>, second: &Range<usize>) -> String {
    if first.end > second.start {
        return text.to_owned();
    }
    [
        &text[..first.start],
        &text[second.clone()],
        &text[first.end..second.start],
        &text[first.clone()],
        &text[second.end..],
    ]
    .concat()
}

fn reindent(text: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let index = rng.below(lines.len());
    let line = lines[index].clone();
    lines[index] = match rng.below(6) {
        0 => format!(" {line}"),
        1 => format!("    {line}"),
        2 => format!("\t{line}"),
        3 => line.strip_prefix("    ").unwrap_or(&line).to_owned(),
        4 => line.strip_prefix(' ').unwrap_or(&line).to_owned(),
        _ => format!("\u{c}{line}"),
    };
    lines.concat()
}

fn prefix(text: &str, tokens: &[Range<usize>], rng: &mut Rng) -> String {
    let strings: Vec<&Range<usize>> =
        tokens.iter().filter(|token| text[(*token).clone()].contains(['\'', '"'])).collect();
    if strings.is_empty() {
        return text.to_owned();
    }
    let token = *rng.pick(&strings);
    let quote = token.start + text[token.clone()].find(['\'', '"']).unwrap_or(0);
    replace(text, &(token.start..quote), rng.pick::<&str>(PREFIXES))
}

fn lines(text: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (one, two) = (rng.below(lines.len()), rng.below(lines.len()));
    match rng.below(3) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(one, lines[two]),
        _ => lines.swap(one, two),
    }
    lines.concat()
}
