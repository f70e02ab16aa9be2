//! CPython's `repr` of the constants that a dump can hold.

use std::fmt::Write;

use super::literal::Text;
use super::output::Output;
use super::unicode;
use super::version::Minor;

/// `repr` of a `str`, with the printable characters of that version's Unicode data (`unicode_repr`).
pub(super) fn text(out: &mut Output, value: &Text<'_>, minor: Minor) {
    let quote = quote(value.text.as_bytes());
    out.push(quote);
    let mut from = 0;
    for (at, surrogate) in &value.surrogates {
        run(out, &value.text[from..*at], quote, minor);
        escape(out, u32::from(*surrogate));
        from = at + char::REPLACEMENT_CHARACTER.len_utf8();
    }
    run(out, &value.text[from..], quote, minor);
    out.push(quote);
}

/// Single quotes, unless there are such in the value and no double ones.
fn quote(value: &[u8]) -> &'static str {
    if memchr::memchr(b'\'', value).is_some() && memchr::memchr(b'"', value).is_none() { "\"" } else { "'" }
}

fn run(out: &mut Output, mut rest: &str, quote: &'static str, minor: Minor) {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'\\' && byte != quote.as_bytes()[0];
    while let Some(at) = rest.bytes().position(|byte| !plain(byte)) {
        let (before, special) = rest.split_at(at);
        out.push(before);
        let Some(c) = special.chars().next() else { break };
        let after;
        (rest, after) = special.split_at(c.len_utf8());
        match c {
            '\\' => out.push("\\\\"),
            '\n' => out.push("\\n"),
            '\r' => out.push("\\r"),
            '\t' => out.push("\\t"),
            '\0'..='\x1f' | '\x7f' => escape(out, u32::from(c)),
            // The quote.
            '\0'..='\x7f' => {
                out.push("\\");
                out.push(rest);
            }
            c if unicode::is_printable(c, minor) => out.push(rest),
            c => escape(out, u32::from(c)),
        }
        rest = after;
    }
    out.push(rest);
}

fn escape(out: &mut Output, code: u32) {
    // Writing to an `Output` can't fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// `repr` of a `bytes` (`bytes_repr`).
pub(super) fn bytes(out: &mut Output, value: &[u8]) {
    let quote = quote(value);
    out.push("b");
    out.push(quote);
    for byte in value {
        match byte {
            b'\\' => out.push("\\\\"),
            b'\n' => out.push("\\n"),
            b'\r' => out.push("\\r"),
            b'\t' => out.push("\\t"),
            byte if *byte == quote.as_bytes()[0] => {
                out.push("\\");
                out.push(quote);
            }
            b' '..=b'~' => out.push(char::from(*byte).encode_utf8(&mut [0; 4])),
            byte => escape(out, u32::from(*byte)),
        }
    }
    out.push(quote);
}

/// `repr` of a `float`: the shortest digits that read back, in exponent form below 1e-4 and from 1e16 on (`float_repr_style` short).
pub(super) fn float(out: &mut Output, value: f64) {
    if digits(out, value) {
        out.push(".0");
    }
}

/// `repr` of a `complex` without a real part, as every literal is.
pub(super) fn imaginary(out: &mut Output, value: f64) {
    digits(out, value);
    out.push("j");
}

/// Writes the digits and tells whether they look like an integer.
fn digits(out: &mut Output, value: f64) -> bool {
    if value.is_infinite() {
        out.push("inf");
        return false;
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if (-4..16).contains(&exponent) {
        let places = i32::try_from(fraction).map_or(0, |fraction| usize::try_from(fraction - exponent).unwrap_or(0));
        let plain = even(value, format!("{value:.places$}"), format!("{value}"));
        out.push(&plain);
        return !plain.contains('.');
    }
    let nearest = even(value, format!("{value:.fraction$e}"), scientific.clone());
    let mantissa = nearest.split_once('e').map_or(mantissa, |(mantissa, _)| mantissa);
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    false
}

/// Of two shortest texts that are equally near to the value, Python takes the one with the even digit, as Rust does where
/// it rounds to so many places. Beside a power of two the nearest text of that length may not read back.
fn even(value: f64, nearest: String, shortest: String) -> String {
    if nearest.parse() == Ok(value) { nearest } else { shortest }
}

/// Python's limit on the digits of an `int` that is converted to or from decimal text.
pub(super) const INT_MAX_STR_DIGITS: usize = 4300;

/// `repr` of an `int` literal, from its token (`0x_ff`, `1_000`). `None`: it has more than [`INT_MAX_STR_DIGITS`] digits.
pub(super) fn integer(token: &str) -> Option<String> {
    let lower = token.to_ascii_lowercase().replace('_', "");
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        _ => (10, lower.as_str()),
    };
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let decimal = if radix == 10 { digits.to_owned() } else { to_decimal(digits, radix)? };
    (decimal.len() <= INT_MAX_STR_DIGITS).then_some(decimal)
}

/// School-book conversion in groups of nine decimal digits, given up as soon as the limit is passed.
fn to_decimal(digits: &str, radix: u32) -> Option<String> {
    const GROUP: u64 = 1_000_000_000;
    let mut groups: Vec<u32> = vec![0];
    for digit in digits.chars() {
        let mut carry = u64::from(digit.to_digit(radix)?);
        for group in &mut groups {
            let value = u64::from(*group) * u64::from(radix) + carry;
            *group = (value % GROUP) as u32;
            carry = value / GROUP;
        }
        if carry > 0 {
            groups.push(carry as u32);
        }
        if groups.len() * 9 > INT_MAX_STR_DIGITS + 18 {
            return None;
        }
    }
    let mut decimal = groups.last().map(u32::to_string).unwrap_or_default();
    for group in groups.iter().rev().skip(1) {
        let _ = write!(decimal, "{group:09}");
    }
    Some(decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(write: impl FnOnce(&mut Output)) -> String {
        let mut out = Output::text();
        write(&mut out);
        out.into_text()
    }

    #[test]
    fn quotes_and_escapes_of_text() {
        let repr = |value: &str| shown(|out| text(out, &Text::from(value), Minor::Py312));
        assert_eq!(repr("a'b"), "\"a'b\"");
        assert_eq!(repr("a'b\""), "'a\\'b\"'");
        assert_eq!(repr("\\\n\r\t\0\x7f\u{80}é\u{200b}\u{10ffff}"), r"'\\\n\r\t\x00\x7f\x80é\u200b\U0010ffff'");
    }

    #[test]
    fn bytes_are_ascii_or_escaped() {
        assert_eq!(shown(|out| bytes(out, b"a'\xff\n")), "b\"a'\\xff\\n\"");
    }

    // The exact halves are the point of the test; the shortest text of each is what it asks for.
    #[allow(clippy::excessive_precision)]
    #[test]
    fn floats_switch_to_exponents_where_python_does() {
        let repr = |value: f64| shown(|out| float(out, value));
        for (value, expected) in [
            (1.0, "1.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e16, "1.5e+16"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e-10, "1e-10"),
            (1e100, "1e+100"),
            (f64::INFINITY, "inf"),
            (0.1, "0.1"),
            (0.0, "0.0"),
            (0.5, "0.5"),
            (0.001_234, "0.001234"),
            (123.456, "123.456"),
            (100.0, "100.0"),
            (1_234_567_890_123_456.0, "1234567890123456.0"),
            (73.994_415_283_203_125, "73.99441528320312"),
            (2_001_599_834_386_887.25, "2001599834386887.2"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
            (5e-324, "5e-324"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
        ] {
            assert_eq!(repr(value), expected);
        }
        assert_eq!(shown(|out| imaginary(out, 1e15)), "1000000000000000j");
        assert_eq!(shown(|out| imaginary(out, 0.5)), "0.5j");
        assert_eq!(shown(|out| imaginary(out, f64::INFINITY)), "infj");
    }

    #[test]
    fn integers_of_any_size_and_base() {
        assert_eq!(integer("0_0").as_deref(), Some("0"));
        assert_eq!(integer("1_000").as_deref(), Some("1000"));
        assert_eq!(integer("0XfF").as_deref(), Some("255"));
        assert_eq!(integer("0o17").as_deref(), Some("15"));
        assert_eq!(integer("0b1_01").as_deref(), Some("5"));
        assert_eq!(
            integer("0x1_0000_0000_0000_0000_0000_0000_0000_0000").as_deref(),
            Some("340282366920938463463374607431768211456")
        );
        assert!(integer(&format!("0x{}", "f".repeat(3571))).is_some());
        assert!(integer(&format!("0x{}", "f".repeat(3580))).is_none());
    }
}
