//! Stores: where entries are kept.

pub mod flyte;
