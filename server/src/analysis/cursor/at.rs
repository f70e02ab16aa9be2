//! The expressions of a file around an offset, with what their names mean there.

use std::ops::Range;

use crate::analysis::flow::Moment;
use crate::analysis::ir::*;
use crate::analysis::link::Context;
use crate::analysis::value::FileId;

/// The expressions around a place, the outermost first.
pub struct Around<'s> {
    /// Where they are evaluated.
    pub context: Context<'static>,
    /// The function that the outermost is a decorator of.
    pub decorates: Option<FunctionId>,
    /// Never empty.
    pub chain: Vec<&'s Expr>,
}

/// The expressions of a file around an offset; an end belongs to what ends there. `None` where there are none.
pub fn around(summary: &Summary, file: FileId, offset: Offset) -> Option<Around<'_>> {
    let mut found = None;
    whole(summary, file, &mut |context, decorates, expr| {
        if found.is_none() && holds(expr, offset) {
            let mut chain = Vec::new();
            expr.walk(&mut |part| {
                if holds(part, offset) {
                    chain.push(part);
                }
            });
            found = Some(Around { context, decorates, chain });
        }
    });
    found
}

/// Calls `visit` with every expression that stands by itself: in statements, as decorators, as defaults of parameters.
pub fn whole<'s>(
    summary: &'s Summary,
    file: FileId,
    visit: &mut dyn FnMut(Context<'static>, Option<FunctionId>, &'s Expr),
) {
    let functions = (0..summary.functions.len()).map(Scope::Function);
    let classes = (0..summary.classes.len()).map(Scope::Class);
    for scope in std::iter::once(Scope::Module).chain(functions).chain(classes) {
        walk_statements(summary.scope(scope).0, &mut |statement| {
            let context = Context { file, scope, moment: Moment::At(statement.start), frame: None };
            statement.expressions().into_iter().for_each(|expr| visit(context, None, expr));
        });
    }
    for (id, function) in summary.functions.iter().enumerate() {
        let context = Context { file, scope: function.parent, moment: Moment::At(function.start), frame: None };
        function.decorators.iter().for_each(|decorator| visit(context, Some(id), decorator));
        let defaults = function.parameters.iter().filter_map(|parameter| parameter.default.as_ref());
        defaults.for_each(|default| visit(context, None, default));
    }
}

fn holds(expr: &Expr, offset: Offset) -> bool {
    expr.start <= offset && offset <= expr.end
}

/// Where the keyword of an argument stands, if it has one.
pub fn keyword(argument: &Argument, text: &str) -> Option<Range<usize>> {
    let ArgumentKind::Keyword(_) = argument.kind else { return None };
    let start = argument.start as usize;
    Some(start..start + identifier(text.get(start..)?).len())
}

/// The identifier that a text starts with.
pub fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c == '_' || c.is_alphanumeric())).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// What stands between the quotes of a string, by its place; `None` for one of several pieces, or with a prefix other than `r` or
/// `u`.
pub fn within_quotes(expr: &Expr, text: &str) -> Option<Range<usize>> {
    let (start, end) = (expr.start as usize, expr.end as usize);
    let whole = text.get(start..end)?;
    let bare = whole.trim_start_matches(['r', 'R', 'u', 'U']);
    let open = whole.len() - bare.len();
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| bare.starts_with(quotes))?;
    let inner = bare.strip_prefix(quotes)?.strip_suffix(quotes)?;
    let quote = quotes.get(..1)?;
    let is_one_piece = !inner.contains(quote) || (quotes.len() == 3 && !inner.contains(quotes));
    is_one_piece.then(|| start + open + quotes.len()..end - quotes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Option<&str> {
        let end = Offset::try_from(text.len()).ok()?;
        let expr = Expr { start: 0, end, line: 1, kind: ExprKind::Broken };
        within_quotes(&expr, text).and_then(|range| text.get(range))
    }

    #[test]
    fn strings_are_found_within_their_quotes() {
        for (text, inner) in [
            ("'a'", Some("a")),
            ("\"\"", Some("")),
            ("r'a'", Some("a")),
            ("'''a'b'''", Some("a'b")),
            ("'a' 'b'", None),
            ("f'a'", None),
            ("('a')", None),
        ] {
            assert_eq!(quoted(text), inner, "{text}");
        }
    }
}
