//! Standard input as a stream that can be left alone: a thread reads it, and nobody waits for that thread.
//!
//! (The runtime's own standard input keeps the process from ending while a read is under way.)

use std::io::{Read, stdin};
use std::thread;

use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::Handle;

/// How much is read at once, in bytes.
const CHUNK: usize = 1 << 16;

/// What arrives on standard input.
pub fn stream() -> DuplexStream {
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
    reader
}
