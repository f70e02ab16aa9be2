//! The language server as editors meet it: the real program, over its standard input and output.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod actions;
mod client;
mod diagnostics;
mod lenses;
mod project;
mod settings;
mod shell;
mod sync;
