//! Files to tasks: imports, environments, cache specs, calls. Knows neither the editor protocol nor the command line.

mod arguments;
mod buffers;
mod cache;
mod calls;
mod changes;
mod connected;
mod constant;
mod container;
pub mod cursor;
mod environment;
mod eval;
mod files;
mod flow;
mod folders;
mod follow;
mod function;
mod helpers;
mod image;
mod importers;
mod imports;
mod ir;
mod link;
mod literal;
mod lower;
mod making;
mod modules;
pub mod parallel;
mod passed;
mod patches;
mod prefilter;
mod project;
mod reach;
mod remembered;
mod sdk;
mod shell;
mod shift;
mod summaries;
mod task;
mod triggers;
mod types;
mod value;
mod visit;
mod wrapper;
mod writes;

pub use buffers::Buffers;
pub use connected::connected;
pub use files::{Disk, Files, Overlay, Roots, explain, read};
pub use folders::{Entry, Listing};
pub use making::{ArgumentList, ArgumentText, CacheName, Making, OwnCache, making};
pub use project::{analyze, analyze_with};
pub use remembered::{Memory, Remembered, Stamp};
pub use summaries::Summaries;
pub use task::*;

#[cfg(test)]
mod tests;
