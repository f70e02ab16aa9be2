//! The command line as users meet it: the built binary on real folders.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bad_input;
mod check;
mod checkouts;
mod diff;
mod entries;
mod explain;
mod graph;
mod keep;
mod lock;
mod programs;
mod project;
mod shapes;
mod since;
mod terminal;
