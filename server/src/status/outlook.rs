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
    /// The known inputs that say what the next run does, and that a store was asked for; the worst first.
    ///
    /// Those that the user gave, else those that the code passes, else those of the last recorded run; that all inputs have defaults
    /// counts only where nothing else is known. Calls in tasks that are served don't count: the next run does not come to them.
    pub fn asked(&self) -> Vec<&KnownInputs> {
        let is_asked = |known: &KnownInputs| known.entry != Entry::NotAsked;
        let of = |counts: &dyn Fn(&KnownInputs) -> bool| -> Vec<&KnownInputs> {
            self.known_inputs.iter().filter(|known| counts(known)).collect()
        };
        let given = of(&|known| known.from == InputsFrom::Given);
        if !given.is_empty() {
            return given.into_iter().filter(|known| is_asked(known)).collect();
        }
        let is_passed = |known: &KnownInputs| matches!(known.from, InputsFrom::Call | InputsFrom::None);
        let passed = of(&|known| is_asked(known) && is_passed(known) && known.skipped_by.is_empty());
        let ran = || of(&|known| is_asked(known) && known.in_last_run);
        let defaults = || of(&|known| is_asked(known) && known.from == InputsFrom::Defaults);
        [passed, ran(), defaults()].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
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
