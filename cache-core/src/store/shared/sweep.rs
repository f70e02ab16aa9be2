//! What goes over many entries of a bucket: lists, clearing, collection, checks.

use std::collections::BTreeSet;
use std::time::Duration;

use object_store::path::Path;

use super::super::content::Damage;
use super::super::entry::Manifest;
use super::super::error::StoreError;
use super::super::report::{Cleared, Collected, Finding, Found, Listed, Stats, Verified};
use super::super::select::{Filter, Limits};
use super::super::time::Time;
use super::bucket::AT_ONCE;
use super::{SharedStore, layout, object};
use crate::key::native::{Digest, Key, Parts};

/// What no entry names is left alone for so long: its entry may be on its way.
const GRACE: Duration = Duration::from_secs(24 * 3600);

/// An entry as a sweep sees it.
struct Swept {
    key: Key,
    path: Path,
    /// Of the entry's object, in bytes.
    size: u64,
    read: Result<Manifest, Damage>,
}

impl Swept {
    fn bytes(&self) -> u64 {
        let inline = self.read.as_ref().is_ok_and(|manifest| self.size > manifest.size);
        self.size + self.read.as_ref().map_or(0, |manifest| if inline { 0 } else { manifest.size })
    }
}

/// Every entry's record.
fn entries(store: &SharedStore, mut each: impl FnMut(Swept) -> bool) -> Result<(), StoreError> {
    let mut long = Vec::new();
    let mut go_on = true;
    store.bucket.peek(&store.layout.entries(), object::HEAD, |listed, head| {
        let Some(key) = layout::key_of(&listed.path) else { return true };
        if object::record_end(&head).is_some_and(|end| end > head.len() as u64 && end <= listed.size) {
            // A record that is longer than nearly all are.
            long.push((key, listed));
            return true;
        }
        let read = manifest(&head, &key);
        go_on = each(Swept { key, path: listed.path, size: listed.size, read });
        go_on
    })?;
    for (key, listed) in long {
        if !go_on {
            break;
        }
        let read = match store.bucket.read(&listed.path, object::MOST)? {
            None => continue,
            Some(Ok(object)) => manifest(&object.bytes, &key),
            Some(Err(_)) => Err(Damage::new("the entry is longer than any of ours")),
        };
        go_on = each(Swept { key, path: listed.path, size: listed.size, read });
    }
    Ok(())
}

fn manifest(bytes: &[u8], key: &Key) -> Result<Manifest, Damage> {
    let manifest = object::decode(bytes)?.manifest;
    if manifest.key == *key { Ok(manifest) } else { Err(Damage::new("the entry is that of another key")) }
}

pub(super) fn list(
    store: &SharedStore,
    filter: &Filter,
    each: &mut dyn FnMut(Listed) -> bool,
) -> Result<(), StoreError> {
    entries(store, |swept| match swept.read {
        Ok(manifest) if filter.takes(&manifest, manifest.created) => {
            let used = manifest.created;
            each(Listed { manifest, used })
        }
        _ => true,
    })
}

/// Each is a request: no more than are made at once, for a computation waits for this.
pub(super) fn earlier(store: &SharedStore, of: &Parts, most: usize) -> Result<Vec<Manifest>, StoreError> {
    let most = most.min(AT_ONCE);
    if of.scope != store.options.scope || most == 0 {
        return Ok(Vec::new());
    }
    let (mut paths, mut seen) = (Vec::new(), BTreeSet::new());
    store.bucket.list(&store.layout.task(&of.task), |listed| {
        let key = layout::key_of(&listed.path).filter(|key| seen.insert(*key));
        paths.extend(key.map(|key| store.layout.entry(&key)));
        // Some of them may be gone.
        paths.len() < most.saturating_mul(2)
    })?;
    let mut found = Vec::new();
    store.bucket.read_all(paths, |path, bytes| {
        let read = layout::key_of(path).and_then(|key| manifest(&bytes, &key).ok());
        found.extend(read.filter(|manifest| manifest.parts.task == of.task));
        found.len() < most
    })?;
    Ok(found)
}

pub(super) fn stats(store: &SharedStore) -> Result<Stats, StoreError> {
    let mut stats = Stats::default();
    store.bucket.list(&store.layout.entries(), |listed| {
        stats.entries += 1;
        stats.bytes += listed.size;
        true
    })?;
    store.bucket.list(&store.layout.contents(), |listed| {
        stats.bytes += listed.size;
        true
    })?;
    store.bucket.list(&store.layout.damaged(), |_| {
        stats.quarantined += 1;
        true
    })?;
    Ok(stats)
}

pub(super) fn clear(store: &SharedStore, filter: &Filter) -> Result<Cleared, StoreError> {
    let mut cleared = Cleared::default();
    let mut going = Vec::new();
    entries(store, |swept| {
        let takes = match &swept.read {
            Ok(manifest) => filter.takes(manifest, manifest.created),
            // What can't be read is of no task: only "everything" means it too.
            Err(_) => filter.is_all(),
        };
        if takes {
            going.push(swept);
        }
        true
    })?;
    for swept in going {
        store.bucket.remove(&swept.path)?;
        cleared.entries += 1;
        cleared.bytes += swept.bytes();
    }
    unnamed(store, Duration::ZERO)?;
    Ok(cleared)
}

pub(super) fn collect(store: &SharedStore, limits: &Limits) -> Result<Collected, StoreError> {
    let now = store.options.clock.now();
    let mut kept: Vec<(Time, Swept)> = Vec::new();
    let mut going = Vec::new();
    entries(store, |swept| {
        match &swept.read {
            Ok(manifest) => {
                let created = manifest.created;
                let keeps = |limit: Option<Duration>| limit.is_none() || manifest.is_fresh(limit, now);
                if keeps(limits.max_age) && keeps(limits.unused_for) {
                    kept.push((created, swept));
                } else {
                    going.push(swept);
                }
            }
            Err(_) => going.push(swept),
        }
        true
    })?;
    if let Some(most) = limits.bytes {
        kept.sort_by_key(|(created, swept)| (*created, swept.key));
        let mut total: u64 = kept.iter().map(|(_, swept)| swept.bytes()).sum();
        let mut over = 0;
        while total > most && over < kept.len() {
            total -= kept[over].1.bytes();
            over += 1;
        }
        going.extend(kept.drain(..over).map(|(_, swept)| swept));
    }
    let mut collected = Collected::default();
    for swept in &going {
        store.bucket.remove(&swept.path)?;
        collected.entries += 1;
        collected.bytes += swept.bytes();
    }
    collected.leftovers = unnamed(store, GRACE)?;
    Ok(collected)
}

/// Removes content that no entry names, marks of entries that are gone, and what was put aside long ago; how many there were.
///
/// Content is written before its entry, so that what is younger than `grace` may get one still. One that is removed in between is
/// a miss to those who ask for its entry.
fn unnamed(store: &SharedStore, grace: Duration) -> Result<u64, StoreError> {
    let now = store.options.clock.now();
    let old = |written: Time| written.age(now).is_some_and(|age| age >= grace.max(Duration::from_secs(60)));
    // Before the entries are listed: what is made after that is young.
    let mut contents = Vec::new();
    store.bucket.list(&store.layout.contents(), |listed| {
        if old(listed.written) {
            contents.push(listed.path);
        }
        true
    })?;
    let mut marks = Vec::new();
    store.bucket.list(&store.layout.tasks(), |listed| {
        if old(listed.written) {
            marks.push(listed.path);
        }
        true
    })?;
    let (mut keys, mut digests) = (BTreeSet::new(), BTreeSet::<Digest>::new());
    entries(store, |swept| {
        keys.insert(swept.key);
        digests.extend(swept.read.ok().map(|manifest| manifest.digest));
        true
    })?;
    let mut going: Vec<Path> = contents;
    going.retain(|path| !path.filename().and_then(|name| name.parse().ok()).is_some_and(|it| digests.contains(&it)));
    going.extend(marks.into_iter().filter(|path| !layout::key_of(path).is_some_and(|key| keys.contains(&key))));
    store.bucket.list(&store.layout.damaged(), |listed| {
        if listed.written.age(now).is_some_and(|age| age >= 30 * GRACE) {
            going.push(listed.path);
        }
        true
    })?;
    for path in &going {
        store.bucket.remove(path)?;
    }
    Ok(going.len() as u64)
}

pub(super) fn verify(store: &SharedStore, repair: bool) -> Result<Verified, StoreError> {
    let mut keys = Vec::new();
    store.bucket.list(&store.layout.entries(), |listed| {
        keys.extend(layout::key_of(&listed.path));
        true
    })?;
    let mut verified = Verified::default();
    for key in keys {
        let damage = match store.read(&key)? {
            None => continue,
            Some(Err(damage)) => Some(damage),
            Some(Ok(object)) => match object::decode(&object.bytes) {
                Err(damage) => Some(damage),
                Ok(entry) if entry.manifest.key != key => Some(Damage::new("the entry is that of another key")),
                Ok(entry) => store.content(&entry.manifest, entry.content)?.err(),
            },
        };
        verified.entries += 1;
        match damage {
            None => verified.whole += 1,
            Some(damage) => {
                let damage = if repair { store.put_aside(&key, damage) } else { damage };
                verified.findings.push(Finding { what: Found::Entry(key), damage, repaired: repair });
            }
        }
    }
    Ok(verified)
}
