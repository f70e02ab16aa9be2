#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use prost::Message as _;

use super::*;
use crate::key::flyte::proto::{Binary, Literal, LiteralCollection, NamedLiteral, Primitive, Scalar};
use crate::key::flyte::proto::{Outputs as Message, Void};

fn scalar(scalar: Scalar) -> Literal {
    Literal { scalar: Some(Box::new(scalar)), ..Literal::default() }
}

fn integer(integer: i64) -> Literal {
    let primitive = Some(Primitive { integer: Some(integer), ..Primitive::default() });
    scalar(Scalar { primitive, ..Scalar::default() })
}

fn msgpack(value: Vec<u8>) -> Literal {
    let binary = Some(Binary { value, tag: "msgpack".to_owned() });
    scalar(Scalar { binary, ..Scalar::default() })
}

fn list(literals: Vec<Literal>) -> Literal {
    Literal { collection: Some(LiteralCollection { literals }), ..Literal::default() }
}

fn entry(values: Vec<Literal>) -> Vec<u8> {
    let named = |(number, value)| NamedLiteral { name: format!("o{number}"), value: Some(value) };
    Message { literals: values.into_iter().enumerate().map(named).collect() }.encode_to_vec()
}

fn shown(value: Literal, limits: Limits) -> Output {
    read(&entry(vec![value]), limits).unwrap().values.remove(0)
}

#[test]
fn a_long_value_is_cut_and_a_deep_one_too() {
    let limits = Limits { characters: 10, ..Limits::default() };
    let output = shown(list((0..1_000).map(integer).collect()), limits);
    assert_eq!((output.text.as_str(), output.whole), ("[0, 1, 2, …", false));

    let limits = Limits { depth: 2, ..Limits::default() };
    let deep = list(vec![list(vec![list(vec![integer(1)]), list(vec![])]), integer(2)]);
    let output = shown(deep, limits);
    assert_eq!((output.text.as_str(), output.whole), ("[[[…], []], 2]", false));
    // {"a": {"b": {"c": 1}}, "d": [[[]]]}
    let packed = b"\x82\xa1a\x81\xa1b\x81\xa1c\x01\xa1d\x91\x91\x90".to_vec();
    let output = shown(list(vec![msgpack(packed)]), limits);
    assert_eq!(output.text, "[{'a': {…}, 'd': […]}]");
}

#[test]
fn outputs_beyond_the_limit_are_counted() {
    let limits = Limits { outputs: 2, ..Limits::default() };
    let outputs = read(&entry((0..5).map(integer).collect()), limits).unwrap();
    assert_eq!((outputs.values.len(), outputs.more), (2, 3));
}

#[test]
fn msgpack_that_is_none_is_told_as_such() {
    for bytes in [&b""[..], b"\xc1", b"\x92\x01", b"\x01\x01", b"\xa1\xff", b"\xdd\xff\xff\xff\xff", &[0x91; 600]] {
        let output = shown(msgpack(bytes.to_vec()), Limits::default());
        assert!(output.broken, "{bytes:02x?}");
        assert_eq!(output.text, format!("<{} bytes that are no msgpack>", bytes.len()));
    }
    let output = shown(msgpack(b"\xd4\x05\x00".to_vec()), Limits::default());
    assert_eq!((output.text.as_str(), output.broken), ("<1 bytes of msgpack's extension 5>", false));
}

#[test]
fn what_is_missing_is_told_as_missing() {
    assert_eq!(shown(Literal::default(), Limits::default()).text, "<no value>");
    assert_eq!(shown(scalar(Scalar::default()), Limits::default()).text, "<no value>");
    let none = scalar(Scalar { none_type: Some(Void {}), ..Scalar::default() });
    assert_eq!(shown(none, Limits::default()).text, "None");
    assert_eq!(read(b"", Limits::default()), Ok(Outputs::default()));
}

/// Guards the bound: what would take the square of the size, or fifty times its memory, takes about the time of reading.
#[test]
fn large_and_hostile_values_take_the_time_of_reading_them() {
    let mut packed = vec![0xdd, 0, 0x20, 0, 0];
    packed.resize(5 + (1 << 21), 0x90);
    let mut maps = Vec::new();
    for _ in 0..1 << 18 {
        maps.extend(b"\x0a\x0a\x0a\x02o0\x12\x04\x1a\x02\x0a\x00");
    }
    let values = [
        entry(vec![list((0..200_000).map(integer).collect())]),
        entry(vec![msgpack(packed)]),
        maps,
        entry(vec![msgpack([&[0xdb, 0, 0x30, 0, 0][..], &vec![b'\''; 0x30_0000]].concat())]),
        entry(vec![msgpack([&[0xc6, 0, 0x30, 0, 0][..], &vec![0; 0x30_0000]].concat())]),
    ];
    for value in values {
        let start = Instant::now();
        let outputs = read(&value, Limits::default()).unwrap();
        assert!(outputs.values.iter().all(|output| output.text.chars().count() <= 2_001));
        assert!(start.elapsed() < Duration::from_secs(5), "{} bytes took {:?}", value.len(), start.elapsed());
    }
}

/// Random bytes, and real ones with random damage: whatever comes, an answer and no panic.
#[test]
fn no_bytes_are_too_strange() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let packed = msgpack(b"\x83\xa4path\xa1a\xa4name\xc0\x01\x92\xcb?\xf0\0\0\0\0\0\0\xc4\x01x".to_vec());
    let whole = entry(vec![list(vec![integer(-5), packed]), integer(1 << 40)]);
    for round in 0..50_000 {
        let mut bytes = whole.clone();
        if round % 4 == 0 {
            bytes = (0..random() % 64).map(|_| random().to_le_bytes()[0]).collect();
        }
        for _ in 0..random() % 4 {
            let length = bytes.len().max(1) as u64;
            let at = usize::try_from(random() % length).unwrap();
            match (random() % 3, bytes.get_mut(at)) {
                (0, Some(byte)) => *byte = random().to_le_bytes()[0],
                (1, Some(_)) => bytes.truncate(at),
                _ => bytes.insert(at.min(bytes.len()), random().to_le_bytes()[0]),
            }
        }
        if let Ok(outputs) = read(&bytes, Limits { characters: 40, depth: 3, outputs: 3 }) {
            assert!(
                outputs.values.iter().all(|output| output.text.chars().count() <= 41 && output.name.len() <= 4 * NAME)
            );
        }
    }
}
