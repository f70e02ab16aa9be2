//! What the parser reports, in CPython's words and for the versions that it holds for.

use ruff_python_ast::ModModule;
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, Parsed, UnsupportedSyntaxErrorKind,
};
use ruff_text_size::TextSize;

use super::finding::{Certainty, Findings, Minors, Stage};
use super::{tokens, unicode, words};
use crate::python::version::Minor;

/// Notes what the tokenizer and the parser have against a file.
pub(super) fn check(text: &str, parsed: &Parsed<ModModule>, findings: &mut Findings) {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        let (words, start) = ("source code string cannot contain null bytes", TextSize::default());
        let value_error = Minors::before(Minor::Py312);
        findings.add(Stage::Parse, value_error, start, format!("ValueError: {words}"));
        findings.add(Stage::Parse, Minors::ALL.without(value_error), start, format!("SyntaxError: {words}"));
    }
    if parsed.has_valid_syntax() {
        tokens::check(text, parsed.tokens(), findings);
        unicode::check(text, parsed.tokens(), findings);
    }
    // After the first error that some versions don't have, the parser's further ones mean nothing for them.
    let mut readable = Minors::ALL;
    for error in parsed.errors() {
        let at = error.location.start();
        if let Some((minors, construct)) = accepted(text, error) {
            let unread = minors.and(readable);
            findings.add_if(Certainty::Unread(construct), Stage::Parse, unread, at, "");
            readable = readable.without(minors);
        }
        // The first error is the one to tell; the others may be its consequences.
        if !readable.is_empty() {
            let (at, message) = words::words(text, parsed.tokens(), error);
            findings.add(Stage::Parse, readable, at, message);
            break;
        }
    }
    for error in parsed.unsupported_syntax_errors() {
        let minors = refused_by(error.kind);
        if !minors.is_empty() {
            let at = error.range.start();
            findings.add(Stage::Parse, minors, at, words::newer(text, at, error.kind));
        }
    }
}

/// The few errors of our parser for what CPython accepts: by which versions, and what it is.
fn accepted(text: &str, error: &ParseError) -> Option<(Minors, &'static str)> {
    let rest = text.get(error.location.start().to_usize()..)?;
    let before = text.get(..error.location.start().to_usize())?;
    let is_word = |word: &str| {
        rest.starts_with(word) && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
    };
    match &error.error {
        ParseErrorType::Lexical(LexicalErrorType::FStringError(InterpolatedStringErrorType::NewlineInFormatSpec)) => {
            let minors = Minors::since(Minor::Py312).and(Minors::before(Minor::Py314));
            Some((minors, "a line break in the format spec of a single-quoted f-string"))
        }
        ParseErrorType::FStringError(InterpolatedStringErrorType::UnclosedLbrace)
            if is_word("for") || is_word("async") =>
        {
            Some((Minors::before(Minor::Py312), "a generator expression without parentheses in an f-string"))
        }
        ParseErrorType::ExpectedExpression if rest.starts_with(';') && before.trim_end().ends_with("raise") => {
            Some((Minors::ALL, "`raise` in front of a semicolon"))
        }
        ParseErrorType::SimpleAndCompoundStatementOnSameLine if is_word("match") => {
            Some((Minors::ALL, "a name `match` behind a semicolon"))
        }
        _ => None,
    }
}

/// The versions that don't know a newer syntax yet.
fn refused_by(kind: UnsupportedSyntaxErrorKind) -> Minors {
    use UnsupportedSyntaxErrorKind as Kind;
    match kind {
        Kind::Walrus
        | Kind::UnparenthesizedNamedExpr(_)
        | Kind::StarTuple(_)
        | Kind::RelaxedDecorator(_)
        | Kind::PositionalOnlyParameter
        | Kind::ParenthesizedContextManager
        | Kind::UnparenthesizedUnpackInFor
        | Kind::Match => Minors::NONE,
        Kind::ExceptStar | Kind::StarExpressionInIndex | Kind::StarAnnotation => Minors::before(Minor::Py311),
        Kind::TypeParameterList | Kind::TypeAliasStatement | Kind::Pep701FString(_) => Minors::before(Minor::Py312),
        Kind::TypeParamDefault => Minors::before(Minor::Py313),
        Kind::UnparenthesizedExceptionTypes | Kind::TemplateStrings => Minors::before(Minor::Py314),
        Kind::ParenthesizedKeywordArgumentName | Kind::LazyImportStatement | Kind::UnpackingInComprehension(_) => {
            Minors::ALL
        }
    }
}
