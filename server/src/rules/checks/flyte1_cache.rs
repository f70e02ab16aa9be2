//! ## What it does
//!
//! Finds the cache arguments of Flyte 1 in tasks of Flyte 2: `cache=True`, `cache=False`, `cache_version=`, `cache_serialize=`,
//! `cache_ignore_input_vars=`.
//!
//! ## Why is this bad?
//!
//! Flyte 2 has no such arguments, and raises at import; `True` is no cache behavior. `cache=False` is worse, since it is taken for "not
//! given": a task in an environment that caches is cached.
//!
//! Files that import `flytekit` are Flyte 1's and are left alone, and so are projects with a release of the SDK other than 2.9.0 to 2.12.1.
//!
//! ## Example
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//!
//! @env.task(cache=False)
//! def now() -> str: ...
//!
//! @env.task(cache=True, cache_version="1.0")
//! def train(lr: float) -> str: ...
//! ```
//!
//! Use instead:
//!
//! ```python
//! env = flyte.TaskEnvironment("ml", cache="auto")
//!
//! @env.task(cache="disable")
//! def now() -> str: ...
//!
//! @env.task(cache=flyte.Cache("override", version_override="1.0"))
//! def train(lr: float) -> str: ...
//! ```
//!
//! ## Fix
//!
//! `True` becomes `"auto"`, which is safe where it could not be imported. With other arguments of Flyte 1 beside it, all of them become one
//! `flyte.Cache(…)`, which is unsafe: a version that was changed by hand is `"override"`, of which local runs never read the cache. `False`
//! becomes `"disable"`, which is unsafe: it changes what the cache does.

use std::sync::Arc;

use crate::analysis::{From, Span, Task, TaskKeyword};
use crate::edit::TextEdit;
use crate::rules::facts::caches;
use crate::rules::literal::with_comma;
use crate::rules::{Facts, Finding, Fix, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "flyte1-cache",
    name: "cache arguments of Flyte 1",
    severity: Severity::Error,
    is_default: true,
    source: include_str!("flyte1_cache.rs"),
    check,
};

/// Arguments of Flyte 1's `@task`, and where they went.
const GONE: [(&str, &str); 3] = [
    ("cache_version", "say `cache=flyte.Cache(\"override\", version_override=…)`"),
    ("cache_serialize", "say `cache=flyte.Cache(…, serialize=True)`"),
    ("cache_ignore_input_vars", "say `cache=flyte.Cache(…, ignored_inputs=…)`"),
];

fn check(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if !facts.knows_refusals() {
        return;
    }
    for cache in facts.caches() {
        // Of an environment too, and of `.override(...)`.
        let text = text_of_flyte_2(facts, &cache.written.at);
        let Some(text) = text.filter(|_| cache.spec.refused.is_some()) else { continue };
        if text.get(cache.written.at.range()) == Some("True") {
            let message = format!("`cache=True` is Flyte 1's: {}", cache.raises());
            let finding = Finding::new(&RULE, cache.written.at.clone(), message);
            let own = cache.tasks.first().map_or(&[][..], |task| task.keywords.as_slice());
            let gone: Vec<&TaskKeyword> = own.iter().filter(|keyword| is_of_flyte_1(&keyword.name)).collect();
            found.push(if gone.is_empty() {
                let edit = TextEdit::replace(cache.written.at.range(), "\"auto\"");
                finding.help("write `cache=\"auto\"`").fix(Some(Fix::safe("write \"auto\"", vec![edit])))
            } else {
                let says = said_anew(&text, &gone);
                let fix = says.as_ref().and_then(|says| whole(&text, &cache.written.at, says, &gone));
                finding.help(says.map_or_else(String::new, |says| format!("write `cache={says}`"))).fix(fix)
            });
        }
    }
    for task in &facts.code.tasks {
        for keyword in &task.keywords {
            found.extend(of_keyword(facts, task, keyword));
        }
    }
}

fn of_keyword(facts: &Facts<'_>, task: &Task, keyword: &TaskKeyword) -> Option<Finding> {
    let gone = GONE.iter().find(|(name, _)| *name == keyword.name);
    let is_false = keyword.name == "cache" && keyword.truth == Some(false);
    if gone.is_none() && !is_false {
        return None;
    }
    let text = text_of_flyte_2(facts, &keyword.value_at)?;
    if let Some((name, advice)) = gone {
        let message = format!("`{name}=` is Flyte 1's: the SDK raises at import");
        return Some(Finding::new(&RULE, keyword.value_at.clone(), message).help(*advice));
    }
    // Without an environment that caches, not given is what was meant.
    if text.get(keyword.value_at.range()) != Some("False") || task.spec.from != From::Environment || !caches(&task.spec)
    {
        return None;
    }
    let message = format!("`cache=False` counts as not given: the environment caches `{}`", task.shown_name());
    let fix = Fix::unsafe_("write \"disable\"", vec![TextEdit::replace(keyword.value_at.range(), "\"disable\"")]);
    let mut finding =
        Finding::new(&RULE, keyword.value_at.clone(), message).help("write `cache=\"disable\"`").fix(Some(fix));
    finding.severity = Severity::Warning;
    if let Some(written) = &task.spec.written {
        finding = finding.related(written.at.clone(), "the cache that counts");
    }
    Some(finding)
}

/// What Flyte 1's arguments beside `cache=True` are in Flyte 2. A version was the user's to change, as under "override".
fn said_anew(text: &str, gone: &[&TaskKeyword]) -> Option<String> {
    let value = |name: &str| {
        let keyword = gone.iter().find(|keyword| keyword.name == name)?;
        text.get(keyword.value_at.range())
    };
    let behavior = if value("cache_version").is_some() { "\"override\"" } else { "\"auto\"" };
    let anew = [
        ("version_override", value("cache_version")),
        ("serialize", value("cache_serialize")),
        ("ignored_inputs", value("cache_ignore_input_vars")),
    ];
    let arguments = anew.into_iter().filter_map(|(name, value)| Some(format!(", {name}={}", value?)));
    Some(format!("flyte.Cache({behavior}{})", arguments.collect::<String>()))
}

/// The edit that says it anew, where the file has a name for the SDK. Under "override" local runs don't read the cache, as they did.
fn whole(text: &str, cache: &Span, says: &str, gone: &[&TaskKeyword]) -> Option<Fix> {
    text.lines().find(|line| line.trim_end() == "import flyte")?;
    let mut edits = vec![TextEdit::replace(cache.range(), says)];
    for TaskKeyword { name, value_at, .. } in gone {
        let before =
            text.get(..value_at.start)?.trim_end().strip_suffix('=')?.trim_end().strip_suffix(name.as_str())?;
        edits.push(TextEdit::remove(with_comma(text, &(before.len()..value_at.end))?));
    }
    edits.sort_by_key(|edit| edit.range.start);
    Some(Fix::unsafe_(format!("write {says}"), edits))
}

/// Whether Flyte 1 took an argument of that name for the cache.
pub fn is_of_flyte_1(name: &str) -> bool {
    GONE.iter().any(|(gone, _)| *gone == name)
}

/// The text of a file that does not use Flyte 1.
fn text_of_flyte_2(facts: &Facts<'_>, at: &Span) -> Option<Arc<str>> {
    if facts.is_of_flyte_1(&at.file) { None } else { facts.text(&at.file) }
}
