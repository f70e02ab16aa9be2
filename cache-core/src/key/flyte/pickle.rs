//! Simple values as a pickle (`cloudpickle.dumps`, protocol 5, as CPython's `_pickle` writes it): what Flyte carries for a type
//! that it knows nothing of.
//!
//! A pickle tells whether two equal strings are one object. So only values in which no string, bytes or tuple occurs twice
//! have one form; and only small ones are carried inline.

use md5::{Digest as _, Md5};

use super::unknown::Unknown;
use super::value::Value;

/// From this size of an object (`sys.getsizeof`) on, the SDK writes the pickle to a file instead, under a name of its own
/// making. Far less is taken here, so that no object comes near.
const SMALL: usize = 2_000;
/// Elements in a batch of `APPENDS` or `SETITEMS`.
const BATCH: usize = 1_000;

/// A value's pickle.
///
/// # Errors
///
/// [`Unknown::NeedsPython`] for values of which the bytes depend on more than the value.
pub(super) fn pickle(value: &Value) -> Result<Vec<u8>, Unknown> {
    let mut body = Vec::new();
    write(value, &mut Vec::new(), &mut body)?;
    body.push(b'.');
    if body.len() > SMALL {
        return Err(Unknown::python("it is pickled, and too large to be carried inline"));
    }
    let mut bytes = vec![0x80, 5];
    // Below four bytes there is no frame.
    if body.len() >= 4 {
        bytes.push(0x95);
        bytes.extend(u64::try_from(body.len()).unwrap_or(u64::MAX).to_le_bytes());
    }
    bytes.extend(body);
    Ok(bytes)
}

/// Appends a value's opcodes. `seen` holds what is memoised by identity and may be shared.
fn write<'a>(value: &'a Value, seen: &mut Vec<&'a Value>, out: &mut Vec<u8>) -> Result<(), Unknown> {
    let is_shared =
        matches!(value, Value::Str(_) | Value::Bytes(_) | Value::Tuple(_)) && *value != Value::Tuple(Vec::new());
    if is_shared {
        if seen.contains(&value) {
            return Err(Unknown::python("it is pickled, and whether equal parts of it are one object is not known"));
        }
        seen.push(value);
    }
    match value {
        Value::None => out.push(b'N'),
        Value::Bool(truth) => out.push(0x89 - u8::from(*truth)),
        Value::Int(integer) => write_integer(*integer, out),
        Value::Float(float) => {
            out.push(b'G');
            out.extend(float.to_be_bytes());
        }
        Value::Str(text) => write_bytes(0x8c, b'X', text.as_bytes(), out)?,
        Value::Bytes(bytes) => write_bytes(b'C', b'B', bytes, out)?,
        Value::Tuple(items) => {
            if items.len() > 3 {
                out.push(b'(');
            }
            items.iter().try_for_each(|item| write(item, seen, out))?;
            match items.len() {
                0 => out.push(b')'),
                1 => out.extend([0x85, 0x94]),
                2 => out.extend([0x86, 0x94]),
                3 => out.extend([0x87, 0x94]),
                _ => out.extend([b't', 0x94]),
            }
        }
        Value::List(items) => {
            out.extend([b']', 0x94]);
            batches(items, [b'a', b'e'], out, |item, out| write(item, seen, out))?;
        }
        Value::Dict(entries) => {
            out.extend([b'}', 0x94]);
            batches(entries, [b's', b'u'], out, |(key, value), out| {
                write(key, seen, out)?;
                write(value, seen, out)
            })?;
        }
        other => return Err(Unknown::python(format!("the bytes of the pickle of {other}"))),
    }
    Ok(())
}

/// Appends elements: a single one with its own opcode, more behind a mark.
fn batches<'a, T>(
    items: &'a [T],
    [one, many]: [u8; 2],
    out: &mut Vec<u8>,
    mut write: impl FnMut(&'a T, &mut Vec<u8>) -> Result<(), Unknown>,
) -> Result<(), Unknown> {
    if items.len() > BATCH {
        return Err(Unknown::python("it is pickled, and too large to be carried inline"));
    }
    if items.len() > 1 {
        out.push(b'(');
    }
    items.iter().try_for_each(|item| write(item, out))?;
    match items.len() {
        0 => {}
        1 => out.push(one),
        _ => out.push(many),
    }
    Ok(())
}

/// Appends text or bytes, with a length of one byte or four.
fn write_bytes(short: u8, long: u8, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Unknown> {
    match (u8::try_from(bytes.len()), u32::try_from(bytes.len())) {
        (Ok(length), _) => out.extend([short, length]),
        (_, Ok(length)) => {
            out.push(long);
            out.extend(length.to_le_bytes());
        }
        _ => return Err(Unknown::python("it is pickled, and too large to be carried inline")),
    }
    out.extend(bytes);
    out.push(0x94);
    Ok(())
}

fn write_integer(integer: i128, out: &mut Vec<u8>) {
    if let Ok(byte) = u8::try_from(integer) {
        out.extend([b'K', byte]);
    } else if let Ok(short) = u16::try_from(integer) {
        out.push(b'M');
        out.extend(short.to_le_bytes());
    } else if let Ok(int) = i32::try_from(integer) {
        out.push(b'J');
        out.extend(int.to_le_bytes());
    } else {
        let bytes = integer.to_le_bytes();
        // As few bytes as hold it with its sign.
        let filler = if integer < 0 { 0xff } else { 0 };
        let holds = |length: usize| {
            bytes[length..].iter().all(|byte| *byte == filler) && (bytes[length - 1] >= 0x80) == (integer < 0)
        };
        let length = (1..16).find(|length| holds(*length)).unwrap_or(16);
        out.extend([0x8a, u8::try_from(length).unwrap_or(16)]);
        out.extend(&bytes[..length]);
    }
}

/// The content hash of a set (`_canonical_content_hash` of `flyte/types/_pickle.py`): the MD5, in hex, of the pickle of its sorted
/// elements.
///
/// # Errors
///
/// Of elements that Python can't sort, the pickle's order is not known.
pub(super) fn set_hash(elements: &[Value]) -> Result<String, Unknown> {
    let mut sorted = elements.to_vec();
    let numbers = elements.iter().all(|element| matches!(element, Value::Int(_)));
    let texts = elements.iter().all(|element| matches!(element, Value::Str(_)));
    if !numbers && !texts {
        return Err(Unknown::python("the order in which a set is pickled"));
    }
    sorted.sort_by(|a, b| match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Str(a), Value::Str(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    });
    let digest = Md5::digest(pickle(&Value::List(sorted))?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
