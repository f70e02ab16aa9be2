//! Whether a bucket keeps to conditions: some servers take a write that says "only if there is nothing" and write over what is there,
//! others keep to it until two writers meet.

use std::fmt;

use object_store::path::Path;

use super::super::error::StoreError;
use super::super::lease::nonce;
use super::bucket::{Bucket, Written};

/// What a bucket was seen to do, one line a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// In the order in which they were asked.
    pub checks: Vec<Check>,
}

/// One question to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was asked.
    pub what: &'static str,
    /// What is wrong; `None` if nothing is.
    pub problem: Option<String>,
}

/// How thoroughly it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Before the first reservation of a process: some fifty requests.
    Quick,
    /// Because somebody asks: some three hundred.
    Thorough,
}

impl Probe {
    /// Whether reservations can be trusted to it.
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.problem.is_none())
    }

    /// The first problem.
    pub fn problem(&self) -> Option<&str> {
        self.checks.iter().find_map(|check| check.problem.as_deref())
    }
}

/// Asks a bucket, in a place of its own under `root`, which is empty again afterwards.
pub(super) fn probe(bucket: &Bucket, root: &Path, depth: Depth) -> Result<Probe, StoreError> {
    let place = root.clone().join(format!("{:016x}", nonce()));
    let mut written = Vec::new();
    let checks = ask(bucket, &place, depth, &mut written);
    // Also after a failure: nothing is left behind that could be removed.
    let removed = written.iter().try_for_each(|path| bucket.remove(path));
    let mut checks = checks?;
    checks.push(Check { what: "objects can be removed", problem: removed.err().map(|error| error.to_string()) });
    Ok(Probe { checks })
}

fn ask(bucket: &Bucket, place: &Path, depth: Depth, written: &mut Vec<Path>) -> Result<Vec<Check>, StoreError> {
    let mut checks = Vec::new();
    let mut say = |what, problem: Option<String>| checks.push(Check { what, problem });

    let path = place.clone().join("one");
    written.push(path.clone());
    let first = match bucket.swap(&path, b"first".to_vec(), None)? {
        Written::Done(version) => Some(version),
        Written::Refused => None,
    };
    say("an object can be made", first.is_none().then(|| "it was refused though there was nothing".to_owned()));
    let there = || -> Result<Option<Vec<u8>>, StoreError> {
        Ok(bucket.read(&path, 64)?.and_then(Result::ok).map(|object| object.bytes))
    };
    say("what was written is read", unless(there()?.as_deref() == Some(b"first"), "something else came back"));

    let second = bucket.swap(&path, b"second".to_vec(), None)?;
    let kept = second == Written::Refused && there()?.as_deref() == Some(b"first");
    say("a second `If-None-Match: *` is refused", unless(kept, "it wrote over what was there"));

    if let Some(first) = first {
        let update = bucket.swap(&path, b"third".to_vec(), Some(&first))?;
        let done = matches!(update, Written::Done(_)) && there()?.as_deref() == Some(b"third");
        say("an update of the version that is there is made", unless(done, "it was refused"));
        let stale = bucket.swap(&path, b"stale".to_vec(), Some(&first))?;
        let kept = stale == Written::Refused && there()?.as_deref() == Some(b"third");
        say("an update of an older version is refused", unless(kept, "it wrote over a newer version"));
    }

    let mut found = false;
    bucket.list(place, |listed| {
        found |= listed.path == path;
        true
    })?;
    say("what was written is listed", unless(found, "the list leaves it out"));

    let (rounds, writers) = match depth {
        Depth::Quick => (8, 4),
        Depth::Thorough => (48, 6),
    };
    let (mut many, mut none) = (0, 0);
    for round in 0..rounds {
        let path = place.clone().join(format!("race-{round}"));
        written.push(path.clone());
        let texts: Vec<Vec<u8>> = (0..writers).map(|writer| format!("{writer}").into_bytes()).collect();
        let outcome = bucket.race(&path, &texts)?;
        let winners: Vec<usize> = (0..writers).filter(|&writer| matches!(outcome[writer], Written::Done(_))).collect();
        let there = bucket.read(&path, 64)?.and_then(Result::ok).map(|object| object.bytes);
        match winners.as_slice() {
            // All were told to try again, perhaps: that is slow, and no lie.
            [] => none += usize::from(there.is_none()),
            [one] if there.as_ref() == Some(&texts[*one]) => {}
            _ => many += 1,
        }
    }
    let problem = match (many, none) {
        (0, none) if none < rounds => None,
        (0, _) => Some("no racing write ever won".to_owned()),
        (many, _) => Some(format!("{many} of {rounds} races had two winners, or another one than it was told")),
    };
    say("of writers that race for an object, one wins", problem);
    Ok(checks)
}

fn unless(good: bool, problem: &str) -> Option<String> {
    (!good).then(|| problem.to_owned())
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            None => write!(f, "ok    {}", self.what),
            Some(problem) => write!(f, "FAIL  {}: {problem}", self.what),
        }
    }
}
