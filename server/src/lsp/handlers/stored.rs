//! `tasklens/output` and `tasklens/clear`: what the local cache holds of a task.

use cache_core::store::flyte::{Clear, FlyteCache, clear as remove};
use serde_json::{Value, json};

use crate::render::local_cache::text::{self, Doomed};
use crate::render::paint::Paint;
use crate::render::table::Look;
use crate::status::local_cache::{Inventory, inventory, names, show};

use super::super::own::{ClearParams, EntryOf};
use super::super::protocol::Result;
use super::super::snapshot::Snapshot;
use super::explain::{asked, only, refused};

/// The outputs that are stored under a key, as `tasklens local-cache show` prints them.
pub fn output(snapshot: &Snapshot, params: EntryOf) -> Result<String> {
    let (_, answer) = asked(snapshot, &params.at)?;
    let path = answer.local_cache.as_ref().ok_or_else(|| refused(text::NO_FILE.to_owned()))?;
    let failed = |error: cache_core::store::flyte::CacheError| refused(error.to_string());
    let cache = FlyteCache::open(path).map_err(failed)?.ok_or_else(|| refused(text::NO_FILE.to_owned()))?;
    let shown = show(&cache, &params.key, &names(&answer.report)).map_err(failed)?;
    let shown = shown.ok_or_else(|| refused("the local cache holds no entry under this key any more".to_owned()))?;
    Ok(text::show(&[shown], plain()))
}

/// Counts the entries that are known to be of a task, or removes them: those of known inputs, as the code stands and as it stood.
pub fn clear(snapshot: &Snapshot, params: ClearParams) -> Result<Value> {
    let (_, answer) = asked(snapshot, &params.at)?;
    let task = only(&answer)?.status.task.shown_name().to_owned();
    let nothing = |sentence: String| Ok(json!({"task": task, "entries": 0, "path": "", "sentence": sentence}));
    let Some(path) = &answer.local_cache else { return nothing(text::NO_FILE.to_owned()) };
    let failed = |error: cache_core::store::flyte::CacheError| refused(error.to_string());
    let Some(cache) = FlyteCache::open(path).map_err(failed)? else { return nothing(text::NO_FILE.to_owned()) };
    let listed: Inventory = inventory(&cache, &names(&answer.report)).map_err(failed)?;
    drop(cache);
    let is_of = |name: &str| name == task;
    let keys: Vec<String> =
        listed.named.iter().filter(|entry| is_of(&entry.name.task)).map(|entry| entry.key.clone()).collect();
    let tasks = [task.clone()];
    let doomed = Doomed { path, tasks: &tasks, keys: Some(&keys), listed: Some(&listed) };
    if keys.is_empty() {
        return nothing(text::would_remove(&doomed, plain()).trim_end().to_owned());
    }
    let sentence = if params.really {
        let removed = remove(path, Clear::Keys(&keys)).map_err(failed)?;
        text::removed(&doomed, removed.unwrap_or_default()).trim_end().to_owned()
    } else {
        text::question(&doomed)
    };
    Ok(json!({"task": task, "entries": keys.len(), "path": path, "sentence": sentence}))
}

fn plain() -> Look {
    Look { width: None, paint: Paint { enabled: false }, all: false }
}
