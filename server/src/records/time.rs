//! Times as proto JSON writes them: RFC 3339 for a moment, `3.5s` for a length.

/// Seconds since 1970 of `2026-01-02T03:04:05.678Z`, with any offset; `None` for what is no such moment.
pub fn timestamp(text: &str) -> Option<f64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, offset) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, 0.0),
        None => {
            let sign = time.rfind(['+', '-'])?;
            let (hours, minutes) = time.get(sign + 1..)?.split_once(':')?;
            let seconds = f64::from(hours.parse::<u8>().ok()?) * 3600.0 + f64::from(minutes.parse::<u8>().ok()?) * 60.0;
            (time.get(..sign)?, if time.get(sign..)?.starts_with('-') { -seconds } else { seconds })
        }
    };
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (time.next()?.parse::<u8>().ok()?, time.next()?.parse::<u8>().ok()?);
    let second = time.next()?.parse::<f64>().ok()?;
    let valid = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && (0.0..61.0).contains(&second);
    valid.then(|| {
        let days = days_since_1970(year, month, day);
        #[allow(clippy::cast_precision_loss, reason = "days of four-digit years are exact")]
        let midnight = days as f64 * 86_400.0;
        midnight + f64::from(hour) * 3600.0 + f64::from(minute) * 60.0 + second - offset
    })
}

/// Seconds of `3.5s`.
pub fn duration(text: &str) -> Option<f64> {
    text.strip_suffix('s')?.parse().ok().filter(|seconds: &f64| seconds.is_finite())
}

/// Howard Hinnant's `days_from_civil`: the Gregorian calendar, whose years begin in March for the purpose.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_calendar() {
        assert_eq!(timestamp("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(timestamp("2026-01-02T03:04:05Z"), Some(1_767_323_045.0));
        assert_eq!(timestamp("2024-02-29T23:59:59.500Z"), Some(1_709_251_199.5));
        assert_eq!(timestamp("2026-01-02T05:04:05+02:00"), Some(1_767_323_045.0));
        assert_eq!(timestamp("2026-01-01T22:04:05.000000001-05:00").map(f64::floor), Some(1_767_323_045.0));
        for text in
            ["", "2026", "2026-13-01T00:00:00Z", "2026-01-02T25:00:00Z", "2026-01-02T00:00:00", "T", "2026-01-02T"]
        {
            assert_eq!(timestamp(text), None, "{text}");
        }
        assert_eq!(duration("3.5s"), Some(3.5));
        assert_eq!((duration("3.5"), duration("infs"), duration("s")), (None, None, None));
    }
}
