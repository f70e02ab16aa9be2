//! Moments, as entries keep them. A wall clock can jump, so that no promise of a store rests on one.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment: milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// Where a store takes the time from; a test may give its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

/// A moment may lie so far ahead of this machine's clock before it is no moment at all: clocks of machines differ a little.
const TOLERANCE: Duration = Duration::from_secs(300);

impl Time {
    /// The moment, by the system's clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// How long ago that was; `None` if it lies ahead, so that nobody can say.
    pub fn age(self, now: Self) -> Option<Duration> {
        match now.0.checked_sub(self.0) {
            Some(age) => Some(Duration::from_millis(age)),
            None if Duration::from_millis(self.0 - now.0) <= TOLERANCE => Some(Duration::ZERO),
            None => None,
        }
    }

    /// The moment so long before.
    pub fn before(self, age: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(age.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl Clock {
    /// A clock that answers with what the function says.
    pub fn new(now: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The moment.
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Time::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// `2026-11-22 19:30:47Z`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        // Days to a date of the proleptic Gregorian calendar: Howard Hinnant's `civil_from_days`.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_399, "2000-02-28 23:59:59Z"),
            (951_782_400, "2000-02-29 00:00:00Z"),
            (1_795_375_847, "2026-11-22 19:30:47Z"),
            (4_107_542_400, "2100-03-01 00:00:00Z"),
        ] {
            assert_eq!(Time(seconds * 1000).to_string(), text);
        }
        // Anything may stand in a damaged record.
        assert!(!Time(u64::MAX).to_string().is_empty());
    }

    #[test]
    fn what_lies_ahead_has_no_age() {
        let now = Time(1_000_000_000);
        assert_eq!(Time(999_999_000).age(now), Some(Duration::from_secs(1)));
        assert_eq!(Time(1_000_200_000).age(now), Some(Duration::ZERO), "clocks differ a little");
        assert_eq!(Time(2_000_000_000).age(now), None);
    }
}
