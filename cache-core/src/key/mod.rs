//! Keys: what a store is asked for.
//!
//! Each scheme makes its keys from facts that the caller has; nothing here reads a file or runs Python.

pub mod flyte;
#[cfg(feature = "store")]
pub mod native;
