//! The locks of [`super::flight`], in one place: a test puts others in theirs, to try every order of threads.

pub(super) use std::sync::{Arc, Mutex};
