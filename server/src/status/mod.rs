//! Tasks, a baseline and Pythons to statuses: what the next run of each task will do to its cache, and why.

pub mod walk;
