//! The messages of a value, from the outermost in: what each is in Python.
//!
//! Rules: `flyteidl2/core/literals.proto`, and the transformers of `flyte/types/_type_engine.py` that write it.

use prost::Message as _;

use crate::key::flyte::proto::{Blob, Json, LiteralOffloadedMetadata, LiteralType, Moment, Struct, StructuredDataset};
use crate::key::flyte::{Date, Datetime, Timedelta, Value, float_repr, quoted_bytes};

use super::text::Text;
use super::wire::{self, Part, fields};
use super::{File, FileKind, Garbage, packed};

/// A walk over a value.
pub(super) struct Walk<'a> {
    /// What is shown.
    pub text: Text,
    /// Where the values say to lie.
    pub files: &'a mut Vec<File>,
    /// How many levels are shown.
    pub shown: usize,
    /// Whether a value is not in the format that it says to be in.
    pub broken: bool,
}

impl Walk<'_> {
    /// A `flyteidl2.core.Literal`; `nested` messages are around it, and `depth` lists and maps.
    pub fn literal(&mut self, literal: &[u8], nested: usize, depth: usize) -> Result<(), Garbage> {
        let mut kind = None;
        for field in fields(literal) {
            match field? {
                // One `oneof`: the last counts.
                (number @ (1 | 2 | 3 | 8), Part::Bytes(bytes)) => kind = Some((number, bytes)),
                (4, Part::Bytes(hash)) => wire::text(hash).map(|_| ())?,
                _ => {}
            }
        }
        let Some((kind, bytes)) = kind else {
            self.text.push("<no value>");
            return Ok(());
        };
        if nested >= wire::DEPTH {
            return Err(Garbage);
        }
        match kind {
            1 => self.scalar(bytes, nested + 1, depth),
            2 => self.collection(bytes, nested + 1, depth),
            3 => self.map(bytes, nested + 1, depth),
            _ => {
                let offloaded = LiteralOffloadedMetadata::decode(bytes).map_err(|_| Garbage)?;
                self.text.push_with(|| format!("<{} bytes at ", offloaded.size_bytes));
                self.text.push(&offloaded.uri);
                self.text.push(">");
                self.names(FileKind::Offloaded, offloaded.uri);
                Ok(())
            }
        }
    }

    /// A `LiteralCollection`: a list.
    fn collection(&mut self, collection: &[u8], nested: usize, depth: usize) -> Result<(), Garbage> {
        self.open("[", collection, depth);
        let mut first = true;
        for field in fields(collection) {
            let (1, Part::Bytes(element)) = field? else { continue };
            self.separate(&mut first);
            self.inner(element, nested, depth)?;
        }
        self.close("]", collection, depth);
        Ok(())
    }

    /// A `LiteralMap`: a dict with texts for keys. It is stored in no order; shown by key, it is the same each time.
    fn map(&mut self, map: &[u8], nested: usize, depth: usize) -> Result<(), Garbage> {
        let mut entries = Vec::new();
        for field in fields(map) {
            let (1, Part::Bytes(entry)) = field? else { continue };
            let (mut key, mut value): (_, &[u8]) = ("", &[]);
            for field in fields(entry) {
                match field? {
                    (1, Part::Bytes(bytes)) => key = wire::text(bytes)?,
                    (2, Part::Bytes(bytes)) => value = bytes,
                    _ => {}
                }
            }
            entries.push((key, value));
        }
        entries.sort_by_key(|(key, _)| *key);
        self.open("{", map, depth);
        let mut first = true;
        for (key, value) in entries {
            self.separate(&mut first);
            self.text.push_quoted(key);
            self.text.push(": ");
            self.inner(value, nested + 1, depth)?;
        }
        self.close("}", map, depth);
        Ok(())
    }

    /// A literal in a list or map.
    fn inner(&mut self, literal: &[u8], nested: usize, depth: usize) -> Result<(), Garbage> {
        if nested >= wire::DEPTH {
            return Err(Garbage);
        }
        self.literal(literal, nested + 1, depth + 1)
    }

    /// A `Scalar`.
    fn scalar(&mut self, scalar: &[u8], nested: usize, depth: usize) -> Result<(), Garbage> {
        let mut kind = None;
        for field in fields(scalar) {
            if let (number @ (1..=5 | 7..=9), Part::Bytes(bytes)) = field? {
                kind = Some((number, bytes));
            }
        }
        let Some((kind, bytes)) = kind else {
            self.text.push("<no value>");
            return Ok(());
        };
        if nested >= wire::DEPTH {
            return Err(Garbage);
        }
        match kind {
            1 => self.primitive(bytes)?,
            2 => self.blob(Blob::decode(bytes).map_err(|_| Garbage)?),
            3 => self.binary(bytes, depth)?,
            4 => {
                self.text.push("<a table at ");
                self.text.push(&first_text(bytes)?);
                self.text.push(", of Flyte 1>");
            }
            5 => {
                for field in fields(bytes) {
                    field?;
                }
                self.text.push("None");
            }
            7 => {
                let json = Struct::decode(bytes).map_err(|_| Garbage)?;
                self.json_object(&json);
            }
            8 => {
                let table = StructuredDataset::decode(bytes).map_err(|_| Garbage)?;
                let format = table.metadata.and_then(|metadata| metadata.structured_dataset_type);
                self.located("DataFrame", &table.uri, &format.unwrap_or_default().format);
                self.names(FileKind::Table, table.uri);
            }
            _ => self.union(bytes, nested + 1, depth)?,
        }
        Ok(())
    }

    /// A `Union`: the value, whichever of the types it has.
    fn union(&mut self, union: &[u8], nested: usize, depth: usize) -> Result<(), Garbage> {
        let mut value = None;
        for field in fields(union) {
            match field? {
                (1, Part::Bytes(bytes)) => value = Some(bytes),
                (2, Part::Bytes(bytes)) => LiteralType::decode(bytes).map(|_| ()).map_err(|_| Garbage)?,
                _ => {}
            }
        }
        if nested >= wire::DEPTH {
            return Err(Garbage);
        }
        self.literal(value.unwrap_or_default(), nested + 1, depth)
    }

    /// A `Primitive`.
    fn primitive(&mut self, primitive: &[u8]) -> Result<(), Garbage> {
        let mut last = None;
        for field in fields(primitive) {
            match field? {
                known @ ((1 | 4, Part::Number(_)) | (2, Part::Eight(_)) | (5 | 6, Part::Bytes(_))) => {
                    last = Some(known)
                }
                (3, part @ Part::Bytes(bytes)) => {
                    wire::text(bytes)?;
                    last = Some((3, part));
                }
                _ => {}
            }
        }
        match last {
            Some((1, Part::Number(number))) => self.text.push_with(|| number.cast_signed().to_string()),
            Some((2, Part::Eight(bytes))) => self.text.push_with(|| float_repr(f64::from_le_bytes(bytes))),
            Some((3, Part::Bytes(bytes))) => self.text.push_quoted(wire::text(bytes)?),
            Some((4, Part::Number(truth))) => self.text.push(if truth == 0 { "False" } else { "True" }),
            Some((kind, Part::Bytes(bytes))) => {
                let moment = Moment::decode(bytes).map_err(|_| Garbage)?;
                self.text.push_with(|| if kind == 5 { datetime(moment) } else { timedelta(moment) });
            }
            _ => self.text.push("<no value>"),
        }
        Ok(())
    }

    /// A `Blob`: a file, a folder, or a pickle that is too large for the entry.
    fn blob(&mut self, blob: Blob) {
        let r#type = blob.metadata.and_then(|metadata| metadata.r#type).unwrap_or_default();
        let kind = match r#type.dimensionality {
            _ if r#type.format == PICKLE => FileKind::Pickle,
            0 => FileKind::File,
            _ => FileKind::Folder,
        };
        match kind {
            FileKind::Pickle => {
                self.text.push("<pickled object at ");
                self.text.push(&blob.uri);
                self.text.push(">");
            }
            FileKind::File => self.located("File", &blob.uri, &r#type.format),
            _ => self.located("Dir", &blob.uri, &r#type.format),
        }
        self.names(kind, blob.uri);
    }

    /// `File('s3://…', format='csv')`.
    fn located(&mut self, class: &str, uri: &str, format: &str) {
        self.text.push(class);
        self.text.push("(");
        self.text.push_quoted(uri);
        if !format.is_empty() {
            self.text.push(", format=");
            self.text.push_quoted(format);
        }
        self.text.push(")");
    }

    /// A `Binary`: msgpack, or without a tag a pickle (`FlytePickleTransformer`).
    fn binary(&mut self, binary: &[u8], depth: usize) -> Result<(), Garbage> {
        let (mut value, mut tag): (&[u8], _) = (&[], "");
        for field in fields(binary) {
            match field? {
                (1, Part::Bytes(bytes)) => value = bytes,
                (2, Part::Bytes(bytes)) => tag = wire::text(bytes)?,
                _ => {}
            }
        }
        let size = value.len();
        match tag {
            "msgpack" => {
                let levels = self.shown.saturating_sub(depth);
                if packed::show(value, levels, &mut self.text, self.files).is_none() {
                    self.broken = true;
                    self.text.push_with(|| format!("<{size} bytes that are no msgpack>"));
                }
            }
            "" => self.text.push_with(|| format!("<pickled object, {size} bytes>")),
            tag => {
                self.text.push_with(|| format!("<{size} bytes, tagged "));
                self.text.push_quoted(tag);
                self.text.push(">");
            }
        }
        Ok(())
    }

    /// A `google.protobuf.Struct`, as a value of protobuf's own classes becomes.
    fn json_object(&mut self, object: &Struct) {
        let mut first = true;
        self.text.push("{");
        let mut members: Vec<_> = object.fields.iter().collect();
        members.sort_by_key(|member| &member.key);
        for entry in members {
            self.separate(&mut first);
            self.text.push_quoted(&entry.key);
            self.text.push(": ");
            self.json(&entry.value);
        }
        self.text.push("}");
    }

    fn json(&mut self, json: &Json) {
        if let Some(number) = json.number_value {
            self.text.push_with(|| float_repr(number));
        } else if let Some(text) = &json.string_value {
            self.text.push_quoted(text);
        } else if let Some(truth) = json.bool_value {
            self.text.push(if truth { "True" } else { "False" });
        } else if let Some(list) = &json.list_value {
            self.text.push("[");
            let mut first = true;
            for item in &list.values {
                self.separate(&mut first);
                self.json(item);
            }
            self.text.push("]");
        } else if let Some(object) = &json.struct_value {
            self.json_object(object);
        } else {
            self.text.push("None");
        }
    }

    /// Begins a list or map; one that lies too deep is an ellipsis within its brackets.
    fn open(&mut self, bracket: &str, content: &[u8], depth: usize) {
        self.text.push(bracket);
        if !content.is_empty() && depth >= self.shown {
            self.text.mute("…");
        }
    }

    fn close(&mut self, bracket: &str, content: &[u8], depth: usize) {
        if !content.is_empty() && depth >= self.shown {
            self.text.unmute();
        }
        self.text.push(bracket);
    }

    fn separate(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.text.push(", ");
        }
    }

    fn names(&mut self, kind: FileKind, uri: String) {
        if !uri.is_empty() {
            self.files.push(File { kind, uri });
        }
    }
}

/// `FlytePickleTransformer.PYTHON_PICKLE_FORMAT`.
const PICKLE: &str = "PythonPickle";

/// The text in a message's first field.
fn first_text(message: &[u8]) -> Result<String, Garbage> {
    let mut found = "";
    for field in fields(message) {
        if let (1, Part::Bytes(bytes)) = field? {
            found = wire::text(bytes)?;
        }
    }
    Ok(found.to_owned())
}

/// `repr()` of bytes; of many only what has a chance to be shown.
pub(super) fn bytes_repr(bytes: &[u8]) -> String {
    const MANY: usize = 1 << 16;
    format!("b{}", quoted_bytes(&bytes[..bytes.len().min(MANY)]))
}

/// A `google.protobuf.Timestamp`: a moment in UTC. A `date` is its midnight.
fn datetime(moment: Moment) -> String {
    const DAY: i64 = 86_400;
    let date = Date::from_days_since_epoch(moment.seconds.div_euclid(DAY));
    let micros = i64::from(moment.nanos) / 1_000;
    match date {
        Some(date) if (0..1_000_000).contains(&micros) => {
            let microseconds = moment.seconds.rem_euclid(DAY) * 1_000_000 + micros;
            Value::Datetime(Datetime { date, microseconds, offset: Some(0) }).to_string()
        }
        _ => format!("<a moment that Python can't hold: {} seconds since 1970>", moment.seconds),
    }
}

/// A `google.protobuf.Duration`.
fn timedelta(moment: Moment) -> String {
    let microseconds = i128::from(moment.seconds) * 1_000_000 + i128::from(moment.nanos) / 1_000;
    match Timedelta::from_microseconds(microseconds) {
        Some(duration) => Value::Timedelta(duration).to_string(),
        None => format!("<a duration that Python can't hold: {} seconds>", moment.seconds),
    }
}
