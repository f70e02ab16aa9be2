//! Names and `\N{…}` escapes that the Unicode of some versions doesn't know yet; only files with either come here.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextSize};

use super::finding::{Findings, Minors, Stage};
use crate::python::unicode;
use crate::python::version::Minor;

/// Checks the names and strings among the tokens.
pub(super) fn check(text: &str, tokens: &[Token], findings: &mut Findings) {
    let names = !text.is_ascii();
    let escapes = memchr::memmem::find(text.as_bytes(), b"\\N{").is_some();
    if !names && !escapes {
        return;
    }
    let source = |token: &Token| &text[token.start().to_usize()..token.end().to_usize()];
    for token in tokens {
        match token.kind() {
            TokenKind::Name if names && !source(token).is_ascii() => name(source(token), token.start(), findings),
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle if escapes => {
                let flags = token.string_flags();
                if !flags.is_some_and(|flags| flags.is_raw_string() || flags.is_byte_string()) {
                    named_escapes(source(token), token, findings);
                }
            }
            _ => {}
        }
    }
}

fn name(name: &str, at: TextSize, findings: &mut Findings) {
    for minor in Minor::ALL {
        let minors = Minors::only(minor);
        let invalid = |(index, c): &(usize, char)| !unicode::is_identifier(&name[..index + c.len_utf8()], minor);
        if let Some((_, c)) = name.char_indices().find(invalid) {
            findings.add(Stage::Parse, minors, at, invalid_character(c, minor));
        } else if let Err(constant) = unicode::nfkc(name, minor) {
            findings.add(Stage::Tree, minors, at, constant.to_string());
        }
    }
}

/// What the tokenizer says of a character that can't stand in code.
pub(super) fn invalid_character(c: char, minor: Minor) -> String {
    let code = u32::from(c);
    match unicode::is_printable(c, minor) {
        true => format!("SyntaxError: invalid character '{c}' (U+{code:04X})"),
        false => format!("SyntaxError: invalid non-printable character U+{code:04X}"),
    }
}

/// Looks up the names of the escapes in a literal that is not raw.
fn named_escapes(source: &str, token: &Token, findings: &mut Findings) {
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        rest = &rest[at + 1..];
        let Some(named) = rest.strip_prefix("N{") else {
            rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            continue;
        };
        let Some((name, after)) = named.split_once('}') else {
            return;
        };
        for minor in Minor::ALL {
            if unicode::lookup_name(name, minor).is_none() {
                let prefix = usize::from(token.kind() == TokenKind::String) * opener(source);
                let start = decoded_length(&source[prefix..source.len() - rest.len() - 1]);
                let end = start + name.len() + 3;
                let message = format!(
                    "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position {start}-{end}: \
                     unknown Unicode character name"
                );
                findings.add(Stage::Parse, Minors::only(minor), token.start(), message);
            }
        }
        rest = after;
    }
}

/// How long a literal's prefix and opening quotes are.
fn opener(literal: &str) -> usize {
    let prefix = literal.find(['\'', '"']).unwrap_or_default();
    let quotes = literal[prefix..].starts_with("'''") || literal[prefix..].starts_with("\"\"\"");
    prefix + if quotes { 3 } else { 1 }
}

/// The length of a text in the form in which CPython decodes it, with `\UXXXXXXXX` for what is not ASCII.
fn decoded_length(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum()
}
