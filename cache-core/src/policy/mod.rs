//! Cache specs and policies: what version a task's cache has.
//!
//! [`CacheArguments`] is what a `flyte.Cache(...)` is given; checked, it is a [`CacheSpec`], of which [`version()`] makes the
//! version of a [`Subject`], byte for byte as the SDK would, or says why it can't. Policies are values of the
//! [`CachePolicy`] trait, so that Rust programs bring their own.
//!
//! The rules are those of flyte 2.12.1: `flyte/_cache/cache.py`, `flyte/_cache/policy_function_body.py`,
//! `flyte/extras/_container.py` and `flyte/_image.py`.

mod behavior;
mod container;
mod image;
mod json;
mod policies;
mod shell;
mod spec;
mod unknown;
mod version;

pub use behavior::Behavior;
pub use container::{ContainerBody, ContainerImage};
pub use image::{DebianBase, Image, ImageContext, Layer, Registry};
pub use policies::{
    CachePolicy, ContainerBodyPolicy, FunctionBodyPolicy, PythonPolicy, Subject, SuppliedError, SuppliedPolicy,
};
pub use shell::{DictMode, ListMode, ShellInput, ShellInputKind, ShellOutput, ShellTask};
pub use spec::{CacheArguments, CacheSpec, MaxAge, SpecError};
pub use unknown::Unknown;
pub use version::{Version, compose, policy_versions, version};
