//! That an editor should ask for lenses and hints again: only where there are others in documents that it doesn't ask about by itself,
//! and not while it is about to.

use std::mem;

use super::capabilities::Abilities;
use super::client::Client;
use super::event::{Event, Sender};
use super::protocol::request::{CodeLensRefresh, InlayHintRefreshRequest};
use super::view::View;

/// What it should ask for.
#[derive(Default)]
pub struct Refresh {
    lenses: bool,
    hints: bool,
    /// Whether it was told so and has not answered.
    is_told: bool,
}

impl Refresh {
    /// Takes note of what differs between what was found and what was found before.
    pub fn note(&mut self, before: &View, found: &View) {
        let is_news = is_news(before, found);
        let (had_hints, has_hints) = (before.shows_hints(), found.shows_hints());
        self.lenses |= is_news;
        self.hints |= had_hints != has_hints || (is_news && has_hints);
    }

    /// Tells an editor that can be told.
    pub fn tell(&mut self, client: &Client, abilities: &Abilities, events: &Sender) {
        if abilities.refreshes_lenses && !self.is_told && mem::take(&mut self.lenses) {
            self.is_told = true;
            let events = events.clone();
            // Without the loop nobody waits for it.
            client.request::<CodeLensRefresh>((), move |_| drop(events.send(Event::Refreshed)));
        }
        if abilities.refreshes_hints && mem::take(&mut self.hints) {
            client.request::<InlayHintRefreshRequest>((), |_| {});
        }
    }

    /// The editor answered that it asks for lenses again.
    pub fn answered(&mut self) {
        self.is_told = false;
    }
}

/// Whether lenses are others in a document that was not edited.
fn is_news(before: &View, found: &View) -> bool {
    found.snapshot.documents.all().any(|document| {
        let known = before.snapshot.documents.get(&document.uri);
        let is_same = known.is_some_and(|known| known.version == document.version);
        is_same && before.lenses.get(&document.uri) != found.lenses.get(&document.uri)
    })
}
