//! What CPython's parser makes of a name: NFKC.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::properties::{Property, has};
use crate::python::Minor;

/// A name that normalises to a constant's, which CPython refuses from 3.14 on: `Ｔrue`, with a fullwidth T.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ValueError: identifier field can't represent '{0}' constant")]
pub(crate) struct ConstantName(&'static str);

/// A name as it stands in CPython's syntax tree: `unicodedata.normalize("NFKC", name)`, unless it is ASCII.
///
/// Takes the dotted name of an import too, without blanks: CPython makes it of names that it has normalised one by one,
/// and nothing joins with a dot.
///
/// The crate's tables are newer than any supported CPython's. Unicode never changes how an assigned character
/// normalises, so that it is enough to leave alone, as CPython does, what was not assigned then.
pub(crate) fn nfkc(name: &str, minor: Minor) -> Result<Cow<'_, str>, ConstantName> {
    if name.is_ascii() {
        return Ok(Cow::Borrowed(name));
    }
    let mut normal = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| !has(*c, Property::Assigned, minor)) {
        normal.extend(rest[..at].nfkc());
        normal.push(c);
        rest = &rest[at + c.len_utf8()..];
    }
    normal.extend(rest.nfkc());

    let is_refused = |constant: &&str| minor >= Minor::Py314 && normal.split('.').any(|name| name == *constant);
    match ["None", "True", "False"].into_iter().find(is_refused) {
        Some(constant) => Err(ConstantName(constant)),
        None => Ok(Cow::Owned(normal)),
    }
}
