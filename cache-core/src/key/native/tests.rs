#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use serde::Serialize;

use super::*;

/// SplitMix64: the same values in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Few letters and short texts, so that pieces collide wherever frames are missing.
    fn text(&mut self) -> String {
        (0..self.below(3)).map(|_| char::from(b"ab\0"[self.below(3) as usize])).collect()
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 7 } else { 11 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 1),
            2 => Value::Int(i128::from(self.below(4)) - 2),
            3 => Value::Float([0.0, -0.0, 1.0, f64::NAN, -f64::NAN, f64::INFINITY][self.below(6) as usize]),
            4 => Value::Text(self.text()),
            5 => Value::Bytes(self.text().into_bytes()),
            6 => Value::Content(Digest::of(self.text().as_bytes())),
            7 => Value::List((0..self.below(3)).map(|_| self.value(depth - 1)).collect()),
            8 => Value::from_iter((0..self.below(3)).map(|_| (self.value(depth - 1), self.value(depth - 1)))),
            9 => Value::Variant(self.text(), Box::new(self.value(depth - 1))),
            _ => Value::Some(Box::new(self.value(depth - 1))),
        }
    }

    fn parts(&mut self) -> Parts {
        let mut interface = Interface::default();
        for _ in 0..self.below(3) {
            interface = interface.input(&self.text(), &self.text());
        }
        for _ in 0..self.below(2) {
            interface = interface.output(&self.text(), &self.text());
        }
        let scope = Scope::new(&self.text(), &self.text(), &self.text());
        let (task, version, salt) = (self.text(), self.text(), self.text());
        let mut parts = Parts { scope, task, interface, version, salt, ..Parts::default() };
        for _ in 0..self.below(3) {
            let (name, value) = (self.text(), self.value(1));
            parts = if self.below(4) == 0 { parts.ignored_input(&name, value) } else { parts.input(&name, value) };
        }
        parts
    }
}

/// Another reading of what a value is, without its bytes: two are equal exactly where a person would say so.
fn spelled(value: &Value) -> String {
    match value {
        Value::Float(float) if float.is_nan() => "float nan".to_owned(),
        Value::Float(float) => format!("float {float:?}"),
        Value::List(values) => format!("list {:?}", values.iter().map(spelled).collect::<Vec<_>>()),
        Value::Map(map) => {
            let mut pairs: Vec<_> = map.iter().map(|(key, value)| (spelled(key), spelled(value))).collect();
            pairs.sort();
            format!("map {pairs:?}")
        }
        Value::Variant(name, value) => format!("variant {name:?} {:?}", spelled(value)),
        Value::Some(value) => format!("some {:?}", spelled(value)),
        other => format!("{other:?}"),
    }
}

#[test]
fn different_values_have_different_bytes_and_equal_ones_the_same() {
    let mut random = Random(1);
    let (mut by_bytes, mut by_spelling) = (HashMap::new(), HashMap::new());
    for _ in 0..60_000 {
        let value = random.value(2);
        let (bytes, spelling) = (value.bytes(), spelled(&value));
        assert_eq!(by_bytes.entry(bytes.clone()).or_insert_with(|| spelling.clone()), &spelling);
        assert_eq!(by_spelling.entry(spelling).or_insert_with(|| bytes.clone()), &bytes);
    }
    assert!(by_bytes.len() > 5_000, "only {} values", by_bytes.len());
}

#[test]
fn keys_are_equal_exactly_where_nothing_that_counts_differs() {
    let mut random = Random(2);
    let mut known: HashMap<Key, Parts> = HashMap::new();
    let mut met = 0;
    for _ in 0..200_000 {
        let parts = random.parts();
        let key = parts.key();
        let counts = Parts { ignored: Default::default(), ..parts };
        assert_eq!(counts.key(), key, "what is ignored counts");
        // Inputs are compared by digest, as entries keep them; `shown` follows from the value but for NaN's sign.
        match known.get(&key) {
            Some(earlier) => {
                met += 1;
                assert_eq!(counts.differences(earlier), [], "one key for two calls");
            }
            None => {
                known.insert(key, counts);
            }
        }
    }
    assert!(met > 50 && known.len() > 50_000, "{met} met, {} different", known.len());
    let mut all: Vec<&Parts> = known.values().collect();
    all.truncate(400);
    for one in &all {
        for other in &all {
            assert_eq!(one.differences(other).is_empty(), one.key() == other.key());
        }
    }
}

/// The bytes are specified: the keys are those of Python's own `blake3`, over bytes written by hand from the specification.
#[test]
fn golden() {
    let golden = |parts: &Parts, key: &str| assert_eq!(parts.key().to_string(), key);
    let empty = Parts::default();
    assert_eq!(
        hex(&empty.bytes()),
        "01\
         0000000000000000\
         0000000000000000\
         0000000000000000\
         02\
         0000000000000000\
         03\
         0000000000000000\
         0000000000000000\
         04\
         0000000000000000\
         05\
         0000000000000000\
         06\
         0000000000000000"
    );
    golden(&empty, "a9c115e45d8facdac83ae62d34e0752ab8e130fffac01dea73d393ac24a8bf67");
    let call = Parts {
        scope: Scope::new("o", "p", "d"),
        task: "t".to_owned(),
        interface: Interface::default().input("x", "int").output("o0", "str"),
        version: "v".to_owned(),
        salt: "é".to_owned(),
        ..Parts::default()
    }
    .input("x", 1)
    .ignored_input("y", 2);
    assert_eq!(
        hex(&call.bytes()),
        format!(
            "01\
             01000000000000006f\
             010000000000000070\
             010000000000000064\
             02\
             010000000000000074\
             03\
             0100000000000000010000000000000078030000000000000069 6e74\
             010000000000000002000000000000006f3003000000000000007374 72\
             04\
             010000000000000076\
             05\
             0200000000000000c3a9\
             06\
             0100000000000000010000000000000078{}",
            Input::new(&Value::from(1)).digest
        )
        .replace(' ', "")
    );
    golden(&call, "83a9eb1c5b2841f432d79c034156d81a245922539b2e5d722f1950e6ec7edd7f");
    for (value, bytes) in [
        (Value::Null, "00"),
        (Value::from(true), "0101"),
        (Value::from(-1), "02ffffffffffffffffffffffffffffffff"),
        (Value::from(u64::MAX), "02ffffffffffffffff0000000000000000"),
        (Value::from(1.0), "03000000000000f03f"),
        (Value::from(-f64::NAN), "03000000000000f87f"),
        (Value::from("é"), "040200000000000000c3a9"),
        (Value::from(&b"\0"[..]), "05010000000000000000"),
        (Value::from(vec![(), ()]), "0602000000000000000000"),
        (
            Value::from_iter([("b", 1_u8), ("a", 2)]),
            "07020000000000000004010000000000000061020200000000000000000000000000000004010000000000000062020100000000000000000000000000000 0",
        ),
        (Value::Variant("A".to_owned(), Box::new(Value::Null)), "0901000000000000004100"),
        (Value::from(Some(false)), "0a0100"),
    ] {
        assert_eq!(hex(&value.bytes()), bytes.replace(' ', ""), "{value}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn serde_makes_the_values_that_one_would_write() {
    #[derive(Serialize)]
    struct Id(u8);
    #[derive(Serialize)]
    enum Model {
        Small,
        Sized(u8),
        Pair(u8, char),
        Named { layers: Vec<u8> },
    }
    let variant = |name: &str, value: Value| Value::Variant(name.to_owned(), Box::new(value));
    assert_eq!(to_value(&Id(3)).unwrap(), Value::from(3));
    assert_eq!(to_value(&Model::Small).unwrap(), variant("Small", Value::Null));
    assert_eq!(to_value(&Model::Sized(1)).unwrap(), variant("Sized", Value::from(1)));
    let pair = Value::List(vec![Value::from(1), Value::from("x")]);
    assert_eq!(to_value(&Model::Pair(1, 'x')).unwrap(), variant("Pair", pair));
    let named = Value::from_iter([("layers", Value::from(vec![1, 2]))]);
    assert_eq!(to_value(&Model::Named { layers: vec![1, 2] }).unwrap(), variant("Named", named));
    assert_eq!(to_value(&Some(None::<u8>)).unwrap(), Value::Some(Box::new(Value::Null)));
    assert_ne!(to_value(&Some(None::<u8>)).unwrap(), to_value(&None::<Option<u8>>).unwrap());
    let many: HashMap<u32, &str> = (0..40).map(|number| (number, "x")).collect();
    let again: HashMap<u32, &str> = (0..40).rev().map(|number| (number, "x")).collect();
    assert_eq!(to_value(&many).unwrap(), to_value(&again).unwrap(), "a map has no order");
    assert!(to_value(&u128::MAX).unwrap_err().to_string().contains("127 bits"));
}

#[test]
fn a_secret_input_counts_and_is_not_kept() {
    let open = Parts::default().input("token", "hunter2");
    let secret = Parts::default().secret_input("token", "hunter2");
    assert_eq!(open.key(), secret.key());
    assert!(!format!("{secret:?}").contains("hunter2"));
}

#[test]
fn what_is_shown_of_a_value_is_short() {
    let long = Value::from(vec![Value::from("é".repeat(500)); 500]);
    let shown = Input::new(&long).shown;
    assert!(shown.len() < 170 && shown.ends_with('…'), "{shown}");
}

#[test]
fn a_digest_has_one_spelling() {
    let text = Digest::of(b"").to_string();
    assert_eq!(text.parse::<Digest>().unwrap(), Digest::of(b""));
    for wrong in [text.to_uppercase(), text[1..].to_owned(), format!("{text}0"), "é".repeat(32)] {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
    }
}
