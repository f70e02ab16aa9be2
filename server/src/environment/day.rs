//! Days of the calendar, and the one that it is: versions are written as dates.

use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// `2024`
    pub year: u16,
    /// From 1 on.
    pub month: u8,
    /// From 1 on.
    pub day: u8,
}

impl Day {
    /// The day that it is, in UTC.
    pub fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut days = seconds / 86_400;
        let mut today = Self { year: 1970, month: 1, day: 1 };
        while days >= u64::from(length_of_year(today.year)) {
            days -= u64::from(length_of_year(today.year));
            today.year = today.year.saturating_add(1);
        }
        while days >= u64::from(length(today.year, today.month)) {
            days -= u64::from(length(today.year, today.month));
            today.month += 1;
        }
        Self { day: today.day + u8::try_from(days).unwrap_or(0), ..today }
    }

    /// A day that there is, of this or a near century.
    pub fn of(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_one =
            (1970..2100).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= length(year, month);
        is_one.then_some(Self { year, month, day })
    }

    /// The day after it.
    pub fn next(self) -> Self {
        if self.day < length(self.year, self.month) {
            Self { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Self { month: self.month + 1, day: 1, ..self }
        } else {
            Self { year: self.year.saturating_add(1), month: 1, day: 1 }
        }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length_of_year(year: u16) -> u16 {
    if is_leap(year) { 366 } else { 365 }
}

fn length(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn days_follow_each_other() {
        let next = |year, month, day| {
            let next = Day::of(year, month, day).unwrap().next();
            (next.year, next.month, next.day)
        };
        assert_eq!(next(2024, 1, 31), (2024, 2, 1));
        assert_eq!(next(2024, 2, 28), (2024, 2, 29));
        assert_eq!(next(2023, 2, 28), (2023, 3, 1));
        assert_eq!(next(2023, 12, 31), (2024, 1, 1));
        assert_eq!(
            (Day::of(2023, 2, 29), Day::of(2023, 13, 1), Day::of(2023, 0, 1), Day::of(1234, 1, 1)),
            (None, None, None, None)
        );
    }

    #[test]
    fn today_is_a_day() {
        let today = Day::today();
        assert_eq!(Day::of(today.year, today.month, today.day), Some(today));
        assert!(today > Day::of(2024, 1, 1).unwrap());
    }
}
