//! `tasklens local-cache gc`: removes old entries of programs that use the engine.

use std::time::Duration;

use cache_core::store::Limits;
use clap::Args;
use serde_json::json;

use crate::render::json::SCHEMA;
use crate::render::local_cache::programs as render;
use crate::status::local_cache::programs::folder;

use super::super::output::{Color, Failure, Outcome, Output};
use super::{FileArgs, Format, find, programs};

/// Remove old entries of programs that use the engine, and what killed programs left
///
/// Entries that were used longest ago go first. The SDK's own cache knows no ages: `clear` is what there is for it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens local-cache gc --max-size 5G         the newest 5 GiB stay
  tasklens local-cache gc --unused-for 30d      what was used in the last 30 days stays
  tasklens local-cache gc                       only what killed programs left")]
pub struct GcArgs {
    /// Keep at most so much: bytes, or with K, M, G, T
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_size: Option<u64>,
    /// Remove what was made longer ago: seconds, or with s, m, h, d, w
    #[arg(long, value_name = "AGE", value_parser = age)]
    max_age: Option<Duration>,
    /// Remove what was not used for so long
    #[arg(long, value_name = "AGE", value_parser = age)]
    unused_for: Option<Duration>,
    #[command(flatten)]
    file: FileArgs,
}

/// Runs the command.
pub fn run(arguments: &GcArgs, color: Color) -> Result<Outcome, Failure> {
    let (found, _) = find(&arguments.file)?;
    let folder = folder(&found);
    let limits = Limits { bytes: arguments.max_size, max_age: arguments.max_age, unused_for: arguments.unused_for };
    let collected = match programs(&found)? {
        Some(programs) => Some(programs.collect(&limits).map_err(|error| Failure::Usage(error.to_string()))?),
        None => None,
    };
    let mut output = Output::new(color);
    match (arguments.file.format, collected) {
        (Format::Json, collected) => output.json(&json!({
            "schema": SCHEMA, "path": folder.display().to_string(), "exists": collected.is_some(),
            "entries": collected.unwrap_or_default().entries, "bytes": collected.unwrap_or_default().bytes,
            "leftovers": collected.unwrap_or_default().leftovers,
        }))?,
        (Format::Table, Some(collected)) => output.text(&render::collected(&folder, &collected))?,
        (Format::Table, None) => output.text(&format!("{}: {}\n", folder.display(), render::NO_STORE))?,
    }
    output.finish()?;
    Ok(Outcome::Clean)
}

/// `5G`, `500M`, `1024`.
fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size: write bytes, or 500M, 5G");
    let upper = text.trim().to_uppercase();
    let digits = upper.trim_end_matches('B').trim_end_matches('I');
    let (digits, unit) = match digits.char_indices().last() {
        Some((at, 'K')) => (&digits[..at], 1 << 10),
        Some((at, 'M')) => (&digits[..at], 1 << 20),
        Some((at, 'G')) => (&digits[..at], 1 << 30),
        Some((at, 'T')) => (&digits[..at], 1_u64 << 40),
        _ => (digits, 1),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(unit).ok_or_else(wrong)
}

/// `30d`, `12h`, `90`.
fn age(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no age: write seconds, or 12h, 30d");
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3_600),
        Some((at, 'd')) => (&text[..at], 86_400),
        Some((at, 'w')) => (&text[..at], 604_800),
        _ => (text, 1_u64),
    };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_ages_have_units() {
        let sizes = ["7", "2K", "3MiB", "5gb", "1T"].map(|text| bytes(text).ok());
        assert_eq!(sizes, [Some(7), Some(2_048), Some(3_145_728), Some(5_368_709_120), Some(1_099_511_627_776)]);
        let ages = ["90", "2m", "12h", "30d", "1w"].map(|text| age(text).ok().map(|age| age.as_secs()));
        assert_eq!(ages, [Some(90), Some(120), Some(43_200), Some(2_592_000), Some(604_800)]);
        for wrong in ["", "G", "-1", "1.5G", "99999999999999999999", "20000000000T"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "d", "-1d", "1y", "é", "99999999999999999999w", "9999999999999999999w"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
