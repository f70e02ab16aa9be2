//! One face for the command line and the language server: reports as tables and as JSON. Decides nothing.

pub mod check;
mod columns;
pub mod diff;
pub mod explain;
pub mod json;
pub mod lens;
pub mod local_cache;
pub mod paint;
pub mod table;
pub mod text;
