//! Keys of our own, for programs that use the engine: BLAKE3 over everything that a result depends on.
//!
//! Flyte's keys are SHA-256 over texts that are joined without frames, so that different inputs can share one
//! ([`super::flyte`]). These can't: every piece is typed and carries its length, and what has no order is sorted.
//!
//! # The bytes
//!
//! `u64(n)` is `n` in eight bytes, least significant first. `text(s)` is `u64` of the length of `s` in UTF-8, then these bytes.
//! A key is BLAKE3 in its mode for deriving keys, with the context [`KEY_CONTEXT`], over
//!
//! | piece | bytes |
//! |---|---|
//! | scope | `01`, `text` of organisation, project, domain |
//! | task | `02`, `text` of its name |
//! | interface | `03`, `u64` of the number of inputs, for each, sorted by name, `text` of its name and `text` of its type; the same of outputs |
//! | version | `04`, `text` |
//! | salt | `05`, `text` |
//! | inputs | `06`, `u64` of the number of inputs that are not ignored, for each, sorted by name, `text` of its name and the 32 bytes of its digest |
//!
//! Names are sorted by their bytes. An input's digest is BLAKE3 in the same mode, with the context [`INPUT_CONTEXT`], over its
//! [`Value`]; that type's documentation has the bytes. Ignored inputs count in no way, neither by name nor by value; salt and
//! scope count always, whatever the version is made of.
//!
//! ```
//! use cache_core::key::native::{Interface, Parts, Scope, Value};
//!
//! let call = Parts {
//!     scope: Scope::new("acme", "vision", "development"),
//!     task: "train".to_owned(),
//!     interface: Interface::default().input("lr", "float").input("run", "str").output("o0", "str"),
//!     version: "v2.1".to_owned(),
//!     ..Parts::default()
//! }
//! .input("lr", 0.05)
//! .ignored_input("run", "exp_001");
//! assert_eq!(call.key().to_string(), "ee5ace07f4da73bad5dc30b15df8df90afbf042839ed0410c27f962c21d5d1ef");
//!
//! // What is ignored doesn't count; everything else does.
//! assert_eq!(call.clone().ignored_input("run", "exp_002").key(), call.key());
//! assert_ne!(call.clone().input("lr", 0.06).key(), call.key());
//! assert_ne!(Parts { salt: "q1".to_owned(), ..call.clone() }.key(), call.key());
//! assert_ne!(call.clone().input("lr", Value::Text("0.05".to_owned())).key(), call.key());
//! ```

mod difference;
mod digest;
mod parts;
mod serialize;
mod value;

pub use difference::Difference;
pub use digest::{BadDigest, Digest, Key};
pub use parts::{INPUT_CONTEXT, Input, Interface, KEY_CONTEXT, Parts, Scope};
pub use serialize::{NoValue, to_value};
pub use value::{Map, Value};

#[cfg(test)]
mod tests;
