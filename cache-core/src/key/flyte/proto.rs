//! Flyte's messages, as far as keys and stored outputs need them (PyPI package `flyteidl2` 2.0: `core/types.proto`,
//! `core/literals.proto`, `core/interface.proto`, `task/common.proto`; and `google/protobuf/struct.proto`).
//!
//! Encoded with [`prost::Message::encode_to_vec`] they are what Python's `SerializeToString(deterministic=True)` gives, byte
//! for byte. Two things differ from what a generator would write, for that reason:
//!
//! - A `oneof` is plain optional fields of which at most one is set: the bytes are the same, but stay in the order of
//!   field numbers, where prost would put all of a `oneof` at the place of its first.
//! - A map is its entries, in [`map_order`], and an entry has both fields even where they are empty.

use std::cmp::Ordering;

/// `flyteidl2.core.SimpleType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum SimpleType {
    /// `None`.
    None = 0,
    /// `int`.
    Integer = 1,
    /// `float`.
    Float = 2,
    /// `str`.
    String = 3,
    /// `bool`.
    Boolean = 4,
    /// `datetime.datetime` and `datetime.date`.
    Datetime = 5,
    /// `datetime.timedelta`.
    Duration = 6,
    /// Bytes with a tag.
    Binary = 7,
    /// An error.
    Error = 8,
    /// Anything that JSON can carry.
    Struct = 9,
}

/// `flyteidl2.core.LiteralType`: the type of an input or output. The fields up to `union_type`, but for `metadata`, are
/// one `oneof`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LiteralType {
    /// A simple type.
    #[prost(enumeration = "SimpleType", optional, tag = "1")]
    pub simple: Option<i32>,
    /// A list's element.
    #[prost(message, optional, boxed, tag = "3")]
    pub collection_type: Option<Box<LiteralType>>,
    /// The value of a map of which the keys are strings.
    #[prost(message, optional, boxed, tag = "4")]
    pub map_value_type: Option<Box<LiteralType>>,
    /// A file or folder.
    #[prost(message, optional, tag = "5")]
    pub blob: Option<BlobType>,
    /// What else is known, such as a JSON schema.
    #[prost(message, optional, tag = "6")]
    pub metadata: Option<Struct>,
    /// An enumeration.
    #[prost(message, optional, tag = "7")]
    pub enum_type: Option<EnumType>,
    /// A table.
    #[prost(message, optional, tag = "8")]
    pub structured_dataset_type: Option<StructuredDatasetType>,
    /// How the value is carried.
    #[prost(message, optional, tag = "9")]
    pub annotation: Option<TypeAnnotation>,
    /// Alternatives.
    #[prost(message, optional, tag = "10")]
    pub union_type: Option<UnionType>,
    /// Which transformer made the type.
    #[prost(message, optional, tag = "11")]
    pub structure: Option<TypeStructure>,
}

/// `flyteidl2.core.BlobType`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BlobType {
    /// The format, free text.
    #[prost(string, tag = "1")]
    pub format: String,
    /// 0 for one file, 1 for a folder.
    #[prost(int32, tag = "2")]
    pub dimensionality: i32,
}

/// `flyteidl2.core.EnumType`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct EnumType {
    /// The names.
    #[prost(string, repeated, tag = "1")]
    pub values: Vec<String>,
}

/// `flyteidl2.core.StructuredDatasetType`; its columns are not read.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StructuredDatasetType {
    /// The storage format, such as `parquet`.
    #[prost(string, tag = "2")]
    pub format: String,
}

/// `flyteidl2.core.TypeAnnotation`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TypeAnnotation {
    /// The annotations.
    #[prost(message, optional, tag = "1")]
    pub annotations: Option<Struct>,
}

/// `flyteidl2.core.UnionType`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UnionType {
    /// The alternatives, in order.
    #[prost(message, repeated, tag = "1")]
    pub variants: Vec<LiteralType>,
}

/// `flyteidl2.core.TypeStructure`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TypeStructure {
    /// The name of the transformer.
    #[prost(string, tag = "1")]
    pub tag: String,
}

/// `flyteidl2.core.TypedInterface`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TypedInterface {
    /// The inputs, by name.
    #[prost(message, optional, tag = "1")]
    pub inputs: Option<VariableMap>,
    /// The outputs, by name.
    #[prost(message, optional, tag = "2")]
    pub outputs: Option<VariableMap>,
}

/// `flyteidl2.core.VariableMap`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VariableMap {
    /// The variables, sorted by name.
    #[prost(message, repeated, tag = "1")]
    pub variables: Vec<VariableEntry>,
}

/// `flyteidl2.core.VariableEntry`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VariableEntry {
    /// The name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// The variable.
    #[prost(message, optional, tag = "2")]
    pub value: Option<Variable>,
}

/// `flyteidl2.core.Variable`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Variable {
    /// The type.
    #[prost(message, optional, tag = "1")]
    pub r#type: Option<LiteralType>,
    /// For people.
    #[prost(string, tag = "2")]
    pub description: String,
}

/// `flyteidl2.core.Literal`: a value. `scalar`, `collection`, `map` and `offloaded_metadata` are one `oneof`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Literal {
    /// Neither a list nor a map.
    #[prost(message, optional, boxed, tag = "1")]
    pub scalar: Option<Box<Scalar>>,
    /// A list.
    #[prost(message, optional, tag = "2")]
    pub collection: Option<LiteralCollection>,
    /// A map.
    #[prost(message, optional, tag = "3")]
    pub map: Option<LiteralMap>,
    /// What stands for the value in keys, instead of the value.
    #[prost(string, tag = "4")]
    pub hash: String,
    /// Where a value lies that is too large to be here.
    #[prost(message, optional, tag = "8")]
    pub offloaded_metadata: Option<LiteralOffloadedMetadata>,
}

/// `flyteidl2.core.LiteralOffloadedMetadata`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LiteralOffloadedMetadata {
    /// Where the literal lies.
    #[prost(string, tag = "1")]
    pub uri: String,
    /// Its size in bytes.
    #[prost(uint64, tag = "2")]
    pub size_bytes: u64,
}

/// `flyteidl2.core.LiteralCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LiteralCollection {
    /// The elements.
    #[prost(message, repeated, tag = "1")]
    pub literals: Vec<Literal>,
}

/// `flyteidl2.core.LiteralMap`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LiteralMap {
    /// The entries, in [`map_order`].
    #[prost(message, repeated, tag = "1")]
    pub literals: Vec<LiteralEntry>,
}

/// An entry of [`LiteralMap`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct LiteralEntry {
    /// The key.
    #[prost(string, required, tag = "1")]
    pub key: String,
    /// The value.
    #[prost(message, required, tag = "2")]
    pub value: Literal,
}

/// `flyteidl2.core.Scalar`, one `oneof`; schemas and errors are not read.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Scalar {
    /// A number, text or time.
    #[prost(message, optional, tag = "1")]
    pub primitive: Option<Primitive>,
    /// A file or folder.
    #[prost(message, optional, tag = "2")]
    pub blob: Option<Blob>,
    /// Bytes.
    #[prost(message, optional, tag = "3")]
    pub binary: Option<Binary>,
    /// `None`.
    #[prost(message, optional, tag = "5")]
    pub none_type: Option<Void>,
    /// What JSON can carry.
    #[prost(message, optional, tag = "7")]
    pub generic: Option<Struct>,
    /// A table.
    #[prost(message, optional, tag = "8")]
    pub structured_dataset: Option<StructuredDataset>,
    /// A value of a union, with the type it has.
    #[prost(message, optional, tag = "9")]
    pub union: Option<Union>,
}

/// `flyteidl2.core.Primitive`, one `oneof`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Primitive {
    /// An `int`.
    #[prost(int64, optional, tag = "1")]
    pub integer: Option<i64>,
    /// A `float`.
    #[prost(double, optional, tag = "2")]
    pub float_value: Option<f64>,
    /// A `str`.
    #[prost(string, optional, tag = "3")]
    pub string_value: Option<String>,
    /// A `bool`.
    #[prost(bool, optional, tag = "4")]
    pub boolean: Option<bool>,
    /// A `datetime` or `date`.
    #[prost(message, optional, tag = "5")]
    pub datetime: Option<Moment>,
    /// A `timedelta`.
    #[prost(message, optional, tag = "6")]
    pub duration: Option<Moment>,
}

/// `google.protobuf.Timestamp` (since 1970 in UTC, `nanos` never negative) and `google.protobuf.Duration` (both of one sign).
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Moment {
    /// Whole seconds.
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    /// Nanoseconds.
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

/// `flyteidl2.core.Blob`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Blob {
    /// What it is.
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<BlobMetadata>,
    /// Where it is.
    #[prost(string, tag = "3")]
    pub uri: String,
}

/// `flyteidl2.core.BlobMetadata`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BlobMetadata {
    /// The type.
    #[prost(message, optional, tag = "1")]
    pub r#type: Option<BlobType>,
}

/// `flyteidl2.core.Binary`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Binary {
    /// The bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub value: Vec<u8>,
    /// What they are: `msgpack`, or nothing for a pickle.
    #[prost(string, tag = "2")]
    pub tag: String,
}

/// `flyteidl2.core.Void`.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Void {}

/// `flyteidl2.core.StructuredDataset`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StructuredDataset {
    /// Where it is.
    #[prost(string, tag = "1")]
    pub uri: String,
    /// What it is.
    #[prost(message, optional, tag = "2")]
    pub metadata: Option<StructuredDatasetMetadata>,
}

/// `flyteidl2.core.StructuredDatasetMetadata`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StructuredDatasetMetadata {
    /// The type.
    #[prost(message, optional, tag = "1")]
    pub structured_dataset_type: Option<StructuredDatasetType>,
}

/// `flyteidl2.core.Union`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Union {
    /// The value.
    #[prost(message, optional, boxed, tag = "1")]
    pub value: Option<Box<Literal>>,
    /// Which of the alternatives it is.
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<LiteralType>,
}

/// `flyteidl2.task.NamedLiteral`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct NamedLiteral {
    /// The name of the input or output.
    #[prost(string, tag = "1")]
    pub name: String,
    /// The value.
    #[prost(message, optional, tag = "2")]
    pub value: Option<Literal>,
}

/// `flyteidl2.task.Inputs`, without its context.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Inputs {
    /// The inputs, in the order of the signature.
    #[prost(message, repeated, tag = "1")]
    pub literals: Vec<NamedLiteral>,
}

/// `flyteidl2.task.Outputs`, without produced artifacts: the values in the SDK's `cache.db`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Outputs {
    /// The outputs.
    #[prost(message, repeated, tag = "1")]
    pub literals: Vec<NamedLiteral>,
}

/// `google.protobuf.Struct`: a JSON object.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Struct {
    /// The members, in [`map_order`].
    #[prost(message, repeated, tag = "1")]
    pub fields: Vec<StructEntry>,
}

/// A member of [`Struct`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct StructEntry {
    /// The key.
    #[prost(string, required, tag = "1")]
    pub key: String,
    /// The value.
    #[prost(message, required, tag = "2")]
    pub value: Json,
}

/// `google.protobuf.Value`: a JSON value, one `oneof`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Json {
    /// `null`, as 0.
    #[prost(int32, optional, tag = "1")]
    pub null_value: Option<i32>,
    /// A number.
    #[prost(double, optional, tag = "2")]
    pub number_value: Option<f64>,
    /// A string.
    #[prost(string, optional, tag = "3")]
    pub string_value: Option<String>,
    /// `true` or `false`.
    #[prost(bool, optional, tag = "4")]
    pub bool_value: Option<bool>,
    /// An object.
    #[prost(message, optional, tag = "5")]
    pub struct_value: Option<Struct>,
    /// An array.
    #[prost(message, optional, tag = "6")]
    pub list_value: Option<JsonList>,
}

/// `google.protobuf.ListValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct JsonList {
    /// The elements.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<Json>,
}

/// The order of a map's keys in what Python writes: bytewise, but a key comes *after* those that it is the start of
/// (`abc`, `ab`, `b`, and the empty key last).
///
/// That is how upb, the core of `protobuf` for Python, sorts: it writes backwards, and of its comparison only the part
/// beyond the common length is not turned round. (The pure Python implementation, for which a variable must be set, has
/// the common order; it is not reproduced.)
pub fn map_order(a: &str, b: &str) -> Ordering {
    let common = a.len().min(b.len());
    a.as_bytes()[..common].cmp(&b.as_bytes()[..common]).then(b.len().cmp(&a.len()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use prost::Message as _;

    use super::*;

    /// The order is what `LiteralMap.SerializeToString(deterministic=True)` gave for these keys.
    #[test]
    fn maps_are_in_the_order_of_upb() {
        let mut keys = ["", "a", "ab", "abc", "b", "ba", "abd", "é", "😀", "z"];
        keys.sort_by(|a, b| map_order(a, b));
        assert_eq!(keys, ["abc", "abd", "ab", "a", "ba", "b", "z", "é", "😀", ""]);
    }

    /// The bytes are from `Outputs` of the PyPI package `flyteidl2`: `o0` is 3, `o1` is `{"a": "x"}`.
    #[test]
    fn outputs_are_read_and_written_as_they_were() {
        let bytes = [
            0x0a, 0x0c, 0x0a, 0x02, b'o', b'0', 0x12, 0x06, 0x0a, 0x04, 0x0a, 0x02, 0x08, 0x03, 0x0a, 0x16, 0x0a, 0x02,
            b'o', b'1', 0x12, 0x10, 0x1a, 0x0e, 0x0a, 0x0c, 0x0a, 0x01, b'a', 0x12, 0x07, 0x0a, 0x05, 0x0a, 0x03, 0x1a,
            0x01, b'x',
        ];
        let outputs = Outputs::decode(bytes.as_slice()).unwrap();
        let values: Vec<&Literal> = outputs.literals.iter().filter_map(|output| output.value.as_ref()).collect();
        let primitive = |literal: &Literal| literal.scalar.as_ref().and_then(|scalar| scalar.primitive.clone());
        assert_eq!(primitive(values[0]).and_then(|primitive| primitive.integer), Some(3));
        let entry = &values[1].map.as_ref().unwrap().literals[0];
        assert_eq!((entry.key.as_str(), primitive(&entry.value).unwrap().string_value.as_deref()), ("a", Some("x")));
        assert_eq!(outputs.encode_to_vec(), bytes);
    }
}
