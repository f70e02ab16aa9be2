//! A bucket, asked by threads that block: every request runs on a runtime of the store's own, so that it doesn't matter whether
//! the caller is inside of another one.

use std::error::Error as _;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::client::{HttpError, HttpErrorKind};
use object_store::path::Path;
use object_store::{
    Error, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, UpdateVersion,
    WriteMultipart,
};
use tokio::runtime::{Builder, Handle, Runtime};

use super::super::error::StoreError;
use super::super::time::Time;
use crate::key::native::Digest;

/// Large content goes and comes in pieces of this size, in bytes: each is a request of its own, which can be sent again.
pub(super) const PIECE: u64 = 8 << 20;
/// Requests that are under way at once, where there are many to make.
pub(super) const AT_ONCE: usize = 16;
/// Pieces of one upload that are under way at once.
const UPLOADS: usize = 4;
/// Clouds take at most 10,000 pieces for an object.
const MOST_PIECES: u64 = 9_000;

/// A bucket.
pub(super) struct Bucket {
    objects: Arc<dyn ObjectStore>,
    /// As users know it, for messages.
    pub(super) place: String,
    /// The time that a request may take, with all that is tried again: longer than the client tries, which knows why it gives up.
    limit: Duration,
    handle: Handle,
    /// Taken when the bucket is dropped.
    runtime: Option<Runtime>,
}

/// An object that was read.
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    pub(super) version: UpdateVersion,
}

/// An object that is there.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) path: Path,
    pub(super) size: u64,
    /// By the bucket's clock.
    pub(super) written: Time,
}

/// What became of a write with a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It was made.
    Done(UpdateVersion),
    /// The condition did not hold. It may be a write of our own that is in the way: one that was sent twice and answered once.
    Refused,
}

impl Bucket {
    pub(super) fn new(objects: Arc<dyn ObjectStore>, place: String, limit: Duration) -> Result<Self, StoreError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("store").enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::of_io(&place, &error))?;
        Ok(Self { objects, place, limit, handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// A whole object, if there is one; `Err(size)` inside if it is larger than `most` bytes.
    pub(super) fn read(&self, path: &Path, most: u64) -> Result<Option<Result<Object, u64>>, StoreError> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        let read = self.run(self.limit, async move {
            let found = objects.get(&at).await?;
            if found.meta.size > most {
                return Ok(Err(found.meta.size));
            }
            let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
            Ok(Ok(Object { bytes: found.bytes().await?.to_vec(), version }))
        });
        self.found(read)
    }

    /// The size of an object, if there is one.
    pub(super) fn size(&self, path: &Path) -> Result<Option<u64>, StoreError> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        self.found(self.run(self.limit, async move { objects.head(&at).await.map(|meta| meta.size) }))
    }

    /// Writes an object whatever is there.
    pub(super) fn write(&self, path: &Path, bytes: Vec<u8>) -> Result<(), StoreError> {
        match self.put(self.limit, path, bytes, PutMode::Overwrite)? {
            Written::Done(_) => Ok(()),
            Written::Refused => Err(self.failed("it refused a write without a condition")),
        }
    }

    /// Makes an empty object, if that can be done within `limit`.
    pub(super) fn note(&self, limit: Duration, path: &Path) -> Result<(), StoreError> {
        self.put(limit, path, Vec::new(), PutMode::Overwrite).map(|_| ())
    }

    /// Writes an object if it is of that version still; `None`: if there is none. Gives up after `limit`.
    pub(super) fn write_if(
        &self,
        limit: Duration,
        path: &Path,
        bytes: Vec<u8>,
        over: Option<&UpdateVersion>,
    ) -> Result<Written, StoreError> {
        self.put(limit, path, bytes, over.map_or(PutMode::Create, |version| PutMode::Update(version.clone())))
    }

    /// The same within the limit of any request.
    pub(super) fn swap(
        &self,
        path: &Path,
        bytes: Vec<u8>,
        over: Option<&UpdateVersion>,
    ) -> Result<Written, StoreError> {
        self.write_if(self.limit, path, bytes, over)
    }

    fn put(&self, limit: Duration, path: &Path, bytes: Vec<u8>, mode: PutMode) -> Result<Written, StoreError> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        let sent = self
            .run(limit, async move { objects.put_opts(&at, PutPayload::from(bytes), PutOptions::from(mode)).await });
        match sent {
            Ok(put) => Ok(Written::Done(put.into())),
            Err(Failure::Cloud(Error::AlreadyExists { .. } | Error::Precondition { .. })) => Ok(Written::Refused),
            Err(failure) => Err(self.error(failure)),
        }
    }

    /// Several writes that race for one object that is not there: what became of each.
    pub(super) fn race(&self, path: &Path, writers: &[Vec<u8>]) -> Result<Vec<Written>, StoreError> {
        let sent: Vec<_> = writers
            .iter()
            .map(|bytes| {
                let (objects, at, bytes) = (Arc::clone(&self.objects), path.clone(), bytes.clone());
                async move {
                    match objects.put_opts(&at, PutPayload::from(bytes), PutOptions::from(PutMode::Create)).await {
                        Ok(put) => Ok(Written::Done(put.into())),
                        Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Written::Refused),
                        Err(error) => Err(error),
                    }
                }
            })
            .collect();
        let all = async move { futures_util::future::try_join_all(sent).await };
        self.run(self.limit, all).map_err(|failure| self.error(failure))
    }

    /// Removes an object, if it is there.
    pub(super) fn remove(&self, path: &Path) -> Result<(), StoreError> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        self.found(self.run(self.limit, async move { objects.delete(&at).await })).map(|_| ())
    }

    /// Copies an object within the bucket; whether it was there.
    pub(super) fn copy(&self, from: &Path, to: &Path) -> Result<bool, StoreError> {
        let (objects, from, to) = (Arc::clone(&self.objects), from.clone(), to.clone());
        self.found(self.run(self.limit, async move { objects.copy(&from, &to).await })).map(|done| done.is_some())
    }

    /// Calls back with those of several objects that are there, whole, in that order, until told `false`.
    pub(super) fn read_all(
        &self,
        paths: Vec<Path>,
        mut each: impl FnMut(&Path, Vec<u8>) -> bool,
    ) -> Result<(), StoreError> {
        let objects = Arc::clone(&self.objects);
        let read = move || {
            futures_util::stream::iter(paths)
                .map(move |path| {
                    let objects = Arc::clone(&objects);
                    async move {
                        match async { objects.get(&path).await?.bytes().await }.await {
                            Ok(bytes) => Ok(Some((path, bytes.to_vec()))),
                            Err(Error::NotFound { .. }) => Ok(None),
                            Err(error) => Err(error),
                        }
                    }
                })
                .buffered(AT_ONCE)
                .try_filter_map(|read| async { Ok(read) })
                .boxed()
        };
        self.stream(read, &mut |(path, bytes)| each(&path, bytes))
    }

    /// Calls back with what is there under a prefix, in the order of names, until told `false`.
    pub(super) fn list(&self, prefix: &Path, mut each: impl FnMut(Listed) -> bool) -> Result<(), StoreError> {
        let (objects, prefix) = (Arc::clone(&self.objects), prefix.clone());
        self.stream(move || objects.list(Some(&prefix)).map_ok(Listed::from).boxed(), &mut |listed| each(listed))
    }

    /// The same, with up to `most` bytes of the beginning of each; what is gone meanwhile is left out.
    pub(super) fn peek(
        &self,
        prefix: &Path,
        most: u64,
        mut each: impl FnMut(Listed, Vec<u8>) -> bool,
    ) -> Result<(), StoreError> {
        let (objects, prefix) = (Arc::clone(&self.objects), prefix.clone());
        let peeked = move || {
            let inner = Arc::clone(&objects);
            objects
                .list(Some(&prefix))
                .map(move |meta| {
                    let objects = Arc::clone(&inner);
                    async move {
                        let listed = Listed::from(meta?);
                        let range = 0..most.min(listed.size);
                        let read = if range.is_empty() {
                            Ok(Vec::new())
                        } else {
                            objects.get_range(&listed.path, range).await.map(|bytes| bytes.to_vec())
                        };
                        match read {
                            Ok(bytes) => Ok(Some((listed, bytes))),
                            Err(Error::NotFound { .. }) => Ok(None),
                            Err(error) => Err(error),
                        }
                    }
                })
                .buffered(AT_ONCE)
                .try_filter_map(|peeked| async { Ok(peeked) })
                .boxed()
        };
        self.stream(peeked, &mut |(listed, bytes)| each(listed, bytes))
    }

    /// Sends a file, in pieces if it is large.
    pub(super) fn upload(&self, path: &Path, file: &mut File, size: u64) -> Result<(), StoreError> {
        let read = |error: &io::Error| StoreError::Content { reason: error.to_string() };
        let mut file = file.try_clone().map_err(|error| read(&error))?;
        file.seek(SeekFrom::Start(0)).map_err(|error| read(&error))?;
        if size <= PIECE {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(|error| read(&error))?;
            return self.write(path, bytes);
        }
        let piece = PIECE.max(size.div_ceil(MOST_PIECES));
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        let sent = self.run(self.patience(size), async move {
            let mut upload = WriteMultipart::new_with_chunk_size(objects.put_multipart(&at).await?, clamp(piece));
            let sent = async {
                loop {
                    upload.wait_for_capacity(UPLOADS).await?;
                    let mut bytes = Vec::new();
                    let read = (&mut file).take(piece).read_to_end(&mut bytes);
                    match read.map_err(|source| Error::Generic { store: "file", source: Box::new(source) })? {
                        0 => return Ok(()),
                        _ => upload.put(bytes.into()),
                    }
                }
            };
            match sent.await {
                Ok(()) => upload.finish().await.map(|_| ()),
                Err(error) => {
                    // What was sent takes room until it is given up.
                    let _ = upload.abort().await;
                    Err(error)
                }
            }
        });
        sent.map_err(|failure| self.error(failure))
    }

    /// Fetches an object of a known size into a file, and says its digest; `None` if it is not there, or of another size.
    pub(super) fn download(&self, path: &Path, size: u64, file: &mut File) -> Result<Option<Digest>, StoreError> {
        // A range that an object has no part of is an error of each cloud's own.
        if self.size(path)? != Some(size) {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        let mut at = 0;
        while at < size {
            let end = size.min(at + PIECE);
            let Some(piece) = self.range(path, at..end)? else { return Ok(None) };
            if piece.len() as u64 != end - at {
                return Ok(None);
            }
            hasher.update(&piece);
            file.write_all(&piece).map_err(|error| StoreError::of_io("the folder for temporary files", &error))?;
            at = end;
        }
        Ok(Some(Digest::from_bytes(*hasher.finalize().as_bytes())))
    }

    fn range(&self, path: &Path, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        let read = self.run(self.patience(range.end - range.start), async move {
            let options = GetOptions::new().with_range(Some(range.clone()));
            let found = objects.get_opts(&at, options).await?;
            Ok(found.bytes().await?.to_vec())
        });
        self.found(read)
    }

    /// The time that may be spent on so many bytes: a network of 1 MB/s is one.
    fn patience(&self, bytes: u64) -> Duration {
        self.limit + Duration::from_secs(bytes >> 20)
    }

    /// Waits for a stream's items on this thread.
    fn stream<T: Send + 'static>(
        &self,
        open: impl FnOnce() -> futures_util::stream::BoxStream<'static, Result<T, Error>> + Send + 'static,
        each: &mut dyn FnMut(T) -> bool,
    ) -> Result<(), StoreError> {
        let (send, receive) = mpsc::sync_channel(AT_ONCE);
        let limit = self.limit;
        let task = self.handle.spawn(async move {
            let mut items = open();
            loop {
                let item = match tokio::time::timeout(limit, items.next()).await {
                    Ok(None) => return,
                    Ok(Some(item)) => item.map_err(Failure::Cloud),
                    Err(_) => Err(Failure::Late(limit)),
                };
                let last = item.is_err();
                // The channel is small: a slow reader holds the stream back, on a thread that may block.
                let sent = tokio::task::block_in_place(|| send.send(item).is_ok());
                if last || !sent {
                    return;
                }
            }
        });
        for item in receive {
            if !each(item.map_err(|failure| self.error(failure))?) {
                break;
            }
        }
        task.abort();
        Ok(())
    }

    /// Runs a request on the store's own runtime.
    fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        request: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Failure> {
        let (send, receive) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            let answer = match tokio::time::timeout(limit, request).await {
                Ok(answer) => answer.map_err(Failure::Cloud),
                Err(_) => Err(Failure::Late(limit)),
            };
            let _ = send.send(answer);
        });
        receive.recv().unwrap_or(Err(Failure::Gone))
    }

    fn found<T>(&self, answer: Result<T, Failure>) -> Result<Option<T>, StoreError> {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(Failure::Cloud(Error::NotFound { .. })) => Ok(None),
            Err(failure) => Err(self.error(failure)),
        }
    }

    pub(super) fn failed(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Failed { place: self.place.clone(), reason: reason.into() }
    }

    fn error(&self, failure: Failure) -> StoreError {
        let place = self.place.clone();
        let error = match failure {
            Failure::Late(limit) => {
                let reason = format!("no answer within {} s", limit.as_secs_f32());
                return StoreError::Unreachable { place, reason };
            }
            Failure::Gone => return self.failed("a request ended without an answer"),
            Failure::Cloud(error) => error,
        };
        let reason = words(&error);
        match &error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => StoreError::Denied { place, reason },
            Error::NotSupported { .. } | Error::NotImplemented { .. } => {
                StoreError::Unsupported { place, what: "do that", reason }
            }
            Error::NotFound { .. } => {
                StoreError::Failed { place, reason: format!("there is no such bucket: {reason}") }
            }
            _ if is_network(&error) => StoreError::Unreachable { place, reason },
            _ => StoreError::Failed { place, reason },
        }
    }
}

/// A runtime may not be waited for inside of another one, so that this one is left to end by itself.
impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Why a request has no answer.
enum Failure {
    Cloud(Error),
    Late(Duration),
    Gone,
}

impl From<ObjectMeta> for Listed {
    fn from(meta: ObjectMeta) -> Self {
        let written = Time(u64::try_from(meta.last_modified.timestamp_millis()).unwrap_or(0));
        Self { path: meta.location, size: meta.size, written }
    }
}

/// What happened, in the words of the innermost cause that has any: the outer ones say what was tried, and how often.
fn words(error: &Error) -> String {
    let mut innermost = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if text.len() > 12 {
            innermost = text;
        }
        next = cause.source();
    }
    let mut text: String = innermost.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = text.char_indices().nth(300) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn is_network(error: &Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(http) = cause.downcast_ref::<HttpError>() {
            return !matches!(http.kind(), HttpErrorKind::Decode | HttpErrorKind::Unknown);
        }
        next = cause.source();
    }
    false
}

fn clamp(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
