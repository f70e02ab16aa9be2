//! Reading everything: what is damaged is told, and put aside if asked.

use rusqlite::Connection;

use super::LocalStore;
use super::index::{IndexError, explain};
use super::place::Identity;
use super::select::next;
use super::write::totals;
use crate::key::native::Key;
use crate::store::{Damage, Finding, Found, Lookup, Miss, Read, StoreError, Verified, record};

/// So many keys are taken at a time.
const STEP: i64 = 1024;

impl LocalStore {
    pub(super) fn check(&self, repair: bool) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        if let Some(damage) = self.structure()? {
            let found = Identity::of(&self.place.index()).ok().flatten();
            let repaired = repair && self.heal(&damage.reason, found).is_ok() && self.structure()?.is_none();
            verified.findings.push(Finding { what: Found::Index, damage, repaired });
            if !repaired {
                return Ok(verified);
            }
        }
        let mut after = 0;
        loop {
            let (keys, last) = self.with(|connection| self.keys(connection, after))?;
            for key in keys {
                verified.entries += 1;
                match self.probe(&key, repair)? {
                    None => verified.whole += 1,
                    Some(damage) => {
                        verified.findings.push(Finding { what: Found::Entry(key), damage, repaired: repair });
                    }
                }
            }
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        self.check_totals(repair, &mut verified)?;
        self.check_records(repair, &mut verified);
        Ok(verified)
    }

    /// What SQLite's own check says. An index that can't even be opened is made anew by `with`, and then whole.
    fn structure(&self) -> Result<Option<Damage>, StoreError> {
        self.with(|connection| {
            let said = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
            match said.map_err(|error| explain(&self.name(), &error)) {
                Ok(said) if said == "ok" => Ok(None),
                Ok(said) | Err(IndexError::Damaged(said)) => Ok(Some(Damage::new(said))),
                Err(other) => Err(other),
            }
        })
    }

    fn keys(&self, connection: &Connection, after: i64) -> Result<(Vec<Key>, Option<i64>), IndexError> {
        let read = || -> rusqlite::Result<(Vec<Key>, Option<i64>)> {
            let mut select =
                connection.prepare_cached("SELECT id, key FROM entries WHERE id > ?1 ORDER BY id LIMIT ?2")?;
            let mut rows = select.query((after, STEP))?;
            let (mut keys, mut last) = (Vec::new(), None);
            while let Some(row) = rows.next()? {
                last = Some(next(row.get(0)?, last.unwrap_or(after))?);
                keys.extend(Key::try_from(row.get_ref(1)?.as_bytes()?));
            }
            Ok((keys, last))
        };
        read().map_err(|error| explain(&self.name(), &error))
    }

    /// How an entry is damaged, if it is.
    fn probe(&self, key: &Key, repair: bool) -> Result<Option<Damage>, StoreError> {
        if repair {
            return Ok(match self.read(key, Read::default())? {
                Lookup::Miss(Miss::Damaged(damage)) => Some(damage),
                // One that was removed meanwhile is not damaged.
                _ => None,
            });
        }
        self.inspect(key)
    }

    fn check_totals(&self, repair: bool, verified: &mut Verified) -> Result<(), StoreError> {
        let damage = self.change(|transaction| {
            let compare = || -> rusqlite::Result<Option<Damage>> {
                let sums = "SELECT count(*), coalesce(sum(bytes), 0) FROM entries";
                let (entries, bytes) =
                    transaction.query_row(sums, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
                let told = totals(transaction)?;
                if (i64::try_from(told.0), i64::try_from(told.1)) == (Ok(entries), Ok(bytes)) {
                    return Ok(None);
                }
                if repair {
                    transaction.execute("UPDATE totals SET entries = ?1, bytes = ?2", (entries, bytes))?;
                }
                Ok(Some(Damage::new(format!("the totals are wrong: {} entries, not {entries}", told.0))))
            };
            compare().map_err(|error| explain(&self.name(), &error))
        })?;
        verified.findings.extend(damage.map(|damage| Finding { what: Found::Index, damage, repaired: repair }));
        Ok(())
    }

    /// Records beside contents are read only when an index is made again, but then they have to be whole.
    fn check_records(&self, repair: bool, verified: &mut Verified) {
        for path in self.place.files("records") {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            if let Err(damage) = record::decode(&bytes) {
                let name = path.strip_prefix(self.place.root()).unwrap_or(&path).display().to_string();
                let damage = if repair { self.place.damage(&path, damage.reason) } else { damage };
                verified.findings.push(Finding { what: Found::File(name), damage, repaired: repair });
            }
        }
    }
}
