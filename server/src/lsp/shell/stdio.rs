//! Standard input and output, as editors connect them: pipes and sockets.
//!
//! The runtime waits for those itself, and so a message takes no other thread on its way, neither in nor out: to wake one takes as long as
//! much of what is computed for a keystroke. What is neither (a file, a terminal) is read and written by threads, as everything is where the
//! system has no such waiting.

use std::io::{Read, stdin};
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, duplex};
use tokio::runtime::Handle;

/// How much is read at once, in bytes.
const CHUNK: usize = 1 << 16;

/// What arrives on standard input; within a runtime.
pub fn input() -> Box<dyn AsyncRead + Unpin + Send> {
    waited::input().unwrap_or_else(input_by_thread)
}

/// What goes to standard output; within a runtime.
pub fn output() -> Box<dyn AsyncWrite + Unpin + Send> {
    waited::output().unwrap_or_else(|| Box::new(tokio::io::stdout()))
}

/// A thread reads, and nobody waits for it. (The runtime's own standard input keeps the process from ending while a read is under way.)
fn input_by_thread() -> Box<dyn AsyncRead + Unpin + Send> {
    let (mut writer, reader) = duplex(CHUNK);
    let runtime = Handle::current();
    thread::spawn(move || {
        let (mut input, mut buffer) = (stdin().lock(), vec![0; CHUNK]);
        loop {
            let read = match input.read(&mut buffer) {
                Ok(count) => buffer.get(..count).filter(|bytes| !bytes.is_empty()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => None,
            };
            let Some(bytes) = read else { return };
            if runtime.block_on(writer.write_all(bytes)).is_err() {
                return;
            }
        }
    });
    Box::new(reader)
}

#[cfg(unix)]
mod waited {
    use std::fs::File;
    use std::io::{stdin, stdout};
    use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
    use std::os::unix::fs::FileTypeExt;
    use std::os::unix::net::UnixStream as Socket;

    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    /// An end of a connection.
    enum End {
        Pipe(OwnedFd),
        Socket(UnixStream),
    }

    impl End {
        /// `None` for what can't be waited for.
        fn of(end: BorrowedFd<'_>) -> Option<Self> {
            let file = File::from(end.try_clone_to_owned().ok()?);
            let kind = file.metadata().ok()?.file_type();
            if kind.is_fifo() {
                return Some(Self::Pipe(file.into()));
            }
            let socket = Socket::from(kind.is_socket().then(|| OwnedFd::from(file))?);
            socket.set_nonblocking(true).ok()?;
            UnixStream::from_std(socket).ok().map(Self::Socket)
        }
    }

    pub fn input() -> Option<Box<dyn AsyncRead + Unpin + Send>> {
        Some(match End::of(stdin().as_fd())? {
            End::Pipe(pipe) => Box::new(pipe::Receiver::from_owned_fd(pipe).ok()?),
            End::Socket(socket) => Box::new(socket),
        })
    }

    pub fn output() -> Option<Box<dyn AsyncWrite + Unpin + Send>> {
        Some(match End::of(stdout().as_fd())? {
            End::Pipe(pipe) => Box::new(pipe::Sender::from_owned_fd(pipe).ok()?),
            End::Socket(socket) => Box::new(socket),
        })
    }
}

#[cfg(not(unix))]
mod waited {
    use tokio::io::{AsyncRead, AsyncWrite};

    pub fn input() -> Option<Box<dyn AsyncRead + Unpin + Send>> {
        None
    }

    pub fn output() -> Option<Box<dyn AsyncWrite + Unpin + Send>> {
        None
    }
}
