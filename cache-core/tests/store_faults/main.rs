//! What a store promises when things go wrong: processes that are killed at any call, disks that are full or read only, bytes
//! that flip, files that are cut, folders that go, and many processes at once.
//!
//! The children of these tests are this program again, asked for the test `child`, with a library in C preloaded that counts
//! system calls and fails at one of them (`faults.c`). `TASKLENS_LONG=1` does all of what is sampled else.

#![cfg(all(feature = "engine", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod calls;
mod child;
mod damage;
mod model;
mod openings;
mod processes;
mod serialize;
mod values;

/// Whether the whole tier is asked for.
fn long() -> bool {
    std::env::var_os("TASKLENS_LONG").is_some_and(|value| value != "0")
}

/// A folder in memory where there is one: what a killed process has written is there in any case, and thousands of stores are made.
fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap()
}
