//! Whether the cache's file, its entries and their keys are whole.
//!
//! The SDK checks nothing: it raises in the middle of a run where it meets damage, and serves a hit whose file is gone.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;

use super::outputs::{self, File, Limits};
use super::{CacheError, FlyteCache};

/// How long the file's own structure is looked at in one go. The SDK can't write meanwhile, and gives up after five seconds.
const PATIENCE: Duration = Duration::from_secs(2);
/// SQLite asks this often, in steps of its own, whether to go on.
const STEPS: i32 = 1_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// How many entries were read.
    pub entries: u64,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Finding>,
    /// Where outputs lie that aren't in the file, with the key of the entry that names them.
    pub files: Vec<(String, File)>,
    /// Whether the structure of the file was looked at.
    pub pages: Pages,
}

/// Whether the structure of the file was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pages {
    /// All of it.
    #[default]
    Whole,
    /// Not to the end, which would have kept a running SDK from writing for too long. Entries are all read, one at a time.
    TooLarge,
}

/// Something wrong, the file's own structure first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// The structure of the file: SQLite's own words.
    Structure(String),
    /// A key that the SDK never makes, and so never asks for.
    Key(String),
    /// A value that is no `Outputs`: where the SDK meets it, the run raises.
    Value(String),
    /// An output in a format that it isn't in: where the SDK meets it, the run raises.
    Output {
        /// The key.
        key: String,
        /// The output's name.
        output: String,
    },
}

/// Reads everything once; `None` if there is no file.
///
/// # Errors
///
/// [`CacheError`], where not even that can be done.
pub fn check(path: &Path) -> Result<Option<Checked>, CacheError> {
    let Some(mut cache) = FlyteCache::open(path)? else { return Ok(None) };
    let mut checked = Checked::default();
    cache.structure(&mut checked)?;
    if cache.has_table("task_cache")? {
        cache.rows(&mut checked)?;
    }
    Ok(Some(checked))
}

/// Whether a text is what keys are: a SHA-256 in base64.
pub fn is_key(text: &str) -> bool {
    let Some(digits) = text.strip_suffix('=').filter(|digits| digits.len() == 43) else { return false };
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    // The last digit stands for four bits: the two others are zero.
    digits.bytes().all(is_digit) && digits.ends_with(|last| "AEIMQUYcgkosw048".contains(last))
}

impl FlyteCache {
    fn structure(&mut self, checked: &mut Checked) -> Result<(), CacheError> {
        let start = Instant::now();
        let handled = self.connection.progress_handler(STEPS, Some(move || start.elapsed() > PATIENCE));
        handled.map_err(|error| self.explain(&error))?;
        let said = (|| -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare("PRAGMA quick_check")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })();
        let handled = self.connection.progress_handler(0, None::<fn() -> bool>);
        handled.map_err(|error| self.explain(&error))?;
        match said {
            Ok(said) => {
                let wrong = said.into_iter().filter(|line| line != "ok");
                checked.findings.extend(wrong.map(Finding::Structure));
            }
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) => {
                checked.pages = Pages::TooLarge;
            }
            Err(error) => match self.explain(&error) {
                CacheError::Damaged { reason, .. } => checked.findings.push(Finding::Structure(reason)),
                other => return Err(other),
            },
        }
        Ok(())
    }

    /// Each row by a query of its own, so that no lock is held for longer than a row takes.
    fn rows(&self, checked: &mut Checked) -> Result<(), CacheError> {
        let mut last = i64::MIN;
        loop {
            match self.row_after(last, checked) {
                Ok(Some(row)) => last = row,
                Ok(None) => return Ok(()),
                Err(error) => match self.explain(&error) {
                    CacheError::Damaged { reason, .. } => {
                        // What comes after can't be reached.
                        let finding = Finding::Structure(reason);
                        if !checked.findings.contains(&finding) {
                            checked.findings.push(finding);
                        }
                        return Ok(());
                    }
                    other => return Err(other),
                },
            }
        }
    }

    fn row_after(&self, last: i64, checked: &mut Checked) -> rusqlite::Result<Option<i64>> {
        let query = "SELECT rowid, key, value FROM task_cache WHERE rowid > ?1 ORDER BY rowid LIMIT 1";
        let mut statement = self.connection.prepare_cached(query)?;
        let next = statement.query_row([last], |row| {
            let key = match row.get_ref(1)? {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                ValueRef::Null => "NULL".to_owned(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
            };
            let is_text = matches!(row.get_ref(1)?, ValueRef::Text(_));
            checked.entry(key, is_text, row.get_ref(2)?);
            row.get(0)
        });
        next.optional()
    }
}

impl Checked {
    fn entry(&mut self, key: String, is_text: bool, value: ValueRef<'_>) {
        self.entries += 1;
        if !is_text || !is_key(&key) {
            self.findings.push(Finding::Key(key.clone()));
        }
        // Nothing is shown, but all is read.
        let limits = Limits { characters: 0, depth: 0, outputs: usize::MAX };
        let outputs = match value {
            ValueRef::Blob(bytes) => outputs::read(bytes, limits).ok(),
            // `ParseFromString` takes bytes alone.
            _ => None,
        };
        let Some(outputs) = outputs else { return self.findings.push(Finding::Value(key)) };
        for output in outputs.values.into_iter().filter(|output| output.broken) {
            self.findings.push(Finding::Output { key: key.clone(), output: output.name });
        }
        self.files.extend(outputs.files.into_iter().map(|file| (key.clone(), file)));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use prost::Message as _;

    use super::super::outputs::FileKind;
    use super::super::tests::file;
    use super::*;
    use crate::key::flyte::proto::{Binary, Blob, Literal, NamedLiteral, Outputs, Scalar};

    const KEY: &str = "zv4gNKghAvKjHHjPcdC5H0/MKxypON3tOs71AVUd97I=";

    #[test]
    fn keys_are_told_from_other_texts() {
        assert!(is_key(KEY));
        for other in [
            "",
            "=",
            "a",
            &KEY[1..],
            &KEY.replace('I', "J"),
            &KEY.replace('/', "_"),
            &format!("{KEY}="),
            &"é".repeat(22),
        ] {
            assert!(!is_key(other), "{other}");
        }
    }

    /// The bytes of an `Outputs` with one value.
    fn stored(scalar: Scalar) -> String {
        let value = Literal { scalar: Some(Box::new(scalar)), ..Literal::default() };
        let named = NamedLiteral { name: "o0".to_owned(), value: Some(value) };
        let bytes = Outputs { literals: vec![named] }.encode_to_vec();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn every_entry_is_read_and_what_is_wrong_is_told() {
        let binary = Binary { value: b"\xc1".to_vec(), tag: "msgpack".to_owned() };
        let blob = Blob { metadata: None, uri: "/data/a".to_owned() };
        let rows = [
            ("a", "x''".to_owned()),
            ("b", "x'0a0c0a02'".to_owned()),
            ("c", "'text'".to_owned()),
            ("d", format!("x'{}'", stored(Scalar { binary: Some(binary), ..Scalar::default() }))),
            ("e", format!("x'{}'", stored(Scalar { blob: Some(blob), ..Scalar::default() }))),
        ];
        let key = |first: &str| KEY.replacen('z', first, 1);
        let rows = rows.map(|(first, value)| format!("('{}', {value})", key(first))).join(", ");
        let (_folder, path) = file(&format!(
            "CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB);
             INSERT INTO task_cache VALUES {rows}, ('short=', x''), (NULL, NULL);"
        ));
        let before = fs::read(&path).unwrap();
        let checked = check(&path).unwrap().unwrap();
        let findings = [
            Finding::Value(key("b")),
            Finding::Value(key("c")),
            Finding::Output { key: key("d"), output: "o0".to_owned() },
            Finding::Key("short=".to_owned()),
            Finding::Key("NULL".to_owned()),
            Finding::Value("NULL".to_owned()),
        ];
        let files = vec![(key("e"), File { kind: FileKind::File, uri: "/data/a".to_owned() })];
        assert_eq!(checked, Checked { entries: 7, findings: findings.to_vec(), files, pages: Pages::Whole });
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_damaged_file_is_a_finding() {
        let mut rows = String::from("BEGIN; CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB);");
        for number in 0..500 {
            rows.push_str(&format!("INSERT INTO task_cache VALUES ('key {number}', zeroblob(100));"));
        }
        let (_folder, path) = file(&format!("{rows} COMMIT;"));
        let mut bytes = fs::read(&path).unwrap();
        let half = bytes.len() / 2;
        bytes[half..half + 3_000].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        let checked = check(&path).unwrap().unwrap();
        assert!(checked.findings.iter().any(|finding| matches!(finding, Finding::Structure(_))), "{checked:?}");
    }
}
