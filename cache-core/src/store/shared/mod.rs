//! A team's store: entries and reservations in a bucket of S3, Azure or Google, for one scope.
//!
//! Entries are whole objects that are written at once, so that there is nothing to repair after a writer has died. The first one to write a key
//! wins. A reservation is a lease ([`super::lease`]) on an object of its own, written by condition; a bucket that doesn't keep to conditions is found out
//! by a [`Probe`] and refused.
//!
//! When an entry was last used is not written down: every read would be a write. [`Limits::unused_for`] counts from its making.
//!
//! ```no_run
//! use cache_core::key::native::Scope;
//! use cache_core::store::shared::{self, SharedOptions, SharedStore};
//!
//! let scope = Scope::new("acme", "vision", "development");
//! let options = SharedOptions::new(scope, std::env::temp_dir());
//! // Credentials come in the names that the clouds' own tools use: AWS_ACCESS_KEY_ID, AZURE_STORAGE_ACCOUNT_NAME, …
//! let store = SharedStore::open("s3://ml-cache/tasks", std::env::vars(), options)?;
//! # Ok::<(), cache_core::store::StoreError>(())
//! ```

mod board;
mod bucket;
mod connect;
mod layout;
mod object;
mod probe;
mod sweep;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use object_store::ObjectStore;
use object_store::path::Path;

use self::board::ObjectBoard;
use self::bucket::{Bucket, Object, Written};
use self::layout::Layout;
use self::object::INLINE;
pub use self::probe::{Check, Depth, Probe};

use super::content::{Content, Damage, File as Checked, Source};
use super::copy::{CopyError, copy};
use super::entry::{Draft, Entry, Lookup, Manifest, Miss, Mode, Put};
use super::error::StoreError;
use super::lease::{LeaseReservation, Timing, nonce};
use super::report::{Cleared, Collected, Listed, Stats, Verified};
use super::reservation::Reservation;
use super::select::{Filter, Limits, Read};
use super::{Store, time::Clock};
use crate::key::native::{Digest, Key, Parts, Scope};

/// Content of more bytes than that is handed out as a file.
const IN_MEMORY: u64 = 4 << 20;
/// So long may it take to note an entry for explanations: a run waits for it.
const NOTE_LIMIT: Duration = Duration::from_secs(2);
/// A write by condition is tried so often, while others write the same key.
const TRIES: usize = 8;

/// How a team's store is used.
#[derive(Clone, Debug)]
pub struct SharedOptions {
    /// Whose entries: part of every name in the bucket.
    pub scope: Scope,
    /// Whether entries are only read, as by a CI of changes that nobody has reviewed yet.
    pub read_only: bool,
    /// A folder for content that is too large for memory, on its way in and out. Nothing stays there.
    pub scratch: PathBuf,
    /// How reservations are timed.
    pub timing: Timing,
    /// For how long a request is tried again, before the bucket counts as gone.
    pub patience: Duration,
    /// Where the moments of entries come from.
    pub clock: Clock,
}

impl SharedOptions {
    /// Options for reading and writing, with a minute of patience.
    pub fn new(scope: Scope, scratch: impl Into<PathBuf>) -> Self {
        Self {
            scope,
            read_only: false,
            scratch: scratch.into(),
            timing: Timing::default(),
            patience: Duration::from_secs(60),
            clock: Clock::default(),
        }
    }
}

/// A store in a bucket.
pub struct SharedStore {
    bucket: Arc<Bucket>,
    layout: Layout,
    options: SharedOptions,
    /// That the bucket keeps to conditions, once that is known.
    sound: OnceLock<()>,
}

impl SharedStore {
    /// The store at a URL: `s3://bucket/prefix`, `az://container/prefix`, `gs://bucket/prefix`, and the other spellings that
    /// [`object_store::ObjectStoreScheme`] knows. Nothing is asked of the bucket yet.
    ///
    /// `settings` are names and values in the spelling of the clouds' environment variables; those that no cloud knows are passed over.
    ///
    /// # Errors
    ///
    /// [`StoreError::Foreign`] for a URL of another kind, [`StoreError::Denied`] where a setting is missing or makes no sense.
    pub fn open(
        url: &str,
        settings: impl IntoIterator<Item = (String, String)>,
        options: SharedOptions,
    ) -> Result<Self, StoreError> {
        let (objects, prefix) = connect::connect(url, settings, options.patience)?;
        Self::of(objects, &prefix, url.trim_end_matches('/').to_owned(), options)
    }

    /// The store under a prefix of whatever is given; `place` names it in messages.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`], if no thread can be started.
    pub fn of(
        objects: Arc<dyn ObjectStore>,
        prefix: &Path,
        place: String,
        options: SharedOptions,
    ) -> Result<Self, StoreError> {
        let layout = Layout::new(prefix, &options.scope);
        let bucket = Arc::new(Bucket::new(objects, place, 2 * options.patience)?);
        Ok(Self { bucket, layout, options, sound: OnceLock::new() })
    }

    /// Asks the bucket whether reservations can be trusted to it. Writes, and removes again what it wrote.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it can't be asked.
    pub fn probe(&self, depth: Depth) -> Result<Probe, StoreError> {
        self.writable()?;
        probe::probe(&self.bucket, &self.layout.probe(), depth)
    }

    fn writable(&self) -> Result<(), StoreError> {
        if self.options.read_only {
            return Err(StoreError::ReadOnly {
                place: self.bucket.place.clone(),
                reason: "it was opened for reading only".to_owned(),
            });
        }
        Ok(())
    }

    /// It may be written, and entries of such calls are kept here.
    fn takes(&self, parts: &Parts) -> Result<(), StoreError> {
        self.writable()?;
        if parts.scope == self.options.scope {
            return Ok(());
        }
        let Scope { org, project, domain } = &self.options.scope;
        Err(StoreError::Unsupported {
            place: self.bucket.place.clone(),
            what: "keep entries of another scope",
            reason: format!("it was opened for {org}/{project}/{domain}"),
        })
    }

    /// The bucket keeps to conditions, or else no reservation is to be had. One process asks for all those of the next seven days.
    fn sound(&self) -> Result<(), StoreError> {
        const PASSED: &str = "passed";
        const GOOD_FOR: Duration = Duration::from_secs(7 * 86_400);
        if self.sound.get().is_some() {
            return Ok(());
        }
        let mark = self.layout.probe().join(PASSED);
        let now = self.options.clock.now();
        let mut recent = false;
        self.bucket.list(&self.layout.probe(), |listed| {
            recent |= listed.path == mark && listed.written.age(now).is_some_and(|age| age < GOOD_FOR);
            !recent
        })?;
        if !recent {
            let probe = self.probe(Depth::Quick)?;
            if let Some(problem) = probe.problem() {
                return Err(StoreError::Unsupported {
                    place: self.bucket.place.clone(),
                    what: "keep reservations",
                    reason: format!("conditional writes don't hold: {problem}"),
                });
            }
            self.bucket.write(&mark, Vec::new())?;
        }
        let _ = self.sound.set(());
        Ok(())
    }

    /// What stands in the place of a key, as it was read.
    fn read(&self, key: &Key) -> Result<Option<Result<Object, Damage>>, StoreError> {
        let read = self.bucket.read(&self.layout.entry(key), object::MOST)?;
        Ok(read.map(|read| {
            read.map_err(|size| Damage::new(format!("the entry is {size} bytes long, and none of ours is")))
        }))
    }

    /// Reads the content of an entry, and checks all of it.
    fn content(&self, manifest: &Manifest, inline: Option<&[u8]>) -> Result<Result<Content, Damage>, StoreError> {
        let wrong = || Damage::new("the content does not fit its digest");
        if let Some(bytes) = inline {
            let whole = bytes.len() as u64 == manifest.size && Digest::of(bytes) == manifest.digest;
            return Ok(if whole { Ok(Content::Bytes(bytes.to_vec())) } else { Err(wrong()) });
        }
        let path = self.layout.content(&manifest.digest);
        if manifest.size <= IN_MEMORY {
            return Ok(match self.bucket.read(&path, manifest.size)? {
                None => Err(Damage::new("the content is gone")),
                Some(Ok(object)) if Digest::of(&object.bytes) == manifest.digest => Ok(Content::Bytes(object.bytes)),
                Some(_) => Err(wrong()),
            });
        }
        let mut file = self.scratch()?;
        Ok(match self.bucket.download(&path, manifest.size, &mut file)? {
            None => Err(Damage::new("the content is gone, or of another size")),
            Some(digest) if digest == manifest.digest => {
                Ok(Content::File(Checked::new(file, manifest.digest, manifest.size)))
            }
            Some(_) => Err(wrong()),
        })
    }

    fn scratch(&self) -> Result<File, StoreError> {
        let folder = &self.options.scratch;
        tempfile::tempfile_in(folder).map_err(|error| StoreError::of_io(&folder.display().to_string(), &error))
    }

    /// Moves a damaged entry out of the way. If that fails it stays a miss, and is met again.
    fn put_aside(&self, key: &Key, mut damage: Damage) -> Damage {
        if self.options.read_only {
            return damage;
        }
        let (from, to) = (self.layout.entry(key), self.layout.aside(key, self.options.clock.now()));
        if let Ok(true) = self.bucket.copy(&from, &to) {
            damage.quarantined = Some(to.to_string());
        }
        let _ = self.bucket.remove(&from);
        damage
    }

    /// Whether the content of an entry is there, by its size: reading all of it is for those who want it.
    fn has_content(&self, entry: &object::EntryObject<'_>) -> Result<bool, StoreError> {
        let manifest = &entry.manifest;
        match entry.content {
            Some(bytes) => Ok(Digest::of(bytes) == manifest.digest),
            None => Ok(self.bucket.size(&self.layout.content(&manifest.digest))? == Some(manifest.size)),
        }
    }

    fn publish(&self, manifest: Manifest, value: &mut Value<'_>, mode: Mode) -> Result<Put, StoreError> {
        let inline = match value {
            Value::Bytes(bytes) if bytes.len() as u64 <= INLINE => Some(*bytes),
            Value::Bytes(bytes) => {
                self.bucket.write(&self.layout.content(&manifest.digest), bytes.to_vec())?;
                None
            }
            Value::File(file) => {
                self.bucket.upload(&self.layout.content(&manifest.digest), file, manifest.size)?;
                None
            }
        };
        let nonce = nonce();
        let bytes = object::encode(nonce, &manifest, inline);
        let path = self.layout.entry(&manifest.key);
        let max_age = match mode {
            Mode::Overwrite => {
                self.bucket.write(&path, bytes)?;
                return Ok(self.stored(manifest));
            }
            Mode::Create { max_age } => max_age,
        };
        let mut over = None;
        for _ in 0..TRIES {
            if let Written::Done(_) = self.bucket.swap(&path, bytes.clone(), over.as_ref())? {
                return Ok(self.stored(manifest));
            }
            over = match self.bucket.read(&path, object::MOST)? {
                None => None,
                Some(Err(_)) => {
                    self.put_aside(&manifest.key, Damage::new("too long"));
                    None
                }
                Some(Ok(there)) => {
                    if let Ok(entry) = object::decode(&there.bytes) {
                        // Our own write, of which no answer came.
                        if entry.nonce == nonce {
                            return Ok(self.stored(manifest));
                        }
                        let fresh = entry.manifest.is_fresh(max_age, self.options.clock.now());
                        if entry.manifest.key == manifest.key && fresh && self.has_content(&entry)? {
                            return Ok(Put::Kept { there: entry.manifest, ours: manifest.digest });
                        }
                    }
                    Some(there.version)
                }
            };
        }
        Err(StoreError::Busy { place: self.bucket.place.clone() })
    }

    /// Notes the entry for those who look for a task's newest. It is there with or without the note.
    fn stored(&self, manifest: Manifest) -> Put {
        let mark = self.layout.of_task(&manifest.parts.task, manifest.created, &manifest.key);
        let _ = self.bucket.note(NOTE_LIMIT, &mark);
        Put::Stored(manifest)
    }
}

/// Content on its way into the bucket.
enum Value<'a> {
    Bytes(&'a [u8]),
    File(File),
}

impl<'a> Value<'a> {
    /// Content with its digest and its size, in bytes. What is read once goes through a file, for the digest comes before the name.
    fn of(source: Source<'a>, store: &SharedStore) -> Result<(Self, Digest, u64), StoreError> {
        let reader = match source {
            Source::Bytes(bytes) => return Ok((Self::Bytes(bytes), Digest::of(bytes), bytes.len() as u64)),
            Source::Reader(reader) => reader,
        };
        let mut file = store.scratch()?;
        let (digest, size) = copy(reader, &mut file).map_err(|error| match error {
            CopyError::Read(error) => StoreError::Content { reason: error.to_string() },
            CopyError::Write(error) => StoreError::of_io(&store.options.scratch.display().to_string(), &error),
        })?;
        let rewound = file.seek(SeekFrom::Start(0));
        rewound.map_err(|error| StoreError::Content { reason: error.to_string() })?;
        Ok((Self::File(file), digest, size))
    }
}

impl Store for SharedStore {
    fn place(&self) -> String {
        self.bucket.place.clone()
    }

    fn get(&self, key: &Key, read: Read) -> Result<Lookup, StoreError> {
        let damaged = |damage| Ok(Lookup::Miss(Miss::Damaged(self.put_aside(key, damage))));
        let object = match self.read(key)? {
            None => return Ok(Lookup::Miss(Miss::Absent)),
            Some(Err(damage)) => return damaged(damage),
            Some(Ok(object)) => object,
        };
        let entry = match object::decode(&object.bytes) {
            Ok(entry) if entry.manifest.key == *key => entry,
            Ok(_) => return damaged(Damage::new("the entry is that of another key")),
            Err(damage) => return damaged(damage),
        };
        if !entry.manifest.is_fresh(read.max_age, self.options.clock.now()) {
            return Ok(Lookup::Miss(Miss::TooOld { created: entry.manifest.created }));
        }
        match self.content(&entry.manifest, entry.content)? {
            Ok(content) => Ok(Lookup::Hit(Box::new(Entry::new(entry.manifest, content)))),
            Err(damage) => damaged(damage),
        }
    }

    fn put(&self, draft: &Draft, value: Source<'_>, mode: Mode) -> Result<Put, StoreError> {
        self.takes(&draft.parts)?;
        let (mut value, digest, size) = Value::of(value, self)?;
        let manifest = Manifest::new(draft, digest, size, self.options.clock.now());
        self.publish(manifest, &mut value, mode)
    }

    fn adopt(&self, manifest: &Manifest, value: Source<'_>) -> Result<(), StoreError> {
        self.takes(&manifest.parts)?;
        let (mut value, digest, size) = Value::of(value, self)?;
        if (digest, size) != (manifest.digest, manifest.size) {
            return Err(StoreError::Content { reason: "it is not what its digest says".to_owned() });
        }
        self.publish(manifest.clone(), &mut value, Mode::Overwrite).map(|_| ())
    }

    fn delete(&self, key: &Key) -> Result<bool, StoreError> {
        self.writable()?;
        let path = self.layout.entry(key);
        let there = self.bucket.size(&path)?.is_some();
        // Its content may be that of others too: a collection finds what nobody has.
        self.bucket.remove(&path)?;
        Ok(there)
    }

    fn reject(&self, key: &Key, reason: &str) -> Result<(), StoreError> {
        self.writable()?;
        self.put_aside(key, Damage::new(reason));
        Ok(())
    }

    fn list(&self, filter: &Filter, each: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError> {
        sweep::list(self, filter, each)
    }

    fn earlier(&self, of: &Parts, most: usize) -> Result<Vec<Manifest>, StoreError> {
        sweep::earlier(self, of, most)
    }

    fn stats(&self) -> Result<Stats, StoreError> {
        sweep::stats(self)
    }

    fn clear(&self, filter: &Filter) -> Result<Cleared, StoreError> {
        self.writable()?;
        sweep::clear(self, filter)
    }

    fn collect(&self, limits: &Limits) -> Result<Collected, StoreError> {
        self.writable()?;
        sweep::collect(self, limits)
    }

    fn verify(&self, repair: bool) -> Result<Verified, StoreError> {
        if repair {
            self.writable()?;
        }
        sweep::verify(self, repair)
    }

    fn reservation(&self, key: &Key, owner: &str) -> Result<Box<dyn Reservation>, StoreError> {
        self.writable()?;
        self.sound()?;
        let timing = self.options.timing.clone();
        let board = ObjectBoard {
            bucket: Arc::clone(&self.bucket),
            path: self.layout.lease(key),
            limit: (timing.ttl / 3).max(Duration::from_millis(100)),
        };
        Ok(Box::new(LeaseReservation::new(board, owner, timing)))
    }
}

impl std::fmt::Debug for SharedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedStore").field("place", &self.bucket.place).finish_non_exhaustive()
    }
}
