//! Inputs of any type that serde can serialise, as values.

use std::fmt;

use serde::ser::{self, Serialize};

use super::value::{Map, Value};

/// What can't be an input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the input can't be part of a key: {0}")]
pub struct NoValue(String);

/// The value of an input of any type: a struct is a map by its fields' names, an enum a variant.
///
/// ```
/// use cache_core::key::native::{Value, to_value};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Optimiser { lr: f64, decay: Option<f64> }
///
/// let value = to_value(&Optimiser { lr: 0.1, decay: None })?;
/// assert_eq!(value, Value::from_iter([("lr", Value::from(0.1)), ("decay", Value::Null)]));
/// # Ok::<(), cache_core::key::native::NoValue>(())
/// ```
///
/// # Errors
///
/// [`NoValue`], if the type's own `Serialize` fails, or for a number over 127 bits.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, NoValue> {
    value.serialize(ToValue)
}

impl ser::Error for NoValue {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

struct ToValue;

/// A list that is being written, perhaps of a variant.
struct ListOf(Vec<Value>, Option<&'static str>);

/// A map that is being written, perhaps of a variant.
struct MapOf(Map, Option<Value>, Option<&'static str>);

fn named(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(name) => Value::Variant(name.to_owned(), Box::new(value)),
        None => value,
    }
}

macro_rules! plain {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<Value, NoValue> {
            Ok(Value::from(value))
        })*
    };
}

impl ser::Serializer for ToValue {
    type Ok = Value;
    type Error = NoValue;
    type SerializeSeq = ListOf;
    type SerializeTuple = ListOf;
    type SerializeTupleStruct = ListOf;
    type SerializeTupleVariant = ListOf;
    type SerializeMap = MapOf;
    type SerializeStruct = MapOf;
    type SerializeStructVariant = MapOf;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64, serialize_str: &str, serialize_bytes: &[u8]
    }

    fn serialize_u128(self, value: u128) -> Result<Value, NoValue> {
        i128::try_from(value).map(Value::Int).map_err(|_| NoValue(format!("{value} has more than 127 bits")))
    }

    fn serialize_char(self, value: char) -> Result<Value, NoValue> {
        Ok(Value::Text(value.to_string()))
    }

    fn serialize_none(self) -> Result<Value, NoValue> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, NoValue> {
        Ok(Value::Some(Box::new(value.serialize(self)?)))
    }

    fn serialize_unit(self) -> Result<Value, NoValue> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, NoValue> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, NoValue> {
        Ok(named(Some(variant), Value::Null))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, NoValue> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, NoValue> {
        Ok(named(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ListOf, NoValue> {
        Ok(ListOf(Vec::new(), None))
    }

    fn serialize_tuple(self, _: usize) -> Result<ListOf, NoValue> {
        Ok(ListOf(Vec::new(), None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<ListOf, NoValue> {
        Ok(ListOf(Vec::new(), None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ListOf, NoValue> {
        Ok(ListOf(Vec::new(), Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapOf, NoValue> {
        Ok(MapOf(Map::default(), None, None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<MapOf, NoValue> {
        Ok(MapOf(Map::default(), None, None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<MapOf, NoValue> {
        Ok(MapOf(Map::default(), None, Some(variant)))
    }
}

impl ListOf {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.0.push(value.serialize(ToValue)?);
        Ok(())
    }

    fn done(self) -> Result<Value, NoValue> {
        Ok(named(self.1, Value::List(self.0)))
    }
}

impl MapOf {
    fn put<T: Serialize + ?Sized>(&mut self, key: Value, value: &T) -> Result<(), NoValue> {
        match self.0.insert(key, value.serialize(ToValue)?) {
            None => Ok(()),
            Some(_) => Err(NoValue("a map has one key twice".to_owned())),
        }
    }

    fn done(self) -> Result<Value, NoValue> {
        Ok(named(self.2, Value::Map(self.0)))
    }
}

macro_rules! lists {
    ($($trait:ident::$method:ident),*) => {
        $(impl ser::$trait for ListOf {
            type Ok = Value;
            type Error = NoValue;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
                self.push(value)
            }

            fn end(self) -> Result<Value, NoValue> {
                self.done()
            }
        })*
    };
}

lists!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

impl ser::SerializeMap for MapOf {
    type Ok = Value;
    type Error = NoValue;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoValue> {
        self.1 = Some(key.serialize(ToValue)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        let key = self.1.take().ok_or_else(|| NoValue("a map has a value before its key".to_owned()))?;
        self.put(key, value)
    }

    fn end(self) -> Result<Value, NoValue> {
        self.done()
    }
}

impl ser::SerializeStruct for MapOf {
    type Ok = Value;
    type Error = NoValue;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NoValue> {
        self.put(Value::from(name), value)
    }

    fn end(self) -> Result<Value, NoValue> {
        self.done()
    }
}

impl ser::SerializeStructVariant for MapOf {
    type Ok = Value;
    type Error = NoValue;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NoValue> {
        self.put(Value::from(name), value)
    }

    fn end(self) -> Result<Value, NoValue> {
        self.done()
    }
}
