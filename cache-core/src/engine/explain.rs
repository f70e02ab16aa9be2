//! Why there is no entry: which earlier one was nearly it.

use std::fmt;

use super::task::Call;
use crate::key::native::Difference;
use crate::store::{Manifest, Store, StoreError};

/// An earlier entry of the same task, and what of the key differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The entry.
    pub manifest: Manifest,
    /// What differs, the least of all recent entries.
    pub differences: Vec<Difference>,
}

/// So many of the newest entries are compared.
const LOOKED_AT: usize = 64;

/// The recent entry of a call's task that differs least; of several the newest.
///
/// # Errors
///
/// [`StoreError`].
pub fn explain(store: &dyn Store, call: &Call) -> Result<Option<Nearest>, StoreError> {
    let earlier = store.earlier(call.parts(), LOOKED_AT)?;
    let nearest = earlier.into_iter().map(|manifest| {
        let differences = call.parts().differences(&manifest.parts);
        Nearest { manifest, differences }
    });
    Ok(nearest.min_by_key(|nearest| nearest.differences.len()))
}

/// `entry of 2026-11-22 19:30:47Z: lr is 0.2 (was 0.1)`.
impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry of {}: ", self.manifest.created)?;
        for (index, difference) in self.differences.iter().enumerate() {
            write!(f, "{}{difference}", if index == 0 { "" } else { "; " })?;
        }
        if self.differences.is_empty() { f.write_str("the same call") } else { Ok(()) }
    }
}
