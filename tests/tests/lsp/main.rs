//! The language server as editors meet it: the real program, over its standard input and output.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;
mod lenses;
mod shell;
mod sync;
