//! What the next run of a task does, out of both questions: what became of its version, and which entries there are.

use super::{Entry, InputsFrom, KnownInputs, News, TaskStatus};

/// What the entries of known inputs say of the next run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Its callers are served from the cache: it does not run.
    Skipped,
    /// The store holds an entry for each of its known inputs.
    Hit,
    /// For some.
    Partly,
    /// For none.
    Missing,
    /// No store was asked: the version says all that is known.
    Unasked,
}

impl TaskStatus {
    /// The known inputs that a store was asked for, the worst first: where the user gave some, those; and that all inputs have
    /// defaults says little where it is known what they are given.
    pub fn asked(&self) -> Vec<&KnownInputs> {
        let is_given = |known: &KnownInputs| known.from == InputsFrom::Given;
        let only_given = self.known_inputs.iter().any(is_given);
        let counts = move |known: &&KnownInputs| known.entry != Entry::NotAsked && (!only_given || is_given(known));
        let asked = || self.known_inputs.iter().filter(counts);
        let told: Vec<_> = asked().filter(|known| known.from != InputsFrom::Defaults).collect();
        if told.is_empty() { asked().collect() } else { told }
    }

    /// How many of the known inputs that a store was asked for are hits, and how many they are.
    pub fn hits(&self) -> (usize, usize) {
        let asked = self.asked();
        (asked.iter().filter(|known| known.entry == Entry::Hit).count(), asked.len())
    }

    /// What the entries say of the next run.
    pub fn outlook(&self) -> Outlook {
        match self.hits() {
            _ if !self.skipped_by.is_empty() => Outlook::Skipped,
            (_, 0) => Outlook::Unasked,
            (hits, all) if hits == all => Outlook::Hit,
            (0, _) => Outlook::Missing,
            _ => Outlook::Partly,
        }
    }

    /// What needs attention, when entries are taken into account: the order of rows.
    pub fn urgency(&self) -> News {
        let news = self.news();
        match self.outlook() {
            Outlook::Skipped => News::Kept,
            Outlook::Hit if matches!(news, News::StaleRisk | News::Unknown | News::Differs) => news,
            Outlook::Hit => News::Kept,
            Outlook::Partly | Outlook::Missing => news.min(News::Uncompared),
            Outlook::Unasked => news,
        }
    }

    /// What the next run costs or, for a hit, saves, in seconds: what the recorded run of its worst known inputs took, else, for
    /// what computes, its last run.
    pub fn cost(&self) -> Option<f64> {
        let asked = self.asked();
        match self.outlook() {
            Outlook::Skipped => None,
            Outlook::Hit => asked.iter().filter_map(|known| known.seconds).reduce(|a, b| a + b),
            _ => asked.first().and_then(|known| known.seconds).or(self.seconds),
        }
    }
}
