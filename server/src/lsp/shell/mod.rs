//! The shell around tower-lsp: what makes its server sound.
//!
//! tower-lsp 0.20 parses messages, dispatches them and writes answers. By itself it also loses the order of edits, stays alive after
//! `exit`, dies of a panic or of a late answer, and stands still when handlers wait for the editor. What mends each:
//!
//! | what goes wrong | mended by |
//! |---|---|
//! | a notification that waits before it changes the state comes after later ones | [`Frontend`]: one send on a channel, nothing awaited before it |
//! | `exit` does not end the server while the editor keeps stdin open | [`exit`]: the copy of stdin ends, and so does what reads it |
//! | `exit` cancels answers that are on their way | [`service`]: it is not forwarded |
//! | a late answer to a request that was given up panics | [`super::client`]: every request to the editor is awaited to its end |
//! | handlers that wait for the editor block its answers | the same: they are tasks of their own |
//! | computing in a handler blocks all messages, a panic ends the process | [`super::main_loop`]: computing is done on other threads; [`service`]: a panic is an answer |
//! | an editor that reads nothing is not heard, even when it leaves | [`serve`]: what it says is read ahead of what is answered |
//! | an editor that has closed the server's output is served for ever | [`listening`]: that is the end |
//! | a message that is none ends the server, as if the editor had left | [`framing`]: it is answered with an error |
//! | an edit that can't be read is passed over, and the text is another than the editor's | [`mended`]: it is mended, or its document given up |
//! | `"params": null`, or `{}` for none, is refused | [`mended`]: both are taken for none |
//! | what stands behind `initialize` is refused until that is answered | [`service`]: it waits |
//! | four waiting requests hold up everything behind them | [`CONCURRENCY`] |
//!
//! Each is held by a test in `tests/tests/lsp/shell.rs`, over the real program.

pub mod exit;
mod framing;
mod listening;
mod mended;
mod service;
pub mod stdio;

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tower_lsp::{LspService, Server};

use super::client::Client;
use super::event::{Event, Sender};
use super::frontend::Frontend;
use super::own;
use exit::Exit;
use framing::Frame;

/// How many messages may be under way. Beyond it, what the editor sends waits unread: enough for any editor, and few enough to hold.
const CONCURRENCY: usize = 1024;

/// How long answers may still take when the editor has said `exit`, or is gone.
const LAST_ANSWERS: Duration = Duration::from_millis(400);

/// How long the messages before its last may still take: it may not read their answers.
const LAST_MESSAGES: Duration = Duration::from_millis(600);

/// How much of a message is read at once, in bytes.
const CHUNK: usize = 1 << 16;

/// Serves one editor until it says `exit`, closes `input`, doesn't listen to `output` any more, or `exit` is asked for otherwise.
///
/// `start` gets what talks to the editor, and gives where events go. The result says whether the editor took leave properly: `shutdown`
/// came before the end.
pub async fn serve<I, O>(input: I, output: O, exit: Exit, start: impl FnOnce(Client) -> Sender) -> bool
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let mut events = None;
    let service = LspService::build(|client| {
        let sender = events.insert(start(Client::new(client)));
        Frontend::new(sender.clone())
    });
    let (inner, socket) = own::register(service)
        .custom_method(mended::DEBUG_INFORMATION, Frontend::debug_information)
        .custom_method(mended::LOST, Frontend::lost)
        .finish();
    let (frames, read) = mpsc::unbounded_channel();
    tokio::spawn(read_all(input, frames, exit.clone()));
    let (writer, reader) = duplex(CHUNK);
    let service = service::Shell::new(inner, exit.clone());
    let server =
        Server::new(reader, listening::Output::new(output, exit.clone()), socket).concurrency_level(CONCURRENCY);
    let mut server = tokio::spawn(server.serve(service));
    // A panic of the server is an end as well.
    let ended = tokio::select! {
        () = hand_on(read, writer, &exit) => false,
        _ = &mut server => true,
    };
    if !ended {
        // The end of its input makes the server write its last answers, unless the editor doesn't read.
        let _ = timeout(LAST_ANSWERS, server).await;
    }
    if let Some(events) = events {
        // Nobody may be there to hear it.
        let _ = events.send(Event::Stop);
    }
    exit.was_shut_down()
}

/// Reads all that the editor says as it comes, however far behind the server is: the end must not be missed.
async fn read_all(input: impl AsyncRead + Unpin, frames: mpsc::UnboundedSender<Frame>, exit: Exit) {
    let mut input = BufReader::with_capacity(CHUNK, input);
    while let Ok(Some(frame)) = framing::next(&mut input).await {
        let is_last = matches!(frame, Frame::Exit(_));
        if frames.send(frame).is_err() || is_last {
            break;
        }
    }
    drop(frames);
    tokio::time::sleep(LAST_MESSAGES).await;
    exit.ask();
}

/// Hands on message by message until there are no more or `exit` is asked for; then `writer` is closed.
async fn hand_on(mut frames: mpsc::UnboundedReceiver<Frame>, mut writer: DuplexStream, exit: &Exit) {
    loop {
        let frame = tokio::select! {
            biased;
            () = exit.asked() => return,
            frame = frames.recv() => frame,
        };
        let message = match frame {
            Some(Frame::Message(body) | Frame::Exit(body)) => body,
            Some(Frame::Malformed(malformed)) => service::malformed(malformed),
            None => return,
        };
        let framed = [format!("Content-Length: {}\r\n\r\n", message.len()).as_bytes(), &message].concat();
        tokio::select! {
            biased;
            () = exit.asked() => return,
            written = writer.write_all(&framed) => if written.is_err() { return },
        }
    }
}
