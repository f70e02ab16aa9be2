//! The version after a version, as whoever wrote that one would write it.

use crate::environment::Day;
use crate::status::sentence::is_hash;

/// The version after this one; `None` for what keep cache wrote, and where there is nothing to count up.
///
/// Of `1.2` the last number counts, of `4.0` the first, since who writes that counts so. A date becomes the day that it is, or the day
/// after it where that is past.
pub fn bumped(version: &str, today: Day) -> Option<String> {
    if version.len() == 64 && is_hash(version) {
        return None;
    }
    dated(version, today).or_else(|| counted(version))
}

/// The first date in a version as a later one: `2024-01-15`, `2024.1.15`, `20240115`. What stands behind it, such as a count of that day, is
/// of that day: such a version is counted up.
fn dated(version: &str, today: Day) -> Option<String> {
    let numbers = numbers(version);
    let all = |numbers: &[(usize, usize)]| -> Option<Vec<u16>> {
        numbers.iter().map(|(start, end)| version.get(*start..*end)?.parse().ok()).collect()
    };
    let (start, end) = *numbers.last()?;
    if let Some(digits) = version.get(start..end).filter(|digits| digits.len() == 8) {
        let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u16>().ok();
        let then = day(&[part(0..4)?, part(4..6)?, part(6..8)?])?;
        let Day { year, month, day } = later(then, today);
        return Some(format!("{}{year:04}{month:02}{day:02}{}", version.get(..start)?, version.get(end..)?));
    }
    let three = numbers.get(numbers.len().checked_sub(3)?..)?;
    let [(start, year_end), (month_start, month_end), (day_start, end)] = *three else { return None };
    let (first, second) = (version.get(year_end..month_start)?, version.get(month_end..day_start)?);
    if first != second || !matches!(first, "-" | "." | "_" | "/") || year_end - start != 4 {
        return None;
    }
    let Day { year, month, day } = later(day(&all(three)?)?, today);
    // Who writes `2024.1.15` writes no zeros.
    let width = (month_end - month_start).min(end - day_start);
    Some(format!("{}{year}{first}{month:0width$}{first}{day:0width$}{}", version.get(..start)?, version.get(end..)?))
}

fn day(numbers: &[u16]) -> Option<Day> {
    let [year, month, day] = *numbers else { return None };
    Day::of(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn later(then: Day, today: Day) -> Day {
    if today > then { today } else { then.next() }
}

fn counted(version: &str) -> Option<String> {
    let numbers = numbers(version);
    let parts: Vec<&str> = numbers.iter().filter_map(|(start, end)| version.get(*start..*end)).collect();
    let counting = match parts.as_slice() {
        [_, last] if last.chars().all(|c| c == '0') => 0,
        parts => parts.len().checked_sub(1)?,
    };
    let (start, end) = *numbers.get(counting)?;
    let number = version.get(start..end)?;
    let next = number.parse::<u64>().ok()?.checked_add(1)?;
    let next = format!("{next:0width$}", width = number.len());
    Some(format!("{}{next}{}", version.get(..start)?, version.get(end..)?))
}

/// The runs of digits: where each starts and ends.
fn numbers(version: &str) -> Vec<(usize, usize)> {
    let mut numbers: Vec<(usize, usize)> = Vec::new();
    for (at, _) in version.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        match numbers.last_mut() {
            Some((_, end)) if *end == at => *end += 1,
            _ => numbers.push((at, at + 1)),
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_counted_up_as_they_are_written() {
        let cases = [
            ("v1.2", Some("v1.3")),
            ("4.0", Some("5.0")),
            ("v2.0", Some("v3.0")),
            ("1", Some("2")),
            ("v1", Some("v2")),
            ("9", Some("10")),
            ("1.0.9", Some("1.0.10")),
            ("v09", Some("v10")),
            ("train-v3", Some("train-v4")),
            ("1.0rc1", Some("1.0rc2")),
            ("beta", None),
            ("", None),
            ("1.0.0", Some("1.0.1")),
            ("99999999999999999999999", None),
            ("vé3", Some("vé4")),
            // Dates: the day that it is, in the same spelling.
            ("2024-01-15", Some("2026-03-05")),
            ("2024.1.15", Some("2026.3.5")),
            ("2024.01.15", Some("2026.03.05")),
            ("20240115", Some("20260305")),
            ("v2024_01_15-large", Some("v2026_03_05-large")),
            // It is that day, or that day is to come.
            ("2026-03-05", Some("2026-03-06")),
            ("2026-12-31", Some("2027-01-01")),
            // A count of the day, and what is no date.
            ("2024-01-15-2", Some("2024-01-15-3")),
            ("2024-01-15.1", Some("2024-01-15.2")),
            ("2024.1", Some("2024.2")),
            ("2024-13-41", Some("2024-13-42")),
            ("99999999", Some("100000000")),
            ("2024-1.15", Some("2024-1.16")),
        ];
        let today = Day { year: 2026, month: 3, day: 5 };
        for (version, next) in cases {
            assert_eq!(bumped(version, today).as_deref(), next, "{version}");
        }
        assert_eq!(bumped(&"1".repeat(64), today), None);
    }
}
