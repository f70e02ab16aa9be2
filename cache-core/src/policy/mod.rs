//! Cache specs and policies: what version a task's cache has.

mod container;
mod image;
mod json;
mod unknown;

pub use container::{ContainerBody, ContainerImage};
pub use image::{DebianBase, Image, ImageContext, Layer};
pub use unknown::Unknown;

/// What a task does with the cache (`Cache(behavior=…)`), after the SDK's aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Behavior {
    /// The version follows the code.
    Auto,
    /// The version is given.
    Override,
    /// No caching.
    Disable,
}
