//! What stands between tower-lsp's reader and its dispatch: it sees every message of the editor first.

use std::future::{Future, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp::ExitedError;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_service::Service;

use super::exit::Exit;
use super::framing::Malformed;
use super::mended::mended;

/// The service, mended.
pub struct Shell<S> {
    inner: S,
    exit: Exit,
    /// Until `initialize` is answered: what an editor sends behind it at once would be refused.
    initializing: Option<oneshot::Receiver<()>>,
}

impl<S> Shell<S> {
    pub fn new(inner: S, exit: Exit) -> Self {
        Self { inner, exit, initializing: None }
    }
}

/// What a message becomes: an answer, or nothing for a notification.
type Answer = Result<Option<Response>, ExitedError>;

impl<S> Service<Request> for Shell<S>
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        if let Some(answered) = &mut self.initializing {
            if Pin::new(answered).poll(context).is_pending() {
                return Poll::Pending;
            }
            self.initializing = None;
        }
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match request.method() {
            MALFORMED => return Box::pin(ready(Ok(Some(refusal(&request))))),
            "exit" => {
                self.exit.ask();
                return Box::pin(ready(Ok(None)));
            }
            "shutdown" => self.exit.shut_down(),
            _ => {}
        }
        let done = (request.method() == "initialize").then(|| {
            let (done, answered) = oneshot::channel();
            self.initializing = Some(answered);
            done
        });
        let id = request.id().cloned();
        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(mended(request))));
        match called {
            Ok(answer) => Box::pin(async {
                let answer = unless_it_panics(answer, id).await;
                // Its end is what `poll_ready` waits for.
                drop(done);
                answer
            }),
            Err(_) => Box::pin(ready(Ok(internal_error(id)))),
        }
    }
}

/// The method that stands for what is no message.
const MALFORMED: &str = "tasklens/malformed";

/// A message in the place of one that is none, for tower-lsp to hand on and for [`Shell`] to answer.
pub fn malformed(Malformed { problem, id }: Malformed) -> Vec<u8> {
    json!({"jsonrpc": "2.0", "method": MALFORMED, "params": [problem, id]}).to_string().into_bytes()
}

fn refusal(request: &Request) -> Response {
    let part = |index| request.params().and_then(|params: &Value| params.get(index));
    let problem = part(0).and_then(Value::as_str).unwrap_or("no message").to_owned();
    let id = match part(1) {
        Some(Value::String(id)) => Id::String(id.clone()),
        Some(id) => id.as_i64().map_or(Id::Null, Id::Number),
        None => Id::Null,
    };
    let code = if id == Id::Null { ErrorCode::ParseError } else { ErrorCode::InvalidRequest };
    Response::from_error(id, Error { code, message: problem.into(), data: None })
}

async fn unless_it_panics(answer: impl Future<Output = Answer>, id: Option<Id>) -> Answer {
    let mut answer = Box::pin(answer);
    let polled = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(answer)) => Poll::Ready(Some(answer)),
        Err(_) => Poll::Ready(None),
    });
    polled.await.unwrap_or_else(|| Ok(internal_error(id)))
}

/// Nothing, for a notification.
fn internal_error(id: Option<Id>) -> Option<Response> {
    Some(Response::from_error(id?, Error::internal_error()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Panics when it is called, or when its answer is awaited.
    struct Broken;

    impl Service<Request> for Broken {
        type Response = Option<Response>;
        type Error = ExitedError;
        type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            assert_ne!(request.method(), "now", "a panic of a test");
            Box::pin(async { panic!("a panic of a test") })
        }
    }

    #[test]
    fn a_panic_is_an_internal_error() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut shell = Shell::new(Broken, Exit::default());
        for method in ["now", "later"] {
            let asked = shell.call(Request::build(method).id(7).finish());
            let answer = runtime.block_on(asked).unwrap().unwrap();
            assert_eq!(answer, Response::from_error(7.into(), Error::internal_error()));
            let told = shell.call(Request::build(method).finish());
            assert_eq!(runtime.block_on(told).unwrap(), None);
        }
    }
}
