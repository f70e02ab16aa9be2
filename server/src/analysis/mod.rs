//! Files to tasks: imports, environments, cache specs, calls. Knows neither the editor protocol nor the command line.

mod arguments;
mod cache;
mod calls;
mod changes;
mod container;
mod environment;
mod eval;
mod files;
mod flow;
mod follow;
mod function;
mod helpers;
mod image;
mod importers;
mod ir;
mod link;
mod literal;
mod lower;
mod modules;
pub mod parallel;
mod patches;
mod prefilter;
mod project;
mod reach;
mod script;
mod sdk;
mod shell;
mod summaries;
mod task;
mod value;
mod wrapper;
mod writes;

pub use files::{Disk, Files, Roots, explain, read};
pub use project::{analyze, analyze_with};
pub use summaries::Summaries;
pub use task::*;

#[cfg(test)]
mod tests;
