//! Contents that are too large for the index: files by the BLAKE3 of what is in them.

use std::fs;
use std::io::{self, Read};

use super::super::content::{Beside, Content, File, Source};
use super::super::copy::{CHUNK, CopyError, copy};
use super::super::{Damage, Manifest, StoreError};
use super::place::{Place, Staged, sync_parent};
use crate::key::native::Digest;

/// Contents up to this size are in the index.
pub(super) const INLINE: usize = 32 * 1024;

/// Content that was read to its end.
pub(super) enum Incoming {
    Inline(Vec<u8>),
    Staged(Staged),
}

/// Reads content to its end: where it goes, its digest and its size.
pub(super) fn receive(place: &Place, source: Source<'_>, sync: bool) -> Result<(Incoming, Digest, u64), StoreError> {
    let unreadable = |error: io::Error| StoreError::Content { reason: error.to_string() };
    match source {
        Source::Bytes(bytes) if bytes.len() <= INLINE => {
            Ok((Incoming::Inline(bytes.to_vec()), Digest::of(bytes), bytes.len() as u64))
        }
        Source::Bytes(mut bytes) => stage(place, &mut bytes, sync),
        Source::Reader(reader) => {
            let mut start = Vec::new();
            // As much as is copied at a time, so that the rest is read from where pages begin.
            reader.take(CHUNK as u64).read_to_end(&mut start).map_err(unreadable)?;
            if start.len() <= INLINE {
                let digest = Digest::of(&start);
                let size = start.len() as u64;
                return Ok((Incoming::Inline(start), digest, size));
            }
            stage(place, &mut start.as_slice().chain(reader), sync)
        }
    }
}

fn stage(place: &Place, reader: &mut dyn Read, sync: bool) -> Result<(Incoming, Digest, u64), StoreError> {
    let mut staged = place.stage().map_err(|error| place.failed(&error))?;
    let (digest, size) = copy(reader, &mut staged.file).map_err(|error| match error {
        CopyError::Read(error) => StoreError::Content { reason: error.to_string() },
        CopyError::Write(error) => place.failed(&error),
    })?;
    if sync {
        staged.file.sync_all().map_err(|error| place.failed(&error))?;
    }
    Ok((Incoming::Staged(staged), digest, size))
}

/// Gives staged content its name. The caller holds the index's write lock, so that nobody collects it meanwhile.
pub(super) fn link(place: &Place, staged: &Staged, digest: &Digest, sync: bool) -> Result<(), StoreError> {
    let path = place.blob(digest);
    let linked = staged.keep(place, &path).and_then(|()| if sync { sync_parent(&path) } else { Ok(()) });
    linked.map_err(|error| place.failed(&error))
}

/// The content of an entry, if all of it is as it was written.
pub(super) fn open(place: &Place, manifest: &Manifest) -> Result<Content, Opened> {
    let file = look(place, manifest)?;
    let mut reader = &file;
    match copy(&mut reader, &mut io::sink()) {
        Ok(found) if found == (manifest.digest, manifest.size) => {
            Ok(Content::File(File::new(file, manifest.digest, manifest.size)))
        }
        other => Err(damaged(place, manifest, other)),
    }
}

/// The same, on its way into a file.
pub(super) fn fetch(place: &Place, manifest: &Manifest, beside: &mut Beside) -> Result<(), Opened> {
    let mut file = look(place, manifest)?;
    match copy(&mut file, &mut beside.file) {
        Ok(found) if found == (manifest.digest, manifest.size) => Ok(()),
        Err(CopyError::Write(error)) => Err(Opened::Failed(error)),
        other => Err(damaged(place, manifest, other)),
    }
}

/// How a content is damaged, if it is; it stays where it is.
pub(super) fn inspect(place: &Place, manifest: &Manifest) -> Option<Damage> {
    let file = match fs::File::open(place.blob(&manifest.digest)) {
        Ok(file) => file,
        Err(error) => return Some(Damage::new(format!("the content can't be opened: {error}"))),
    };
    match copy(&mut &file, &mut io::sink()) {
        Ok(found) if found == (manifest.digest, manifest.size) => None,
        Ok(_) => Some(Damage::new("the content does not fit its digest")),
        Err(CopyError::Read(error) | CopyError::Write(error)) => {
            Some(Damage::new(format!("the content can't be read: {error}")))
        }
    }
}

/// Why there is no content.
pub(super) enum Opened {
    /// The file is not there: collected while it was asked for, or lost.
    Gone,
    /// It was put aside.
    Damaged(Damage),
    /// The system can't read it now.
    Failed(io::Error),
}

fn look(place: &Place, manifest: &Manifest) -> Result<fs::File, Opened> {
    let path = place.blob(&manifest.digest);
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Opened::Gone),
        Err(error) => return Err(Opened::Failed(error)),
    };
    match file.metadata() {
        Ok(metadata) if metadata.is_file() && metadata.len() == manifest.size => Ok(file),
        Ok(metadata) => {
            let reason = format!("the content has {} bytes, not {}", metadata.len(), manifest.size);
            Err(Opened::Damaged(place.damage(&path, reason)))
        }
        Err(error) => Err(Opened::Failed(error)),
    }
}

fn damaged(place: &Place, manifest: &Manifest, found: Result<(Digest, u64), CopyError>) -> Opened {
    let reason = match found {
        Ok(_) => "the content does not fit its digest".to_owned(),
        // A disk that can't read a block.
        Err(CopyError::Read(error) | CopyError::Write(error)) => format!("the content can't be read: {error}"),
    };
    Opened::Damaged(place.damage(&place.blob(&manifest.digest), reason))
}
