//! What the server says to the editor: in order, and never waited for where state is held.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use super::protocol::{self, notification, request};

/// How long an editor may take for an answer before the server goes on without it.
const PATIENCE: Duration = Duration::from_secs(10);

type Saying = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The editor. Clones are the same.
#[derive(Clone)]
pub struct Client {
    inner: tower_lsp::Client,
    /// Notifications leave one after the other, in the order in which they were said.
    notifications: mpsc::UnboundedSender<Saying>,
}

impl Client {
    /// Talks through tower-lsp's client; within a runtime.
    pub fn new(inner: tower_lsp::Client) -> Self {
        let (notifications, mut said) = mpsc::unbounded_channel::<Saying>();
        tokio::spawn(async move {
            while let Some(saying) = said.recv().await {
                saying.await;
            }
        });
        Self { inner, notifications }
    }

    /// Sends a notification behind those before it.
    pub fn notify<N>(&self, params: N::Params)
    where
        N: notification::Notification,
        N::Params: Send + 'static,
    {
        let inner = self.inner.clone();
        // Without the task behind the channel the server is at its end.
        let _ = self.notifications.send(Box::pin(async move { inner.send_notification::<N>(params).await }));
    }

    /// Asks the editor, and hands its answer to `then`; `None` if it refuses or takes too long.
    ///
    /// The request itself is awaited for as long as it takes: tower-lsp panics at an answer that nobody waits for any more.
    pub fn request<R>(&self, params: R::Params, then: impl FnOnce(Option<R::Result>) + Send + 'static)
    where
        R: request::Request,
        R::Params: Send + 'static,
        R::Result: Send + 'static,
    {
        let inner = self.inner.clone();
        let asked = tokio::spawn(async move { inner.send_request::<R>(params).await });
        tokio::spawn(async move {
            let answer: Option<protocol::Result<R::Result>> =
                timeout(PATIENCE, asked).await.ok().and_then(std::result::Result::ok);
            then(answer.and_then(protocol::Result::ok));
        });
    }
}
