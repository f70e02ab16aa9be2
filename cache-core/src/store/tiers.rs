//! Two stores as one: one that is near, for speed, in front of one that is far, which others share.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::content::{Content, Fetched, File, Source};
use super::entry::{Draft, Entry, Lookup, Manifest, Miss, Mode, Put};
use super::error::StoreError;
use super::report::{Cleared, Collected, Listed, Stats, Verified};
use super::reservation::Reservation;
use super::select::{Filter, Limits, Read};
use super::{Store, content};
use crate::key::native::{Key, Parts};

/// A store in front of another one.
///
/// What the near one has is served without asking the far one, so that an entry which others overwrote is served until it is gone here. What the
/// far one has is copied. Of results the far one's word counts: whoever wrote there first has won. Where it can't be asked, or is read only, the near one does alone,
/// and [`Store::remarks`] says so.
///
/// ```
/// use std::sync::Arc;
/// use cache_core::store::{Store, Tiers, local::LocalStore};
///
/// let (laptop, team) = (tempfile::tempdir()?, tempfile::tempdir()?);
/// let near = Arc::new(LocalStore::open(laptop.path())?);
/// let store = Tiers::new(near, Arc::new(LocalStore::open(team.path())?));
/// assert!(store.place().contains(" in front of "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Tiers {
    near: Arc<dyn Store>,
    far: Arc<dyn Store>,
    /// What went wrong last with each, near before far: a trouble that is over is forgotten.
    troubles: Mutex<[Option<StoreError>; 2]>,
}

/// Which of the two.
#[derive(Clone, Copy)]
enum Tier {
    Near,
    Far,
}

impl Tiers {
    /// `near` in front of `far`.
    pub fn new(near: Arc<dyn Store>, far: Arc<dyn Store>) -> Self {
        Self { near, far, troubles: Mutex::default() }
    }

    /// What became of a question that the other store may answer as well.
    fn note<T>(&self, tier: Tier, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Ok(mut troubles) = self.troubles.lock() {
            troubles[tier as usize] = answer.as_ref().err().cloned();
        }
        answer
    }

    /// Copies what the far store had, and hands it on.
    fn copy(&self, entry: Entry) -> Result<Entry, StoreError> {
        let (manifest, content) = entry.into_parts();
        let content = match content {
            Content::Bytes(bytes) => {
                let _ = self.note(Tier::Near, self.near.adopt(&manifest, Source::Bytes(&bytes)));
                Content::Bytes(bytes)
            }
            Content::File(file) => {
                let failed = |error: std::io::Error| StoreError::Content { reason: error.to_string() };
                let mut file = file.into_file().map_err(failed)?;
                let _ = self.note(Tier::Near, self.near.adopt(&manifest, Source::Reader(&mut file)));
                Content::File(File::new(file, manifest.digest, manifest.size))
            }
        };
        Ok(Entry::new(manifest, content))
    }

    /// Brings the near store in line with what the far one has.
    fn follow(&self, put: &Put, value: &[u8]) {
        let followed = match put {
            Put::Stored(manifest) => self.near.adopt(manifest, Source::Bytes(value)),
            Put::Kept { there, ours } if there.digest == *ours => self.near.adopt(there, Source::Bytes(value)),
            // The one who was first has won: theirs is fetched when it is asked for.
            Put::Kept { there, .. } => self.near.delete(&there.key).map(|_| ()),
            Put::TooLarge { .. } => return,
        };
        let _ = self.note(Tier::Near, followed);
    }

    /// What is read once goes to the near store first, and from there to the far one.
    fn put_reader(&self, draft: &Draft, value: Source<'_>, mode: Mode) -> Result<Put, StoreError> {
        let near = self.near.put(draft, value, Mode::Overwrite)?;
        let Put::Stored(manifest) = &near else { return Ok(near) };
        let Lookup::Hit(entry) = self.near.get(&manifest.key, Read::default())? else { return Ok(near) };
        let put = match entry.content {
            Content::Bytes(bytes) => self.far.put(draft, Source::Bytes(&bytes), mode),
            Content::File(file) => {
                let file = file.into_file().map_err(|error| StoreError::Content { reason: error.to_string() });
                file.and_then(|mut file| self.far.put(draft, Source::Reader(&mut file), mode))
            }
        };
        match self.note(Tier::Far, put) {
            Err(_) => Ok(near),
            Ok(put) => {
                if put.disagrees() {
                    let _ = self.note(Tier::Near, self.near.delete(&manifest.key));
                }
                Ok(put)
            }
        }
    }
}

impl Store for Tiers {
    fn place(&self) -> String {
        format!("{} in front of {}", self.near.place(), self.far.place())
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = self.near.remarks();
        remarks.extend(self.far.remarks());
        let troubles = self.troubles.lock().map(|troubles| troubles.clone()).unwrap_or_default();
        remarks.extend(troubles.into_iter().flatten().map(|error| error.to_string()));
        remarks
    }

    fn get(&self, key: &Key, read: Read) -> Result<Lookup, StoreError> {
        let near = self.note(Tier::Near, self.near.get(key, read));
        if let Ok(Lookup::Hit(_)) = near {
            return near;
        }
        match self.note(Tier::Far, self.far.get(key, read)) {
            Ok(Lookup::Hit(entry)) => Ok(Lookup::Hit(Box::new(self.copy(*entry)?))),
            Ok(Lookup::Miss(Miss::Absent)) => near.or(Ok(Lookup::Miss(Miss::Absent))),
            Ok(miss) => Ok(miss),
            Err(error) => near.map_err(|_| error),
        }
    }

    fn fetch(&self, key: &Key, read: Read, path: &Path) -> Result<Fetched, StoreError> {
        match self.note(Tier::Near, self.near.fetch(key, read, path)) {
            Ok(Fetched::Hit(manifest)) => Ok(Fetched::Hit(manifest)),
            _ => content::fetch(self.get(key, read)?, path),
        }
    }

    fn put(&self, draft: &Draft, value: Source<'_>, mode: Mode) -> Result<Put, StoreError> {
        let Source::Bytes(bytes) = value else { return self.put_reader(draft, value, mode) };
        match self.note(Tier::Far, self.far.put(draft, Source::Bytes(bytes), mode)) {
            Ok(put) => {
                self.follow(&put, bytes);
                Ok(put)
            }
            Err(_) => self.near.put(draft, Source::Bytes(bytes), mode),
        }
    }

    fn adopt(&self, manifest: &Manifest, value: Source<'_>) -> Result<(), StoreError> {
        self.near.adopt(manifest, value)
    }

    fn delete(&self, key: &Key) -> Result<bool, StoreError> {
        let near = self.near.delete(key)?;
        Ok(self.far.delete(key)? || near)
    }

    fn reject(&self, key: &Key, reason: &str) -> Result<(), StoreError> {
        self.near.reject(key, reason)?;
        self.far.reject(key, reason)
    }

    fn list(&self, filter: &Filter, each: &mut dyn FnMut(Listed) -> bool) -> Result<(), StoreError> {
        self.far.list(filter, each)
    }

    fn earlier(&self, of: &Parts, most: usize) -> Result<Vec<Manifest>, StoreError> {
        self.note(Tier::Far, self.far.earlier(of, most)).or_else(|_| self.near.earlier(of, most))
    }

    fn stats(&self) -> Result<Stats, StoreError> {
        self.far.stats()
    }

    fn clear(&self, filter: &Filter) -> Result<Cleared, StoreError> {
        self.near.clear(filter)?;
        self.far.clear(filter)
    }

    fn collect(&self, limits: &Limits) -> Result<Collected, StoreError> {
        self.near.collect(limits)?;
        self.far.collect(limits)
    }

    fn verify(&self, repair: bool) -> Result<Verified, StoreError> {
        let (near, far) = (self.near.verify(repair)?, self.far.verify(repair)?);
        let findings = near.findings.into_iter().chain(far.findings).collect();
        Ok(Verified { entries: near.entries + far.entries, whole: near.whole + far.whole, findings })
    }

    fn reservation(&self, key: &Key, owner: &str) -> Result<Box<dyn Reservation>, StoreError> {
        match self.note(Tier::Far, self.far.reservation(key, owner)) {
            // Nobody can be kept from computing what this process does not publish; on this machine one is enough.
            Err(StoreError::ReadOnly { .. }) => self.near.reservation(key, owner),
            reservation => reservation,
        }
    }
}

impl std::fmt::Debug for Tiers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tiers").field(&self.place()).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::key::native::Scope;
    use crate::store::local::LocalStore;

    const CREATE: Mode = Mode::Create { max_age: None };

    fn draft() -> Draft {
        let scope = Scope::new("acme", "vision", "development");
        Draft { parts: Parts { scope, task: "train".to_owned(), ..Parts::default() }, ..Draft::default() }
    }

    fn hit(store: &dyn Store) -> Option<Vec<u8>> {
        match store.get(&draft().parts.key(), Read::default()).unwrap() {
            Lookup::Hit(entry) => Some(entry.content.into_bytes().unwrap()),
            Lookup::Miss(_) => None,
        }
    }

    struct Team {
        _folders: [tempfile::TempDir; 3],
        near: Arc<LocalStore>,
        far: Arc<LocalStore>,
        one: Tiers,
        two: Tiers,
    }

    fn team() -> Team {
        let folders = std::array::from_fn(|_| tempfile::tempdir().unwrap());
        let open = |at: usize| {
            let folders: &[tempfile::TempDir; 3] = &folders;
            Arc::new(LocalStore::open(folders[at].path()).unwrap())
        };
        let (near, far) = (open(0), open(2));
        let one = Tiers::new(Arc::clone(&near) as _, Arc::clone(&far) as _);
        let two = Tiers::new(open(1), Arc::clone(&far) as _);
        Team { one, two, near, far, _folders: folders }
    }

    #[test]
    fn what_one_keeps_another_finds_and_has_near_from_then_on() {
        for size in [10, 3 << 20] {
            let team = team();
            let value = vec![7; size];
            team.one.put(&draft(), value.as_slice().into(), CREATE).unwrap();
            assert!(hit(&*team.near).as_ref() == Some(&value) && hit(&team.two).as_ref() == Some(&value));
            let Lookup::Hit(made) = team.far.get(&draft().parts.key(), Read::default()).unwrap() else { panic!() };
            team.far.delete(&draft().parts.key()).unwrap();
            let Lookup::Hit(copy) = team.two.get(&draft().parts.key(), Read::default()).unwrap() else { panic!() };
            // A copy is as old as what it is a copy of.
            assert_eq!(copy.manifest(), made.manifest());
        }
    }

    #[test]
    fn whoever_was_first_has_won_for_all() {
        for read_once in [false, true] {
            let team = team();
            team.one.put(&draft(), b"first"[..].into(), CREATE).unwrap();
            let mut reader = &b"second"[..];
            let second = if read_once { Source::Reader(&mut reader) } else { Source::Bytes(b"second") };
            assert!(team.two.put(&draft(), second, CREATE).unwrap().disagrees());
            assert_eq!(hit(&team.two).unwrap(), b"first");
        }
    }
}
