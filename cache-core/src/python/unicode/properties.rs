//! The class of a code point: what each minor says of it.

use super::tables::{CLASSES, RUNS};
use crate::python::Minor;

/// A set of [`Property`] bits for each minor, oldest first.
pub(super) type Class = [u8; Minor::ALL.len()];

/// What CPython says of a code point; the value is the bit in a [`Class`].
#[derive(Clone, Copy)]
pub(super) enum Property {
    /// `str.isprintable`.
    Printable = 1,
    /// May begin an identifier: XID_Start or `_`.
    IdentifierStart = 2,
    /// May stand in an identifier: XID_Continue.
    IdentifierContinue = 4,
    /// Has a category other than Cn (unassigned).
    Assigned = 8,
}

/// Whether `minor` says `property` of `c`.
pub(super) fn has(c: char, property: Property, minor: Minor) -> bool {
    class(c)[minor as usize] & property as u8 != 0
}

/// Code points to a page, as a power of two.
const PAGE_BITS: u32 = 8;

/// One entry more than there are pages, so that each page has a next one.
const PAGE_COUNT: usize = (0x110000 >> PAGE_BITS) + 1;

/// For each page the run that holds its first code point: the few runs from there to the next page's are all that a
/// look-up has to search.
static PAGES: [u16; PAGE_COUNT] = {
    let mut pages = [0; PAGE_COUNT];
    let (mut page, mut run) = (0, 0);
    while page < PAGE_COUNT {
        while run + 1 < RUNS.len() && (RUNS[run + 1] >> 8) <= (page as u32) << PAGE_BITS {
            run += 1;
        }
        pages[page] = run as u16;
        page += 1;
    }
    pages
};

fn class(c: char) -> Class {
    let code = u32::from(c);
    let page = (code >> PAGE_BITS) as usize;
    let runs = &RUNS[usize::from(PAGES[page])..=usize::from(PAGES[page + 1])];
    // The first of these runs begins at or before the page, so that there is one before the partition point.
    let run = runs[runs.partition_point(|run| run >> 8 <= code) - 1];
    CLASSES[(run & 0xFF) as usize]
}
