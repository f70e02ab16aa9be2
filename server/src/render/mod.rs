//! One face for the command line and the language server: reports as tables and as JSON. Decides nothing.

pub mod cache_words;
pub mod check;
mod columns;
pub mod diff;
pub mod difference;
pub mod explain;
pub mod graph;
pub mod hint;
pub mod hover;
pub mod json;
pub mod lens;
pub mod local_cache;
pub mod markup;
pub mod paint;
pub mod table;
pub mod tasks;
pub mod text;
mod workflow;
