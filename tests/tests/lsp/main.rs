//! The language server as editors meet it: the real program, over its standard input and output.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actions;
mod assist;
mod client;
mod diagnostics;
mod dying;
mod fuzz;
mod hostile;
mod lenses;
mod live;
mod moves;
mod options;
mod own;
mod places;
mod project;
mod requests;
mod settings;
mod shell;
mod storm;
mod sync;
