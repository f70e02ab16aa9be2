//! What surrounds a project: its root and configuration, the Python that submits it, the SDK that it uses.
//!
//! The only place of the library that looks at environment variables and the home directory, and it does so in one
//! value, [`Outside`], that tests make up. Everything is read from files; no interpreter, installer or project code is
//! ever run, and nothing here knows what a task is.

mod cluster;
mod data;
mod day;
mod files;
mod local_cache;
mod origin;
mod outside;
mod project;
pub mod python;
pub mod registry;
pub mod sdk;
mod settings;
mod toml_file;

pub use cluster::{file_names_a_cluster, names_a_cluster};
pub use data::{run_records, sightings};
pub use day::Day;
pub use files::{Disk, MOST, Texts};
pub use local_cache::{LocalCache, local_cache, local_cache_from, local_cache_switched_off};
pub use origin::{Origin, Problem};
pub use outside::Outside;
pub use project::{Project, discover, discover_in};
pub use settings::{Complaint, Entry, Kind, LensSettings, RuleSettings, SCHEMA, SEVERITIES, Setting, Settings, is_on};
