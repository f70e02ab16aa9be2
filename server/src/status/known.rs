//! The inputs of a task that are known: from calls, triggers, recorded runs, the user, and those that need none.
//!
//! Makes their keys; whether a store holds them is asked later, for all tasks at once (`entries`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cache_core::key::flyte::{Argument, Collision, Default};
use cache_core::policy::Behavior;
use cache_core::python::PythonVersion;

use crate::analysis::{ImagePython, Known, Passed, Place, RunOptions, Spec, Task};

use super::calls::{Site, triggered};
use super::given::Given;
use super::keys::{Bound, Interfaces, ignored, key_of, unknown_argument};
use super::records::{MOST_INPUTS, Records};
use super::sentence::not_read;
use super::{InputsFrom, Interpreter, KnownInputs, Runtime, Side, recorded};

/// Where inputs come from, beside the code.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// What ran before.
    pub records: &'a Records,
    /// What the user gave.
    pub given: &'a [Given],
}

/// A side of a comparison, with a task of it and what makes its keys.
pub struct Keyed<'a> {
    /// The code.
    pub side: &'a Side<'a>,
    /// The task in it.
    pub task: &'a Task,
    /// What computes its version.
    pub runtime: Runtime,
    /// Its version under its own spec.
    pub version: Known<String>,
    /// Its interfaces.
    pub interfaces: Interfaces,
}

/// Inputs that may be known.
struct Candidate<'a> {
    from: InputsFrom,
    place: Option<Place>,
    passed: Passed,
    /// The spec of a call that has its own.
    spec: Option<&'a Spec>,
    options: RunOptions,
    /// The Python of the parent's image, where it is named.
    image: Option<PythonVersion>,
    in_last_run: bool,
    seconds: Option<f64>,
    /// Why its version is not known, although its spec is.
    unknown: Option<&'static str>,
}

impl<'a> Keyed<'a> {
    /// A task of a side under its own spec.
    pub fn new(side: &'a Side<'a>, task: &'a Task, runtime: &Runtime, version: Known<String>) -> Self {
        Self { side, task, runtime: runtime.clone(), version, interfaces: Interfaces::of(task, runtime) }
    }
}

/// The known inputs of a task, the same ones once, with their keys; `before` is the task as it was cached at the baseline. No store
/// was asked yet.
pub fn known_inputs(now: &Keyed<'_>, before: Option<&Keyed<'_>>, sources: Sources<'_>) -> Vec<KnownInputs> {
    let mut found: Vec<KnownInputs> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for one in candidates(now, sources).into_iter().filter_map(|candidate| known(now, before, candidate)) {
        if matches!(one.from, InputsFrom::None | InputsFrom::Defaults) && join_calls(&mut found, &one) {
            continue;
        }
        // The same for the cache and for readers.
        match places.entry(format!("{:?}", (&one.key, &one.inputs, &one.why))) {
            Entry::Occupied(place) => merge(&mut found[*place.get()], one),
            Entry::Vacant(place) => {
                place.insert(found.len());
                found.push(one);
            }
        }
    }
    // A recorded run tells of all that is given the same, however that is read.
    let mut durations: HashMap<String, f64> = HashMap::new();
    for known in &found {
        if let (Known::Value(hash), Some(seconds)) = (&known.inputs_hash, known.seconds) {
            durations.entry(hash.clone()).or_insert(seconds);
        }
    }
    for known in &mut found {
        if let (Known::Value(hash), None) = (&known.inputs_hash, known.seconds) {
            known.seconds = durations.get(hash).copied();
        }
    }
    found
}

/// Adds what needs nothing to be passed to the calls that come to the same, if there are any: these know how they are run.
fn join_calls(found: &mut [KnownInputs], one: &KnownInputs) -> bool {
    let is_same = |known: &&mut KnownInputs| {
        matches!(known.from, InputsFrom::Call | InputsFrom::Trigger)
            && known.key == one.key
            && known.inputs == one.inputs
    };
    let same = found.iter_mut().filter(is_same).map(|known| merge(known, one.clone()));
    same.count() > 0
}

/// All that may be known of a task's inputs, in the order of [`InputsFrom`].
fn candidates<'a>(now: &Keyed<'a>, sources: Sources<'_>) -> Vec<Candidate<'a>> {
    let task = now.task;
    let plain = |from, passed| Candidate {
        from,
        place: None,
        passed,
        spec: None,
        options: RunOptions::default(),
        image: None,
        in_last_run: false,
        seconds: None,
        unknown: None,
    };
    let name = task.known_name();
    let given = sources.given.iter().filter(|given| Some(given.task.as_str()) == name);
    let mut all: Vec<_> = given.map(|given| plain(InputsFrom::Given, given.passed.clone())).collect();
    for site in now.side.calls.at(task) {
        let Known::Value(runs) = &site.passed else { continue };
        all.extend(runs.iter().map(|passed| Candidate {
            place: Some(site.place.clone()),
            spec: site.spec.as_ref(),
            options: now.side.calls.started(site),
            image: image(site),
            ..plain(InputsFrom::Call, passed.clone())
        }));
    }
    for (place, passed) in now.side.calls.triggers(task) {
        let Known::Value(passed) = passed else { continue };
        let place = Some(place.clone());
        all.push(Candidate { place, options: triggered(), ..plain(InputsFrom::Trigger, passed.clone()) });
    }
    if let (Known::Value(signature), Some(name)) = (&task.signature, name) {
        let recorded = sources.records.of(name).iter().take(MOST_INPUTS);
        let has_own = now.side.calls.at(task).iter().any(|site| site.spec.is_some());
        let unknown = has_own.then_some("a call of it has a cache of its own, and records do not tell which call ran");
        all.extend(recorded.filter_map(|record| {
            let passed = recorded::passed(&record.inputs, signature)?;
            let plain = plain(InputsFrom::Run, passed);
            Some(Candidate { in_last_run: record.is_last, seconds: record.seconds, unknown, ..plain })
        }));
    }
    let from = match task.inputs.as_slice() {
        [] => Some(InputsFrom::None),
        inputs => inputs.iter().all(|input| input.default.is_some()).then_some(InputsFrom::Defaults),
    };
    // What needs nothing to be passed may be run by anybody: as the runs are that the code tells of.
    let usual = |from| Candidate { options: now.side.calls.usually(task), ..plain(from, Passed::default()) };
    all.extend(from.map(usual));
    all
}

fn image(site: &Site) -> Option<PythonVersion> {
    match site.parent.as_ref()?.image {
        ImagePython::Named(python, _) => Some(python),
        _ => None,
    }
}

/// The inputs with their key, if they are known.
fn known(now: &Keyed<'_>, before: Option<&Keyed<'_>>, candidate: Candidate<'_>) -> Option<KnownInputs> {
    let Candidate { from, place, passed, spec: own, options, image, in_last_run, seconds, unknown } = candidate;
    let spec = own.unwrap_or(&now.task.spec);
    let behavior = &spec.behavior.value;
    let is_off = matches!(behavior, Known::Value(Behavior::Disable));
    if own.is_none() && is_off {
        return None;
    }
    let known_ignored = ignored(spec).unwrap_or_default();
    if from != InputsFrom::Given && unknown_argument(now.task, &passed, known_ignored).is_some() {
        return None;
    }
    let bound = ignored(spec).and_then(|ignored| now.interfaces.bind(&passed, ignored));
    let bound = match bound {
        // Of another signature, or of defaults that only Python knows.
        Err(_) if matches!(from, InputsFrom::Run | InputsFrom::Defaults) => return None,
        bound => bound.unwrap_or_else(|reason| unbound(now.task, &passed, reason)),
    };
    if from != InputsFrom::Given && lacks_a_default(now.task, &bound, known_ignored) {
        return None;
    }
    // What a disabled spec has for a version names the task, not an entry.
    let unknown = unknown.or(is_off.then_some("the call skips the cache"));
    let key = match unknown {
        Some(reason) => Known::Unknown(reason.to_owned()),
        None => key_of(now.task, &version(now, own), &now.interfaces, &bound.hash),
    };
    let (before, image) = (before.filter(|_| unknown.is_none()), image.filter(|_| unknown.is_none()));
    let baseline_key =
        before.and_then(|before| key_then(before, own, &passed)).filter(|then| key != Known::Value(then.clone()));
    let image_keys = image.and_then(|python| key_in(now, own, &passed, python));
    Some(KnownInputs {
        from,
        places: place.into_iter().collect(),
        inputs: bound.values.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
        inputs_hash: bound.hash,
        key,
        baseline_key,
        image_keys: image_keys.into_iter().collect(),
        entry: super::Entry::NotAsked,
        why: not_read(behavior, &options),
        forced: options.overwrite_cache == Known::Value(true),
        in_last_run,
        seconds,
        collisions: bound.collisions.iter().map(collision).collect(),
        skipped_by: Vec::new(),
    })
}

/// The arguments as they were passed, where they don't fit the task or its types are not known.
fn unbound(task: &Task, passed: &Passed, reason: String) -> Bound {
    let value = |(name, argument): (&str, &Argument)| match argument {
        Argument::Value(value) => Some((name.to_owned(), value.clone())),
        Argument::Unknown(_) => None,
    };
    let names = task.inputs.iter().map(|input| input.name.as_str());
    let keywords = passed.keywords.iter().map(|(name, argument)| (name.as_str(), argument));
    let values = names.zip(&passed.positional).chain(keywords).filter_map(value).collect();
    Bound { values, hash: Known::Unknown(reason), collisions: Vec::new() }
}

/// Whether an input that counts is left to a default that only Python knows.
fn lacks_a_default(task: &Task, bound: &Bound, ignored: &[String]) -> bool {
    let Known::Value(signature) = &task.signature else { return false };
    let is_open = |default: &Default| matches!(default, Default::Unknown | Default::Hidden);
    signature.parameters.iter().any(|parameter| {
        is_open(&parameter.default)
            && !ignored.contains(&parameter.name)
            && bound.values.iter().all(|(name, _)| *name != parameter.name)
    })
}

/// The version of a run under its own spec, or the task's.
fn version(keyed: &Keyed<'_>, own: Option<&Spec>) -> Known<String> {
    match own {
        Some(spec) => keyed.side.versions.of(&with_spec(keyed.task, spec), &keyed.runtime),
        None => keyed.version.clone(),
    }
}

/// The key of the same call under the code as it was.
fn key_then(before: &Keyed<'_>, own: Option<&Spec>, passed: &Passed) -> Option<String> {
    let bound = before.interfaces.bind(passed, ignored(own.unwrap_or(&before.task.spec)).ok()?).ok()?;
    key_of(before.task, &version(before, own), &before.interfaces, &bound.hash).value().cloned()
}

/// The key under the Python of an image, if that is another minor.
fn key_in(
    now: &Keyed<'_>,
    own: Option<&Spec>,
    passed: &Passed,
    python: PythonVersion,
) -> Option<(PythonVersion, Known<String>)> {
    if now.runtime.python.version.is_some_and(|here| here.minor == python.minor) {
        return None;
    }
    let runtime = Runtime { python: Interpreter::known(python), ..now.runtime.clone() };
    let task = with_spec(now.task, own.unwrap_or(&now.task.spec));
    let there = Keyed::new(now.side, &task, &runtime, now.side.versions.of(&task, &runtime));
    let bound = there.interfaces.bind(passed, ignored(&task.spec).ok()?).ok()?;
    Some((python, key_of(&task, &there.version, &there.interfaces, &bound.hash)))
}

fn with_spec(task: &Task, spec: &Spec) -> Task {
    Task { spec: spec.clone(), ..task.clone() }
}

fn collision(collision: &Collision) -> String {
    format!("{}={}", collision.input, collision.other)
}

fn merge(known: &mut KnownInputs, one: KnownInputs) {
    if one.from == InputsFrom::None {
        known.from = InputsFrom::None;
    }
    known.places.extend(one.places);
    known.places.sort();
    known.places.dedup();
    known.forced |= one.forced;
    known.in_last_run |= one.in_last_run;
    known.seconds = known.seconds.or(one.seconds);
    for key in one.image_keys {
        if !known.image_keys.contains(&key) {
            known.image_keys.push(key);
        }
    }
}
