//! Flyte 2 task caching as a library: exact cache versions of Python tasks, without running any Python.
//!
//! This crate knows no editor protocol, no terminal, no environment variables and no home directory.

#[cfg(feature = "engine")]
pub mod engine;
pub mod key;
pub mod policy;
#[cfg(feature = "python")]
pub mod python;
#[cfg(any(feature = "flyte-store", feature = "store"))]
pub mod store;
