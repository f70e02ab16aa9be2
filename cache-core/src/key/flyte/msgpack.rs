//! Values as msgpack, which is how Flyte carries dictionaries and classes with fields.

use super::unknown::Unknown;
use super::value::Value;

/// A value as `msgpack.packb` writes it.
///
/// # Errors
///
/// What msgpack refuses raises; of members of enumerations only Python knows what they are.
pub(super) fn pack(value: &Value) -> Result<Vec<u8>, Unknown> {
    let mut bytes = Vec::new();
    write(value, false, &mut bytes)?;
    Ok(bytes)
}

/// The bytes that go into a key: the same value, with each map's keys sorted by their bytes (`_canonical_msgpack_bytes` of
/// `flyte/_internal/runtime/convert.py`). What can't be unpacked there, such as a map with a list for a key, stays as it is.
pub(super) fn canonical(bytes: &[u8]) -> Vec<u8> {
    let sorted = unpack(bytes).filter(|value| !has_sequence_key(value)).and_then(|value| {
        let mut sorted = Vec::with_capacity(bytes.len());
        write(&value, true, &mut sorted).ok().map(|()| sorted)
    });
    sorted.unwrap_or_else(|| bytes.to_vec())
}

/// The value in some msgpack; `None` for what is none, is followed by something, or has what Flyte doesn't write (extensions).
pub fn unpack(bytes: &[u8]) -> Option<Value> {
    let mut rest = bytes;
    let value = read(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

fn has_sequence_key(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(has_sequence_key),
        Value::Dict(entries) => {
            entries.iter().any(|(key, value)| matches!(key, Value::List(_) | Value::Dict(_)) || has_sequence_key(value))
        }
        _ => false,
    }
}

/// No value that Flyte packs is nested more deeply: msgpack refuses 512 levels.
const DEPTH: usize = 512;

fn read(rest: &mut &[u8], depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let marker = take(rest, 1)?[0];
    let number = |rest: &mut &[u8], size: usize| {
        take(rest, size).map(|bytes| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
    };
    let length = |rest: &mut &[u8], size: usize| number(rest, size).and_then(|length| usize::try_from(length).ok());
    // The marker's last two bits say how many bytes follow, for most.
    let size = 1 << (marker & 3);
    match marker {
        0x00..=0x7f => Some(Value::Int(i128::from(marker))),
        0x80..=0x8f => read_map(rest, usize::from(marker & 0x0f), depth),
        0x90..=0x9f => read_list(rest, usize::from(marker & 0x0f), depth),
        0xa0..=0xbf => read_text(rest, usize::from(marker & 0x1f)),
        0xc0 => Some(Value::None),
        0xc2 | 0xc3 => Some(Value::Bool(marker == 0xc3)),
        0xc4..=0xc6 => {
            let length = length(rest, size)?;
            take(rest, length).map(|bytes| Value::Bytes(bytes.to_vec()))
        }
        0xca => number(rest, 4)
            .and_then(|bits| u32::try_from(bits).ok())
            .map(|bits| Value::Float(f32::from_bits(bits).into())),
        0xcb => number(rest, 8).map(|bits| Value::Float(f64::from_bits(bits))),
        0xcc..=0xcf => number(rest, size).map(|number| Value::Int(number.into())),
        0xd0..=0xd3 => number(rest, size).map(|number| {
            let unused = 64 - 8 * size;
            Value::Int(i128::from((number << unused).cast_signed() >> unused))
        }),
        0xd9..=0xdb => {
            let length = length(rest, 1 << (marker - 0xd9))?;
            read_text(rest, length)
        }
        0xdc | 0xdd => {
            let length = length(rest, 2 << (marker - 0xdc))?;
            read_list(rest, length, depth)
        }
        0xde | 0xdf => {
            let length = length(rest, 2 << (marker - 0xde))?;
            read_map(rest, length, depth)
        }
        0xe0..=0xff => Some(Value::Int(i128::from(marker.cast_signed()))),
        _ => None,
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn read_text(rest: &mut &[u8], length: usize) -> Option<Value> {
    take(rest, length).and_then(|bytes| std::str::from_utf8(bytes).ok()).map(Value::str)
}

fn read_list(rest: &mut &[u8], length: usize, depth: usize) -> Option<Value> {
    // Lengths are not trusted: nothing is set aside for them.
    let mut items = Vec::new();
    for _ in 0..length {
        items.push(read(rest, depth + 1)?);
    }
    Some(Value::List(items))
}

fn read_map(rest: &mut &[u8], length: usize, depth: usize) -> Option<Value> {
    let mut entries = Vec::new();
    for _ in 0..length {
        entries.push((read(rest, depth + 1)?, read(rest, depth + 1)?));
    }
    Some(Value::Dict(entries))
}

/// Appends a value in the shortest form that msgpack has for it.
fn write(value: &Value, sorted: bool, out: &mut Vec<u8>) -> Result<(), Unknown> {
    match value {
        Value::None => out.push(0xc0),
        Value::Bool(truth) => out.push(0xc2 + u8::from(*truth)),
        Value::Int(integer) => write_integer(*integer, out)?,
        Value::Float(float) => {
            out.push(0xcb);
            out.extend(float.to_be_bytes());
        }
        Value::Str(text) => {
            let short = (text.len() < 32).then_some(0xa0);
            write_length(text.len(), short, [Some(0xd9), Some(0xda), Some(0xdb)], out)?;
            out.extend(text.as_bytes());
        }
        Value::Bytes(bytes) => {
            write_length(bytes.len(), None, [Some(0xc4), Some(0xc5), Some(0xc6)], out)?;
            out.extend(bytes);
        }
        Value::List(items) | Value::Tuple(items) => {
            let short = (items.len() < 16).then_some(0x90);
            write_length(items.len(), short, [None, Some(0xdc), Some(0xdd)], out)?;
            items.iter().try_for_each(|item| write(item, sorted, out))?;
        }
        Value::Dict(entries) => {
            let short = (entries.len() < 16).then_some(0x80);
            write_length(entries.len(), short, [None, Some(0xde), Some(0xdf)], out)?;
            let mut packed = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let mut bytes = Vec::new();
                write(key, sorted, &mut bytes)?;
                packed.push((bytes, value));
            }
            if sorted {
                packed.sort_by(|(a, _), (b, _)| a.cmp(b));
            }
            for (key, value) in packed {
                out.extend(key);
                write(value, sorted, out)?;
            }
        }
        Value::Set(_) | Value::Datetime(_) | Value::Date(_) | Value::Timedelta(_) => {
            return Err(Unknown::raises(format!("can not serialize '{}' object", value.type_name())));
        }
        Value::Member { .. } | Value::Object { .. } => {
            return Err(Unknown::python(format!("what is carried of {value} inside of a dict")));
        }
    }
    Ok(())
}

fn write_integer(integer: i128, out: &mut Vec<u8>) -> Result<(), Unknown> {
    let too_large = |_| Unknown::raises("OverflowError: Integer value out of range");
    if integer < 0 {
        match i64::try_from(integer).map_err(too_large)? {
            // The five low bits, under 0b111.
            small @ -32.. => out.extend(small.to_be_bytes().last()),
            byte @ -0x80.. => write_tail(0xd0, &byte.to_be_bytes(), 1, out),
            short @ -0x8000.. => write_tail(0xd1, &short.to_be_bytes(), 2, out),
            int @ -0x8000_0000.. => write_tail(0xd2, &int.to_be_bytes(), 4, out),
            long => write_tail(0xd3, &long.to_be_bytes(), 8, out),
        }
    } else {
        match u64::try_from(integer).map_err(too_large)? {
            small @ ..0x80 => out.extend(small.to_be_bytes().last()),
            byte @ ..0x100 => write_tail(0xcc, &byte.to_be_bytes(), 1, out),
            short @ ..0x1_0000 => write_tail(0xcd, &short.to_be_bytes(), 2, out),
            int @ ..0x1_0000_0000 => write_tail(0xce, &int.to_be_bytes(), 4, out),
            long => write_tail(0xcf, &long.to_be_bytes(), 8, out),
        }
    }
    Ok(())
}

/// Appends a marker and the last bytes of a number.
fn write_tail(marker: u8, bytes: &[u8; 8], length: usize, out: &mut Vec<u8>) {
    out.push(marker);
    out.extend(&bytes[8 - length..]);
}

/// Appends a length: in the marker `short` itself if there is one, else behind the first marker (of one, two or four
/// bytes) that holds it.
fn write_length(length: usize, short: Option<u8>, markers: [Option<u8>; 3], out: &mut Vec<u8>) -> Result<(), Unknown> {
    let bytes = u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes();
    let fits = |size: usize| bytes[..8 - size].iter().all(|byte| *byte == 0);
    if let Some(short) = short {
        out.push(short | bytes[7]);
        return Ok(());
    }
    for (marker, size) in markers.into_iter().zip([1, 2, 4]) {
        if let (Some(marker), true) = (marker, fits(size)) {
            write_tail(marker, &bytes, size, out);
            return Ok(());
        }
    }
    Err(Unknown::raises("ValueError: too large for msgpack"))
}
