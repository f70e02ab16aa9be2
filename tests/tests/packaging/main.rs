//! What people install and run around the binary: the wheel, completions, manual pages, the GitHub Action, hooks, GitLab's job, and
//! the workflow that releases all of it. Each is run as its users run it, but for the network: packages come from folders, and
//! GitHub is a server on this machine.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod action;
mod gitlab;
mod hooks;
mod ran;
mod shells;
mod wheel;
mod workflows;
