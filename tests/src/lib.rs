//! What the conformance tests share: interpreters, the oracle, corpora, mutations, and the comparison itself.
//!
//! `tests/setup.py` installs what is needed; `tests/README.md` says how the parts fit together.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on should say where")]

pub mod answers;
pub mod compare;
pub mod corpus;
pub mod generated;
pub mod large;
pub mod metamorphic;
pub mod mutate;
pub mod oracle;
pub mod recorded;
pub mod report;
pub mod rng;
pub mod setup;
pub mod snippets;
