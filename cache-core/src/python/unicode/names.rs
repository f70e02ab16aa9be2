//! What `"\N{name}"` names.

use super::properties::{Property, has};
use super::tables::ALIASES;
use crate::python::Minor;

/// What the names begin with that stand in no table: a number or the syllable's sounds follow.
const COMPUTED: [&str; 2] = ["HANGUL SYLLABLE ", "CJK UNIFIED IDEOGRAPH-"];

/// The character that `\N{name}` stands for, or `None` where CPython says "unknown Unicode character name".
///
/// Names and aliases of that minor's Unicode, in any case; but the names that CPython computes, those of Hangul
/// syllables and CJK ideographs, only in upper case. Named sequences are no names here.
///
/// The crate has the names of the newest supported Unicode. Unicode never changes or removes a name, so that it is
/// enough to refuse those of characters that came later.
pub(crate) fn lookup_name(name: &str, minor: Minor) -> Option<char> {
    let upper = name.to_ascii_uppercase();
    if let Ok(at) = ALIASES.binary_search_by_key(&upper.as_str(), |(alias, ..)| alias) {
        let (_, c, first) = ALIASES[at];
        return (minor >= first).then_some(c);
    }
    let c = unicode_names2::character(&upper).filter(|c| has(*c, Property::Assigned, minor))?;
    if COMPUTED.iter().any(|prefix| upper.starts_with(prefix)) {
        return (upper == name).then_some(c);
    }
    // The crate takes a name with anything after it for the name, if their hashes happen to collide.
    (unicode_names2::name(c)?.to_string() == upper).then_some(c)
}
