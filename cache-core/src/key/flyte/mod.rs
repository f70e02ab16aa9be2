//! Flyte 2's cache keys: from a task's signature and the values of a call to what the SDK looks entries up by.
//!
//! A key is made of four texts: the hash of the inputs, the task's name, the hash of its interface, and its cache version.
//! The caller resolves what the annotations name ([`Type`]); the rest is reproduced here from `flyte` 2.12.1: which literal type
//! an annotation is ([`Interface`]), which literal a value is under its type and what is refused ([`Inputs`]), and the hashes.
//! What only Python could tell is [`Unknown`], never a guess.
//!
//! ```
//! use cache_core::key::flyte::{Argument, Default, Interface, Parameter, Signature, Type, Value, key};
//!
//! // async def double(x: int, exp: str = "a") -> int
//! let x = Parameter { name: "x".into(), r#type: Type::name("int"), default: Default::Required };
//! let exp = Parameter {
//!     name: "exp".into(),
//!     r#type: Type::name("str"),
//!     default: Default::Value(Value::str("a")),
//! };
//! let signature = Signature { parameters: vec![x, exp], returns: Some(Type::name("int")) };
//! let interface = Interface::of(&signature, (3, 12))?;
//!
//! // double(3), with Cache(ignored_inputs="exp") and the version "v1"
//! let inputs = interface.bind(&[Argument::Value(Value::Int(3))], &[])?;
//! let hash = inputs.hash(&["exp".to_owned()])?;
//! assert_eq!(key("env.task", &hash, interface.hash(), "v1"), "lnoMBN/KTnpS2rZbg+YEuwWyYUgT9whsZ/BQHW9hTI0=");
//! # Ok::<(), cache_core::key::flyte::Unknown>(())
//! ```
//!
//! **Where the SDK's own state decides.** `typing` keeps what it made, and finds it by equality: where `List[Union[int, str]]` was
//! made anywhere in the process, even in a library, `List[Union[str, int]]` is that same object, in that order. The order as
//! written is taken here. Transformers that plugins register for classes are not known either: [`Type::Name`] takes only classes
//! of the language, its library and the SDK.

mod collision;
mod fields;
mod hash;
mod inputs;
mod interface;
mod json;
mod limits;
mod literal;
mod literal_type;
mod msgpack;
mod names;
mod pickle;
pub mod proto;
mod schema;
mod spelling;
mod types;
mod unknown;
mod value;

pub use collision::Collision;
pub use inputs::{Argument, Inputs};
pub use interface::{Interface, Parameter, Signature};
pub use names::Python;
pub use types::{Class, Default, Field, Kind, Member, Type};
pub use unknown::Unknown;
pub use value::{Date, Datetime, Timedelta, Value};
#[cfg(feature = "flyte-store")]
pub(crate) use value::{float_repr, quoted, quoted_bytes};

/// The cache key of a call, in base64 (`generate_cache_key_hash` of `flyte/_internal/runtime/convert.py`): what `cache.db` and a
/// cluster's cache look entries up by.
///
/// `task` is `environment.function`, `inputs_hash` from [`Inputs::hash`], `interface_hash` from [`Interface::hash`], and
/// `cache_version` the version, empty for a disabled task.
pub fn key(task: &str, inputs_hash: &str, interface_hash: &str, cache_version: &str) -> String {
    hash::hash(format!("{inputs_hash}{task}{interface_hash}{cache_version}").as_bytes())
}
