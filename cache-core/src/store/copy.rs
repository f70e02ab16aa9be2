//! Content on its way from one place to another, hashed as it goes.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Builder;

use blake3::Hasher;

use crate::key::native::Digest;

/// How much is read at a time, in bytes: much for one call of the system, and all chunks together little for a processor's cache.
pub(super) const CHUNK: usize = 256 << 10;

/// How many chunks there are at most: one is read or written, the others are hashed meanwhile or wait for that.
const CHUNKS: usize = 5;

/// Which side of a copy failed.
pub(super) enum CopyError {
    Read(io::Error),
    Write(io::Error),
}

/// Bytes, as many of them as were read.
type Chunk = (Vec<u8>, usize);

/// Copies to the end, in constant memory: one thread reads and writes, another hashes.
pub(super) fn copy(reader: &mut dyn Read, writer: &mut dyn Write) -> Result<(Digest, u64), CopyError> {
    let mut first = vec![0; CHUNK];
    let filled = fill(reader, &mut first)?;
    if filled < CHUNK {
        writer.write_all(&first[..filled]).map_err(CopyError::Write)?;
        return Ok((Digest::of(&first[..filled]), filled as u64));
    }
    std::thread::scope(|scope| {
        let ((full, to_hash), (hashed, free)) = (channel(), channel());
        let Ok(hasher) = Builder::new().spawn_scoped(scope, move || hash(&to_hash, &hashed)) else {
            // No thread is to be had: it takes longer.
            return copy_alone(first, reader, writer);
        };
        let (mut chunk, mut filled, mut size, mut chunks) = (first, filled, 0, 1);
        while filled > 0 {
            writer.write_all(&chunk[..filled]).map_err(CopyError::Write)?;
            size += filled as u64;
            let _ = full.send((chunk, filled));
            let mut next = if chunks < CHUNKS {
                chunks += 1;
                vec![0; CHUNK]
            } else {
                // Fails only if the hasher is gone, of which `join` tells.
                free.recv().unwrap_or_else(|_| vec![0; CHUNK])
            };
            filled = fill(reader, &mut next)?;
            chunk = next;
        }
        drop(full);
        // Only its panic could make this fail: then nothing is known of what was read.
        let digest = hasher.join().map_err(|_| CopyError::Write(io::Error::other("hashing failed")))?;
        Ok((digest, size))
    })
}

/// Hashes what comes, and gives back the memory.
fn hash(chunks: &Receiver<Chunk>, hashed: &Sender<Vec<u8>>) -> Digest {
    let mut hasher = Hasher::new();
    for (chunk, filled) in chunks {
        hasher.update(&chunk[..filled]);
        let _ = hashed.send(chunk);
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

/// The same in one thread, from a chunk on that was read.
fn copy_alone(mut chunk: Vec<u8>, reader: &mut dyn Read, writer: &mut dyn Write) -> Result<(Digest, u64), CopyError> {
    let (mut hasher, mut filled, mut size) = (Hasher::new(), chunk.len(), 0);
    while filled > 0 {
        writer.write_all(&chunk[..filled]).map_err(CopyError::Write)?;
        hasher.update(&chunk[..filled]);
        size += filled as u64;
        filled = fill(reader, &mut chunk)?;
    }
    Ok((Digest::from_bytes(*hasher.finalize().as_bytes()), size))
}

/// Reads until a chunk is full, or there is no more.
fn fill(reader: &mut dyn Read, chunk: &mut [u8]) -> Result<usize, CopyError> {
    let mut filled = 0;
    while filled < chunk.len() {
        match reader.read(&mut chunk[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(CopyError::Read(error)),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Bytes that come in pieces of any size, with interruptions; and room that ends.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1 * 7 % 100_003;
            if self.1.is_multiple_of(5) {
                return Err(ErrorKind::Interrupted.into());
            }
            let some = into.len().min(self.1);
            self.0.read(&mut into[..some])
        }
    }

    #[test]
    fn what_is_copied_is_what_was_read_and_hashed_however_it_comes() {
        let bytes: Vec<u8> = (0..CHUNK * 9 + 5).map(|at| (at.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK * CHUNKS, CHUNK * (CHUNKS + 1) + 3, bytes.len()] {
            let (bytes, mut out) = (&bytes[..size], Vec::new());
            let Ok(copied) = copy(&mut Slow(bytes, 11), &mut out) else { panic!("{size}") };
            assert!(copied == (Digest::of(bytes), size as u64) && out == bytes, "{size}");
            if size >= CHUNK {
                let (first, mut out) = (bytes[..CHUNK].to_vec(), Vec::new());
                let Ok(copied) = copy_alone(first, &mut Slow(&bytes[CHUNK..], 11), &mut out) else { panic!("{size}") };
                assert!(copied == (Digest::of(bytes), size as u64) && out == bytes, "{size}");
            }
        }
    }

    #[test]
    fn whichever_side_fails_is_told() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("read"))
            }
        }
        let bytes = vec![1; CHUNK * 3];
        for start in [&bytes[..], &[]] {
            assert!(matches!(copy(&mut start.chain(Fails), &mut io::sink()), Err(CopyError::Read(_))));
        }
        for room in [0, 5, CHUNK * 2] {
            let mut room = vec![0; room];
            assert!(matches!(copy(&mut &bytes[..], &mut room.as_mut_slice()), Err(CopyError::Write(_))));
        }
    }
}
