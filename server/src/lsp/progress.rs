//! The reading of the workspace before anybody asks, shown where the editor shows such things.
//!
//! It can't be cancelled: what callers in other files pass is a part of what lenses say, so that the first answer would read them.

use super::client::Client;
use super::event::{Event, Sender};
use super::protocol::notification::Progress;
use super::protocol::request::WorkDoneProgressCreate;
use super::protocol::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};
use super::worker::Indexed;

/// How far it is.
#[derive(Default)]
pub struct Indexing {
    /// Whether nobody does it yet.
    is_due: bool,
    /// What came of it last; `None` while it is due or under way.
    pub done: Option<Indexed>,
    /// Counts the readings: a token serves once.
    round: u64,
    /// The round that the editor shows.
    shown: Option<u64>,
}

impl Indexing {
    /// Has the workspace read. An editor that shows progress is asked for a place; it agrees by [`Event::ShowsProgress`].
    pub fn begin(&mut self, client: &Client, shows_progress: bool, events: &Sender) {
        (self.is_due, self.done) = (true, None);
        self.round += 1;
        if !shows_progress {
            return;
        }
        let (round, events) = (self.round, events.clone());
        client.request::<WorkDoneProgressCreate>(WorkDoneProgressCreateParams { token: token(round) }, move |answer| {
            if answer.is_some() {
                // Without the loop there is nothing to show.
                let _ = events.send(Event::ShowsProgress { round });
            }
        });
    }

    /// Whether it is to be done now; whoever is told so does it.
    pub fn take(&mut self) -> bool {
        std::mem::take(&mut self.is_due)
    }

    /// Says that a round began, unless that is over or another one is shown.
    pub fn show(&mut self, client: &Client, round: u64) {
        if self.done.is_some() || self.shown.is_some() || self.round != round {
            return;
        }
        self.shown = Some(round);
        let begin = WorkDoneProgressBegin {
            title: "Tasklens".to_owned(),
            message: Some("reading the workspace".to_owned()),
            cancellable: Some(false),
            percentage: None,
        };
        tell(client, round, WorkDoneProgress::Begin(begin));
    }

    /// Takes up what came of it, and says so where it is shown.
    pub fn end(&mut self, client: &Client, indexed: Indexed) {
        // Of folders that came meanwhile the next one tells.
        self.done = (!self.is_due).then_some(indexed);
        if let Some(round) = self.shown.take() {
            let message = Some(format!("{} files", indexed.files));
            tell(client, round, WorkDoneProgress::End(WorkDoneProgressEnd { message }));
        }
    }
}

fn token(round: u64) -> NumberOrString {
    NumberOrString::String(format!("tasklens.index.{round}"))
}

fn tell(client: &Client, round: u64, what: WorkDoneProgress) {
    let value = ProgressParamsValue::WorkDone(what);
    client.notify::<Progress>(ProgressParams { token: token(round), value });
}
