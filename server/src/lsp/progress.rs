//! That the files of the workspace are being read, shown where the editor shows such things.

use super::client::Client;
use super::event::{Event, Sender};
use super::protocol::notification::Progress;
use super::protocol::request::WorkDoneProgressCreate;
use super::protocol::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};

fn token() -> NumberOrString {
    NumberOrString::String("tasklens.index".to_owned())
}

/// Asks the editor for a place to show it; it agrees by [`Event::ShowsProgress`].
pub fn ask(client: &Client, events: &Sender) {
    let events = events.clone();
    client.request::<WorkDoneProgressCreate>(WorkDoneProgressCreateParams { token: token() }, move |answer| {
        if answer.is_some() {
            // Without the loop there is nothing to show.
            let _ = events.send(Event::ShowsProgress);
        }
    });
}

/// Says that it begins.
pub fn begin(client: &Client) {
    tell(
        client,
        WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: "Tasklens".to_owned(),
            message: Some("reading the workspace".to_owned()),
            cancellable: Some(false),
            percentage: None,
        }),
    );
}

/// Says that it is done, and with how many files.
pub fn end(client: &Client, files: usize) {
    let message = Some(format!("{files} files"));
    tell(client, WorkDoneProgress::End(WorkDoneProgressEnd { message }));
}

fn tell(client: &Client, what: WorkDoneProgress) {
    let value = ProgressParamsValue::WorkDone(what);
    client.notify::<Progress>(ProgressParams { token: token(), value });
}
