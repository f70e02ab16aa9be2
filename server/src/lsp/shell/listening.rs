//! The server's output, which ends the server when nobody is at its other end: tower-lsp would go on.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::exit::Exit;

/// Output whose errors ask for the end.
pub struct Output<O> {
    inner: O,
    exit: Exit,
}

impl<O: AsyncWrite + Unpin> Output<O> {
    pub fn new(inner: O, exit: Exit) -> Self {
        Self { inner, exit }
    }

    fn ask_after<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|_| self.exit.ask())
    }
}

impl<O: AsyncWrite + Unpin> AsyncWrite for Output<O> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes));
        Poll::Ready(self.ask_after(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.inner).poll_flush(context));
        Poll::Ready(self.ask_after(flushed))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
