//! Content on its way from one place to another, hashed as it goes.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use crate::key::native::Digest;

/// How much is read at a time.
const CHUNK: usize = 1 << 20;

/// How many chunks may wait to be hashed.
const AHEAD: usize = 4;

/// Which side of a copy failed.
pub(super) enum CopyError {
    Read(io::Error),
    Write(io::Error),
}

/// Copies to the end, in constant memory: one thread reads and writes, another hashes.
pub(super) fn copy(reader: &mut dyn Read, writer: &mut dyn Write) -> Result<(Digest, u64), CopyError> {
    let mut first = Vec::with_capacity(CHUNK);
    reader.take(CHUNK as u64).read_to_end(&mut first).map_err(CopyError::Read)?;
    if first.len() < CHUNK {
        writer.write_all(&first).map_err(CopyError::Write)?;
        return Ok((Digest::of(&first), first.len() as u64));
    }
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Arc<Vec<u8>>>(AHEAD);
        let hasher = scope.spawn(move || {
            let mut hasher = blake3::Hasher::new();
            receive.iter().for_each(|chunk| {
                hasher.update(&chunk);
            });
            Digest::from_bytes(*hasher.finalize().as_bytes())
        });
        let mut size = 0;
        let mut used: Vec<Arc<Vec<u8>>> = Vec::new();
        let mut chunk = Arc::new(first);
        while !chunk.is_empty() {
            size += chunk.len() as u64;
            // Fails only if the hasher is gone, of which `join` tells.
            let _ = send.send(Arc::clone(&chunk));
            writer.write_all(&chunk).map_err(CopyError::Write)?;
            used.push(chunk);
            // The oldest chunk is hashed by now, mostly, and its memory is used again.
            let mut next = match (used.len() > AHEAD).then(|| Arc::try_unwrap(used.remove(0))) {
                Some(Ok(hashed)) => hashed,
                _ => Vec::with_capacity(CHUNK),
            };
            next.clear();
            reader.take(CHUNK as u64).read_to_end(&mut next).map_err(CopyError::Read)?;
            chunk = Arc::new(next);
        }
        drop(send);
        let digest = hasher.join().map_err(|_| CopyError::Read(io::Error::other("hashing failed")))?;
        Ok((digest, size))
    })
}
