//! Each CPython's own Unicode data: what is printable, what is an identifier, and what `\N{…}` names.
//!
//! Every minor carries the database of another Unicode version (3.10 has 13.0, 3.14 has 16.0), and `repr` and the
//! parser follow it. The tables come from the interpreters themselves (`tests/unicode/generate.py`), and the tests
//! hold every code point and every name against digests of their answers. Lone surrogates are no Rust `char`: they
//! are neither printable nor part of an identifier in any version.

mod names;
mod normalize;
mod properties;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) use names::lookup_name;
pub(crate) use normalize::nfkc;

use super::Minor;
use properties::{Property, has};

/// `str.isprintable` of one character: whether `repr` writes it as it is.
pub(crate) fn is_printable(c: char, minor: Minor) -> bool {
    if c.is_ascii() { matches!(c, ' '..='~') } else { has(c, Property::Printable, minor) }
}

/// `str.isidentifier`, which is also the tokenizer's check of a name.
///
/// The tokenizer checks the name as it is written; [`nfkc`] comes after that, and its result is not checked again.
/// Keywords are identifiers.
#[allow(dead_code, reason = "for the check whether CPython takes a file")]
pub(crate) fn is_identifier(name: &str, minor: Minor) -> bool {
    let mut chars = name.chars();
    let continues = |c: char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '_',
        false => has(c, Property::IdentifierContinue, minor),
    };
    chars.next().is_some_and(|c| has(c, Property::IdentifierStart, minor)) && chars.all(continues)
}

/// `str.isspace` of one character, the same in every supported version; `textwrap.dedent` of 3.14 asks it of lines.
pub(crate) fn is_space(c: char) -> bool {
    // Python adds the four information separators to Unicode's White_Space.
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}
