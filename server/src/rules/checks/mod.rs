//! One rule a file. The first comment of each is its page.

mod all_inputs_ignored;
mod cached_fetch;
mod cached_parent;
mod cached_report;
mod changed_without_bump;
mod colliding_input;
mod disabled_cache_settings;
mod duplicate_task_name;
mod flyte1_cache;
mod global_scope;
mod hidden_body;
mod ignored_input_twice;
mod ignored_input_unknown;
mod local_run_cache;
mod located_input;
mod needless_recompute;
mod override_without_version;
mod parent_hides_child;
mod parent_hides_edit;
mod pickled_input;
mod pinned_auto;
mod python_versions_differ;
mod refused_at_import;
mod unknown_behavior;
mod unused_ignore;
mod unused_salt;

use super::Rule;

pub use unused_ignore::UNUSED_IGNORE;

/// The rules of which the findings come and go with what the code is compared with and which Python submits it: a comment that silences
/// one may be needed elsewhere.
pub const OF_SURROUNDINGS: [&str; 4] =
    ["changed-without-bump", "needless-recompute", "parent-hides-edit", "python-versions-differ"];

/// All rules, by id.
pub static ALL: &[&Rule] = &[
    &all_inputs_ignored::RULE,
    &cached_fetch::RULE,
    &cached_parent::RULE,
    &cached_report::RULE,
    &changed_without_bump::RULE,
    &colliding_input::RULE,
    &disabled_cache_settings::RULE,
    &duplicate_task_name::RULE,
    &flyte1_cache::RULE,
    &global_scope::RULE,
    &hidden_body::RULE,
    &ignored_input_twice::RULE,
    &ignored_input_unknown::RULE,
    &local_run_cache::RULE,
    &located_input::RULE,
    &needless_recompute::RULE,
    &override_without_version::RULE,
    &parent_hides_child::RULE,
    &parent_hides_edit::RULE,
    &pickled_input::RULE,
    &pinned_auto::RULE,
    &python_versions_differ::RULE,
    &refused_at_import::RULE,
    &unknown_behavior::RULE,
    &unused_ignore::UNUSED_IGNORE,
    &unused_salt::RULE,
];
