//! The local cache, for people ([`text`]) and for programs ([`json`]); and what [`programs`] keep beside it.

pub mod json;
pub mod programs;
pub mod text;
