//! Every rule over marked fixtures: see [`marked`].

#![allow(clippy::unwrap_used, clippy::expect_used)]
