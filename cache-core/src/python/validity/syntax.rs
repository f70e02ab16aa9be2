//! What the parser reports, in CPython's words and for the versions that it holds for.

use ruff_python_ast::ModModule;
use ruff_python_parser::{Parsed, UnsupportedSyntaxErrorKind};

use super::finding::{Findings, Minors, Stage};
use crate::python::version::Minor;

/// Notes the parser's errors.
pub(super) fn check(_text: &str, parsed: &Parsed<ModModule>, findings: &mut Findings) {
    for error in parsed.errors() {
        findings.add(Stage::Parse, Minors::ALL, error.location.start(), format!("SyntaxError: {}", error.error));
    }
    for error in parsed.unsupported_syntax_errors() {
        let message = "SyntaxError: invalid syntax";
        findings.add(Stage::Parse, refused_by(error.kind), error.range.start(), message);
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
        Kind::ParenthesizedKeywordArgumentName
        | Kind::LazyImportStatement
        | Kind::UnpackingInComprehension(_) => Minors::ALL,
    }
}
