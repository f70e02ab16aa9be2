//! Keeps what design says is absent: upward dependencies, parts that leak, files that grow.
//!
//! Reads the sources as they stand, through Rust's own tokens, so that comments and strings don't count.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod confinement;
mod files;
mod layers;
mod packages;
mod paths;
mod workspace;
