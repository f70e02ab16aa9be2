//! What CPython's tokenizer refuses and the parser's own lexer lets pass: indentation, nesting, huge integers.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextSize};

use super::finding::{Certainty, Findings, Minors, Stage};
use crate::python::version::Minor;

/// CPython's `MAXLEVEL`: open brackets, of all kinds together.
const MAX_BRACKETS: usize = 200;
/// CPython's `MAXINDENT`, which counts the module's own level.
const MAX_INDENTS: usize = 100;
/// CPython's `MAXFSTRINGLEVEL`, which counts the file's own level.
const MAX_FSTRINGS: usize = 150;

/// Checks the tokens of a file that the parser accepts.
pub(super) fn check(text: &str, tokens: &[Token], findings: &mut Findings) {
    let mut indents = Indents::default();
    // Where the indentation of the logical line that is to come begins.
    let mut line = Some(TextSize::default());
    let (mut brackets, mut strings) = (0_usize, 0_usize);
    for token in tokens {
        if line.is_none() && !counts(token.kind()) {
            continue;
        }
        let at = token.start();
        match token.kind() {
            TokenKind::Newline => line = Some(token.end()),
            TokenKind::NonLogicalNewline => line = line.map(|_| token.end()),
            TokenKind::Comment | TokenKind::Indent | TokenKind::Dedent | TokenKind::EndOfFile => {}
            kind => {
                if let Some(start) = line.take()
                    && let Some(message) = indents.line(&text[start.to_usize()..at.to_usize()])
                {
                    findings.add(Stage::Parse, Minors::ALL, at, message);
                }
                match kind {
                    TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                        brackets += 1;
                        if brackets == MAX_BRACKETS + 1 {
                            findings.add(Stage::Parse, Minors::ALL, at, "SyntaxError: too many nested parentheses");
                        }
                    }
                    TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => brackets = brackets.saturating_sub(1),
                    TokenKind::FStringStart | TokenKind::TStringStart => {
                        strings += 1;
                        if strings == MAX_FSTRINGS {
                            findings.add(Stage::Parse, Minors::ALL, at, "SyntaxError: too many nested f-strings");
                        }
                    }
                    TokenKind::FStringEnd | TokenKind::TStringEnd => strings = strings.saturating_sub(1),
                    TokenKind::Int => integer(&text[at.to_usize()..token.end().to_usize()], at, findings),
                    _ => {}
                }
            }
        }
    }
}

/// Whether a token matters wherever it stands in a logical line; most don't.
fn counts(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Newline
            | TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd
            | TokenKind::Int
    )
}

/// CPython's stack of indentations, each measured twice: with tabs of eight columns, and with tabs of one.
#[derive(Debug)]
struct Indents(Vec<(usize, usize)>);

impl Default for Indents {
    fn default() -> Self {
        Self(vec![(0, 0)])
    }
}

impl Indents {
    /// Takes the blanks in front of a logical line, and says what is wrong with them.
    fn line(&mut self, blanks: &str) -> Option<&'static str> {
        const TAB: Option<&str> = Some("TabError: inconsistent use of tabs and spaces in indentation");
        let (column, narrow) = if blanks.is_empty() { (0, 0) } else { columns(blanks) };
        let (mut top, mut top_narrow) = self.0.last().copied().unwrap_or_default();
        if column > top {
            self.0.push((column, narrow));
            return match narrow > top_narrow {
                false => TAB,
                true if self.0.len() > MAX_INDENTS => Some("IndentationError: too many levels of indentation"),
                true => None,
            };
        }
        while column < top {
            self.0.pop();
            (top, top_narrow) = self.0.last().copied().unwrap_or_default();
        }
        if column != top {
            return Some("IndentationError: unindent does not match any outer indentation level");
        }
        if narrow == top_narrow { None } else { TAB }
    }
}

/// The width of the blanks in front of a line; where a backslash continues them, those of the first line count.
fn columns(blanks: &str) -> (usize, usize) {
    if blanks.bytes().all(|byte| byte == b' ') {
        return (blanks.len(), blanks.len());
    }
    let (mut column, mut narrow) = (0, 0);
    for byte in blanks.bytes() {
        match byte {
            b' ' => (column, narrow) = (column + 1, narrow + 1),
            b'\t' => (column, narrow) = ((column / 8 + 1) * 8, narrow + 1),
            b'\x0c' => (column, narrow) = (0, 0),
            b'\\' if column > 0 => break,
            _ => {}
        }
    }
    (column, narrow)
}

/// CPython converts decimal literals with `int()`, whose limit came with 3.10.7.
fn integer(literal: &str, at: TextSize, findings: &mut Findings) {
    const MAX_DIGITS: usize = 4300;
    if literal.len() <= MAX_DIGITS || !literal.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return;
    }
    let digits = literal.bytes().filter(u8::is_ascii_digit).count();
    if digits > MAX_DIGITS {
        let message = format!(
            "SyntaxError: Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
             to avoid decimal conversion limits."
        );
        findings.add(Stage::Parse, Minors::since(Minor::Py311), at, message.clone());
        let construct = "an integer literal of more than 4300 digits";
        let since = Certainty::Patches { refuses: |patch| Some(patch >= 7), construct };
        findings.add_if(since, Stage::Parse, Minors::only(Minor::Py310), at, message);
    }
}
