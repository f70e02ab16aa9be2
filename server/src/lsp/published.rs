//! What the editor was told of the open documents, so that it is told of changes only.

use std::collections::BTreeMap;
use std::mem;

use super::capabilities::Abilities;
use super::client::Client;
use super::protocol::notification::PublishDiagnostics;
use super::protocol::request::WorkspaceDiagnosticRefresh;
use super::protocol::{Diagnostic, PublishDiagnosticsParams, Url};
use super::view::View;

/// The diagnostics of the documents of a state.
pub type Told = BTreeMap<Url, (i32, Vec<Diagnostic>)>;

/// The diagnostics of the documents of a state.
pub fn told(view: &View) -> Told {
    let documents = view.snapshot.documents.all();
    documents.map(|open| (open.uri.clone(), (open.version, view.diagnostics(&open.uri)))).collect()
}

/// What it was told, or would have been if it didn't ask by itself.
#[derive(Default)]
pub struct Published {
    told: Told,
    /// Whether there may be others in documents that an editor doesn't ask about by itself.
    is_due: bool,
}

impl Published {
    /// Something happened that is no edit of a document.
    pub fn may_change(&mut self) {
        self.is_due = true;
    }

    /// Whether it has to be found out what there is to tell: who asks is told of news elsewhere only.
    pub fn is_needed(&self, abilities: &Abilities) -> bool {
        !abilities.pulls_diagnostics || self.is_due
    }

    /// Tells the editor what changed, or that it should ask.
    pub fn tell(&mut self, client: &Client, abilities: &Abilities, now: Told) {
        let news = news(&self.told, &now);
        self.told = now;
        let is_due = mem::take(&mut self.is_due);
        if !abilities.pulls_diagnostics {
            news.into_iter().for_each(|news| client.notify::<PublishDiagnostics>(news));
        } else if is_due && abilities.refreshes_diagnostics && !news.is_empty() {
            client.request::<WorkspaceDiagnosticRefresh>((), |_| {});
        }
    }
}

/// What an editor that was told `before` has to be told. A document that it closed has none any more. What it shows of an older text it has
/// moved with the edits since, as well as it can: so all is told again of a newer one.
fn news(before: &Told, now: &Told) -> Vec<PublishDiagnosticsParams> {
    let none = (0, Vec::new());
    let changed = now.iter().filter_map(|(uri, (version, diagnostics))| {
        let (of, known) = before.get(uri).unwrap_or(&none);
        let is_news = known != diagnostics || (of != version && !diagnostics.is_empty());
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
        assert_eq!(summary(&first, &first), []);
        let same = told(&[("a", 2, one("x")), ("b", 2, Vec::new())]);
        assert_eq!(summary(&first, &same), [("/a.py".to_owned(), 1, Some(2))], "an edit may have moved it");
        let other = told(&[("a", 3, one("y")), ("b", 2, one("z"))]);
        assert_eq!(summary(&same, &other).len(), 2);
        assert_eq!(summary(&other, &told(&[("b", 2, one("z"))])), [("/a.py".to_owned(), 0, None)]);
    }
}
