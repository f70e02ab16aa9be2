//! Stores: where entries are kept.

#[cfg(feature = "flyte-store")]
pub mod flyte;
