//! The values of inputs, and the one sequence of bytes that each of them is.

use std::collections::BTreeMap;
use std::fmt;

use super::digest::Digest;

/// The value of an input. Two values are equal exactly where their bytes are.
///
/// | value | bytes |
/// |---|---|
/// | null | `00` |
/// | a truth value | `01`, `00` or `01` |
/// | a whole number | `02`, two's complement in 16 bytes, least significant first |
/// | a float | `03`, IEEE 754 binary64 in 8 bytes, least significant first; every NaN is `7ff8000000000000`; 0.0 and -0.0 differ |
/// | a text | `04`, `text` |
/// | bytes | `05`, `u64` of the length, the bytes |
/// | a list | `06`, `u64` of the number of elements, each element |
/// | a map | `07`, `u64` of the number of pairs, each key with its value, sorted by the key's bytes |
/// | content that is known by its digest | `08`, the 32 bytes |
/// | a variant | `09`, `text` of its name, its value |
/// | something that could have been null | `0a`, the value |
///
/// ```
/// use cache_core::key::native::Value;
///
/// assert_ne!(Value::from(vec![vec![1], vec![2]]).bytes(), Value::from(vec![vec![1, 2]]).bytes());
/// assert_eq!(Value::from("é").bytes(), b"\x04\x02\0\0\0\0\0\0\0\xc3\xa9");
/// ```
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Values in an order.
    List(Vec<Value>),
    /// Values by key.
    Map(Map),
    /// Content by its digest: a file's, say, so that the key follows what is in it.
    Content(Digest),
    /// One of several forms, by name.
    Variant(String, Box<Value>),
    /// A value where there could have been none.
    Some(Box<Value>),
}

/// Values by key, each key once.
#[derive(Clone, Debug, Default)]
pub struct Map(BTreeMap<Vec<u8>, (Value, Value)>);

impl Map {
    /// Sets the value of a key, and returns the earlier one.
    pub fn insert(&mut self, key: Value, value: Value) -> Option<Value> {
        self.0.insert(key.bytes(), (key, value)).map(|(_, value)| value)
    }

    /// Keys and values, in the order of the keys' bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.0.values().map(|(key, value)| (key, value))
    }
}

impl Value {
    /// The bytes that the value is hashed by.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Null => bytes.push(0x00),
            Self::Bool(value) => bytes.extend([0x01, u8::from(*value)]),
            Self::Int(value) => {
                bytes.push(0x02);
                bytes.extend(value.to_le_bytes());
            }
            Self::Float(value) => {
                bytes.push(0x03);
                let bits = if value.is_nan() { 0x7ff8_0000_0000_0000 } else { value.to_bits() };
                bytes.extend(bits.to_le_bytes());
            }
            Self::Text(text) => {
                bytes.push(0x04);
                framed(text.as_bytes(), bytes);
            }
            Self::Bytes(value) => {
                bytes.push(0x05);
                framed(value, bytes);
            }
            Self::List(values) => {
                bytes.push(0x06);
                length(values.len(), bytes);
                values.iter().for_each(|value| value.write(bytes));
            }
            Self::Map(Map(pairs)) => {
                bytes.push(0x07);
                length(pairs.len(), bytes);
                for (key, (_, value)) in pairs {
                    bytes.extend(key);
                    value.write(bytes);
                }
            }
            Self::Content(digest) => {
                bytes.push(0x08);
                bytes.extend(digest.as_bytes());
            }
            Self::Variant(name, value) => {
                bytes.push(0x09);
                framed(name.as_bytes(), bytes);
                value.write(bytes);
            }
            Self::Some(value) => {
                bytes.push(0x0a);
                value.write(bytes);
            }
        }
    }
}

/// A number, as the key's encoding has it.
pub(super) fn length(number: usize, bytes: &mut Vec<u8>) {
    bytes.extend((number as u64).to_le_bytes());
}

/// Bytes behind their length.
pub(super) fn framed(content: &[u8], bytes: &mut Vec<u8>) {
    length(content.len(), bytes);
    bytes.extend(content);
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Value {}

/// For people: short where it can be, and never as long as the value may be. Not what is hashed.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |f: &mut fmt::Formatter<'_>, values: &mut dyn Iterator<Item = &Value>, count: usize| {
            for (index, value) in values.take(SHOWN).enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{value}")?;
            }
            if count > SHOWN { f.write_str(", …") } else { Ok(()) }
        };
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => match text.char_indices().nth(TEXT) {
                Some((end, _)) => write!(f, "{:?}…", &text[..end]),
                None => write!(f, "{text:?}"),
            },
            Self::Bytes(value) => write!(f, "<{} bytes>", value.len()),
            Self::List(values) => {
                f.write_str("[")?;
                listed(f, &mut values.iter(), values.len())?;
                f.write_str("]")
            }
            Self::Map(Map(pairs)) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.values().take(SHOWN).enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{key}: {value}")?;
                }
                f.write_str(if pairs.len() > SHOWN { ", …}" } else { "}" })
            }
            Self::Content(digest) => write!(f, "<content {}…>", &digest.to_string()[..12]),
            Self::Variant(name, value) if matches!(**value, Self::Null) => f.write_str(name),
            Self::Variant(name, value) => write!(f, "{name}({value})"),
            Self::Some(value) => write!(f, "{value}"),
        }
    }
}

/// How many elements are shown of what has several, and how many characters of a text.
const SHOWN: usize = 8;
const TEXT: usize = 60;

macro_rules! from {
    ($($from:ty => |$value:ident| $to:expr),* $(,)?) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        })*
    };
}

from! {
    bool => |value| Self::Bool(value),
    u8 => |value| Self::Int(value.into()),
    u16 => |value| Self::Int(value.into()),
    u32 => |value| Self::Int(value.into()),
    u64 => |value| Self::Int(value.into()),
    i8 => |value| Self::Int(value.into()),
    i16 => |value| Self::Int(value.into()),
    i32 => |value| Self::Int(value.into()),
    i64 => |value| Self::Int(value.into()),
    i128 => |value| Self::Int(value),
    usize => |value| Self::Int(value as i128),
    isize => |value| Self::Int(value as i128),
    f32 => |value| Self::Float(value.into()),
    f64 => |value| Self::Float(value),
    &str => |value| Self::Text(value.to_owned()),
    String => |value| Self::Text(value),
    &String => |value| Self::Text(value.clone()),
    &[u8] => |value| Self::Bytes(value.to_owned()),
    Digest => |value| Self::Content(value),
    () => |_value| Self::Null,
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, |value| Self::Some(Box::new(value.into())))
    }
}

impl<K: Into<Value>, V: Into<Value>> FromIterator<(K, V)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Map::default();
        for (key, value) in pairs {
            map.insert(key.into(), value.into());
        }
        Self::Map(map)
    }
}
