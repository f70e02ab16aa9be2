//! Cache specs and policies: what version a task's cache has.

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

/// What `ContainerBodyPolicy` hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerBody {}
