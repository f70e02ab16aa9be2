//! ## What it does
//!
//! Finds local runs (`with_runcontext(mode="local")`) with `overwrite_cache=True`, of tasks whose cache is `override`, and of tasks with
//! `serialize=True`.
//!
//! ## Why is this bad?
//!
//! What holds on a cluster does not hold locally:
//!
//! - `overwrite_cache=True` does nothing: an entry that is there is served.
//! - a task under `override` never reads the local cache: it runs each time, whatever is stored.
//! - `serialize=True` does nothing: several runs of one key at a time all compute. Told once a cache.
//!
//! ## Example
//!
//! ```python
//! flyte.with_runcontext(mode="local", overwrite_cache=True).run(train, lr=0.1)
//! ```
//!
//! Use instead, to have everything computed:
//!
//! ```python
//! flyte.with_runcontext(mode="local", disable_run_cache=True).run(train, lr=0.1)
//! ```
//!
//! ## Fix
//!
//! None.

use cache_core::policy::Behavior;

use crate::analysis::{Call, Known, Span, Spec, Task};
use crate::rules::facts::caches;
use crate::rules::{Facts, Finding, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "local-run-cache",
    name: "a local run that does not do with the cache what it says",
    severity: Severity::Information,
    is_default: true,
    source: include_str!("local_run_cache.rs"),
    check,
};

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let mut serialized: Vec<&Span> = Vec::new();
    for call in &facts.code.calls {
        let is_local = matches!(&call.options.mode, Known::Value(Some(mode)) if mode == "local");
        let Some(task) = facts.code.tasks.get(call.callee).filter(|_| is_local) else { continue };
        let spec = call.spec.as_ref().unwrap_or(&task.spec);
        if !caches(spec) || call.options.disable_run_cache != Known::Value(false) {
            continue;
        }
        found.extend(of_call(call, task, spec));
        if let (Known::Value(true), Some(written)) = (&spec.serialize.value, &spec.written)
            && !serialized.contains(&&written.at)
        {
            serialized.push(&written.at);
            let message = format!(
                "`serialize=True` does nothing in a local run: runs of `{}` at one time all compute",
                task.shown_name()
            );
            let mut finding = Finding::new(&RULE, call.at.clone(), message);
            finding.severity = Severity::Hint;
            found.push(finding.related(written.at.clone(), "its cache"));
        }
    }
}

fn of_call(call: &Call, task: &Task, spec: &Spec) -> Option<Finding> {
    let name = task.shown_name();
    if spec.behavior.value == Known::Value(Behavior::Override) {
        let message = format!("a local run of `{name}` reads no entry: its cache is \"override\"");
        let finding = Finding::new(&RULE, call.at.clone(), message);
        return Some(match &spec.written {
            Some(written) => finding.related(written.at.clone(), "its cache"),
            None => finding,
        });
    }
    (call.options.overwrite_cache == Known::Value(true)).then(|| {
        let message = format!("`overwrite_cache=True` does nothing in a local run: an entry of `{name}` is served");
        let mut finding =
            Finding::new(&RULE, call.at.clone(), message).help("`disable_run_cache=True` has it computed");
        finding.severity = Severity::Warning;
        finding
    })
}
