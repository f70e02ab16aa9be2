//! ## What it does
//!
//! Tells once a project that entries of its cached tasks are looked up among those of all projects and domains: no run of it says
//! `cache_lookup_scope="project-domain"`.
//!
//! ## Why is this bad?
//!
//! A cluster looks entries up in all projects and domains unless a run says otherwise. A task of the same name, version and inputs in another
//! project shares its entries, so that what was computed in development is served in production. Often that is what is wanted, and the rule is
//! off by default.
//!
//! The local cache is one for all projects of a machine, whatever a run says.
//!
//! ## Example
//!
//! ```python
//! flyte.run(train, lr=0.1)
//! ```
//!
//! Use instead:
//!
//! ```python
//! flyte.with_runcontext(cache_lookup_scope="project-domain").run(train, lr=0.1)
//! ```
//!
//! ## Fix
//!
//! None.

use crate::analysis::{Call, Known};
use crate::rules::facts::{cache_place, caches};
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "global-scope",
    name: "entries that all projects share",
    severity: Severity::Information,
    is_default: false,
    source: include_str!("global_scope.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let runs = || facts.code.calls.iter().filter(|call| call.caller.is_none() && !is_local(call));
    // One that says it, or may, has thought of it.
    if runs().any(|call| call.options.cache_lookup_scope != Known::Value(None)) {
        return;
    }
    let Some(first) = facts.code.tasks.iter().find(|task| caches(&task.spec)) else { return };
    let message = "entries of this project's tasks are looked up among those of all projects and domains";
    let help = "`flyte.with_runcontext(cache_lookup_scope=\"project-domain\")` keeps a run to its own";
    let finding = Finding::new(&RULE, cache_place(first), message).help(help);
    found.push(
        runs().take(3).fold(finding, |finding, call| finding.related(call.at.clone(), "a run that does not say where")),
    );
}

fn is_local(call: &Call) -> bool {
    matches!(&call.options.mode, Known::Value(Some(mode)) if mode == "local")
}
