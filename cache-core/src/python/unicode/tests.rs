//! Every code point and every name, for every minor, against digests of what the interpreters answer.
//!
//! `tests/unicode/probe.py` builds the same texts inside each CPython; digests.txt holds its answers.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use super::tables::ALIASES;
use super::*;

/// Holds a digest of the texts that `texts` makes for a minor against the interpreter's.
fn check<T: AsRef<str>, I: Iterator<Item = T>>(what: &str, texts: impl Fn(Minor) -> I) {
    let lines: Vec<&str> = include_str!("digests.txt").lines().collect();
    for minor in Minor::ALL {
        let mut digest = Sha256::new();
        texts(minor).for_each(|text| digest.update(text.as_ref()));
        let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("3.{} {what} {hex}", minor.number());
        assert!(lines.contains(&line.as_str()), "not what CPython gives: {line}");
    }
}

/// A digit for each of the 1,114,112 code points, surrogates included, for which every answer is no.
fn bitmap(test: impl Fn(char) -> bool) -> impl Iterator<Item = &'static str> {
    (0..=u32::from(char::MAX)).map(move |code| if char::from_u32(code).is_some_and(&test) { "1" } else { "0" })
}

fn scalars() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

/// NFKC alone: no character and none of the sequences below normalises to a constant's name.
fn nfkc_line(text: &str, minor: Minor) -> String {
    format!("{}\n", nfkc(text, minor).unwrap())
}

#[test]
fn every_code_point_is_printable_as_in_cpython() {
    check("printable", |minor| bitmap(move |c| is_printable(c, minor)));
}

#[test]
fn every_code_point_begins_and_continues_identifiers_as_in_cpython() {
    check("identifier-start", |minor| bitmap(move |c| is_identifier(&c.to_string(), minor)));
    check("identifier-continue", |minor| bitmap(move |c| is_identifier(&format!("a{c}"), minor)));
}

#[test]
fn every_code_point_is_space_as_in_cpython() {
    check("space", |_| bitmap(is_space));
}

#[test]
fn every_code_point_normalises_as_in_cpython() {
    check("nfkc", |minor| scalars().map(move |c| nfkc_line(&c.to_string(), minor)));
}

/// Guards what single characters don't show: joining, the order of marks, and what stands between them.
#[test]
fn sequences_normalise_as_in_cpython() {
    check("nfkc-of-sequences", |minor| sequences(reactive(minor)).map(move |text| nfkc_line(&text, minor)));
}

/// The characters that normalisation moves or joins, ideographs and most whole syllables left out.
fn reactive(minor: Minor) -> Vec<char> {
    let mut found: BTreeSet<char> = ('\u{1100}'..'\u{1200}').chain('\u{ac00}'..'\u{ac40}').collect();
    for c in scalars().filter(|c| has(*c, Property::Assigned, minor)) {
        if canonical_combining_class(c) != 0 {
            found.insert(c);
        }
        if !('\u{ac00}'..='\u{d7a3}').contains(&c) && c.nfd().nth(1).is_some() {
            found.extend(c.nfd());
        }
    }
    found.into_iter().collect()
}

/// 200,000 strings of 2 to 8 characters from a fixed pseudo-random sequence.
fn sequences(alphabet: Vec<char>) -> impl Iterator<Item = String> {
    let mut state = 1_u64;
    let mut below = move |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound
    };
    (0..200_000).map(move |_| {
        let length = 2 + below(7);
        (0..length).map(|_| alphabet[below(alphabet.len())]).collect()
    })
}

/// For the changed name of each character that has one: that text, and what it names.
fn name_lines(minor: Minor, change: impl Fn(String) -> String) -> impl Iterator<Item = String> {
    scalars().filter(move |c| has(*c, Property::Assigned, minor)).filter_map(move |c| {
        let text = change(unicode_names2::name(c)?.to_string());
        let code = lookup_name(&text, minor).map(|c| format!("{:04X}", u32::from(c)));
        Some(format!("{text};{}\n", code.unwrap_or_default()))
    })
}

#[test]
fn every_name_names_what_it_names_in_cpython() {
    check("names", |minor| name_lines(minor, |name| name));
}

/// Guards the computed names, the only ones whose case counts.
#[test]
fn names_in_lower_case_name_what_they_name_in_cpython() {
    check("names-lower", |minor| name_lines(minor, |name| name.to_lowercase()));
    check("names-lower-tail", |minor| {
        name_lines(minor, |name| {
            let tail = name.rfind([' ', '-']).map_or(0, |at| at + 1);
            name[..tail].to_owned() + &name[tail..].to_lowercase()
        })
    });
}

/// Guards against accepting what only resembles a name.
#[test]
fn names_with_a_letter_less_or_more_name_what_they_name_in_cpython() {
    check("names-shorter", |minor| name_lines(minor, |name| name[..name.len() - 1].to_owned()));
    check("names-longer", |minor| name_lines(minor, |name| name + "S"));
}

#[test]
fn every_alias_names_what_it_names_in_cpython() {
    let known = |alias: &str, minor| lookup_name(alias, minor).map(|c| format!("{alias};{:04X}\n", u32::from(c)));
    check("aliases", |minor| ALIASES.iter().filter_map(move |(alias, ..)| known(alias, minor)));
    for (alias, ..) in ALIASES {
        let lower = alias.to_lowercase();
        assert_eq!(lookup_name(&lower, Minor::Py314), lookup_name(alias, Minor::Py314), "{lower}");
        assert_eq!(lookup_name(&format!("{alias}!"), Minor::Py314), None, "{alias} and more");
    }
}

/// Guards the binary search.
#[test]
fn aliases_stand_in_order() {
    assert!(ALIASES.is_sorted_by(|(one, ..), (next, ..)| one < next));
}

/// The crate's own look-up takes one of some 30,000 such texts for the name that it begins with.
#[test]
fn a_name_with_anything_after_it_is_no_name() {
    let collides = |number: &u32| unicode_names2::character(&format!("SPACE {number}")).is_some();
    let number = (0..1_000_000).find(collides).unwrap();
    for minor in Minor::ALL {
        assert_eq!(lookup_name(&format!("SPACE {number}"), minor), None);
    }
}

/// The first minor for which a test holds, given that it holds in every later one.
fn since(test: impl Fn(Minor) -> bool) -> Option<Minor> {
    let first = Minor::ALL.into_iter().find(|minor| test(*minor))?;
    assert!(Minor::ALL.into_iter().all(|minor| test(minor) == (minor >= first)));
    Some(first)
}

#[test]
fn characters_become_printable_with_their_unicode_version() {
    let printable = |c: char| since(|minor| is_printable(c, minor));
    for c in [' ', '~', 'é', '漢', '🔥'] {
        assert_eq!(printable(c), Some(Minor::Py310), "{c}");
    }
    for c in ['\u{1df00}', '\u{61d}'] {
        assert_eq!(printable(c), Some(Minor::Py311));
    }
    for c in ['\u{1fae8}', '\u{cf3}'] {
        assert_eq!(printable(c), Some(Minor::Py312));
    }
    for c in ['\u{2ffc}', '\u{2ebf0}'] {
        assert_eq!(printable(c), Some(Minor::Py313));
    }
    for c in ['\u{1fae9}', '\u{1c89}'] {
        assert_eq!(printable(c), Some(Minor::Py314));
    }
    for c in ['\0', '\n', '\x7f', '\u{a0}', '\u{ad}', '\u{2028}', '\u{3000}', '\u{e000}', '\u{feff}', '\u{88f}'] {
        assert_eq!(printable(c), None, "{c:?}");
    }
}

#[test]
fn identifiers_are_checked_by_their_unicode_version() {
    let identifier = |name: &str| since(|minor| is_identifier(name, minor));
    for name in ["_", "x1", "def", "℘", "été", "x·", "ｄｅｆ", "𝒞"] {
        assert_eq!(identifier(name), Some(Minor::Py310), "{name}");
    }
    for name in ["a\u{30fb}", "a\u{ff65}", "a\u{200c}", "a\u{200d}", "\u{2ebf0}"] {
        assert_eq!(identifier(name), Some(Minor::Py313), "{name:?}");
    }
    for name in ["", "1x", "·x", "\u{30fb}", "\u{37a}", "a b", "a-b", "a×b", "x\0"] {
        assert_eq!(identifier(name), None, "{name:?}");
    }
}

#[test]
fn names_become_what_the_parser_makes_of_them() {
    for minor in Minor::ALL {
        assert!(matches!(nfkc("plain", minor), Ok(Cow::Borrowed("plain"))));
        assert_eq!(nfkc("ｄｅｆ", minor).unwrap(), "def");
        assert_eq!(nfkc("e\u{301}té", minor).unwrap(), "été");
        assert_eq!(nfkc("𝒞.𝒟", minor).unwrap(), "C.D");
        assert_eq!(nfkc("True", minor).unwrap(), "True");
    }
}

#[test]
fn names_of_constants_are_refused_from_3_14_on() {
    for (name, constant) in [("Ｔrue", "True"), ("Ｎone", "None"), ("𝐅𝐚𝐥𝐬𝐞", "False")] {
        for (name, normal) in
            [(name.to_owned(), constant.to_owned()), (format!("a.{name}.b"), format!("a.{constant}.b"))]
        {
            assert_eq!(since(|minor| nfkc(&name, minor).is_err()), Some(Minor::Py314), "{name}");
            assert_eq!(nfkc(&name, Minor::Py313).unwrap(), normal);
            let said = format!("ValueError: identifier field can't represent '{constant}' constant");
            assert_eq!(nfkc(&name, Minor::Py314).unwrap_err().to_string(), said);
        }
    }
    assert_eq!(nfkc("Ｔrue1", Minor::Py314).unwrap(), "True1");
}

#[test]
fn escapes_name_characters_of_their_unicode_version() {
    let named = |name: &str| since(|minor| lookup_name(name, minor).is_some());
    for name in ["LF", "lf", "Bel", "VS17", "BULLET", "bullet", "HANGUL SYLLABLE GA", "CJK UNIFIED IDEOGRAPH-4E00"] {
        assert_eq!(named(name), Some(Minor::Py310), "{name}");
    }
    assert_eq!(named("MELTING FACE"), Some(Minor::Py311));
    assert_eq!(named("SHAKING FACE"), Some(Minor::Py312));
    assert_eq!(named("CJK UNIFIED IDEOGRAPH-2EBF0"), Some(Minor::Py313));
    assert_eq!(named("FACE WITH BAGS UNDER EYES"), Some(Minor::Py314));
    for name in [
        "",
        "NO SUCH NAME",
        "KEYCAP DIGIT ONE",
        " LF",
        "LF ",
        "LATIN_SMALL_LETTER_A",
        "hangul syllable ga",
        "HANGUL SYLLABLE ga",
        "CJK UNIFIED IDEOGRAPH-4e00",
        "cjk unified ideograph-4E00",
        "CJK UNIFIED IDEOGRAPH-004E00",
        "TANGUT IDEOGRAPH-17000",
        "NULL\u{e9}",
    ] {
        assert_eq!(named(name), None, "{name:?}");
    }
    assert_eq!(named("CJK UNIFIED IDEOGRAPH-04E00"), Some(Minor::Py310));
    assert_eq!(lookup_name("CJK UNIFIED IDEOGRAPH-04E00", Minor::Py310), Some('一'));
    assert_eq!(lookup_name("BELL", Minor::Py310), Some('\u{1f514}'));
    assert_eq!(lookup_name("BEL", Minor::Py310), Some('\x07'));
}
