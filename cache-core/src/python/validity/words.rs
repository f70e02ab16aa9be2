//! Our parser's errors in CPython's words, as far as these can be told from the error and the tokens.
//!
//! CPython's parser says little more than "invalid syntax", but it lets its tokenizer read on to the end of the file
//! first, so that a bracket without a partner anywhere is what it complains of.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::{Ranged, TextSize};

use super::unicode;
use crate::python::version::Minor;

const INVALID_SYNTAX: &str = "invalid syntax";

/// CPython's words for an error of the parser, and where it points.
pub(super) fn words(text: &str, tokens: &[Token], error: &ParseError) -> (TextSize, String) {
    let at = error.location.start();
    let brackets = brackets(text, tokens);
    if let Brackets::Unmatched(at, message) = brackets {
        return (at, message);
    }
    let phrase = match &error.error {
        ParseErrorType::UnexpectedIndentation => return (at, "IndentationError: unexpected indent".to_owned()),
        ParseErrorType::Lexical(lexical) if *lexical != LexicalErrorType::Eof => {
            return (at, lexical_words(text, at, lexical));
        }
        ParseErrorType::OtherError(message) => {
            if let Some(block) = message.strip_prefix("Expected an indented block after ") {
                return indented_block(text, tokens, at, block);
            }
            match message.as_str() {
                "Expected `except` or `finally` after `try` block" => "expected 'except' or 'finally' block",
                "Bytes literal cannot be mixed with non-bytes literals" => "cannot mix bytes and nonbytes literals",
                message if message.starts_with("Expected ") => INVALID_SYNTAX,
                message => message,
            }
        }
        other => match phrase(other) {
            Some(phrase) => phrase,
            None => return (at, format!("SyntaxError: {other}")),
        },
    };
    if phrase == INVALID_SYNTAX
        && let Some(literal) = number_before(text, tokens, at)
    {
        return (at, format!("SyntaxError: invalid {literal} literal"));
    }
    match brackets {
        Brackets::Open(open, bracket) if phrase == INVALID_SYNTAX && line(text, at) > line(text, open) => {
            (open, format!("SyntaxError: '{bracket}' was never closed"))
        }
        _ => (at, format!("SyntaxError: {phrase}")),
    }
}

/// CPython's phrase for an error that needs no context.
fn phrase(error: &ParseErrorType) -> Option<&'static str> {
    use ParseErrorType as Type;
    Some(match error {
        Type::ExpectedToken { expected: TokenKind::Colon, found: TokenKind::Newline } => "expected ':'",
        Type::PositionalAfterKeywordArgument => "positional argument follows keyword argument",
        Type::PositionalAfterKeywordUnpacking => "positional argument follows keyword argument unpacking",
        Type::UnparenthesizedGeneratorExpression => "Generator expression must be parenthesized",
        Type::InvalidAnnotatedAssignmentTarget => "illegal target for annotation",
        Type::ExpectedKeywordParam => "named arguments must follow bare *",
        Type::FStringError(InterpolatedStringErrorType::UnclosedLbrace) => "f-string: expecting '}'",
        Type::FStringError(InterpolatedStringErrorType::SingleRbrace) => "f-string: single '}' is not allowed",
        Type::ExpectedToken { .. }
        | Type::ExpectedExpression
        | Type::SimpleStatementsOnSameLine
        | Type::SimpleAndCompoundStatementOnSameLine
        | Type::UnexpectedExpressionToken
        | Type::Lexical(LexicalErrorType::Eof)
        | Type::InvalidStarredExpressionUsage
        | Type::InvalidYieldExpressionUsage
        | Type::InvalidLambdaExpressionUsage
        | Type::EmptySlice
        | Type::EmptyGlobalNames
        | Type::EmptyNonlocalNames
        | Type::EmptyDeleteTargets => INVALID_SYNTAX,
        _ => return None,
    })
}

/// The kind of a number that ends at `at`, glued to a name: `1a`, `0xfg`.
fn number_before(text: &str, tokens: &[Token], at: TextSize) -> Option<&'static str> {
    let number = |kind| matches!(kind, TokenKind::Int | TokenKind::Float | TokenKind::Complex);
    let token = tokens.iter().find(|token| token.end() == at && number(token.kind()))?;
    let follows = text.get(at.to_usize()..)?.chars().next()?;
    if !(follows.is_alphanumeric() || follows == '_') {
        return None;
    }
    let literal = text.get(token.start().to_usize()..at.to_usize())?.to_ascii_lowercase();
    Some(match literal.get(..2) {
        Some("0x") => "hexadecimal",
        Some("0o") => "octal",
        Some("0b") => "binary",
        _ if literal.ends_with('j') => "imaginary",
        _ => "decimal",
    })
}

/// CPython's words for a syntax that is newer than the version.
pub(super) fn newer(text: &str, at: TextSize, kind: UnsupportedSyntaxErrorKind) -> String {
    use UnsupportedSyntaxErrorKind as Kind;
    match kind {
        // The error stands at what the old parser trips over.
        Kind::Pep701FString(_) => match text.as_bytes().get(at.to_usize()) {
            Some(b'\\') => "SyntaxError: f-string expression part cannot include a backslash".to_owned(),
            Some(b'#') => "SyntaxError: f-string expression part cannot include '#'".to_owned(),
            Some(b'{') => unterminated(text, at, false),
            _ => "SyntaxError: f-string: expecting '}'".to_owned(),
        },
        Kind::UnparenthesizedExceptionTypes => "SyntaxError: multiple exception types must be parenthesized".to_owned(),
        _ => "SyntaxError: invalid syntax".to_owned(),
    }
}

fn lexical_words(text: &str, at: TextSize, error: &LexicalErrorType) -> String {
    match error {
        LexicalErrorType::IndentationError => {
            "IndentationError: unindent does not match any outer indentation level".to_owned()
        }
        LexicalErrorType::LineContinuationError => {
            "SyntaxError: unexpected character after line continuation character".to_owned()
        }
        LexicalErrorType::UnclosedStringError => {
            let rest = text.get(at.to_usize()..).unwrap_or_default();
            let quotes = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            unterminated(text, at, quotes.starts_with("'''") || quotes.starts_with("\"\"\""))
        }
        LexicalErrorType::InvalidByteLiteral => {
            "SyntaxError: bytes can only contain ASCII literal characters".to_owned()
        }
        LexicalErrorType::UnrecognizedToken { tok } if tok.is_ascii() => "SyntaxError: invalid syntax".to_owned(),
        LexicalErrorType::UnrecognizedToken { tok } => unicode::invalid_character(*tok, Minor::Py314),
        LexicalErrorType::OtherError(message) => match &**message {
            "Invalid decimal integer literal" => "SyntaxError: leading zeros in decimal integer literals are not \
                permitted; use an 0o prefix for octal integers"
                .to_owned(),
            message if message.starts_with("ParseIntError") => {
                let radix = match text.as_bytes().get(at.to_usize() + 1) {
                    Some(b'x' | b'X') => "hexadecimal",
                    Some(b'o' | b'O') => "octal",
                    _ => "binary",
                };
                format!("SyntaxError: invalid {radix} literal")
            }
            message => format!("SyntaxError: {message}"),
        },
        other => format!("SyntaxError: {other}"),
    }
}

fn unterminated(text: &str, at: TextSize, triple: bool) -> String {
    if triple {
        let last = line(text, TextSize::of(text.trim_end_matches('\n')));
        return format!("SyntaxError: unterminated triple-quoted string literal (detected at line {last})");
    }
    format!("SyntaxError: unterminated string literal (detected at line {})", line(text, at))
}

/// `block` is the parser's name of the block, as in "`if` statement".
///
/// Gives back where CPython points too: to the token that should have been indented.
fn indented_block(text: &str, tokens: &[Token], at: TextSize, block: &str) -> (TextSize, String) {
    let is_trivia = |token: &Token| {
        use TokenKind::{Comment, Dedent, Indent, NonLogicalNewline};
        matches!(token.kind(), NonLogicalNewline | Comment | Indent | Dedent)
    };
    let first = |from: usize| tokens.iter().skip(from).find(|token| !is_trivia(token)).map_or(at, Ranged::start);
    // The header is the logical line that ends at the error or before it.
    let here = tokens.partition_point(|token| token.start() <= at);
    let mut ends = tokens[..here].iter().enumerate().rev().filter(|(_, token)| token.kind() == TokenKind::Newline);
    let end = ends.next().map_or(0, |(index, _)| index + 1);
    let header = line(text, first(ends.next().map_or(0, |(index, _)| index + 1)));
    let block = match block {
        "`class` definition" => "class definition".to_owned(),
        other => other.replace('`', "'").replace(" clause", " statement"),
    };
    (first(end), format!("IndentationError: expected an indented block after {block} on line {header}"))
}

/// What the brackets of a file come to.
enum Brackets {
    Fine,
    /// CPython's tokenizer refuses this one.
    Unmatched(TextSize, String),
    /// The innermost one that is open at the end.
    Open(TextSize, char),
}

fn brackets(text: &str, tokens: &[Token]) -> Brackets {
    let mut open: Vec<(TextSize, char)> = Vec::new();
    for token in tokens {
        let at = token.start();
        let (opening, closing) = match token.kind() {
            TokenKind::Lpar => ('(', None),
            TokenKind::Lsqb => ('[', None),
            TokenKind::Lbrace => ('{', None),
            TokenKind::Rpar => ('(', Some(')')),
            TokenKind::Rsqb => ('[', Some(']')),
            TokenKind::Rbrace => ('{', Some('}')),
            _ => continue,
        };
        let Some(closing) = closing else {
            open.push((at, opening));
            continue;
        };
        match open.pop() {
            Some((_, expected)) if expected == opening => {}
            Some((start, other)) => {
                let (start, end) = (line(text, start), line(text, at));
                let place = if start == end { String::new() } else { format!(" on line {start}") };
                let message = format!(
                    "SyntaxError: closing parenthesis '{closing}' does not match opening parenthesis '{other}'{place}"
                );
                return Brackets::Unmatched(at, message);
            }
            None => return Brackets::Unmatched(at, format!("SyntaxError: unmatched '{closing}'")),
        }
    }
    open.pop().map_or(Brackets::Fine, |(at, bracket)| Brackets::Open(at, bracket))
}

/// The 1-based line of an offset.
fn line(text: &str, at: TextSize) -> usize {
    text.bytes().take(at.to_usize()).filter(|byte| *byte == b'\n').count() + 1
}
