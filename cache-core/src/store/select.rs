//! Which entries a question is about.

use std::time::Duration;

use super::entry::Manifest;
use super::time::Time;

/// How an entry is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Take no entry of this age or older.
    pub max_age: Option<Duration>,
}

/// Entries by scope, task and age; the default takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this organisation.
    pub org: Option<String>,
    /// Of this project.
    pub project: Option<String>,
    /// Of this domain.
    pub domain: Option<String>,
    /// Of these tasks; none given means all.
    pub tasks: Vec<String>,
    /// Made before this moment.
    pub created_before: Option<Time>,
    /// Not used since this moment.
    pub used_before: Option<Time>,
}

/// What a collection leaves: entries that keep to every limit that is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// At most so many bytes in all.
    pub bytes: Option<u64>,
    /// Nothing made longer ago.
    pub max_age: Option<Duration>,
    /// Nothing that was not used for so long.
    pub unused_for: Option<Duration>,
}

impl Filter {
    /// Whether it takes an entry.
    pub fn takes(&self, manifest: &Manifest, used: Time) -> bool {
        let scope = &manifest.parts.scope;
        let is = |wanted: &Option<String>, text: &str| wanted.as_ref().is_none_or(|wanted| wanted == text);
        is(&self.org, &scope.org)
            && is(&self.project, &scope.project)
            && is(&self.domain, &scope.domain)
            && (self.tasks.is_empty() || self.tasks.contains(&manifest.parts.task))
            && self.created_before.is_none_or(|moment| manifest.created < moment)
            && self.used_before.is_none_or(|moment| used < moment)
    }

    /// Whether it takes everything.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}
