//! What the editor was told of the open documents, so that it is told of changes only.

use std::collections::BTreeMap;

use super::protocol::{Diagnostic, PublishDiagnosticsParams, Url};
use super::view::View;

/// The diagnostics of the documents of a state.
pub type Told = BTreeMap<Url, (i32, Vec<Diagnostic>)>;

/// The diagnostics of the documents of a state.
pub fn told(view: &View) -> Told {
    let documents = view.snapshot.documents.all();
    documents.map(|open| (open.uri.clone(), (open.version, view.diagnostics(&open.uri)))).collect()
}

/// What an editor that was told `before` has to be told. A document that it closed has none any more.
pub fn news(before: &Told, now: &Told) -> Vec<PublishDiagnosticsParams> {
    let changed = now.iter().filter_map(|(uri, (version, diagnostics))| {
        let known = before.get(uri).map(|(_, known)| known);
        let is_news = known.map_or(!diagnostics.is_empty(), |known| known != diagnostics);
        is_news.then(|| PublishDiagnosticsParams::new(uri.clone(), diagnostics.clone(), Some(*version)))
    });
    let closed = before.iter().filter(|(uri, (_, known))| !now.contains_key(uri) && !known.is_empty());
    let closed = closed.map(|(uri, _)| PublishDiagnosticsParams::new(uri.clone(), Vec::new(), None));
    changed.chain(closed).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_changes_are_told_and_what_is_closed_is_cleared() {
        let uri = |name: &str| Url::parse(&format!("file:///{name}.py")).unwrap();
        let one = |message: &str| vec![Diagnostic { message: message.to_owned(), ..Diagnostic::default() }];
        let told = |all: &[(&str, i32, Vec<Diagnostic>)]| -> Told {
            all.iter().map(|(name, version, diagnostics)| (uri(name), (*version, diagnostics.clone()))).collect()
        };
        let summary = |before: &Told, now: &Told| -> Vec<(String, usize, Option<i32>)> {
            let news = news(before, now).into_iter();
            news.map(|news| (news.uri.path().to_owned(), news.diagnostics.len(), news.version)).collect()
        };
        let first = told(&[("a", 1, one("x")), ("b", 1, Vec::new())]);
        assert_eq!(summary(&Told::new(), &first), [("/a.py".to_owned(), 1, Some(1))]);
        let same = told(&[("a", 2, one("x")), ("b", 1, Vec::new())]);
        assert_eq!(summary(&first, &same), []);
        let other = told(&[("a", 3, one("y")), ("b", 2, one("z"))]);
        assert_eq!(summary(&same, &other).len(), 2);
        assert_eq!(summary(&other, &told(&[("b", 2, one("z"))])), [("/a.py".to_owned(), 0, None)]);
    }
}
