//! Small rows that were checked, as they were: a row that has the same bytes again needs no second hash, which costs more than to
//! find it. Every byte is still compared with what was checked.
//!
//! A table of fixed places, so that nothing has to be found, ordered or thrown out. It says nothing of what the store has: that is read each time.

use std::sync::{Arc, Mutex};

use crate::key::native::Key;
use crate::store::record::Sealed;

/// Places in the table.
const PLACES: usize = 1024;

/// Larger rows are hashed each time, in bytes: 4 MiB is the most that is kept.
const LARGEST: usize = 4096;

/// Rows that were checked, each in the place of its key.
pub(super) struct Seen([Mutex<Place>; PLACES]);

#[derive(Default)]
struct Place {
    /// Who asked last and found another here: it gets the place if it asks again, so that who asks for many rows once each copies none.
    asked: Option<Key>,
    checked: Option<Arc<Checked>>,
}

/// A row as it was when its hashes were found right.
struct Checked {
    known: Arc<Sealed>,
    value: Vec<u8>,
}

impl Default for Seen {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Seen {
    /// What is known of a row that is byte for byte one that was checked.
    pub(super) fn again(&self, key: &Key, record: &[u8], value: &[u8]) -> Option<Arc<Sealed>> {
        let checked = self.place(key).lock().ok()?.checked.clone()?;
        let is_same = checked.known.glance.key == *key && checked.known.is(record) && checked.value == value;
        is_same.then(|| Arc::clone(&checked.known))
    }

    /// Notes a row whose hashes are right.
    pub(super) fn note(&self, known: &Arc<Sealed>, value: &[u8]) {
        let key = &known.glance.key;
        if known.size() + value.len() > LARGEST {
            return;
        }
        let Ok(mut place) = self.place(key).lock() else { return };
        if place.asked.replace(*key) == Some(*key) {
            *place = Place {
                asked: None,
                checked: Some(Arc::new(Checked { known: Arc::clone(known), value: value.to_vec() })),
            };
        }
    }

    fn place(&self, key: &Key) -> &Mutex<Place> {
        let [.., high, low] = *key.as_bytes();
        &self.0[usize::from(u16::from_le_bytes([low, high])) % PLACES]
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen")
    }
}
