//! A status in one line of at most [`LONGEST`] characters: the text of lenses, of the table's last columns and of `reason`.

use std::fmt;

use cache_core::policy::Behavior;
use cache_core::python::PythonVersion;

use crate::analysis::{Known, RunOptions};
use crate::records::CacheStatus;

use super::Outlook;
use super::cluster::ClusterRun;
use super::model::{CallStatus, Change, Entry, InputsFrom, KnownInputs, News, TaskStatus};
use super::weight::Trifle;

/// The longest sentence, in characters.
pub const LONGEST: usize = 62;

/// What costs less, in seconds, isn't worth a word in a sentence.
const WORTH_TELLING: f64 = 1.0;

/// What the answer says where the user guide's switch is set: statuses tell what the SDK does.
pub const SWITCH_IS_IGNORED: &str =
    "FLYTE_LOCAL_CACHE_ENABLED=false does not turn Flyte's local cache off: SDK 2.12.1 ignores it";

/// What is said where a run would raise on what it finds.
pub const DAMAGED_ENTRIES: &str =
    "an entry of known inputs is damaged, and a run that meets it raises: `tasklens local-cache verify` names it";

/// What is said where the SDK's configuration names a cluster and the code takes it up.
pub fn code_may_be_remote(config: &str) -> String {
    format!("{config} names a cluster, where flyte.init_from_config() sends runs without mode=\"local\"")
}

/// What is said where a call of the code connects to a cluster, or may do so.
pub fn call_connects(call: &str, file: &str, is_sure: bool) -> String {
    let connects = if is_sure { "connects" } else { "may connect" };
    format!("`{call}` in {file} {connects} to a cluster, where runs without mode=\"local\" go")
}

/// What is said where the SDK's configuration names a cluster and no code tells how a task is run.
pub fn command_may_be_remote(config: &str) -> String {
    format!("{config} names a cluster, where `flyte run` without --local sends runs")
}

/// What the next run does, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What happens: `will recompute`.
    pub head: String,
    /// Why: `body changed since main (was 3f2a91c)`.
    pub why: String,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · {}", self.head, self.why)
    }
}

/// The sentence of a task; `since` is the baseline's name.
pub fn sentence(status: &TaskStatus, since: Option<&str>) -> Sentence {
    let since = since.map(|name| clip(name, 20));
    let (head, reasons) = match of_entries(status, since.as_deref()) {
        Some((head, reasons)) => (head, reasons),
        None => (head(status).to_owned(), costing(status, reasons(status, since.as_deref()))),
    };
    let room = LONGEST.saturating_sub(head.chars().count() + " · ".chars().count());
    Sentence { head, why: fitting(&reasons, room) }
}

/// What entries say of the next run, where they say more than the version.
fn of_entries(status: &TaskStatus, since: Option<&str>) -> Option<(String, Vec<String>)> {
    let asked = status.asked();
    let cost = status.cost().filter(|seconds| *seconds >= WORTH_TELLING).map(duration);
    let news = status.news();
    match status.outlook() {
        Outlook::Skipped => Some(("does not run".to_owned(), vec![skipped(&status.skipped_by)])),
        Outlook::Hit if matches!(news, News::StaleRisk | News::Differs) => None,
        Outlook::Hit => {
            let saved = cost.map(|cost| format!("saves {cost}"));
            let reasons = saved.map_or_else(|| reasons(status, since), |saved| vec![saved]);
            Some((format!("hit in the local cache{}", for_inputs(&asked)), reasons))
        }
        Outlook::Partly if news != News::StaleRisk => {
            let (hits, all) = status.hits();
            Some((format!("hit for {hits} of {all} known inputs"), vec![missing(&asked)]))
        }
        Outlook::Missing if matches!(news, News::Kept | News::Uncompared) => {
            let cost = cost.map(|cost| {
                vec![format!("costs about {cost} (last run)"), format!("costs about {cost}"), format!("about {cost}")]
            });
            let reasons = cost.unwrap_or_else(|| reasons(status, since));
            Some((format!("not in the local cache{}", for_inputs(&asked)), reasons))
        }
        _ => None,
    }
}

/// The reasons of what recomputes, with what that costs, if that is known.
fn costing(status: &TaskStatus, reasons: Vec<String>) -> Vec<String> {
    let computes = matches!(status.news(), News::Recompute | News::OtherKey);
    let Some(cost) = status.cost().filter(|seconds| computes && *seconds >= WORTH_TELLING).map(duration) else {
        return reasons;
    };
    let with = |text: String| reasons.iter().map(move |reason| format!("{reason} · {text}"));
    let long = with(format!("costs about {cost} (last run)"));
    let short = with(format!("costs about {cost}"));
    long.chain(short).chain([format!("costs about {cost} (last run)")]).collect()
}

/// Which callers keep a task from running: `ml.pipeline is a hit`.
pub fn skipped(callers: &[String]) -> String {
    match callers {
        [one] => format!("{one} is a hit"),
        [one, rest @ ..] => format!("{one} and {} more are hits", rest.len()),
        [] => String::new(),
    }
}

/// ` for x=1`, ` for 3 known inputs`; nothing for a task without inputs.
fn for_inputs(known: &[&KnownInputs]) -> String {
    match known {
        [] => String::new(),
        [one] if one.inputs.is_empty() => String::new(),
        [one] => format!(" for {}", clip(&inputs(one), 16)),
        several => format!(" for {} known inputs", several.len()),
    }
}

/// `not in the local cache for x=3`, of the inputs without an entry.
pub fn missing(asked: &[&KnownInputs]) -> String {
    let missing: Vec<&KnownInputs> = asked.iter().filter(|known| known.entry != Entry::Hit).copied().collect();
    format!("not in the local cache{}", for_inputs(&missing))
}

/// `in the local cache for x=1`
pub fn found(asked: &[&KnownInputs]) -> String {
    format!("in the local cache{}", for_inputs(asked))
}

/// What readers should know of a call or of inputs, beside what becomes of them.
pub fn remark(known: &KnownInputs) -> Option<String> {
    let reason = match (&known.key, &known.why) {
        (_, Some(why)) => Some(why),
        (Known::Unknown(reason), None) => Some(reason),
        (Known::Value(_), None) => None,
    };
    match (known.from, reason) {
        // Whoever gives inputs gets an answer.
        (InputsFrom::Given, Some(reason)) => Some(format!("{}: not asked · {reason}", known_name(known))),
        (_, None) if known.forced => Some("forced · overwrite_cache=True (ignored by local runs)".to_owned()),
        _ => None,
    }
}

/// That hits may be of other inputs, which have the same key: an example in words, and how many more there are like it.
pub fn collision(known: &[KnownInputs]) -> Option<(&KnownInputs, String)> {
    let collides = |known: &&KnownInputs| known.entry == Entry::Hit && !known.collisions.is_empty();
    let mut all = known.iter().filter(collides);
    let first = all.next()?;
    let other = first.collisions.first()?;
    let more = match all.count() {
        0 => String::new(),
        more => format!(" · {more} more like it"),
    };
    let (name, other) = (known_name(first), clip(other, 40));
    Some((first, format!("{name} has the key of {other} too: Flyte takes one for the other{more}")))
}

fn known_name(known: &KnownInputs) -> String {
    if known.inputs.is_empty() { "no inputs".to_owned() } else { clip(&inputs(known), 40) }
}

/// What a run of a cluster says of a task. It is history, never a claim about what the cluster holds now.
pub fn cluster(run: &ClusterRun) -> String {
    let ago = run.age.map_or(String::new(), |age| format!(" {}", ago(age)));
    let what = match run.cache {
        CacheStatus::Hit => format!("hit on the cluster{ago}"),
        _ => format!("stored on the cluster{ago}"),
    };
    format!("{what}, same {} · run {}", run.same.word(), clip(&run.run, 20))
}

/// `2 days ago`
fn ago(seconds: u64) -> String {
    let counted = |count: u64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => counted(seconds / 60, "minute"),
        3_600..86_400 => counted(seconds / 3_600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    }
}

/// `x=1, name='a'`
pub fn inputs(known: &KnownInputs) -> String {
    known.inputs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}

/// A duration as people say it: `3 h 12 min`, `45 s`.
pub fn duration(seconds: f64) -> String {
    const DAY: u64 = 24 * 60;
    if seconds < 9.95 {
        return format!("{:.1} s", seconds.max(0.1));
    }
    if seconds < 59.5 {
        return format!("{seconds:.0} s");
    }
    let two = |large: u64, of: &str, small: u64, and: &str| {
        if small == 0 { format!("{large} {of}") } else { format!("{large} {of} {small} {and}") }
    };
    // A cast of a float is never out of range in Rust, only cut.
    let whole = seconds.round() as u64;
    let minutes = (seconds / 60.0).round() as u64;
    match minutes {
        _ if whole < 600 => two(whole / 60, "min", whole % 60, "s"),
        0..60 => format!("{minutes} min"),
        60..DAY => two(minutes / 60, "h", minutes % 60, "min"),
        _ => two(minutes / DAY, "d", minutes % DAY / 60, "h"),
    }
}

/// What the next run does, in two words or so.
pub fn head(status: &TaskStatus) -> &'static str {
    match status.news() {
        News::StaleRisk => "stale risk",
        News::Recompute => "will recompute",
        News::OtherKey => "may recompute",
        News::Unknown => "version unknown",
        News::Differs => "version differs",
        News::TurnedOff | News::Off => "not cached",
        News::TurnedOn => "cached now",
        News::New => "new task",
        News::Uncompared => "version known",
        News::Kept => "cache kept",
    }
}

/// Why, in several ways of saying it, the fullest first.
pub fn reasons(status: &TaskStatus, since: Option<&str>) -> Vec<String> {
    let since = since.unwrap_or("the baseline");
    let name = version_name(status);
    match status.news() {
        News::StaleRisk if status.other_key => {
            let what = format!("{} and {} changed", of_result(status), in_key(status));
            vec![format!("{what}, version still {name} · bump?"), format!("{what}, version still {name}"), what]
        }
        News::StaleRisk => {
            let what = format!("{} changed", of_result(status));
            vec![format!("{what}, version still {name} · bump?"), format!("{what}, version still {name}"), what]
        }
        News::Recompute => recompute(status, since),
        News::OtherKey => {
            if let (Known::Unknown(reason), []) = (&status.task.spec.ignored_inputs.value, &*status.changed) {
                let what = "which inputs are ignored is not known".to_owned();
                return vec![format!("{what}: {reason}"), what];
            }
            let what = format!("{} changed", in_key(status));
            vec![format!("{what} since {since}, the version did not"), format!("{what}, the version did not"), what]
        }
        News::Unknown => vec![unknown(status)],
        News::Differs => differs(status),
        News::TurnedOff => vec![format!("turned off since {since}"), "turned off".to_owned()],
        News::Off => vec!["caching is disabled".to_owned()],
        News::New | News::TurnedOn => vec![format!("{name} · first run computes")],
        News::Uncompared => vec![format!("{name} · nothing to compare it with")],
        News::Kept if status.pinned && !status.read_locally => {
            vec![
                format!("pinned {name}, same as {since} · local runs compute"),
                format!("pinned {name} · local runs compute"),
            ]
        }
        News::Kept if status.pinned => {
            vec![format!("pinned {name} · code edits do not count"), format!("pinned {name}")]
        }
        News::Kept => vec![format!("{name}, same as {since}"), name],
    }
}

/// That runs in a parent's image get a version that isn't known: `p.parent: …` is one of `TaskStatus::unknown_images`.
pub fn unknown_image(parent: &str) -> String {
    const LONGEST: usize = 50;
    let shortened = || {
        let (before, rest) = parent.split_once('`')?;
        let (code, after) = rest.rsplit_once('`')?;
        Some(format!("{before}`{}`{after}", clip(code, LONGEST)))
    };
    format!("version in its parent's image unknown · {}", shortened().unwrap_or_else(|| parent.to_owned()))
}

/// What `.override(cache=…)` does to a call.
pub fn call(call: &CallStatus) -> String {
    let text = match (&call.spec.behavior.value, &call.version) {
        (Known::Value(Behavior::Disable), _) => "this call skips the cache · override(cache=\"disable\")".to_owned(),
        (Known::Unknown(reason), _) | (_, Known::Unknown(reason)) => format!("this call: version unknown · {reason}"),
        (_, Known::Value(version)) if matches!(call.spec.version_override.value, Known::Value(Some(_))) => {
            format!("this call has version {} · override(cache=…)", quoted(version))
        }
        (Known::Value(behavior), Known::Value(version)) => {
            format!("this call has {} {} · override(cache=…)", behavior.word(), short(version))
        }
    };
    clip(&text, LONGEST)
}

/// Why a run doesn't look into the local cache, if it doesn't.
pub fn not_read(behavior: &Known<Behavior>, options: &RunOptions) -> Option<String> {
    if let (Known::Value(Behavior::Auto) | Known::Unknown(_), Known::Unknown(reason)) = (behavior, &options.mode) {
        return Some(format!("whether it runs locally is not known: {reason}"));
    }
    let why = match (behavior, options) {
        (Known::Value(Behavior::Disable), _) => "the call skips the cache",
        (Known::Value(Behavior::Override), _) => "under override, local runs write entries and never read them",
        (_, RunOptions { mode: Known::Value(Some(mode)), .. }) if mode != "local" => "it runs on a cluster",
        (_, RunOptions { disable_run_cache: Known::Value(true), .. }) => {
            "disable_run_cache=True: the run skips the cache"
        }
        (_, RunOptions { disable_run_cache: Known::Unknown(reason), .. }) => {
            return Some(format!("whether its run skips the cache is not known: {reason}"));
        }
        _ => return None,
    };
    Some(why.to_owned())
}

/// `auto 9f3a2c1`, or the given version in quotes.
pub fn version_name(status: &TaskStatus) -> String {
    match &status.here.version {
        Known::Unknown(_) => "version unknown".to_owned(),
        Known::Value(version) if status.pinned => quoted(version),
        Known::Value(version) => {
            let behavior = match &status.task.spec.behavior.value {
                Known::Value(behavior) => behavior.word(),
                Known::Unknown(_) => "auto",
            };
            format!("{behavior} {}", short(version))
        }
    }
}

/// Changes that can't matter, in words: "the docstring and `retries`".
pub fn trifles(trifles: &[Trifle]) -> String {
    let words: Vec<String> = trifles
        .iter()
        .map(|trifle| match trifle {
            Trifle::Docstring => "the docstring".to_owned(),
            Trifle::Setting(name) => format!("`{name}`"),
            Trifle::Decorator => "the wording of its decorator".to_owned(),
            Trifle::Annotations => "the wording of annotations".to_owned(),
        })
        .collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// What changed of that which makes the result.
fn of_result(status: &TaskStatus) -> &'static str {
    let is_body = status.changed.contains(&Change::Body) || !status.weight.wrapped;
    if is_body { "body" } else { "decorator" }
}

/// What changed of that which the key holds beside the version.
fn in_key(status: &TaskStatus) -> &'static str {
    let has = |change| status.changed.contains(&change);
    match (has(Change::IgnoredInputs), has(Change::Signature)) {
        (true, true) => "signature and ignored inputs",
        (true, false) => "ignored inputs",
        (false, true) => "signature",
        (false, false) => "a type of inputs or outputs",
    }
}

fn recompute(status: &TaskStatus, since: &str) -> Vec<String> {
    let before = status.before.as_ref();
    let was = match before.map(|before| (&before.computed.version, before.pinned)) {
        Some((Known::Value(version), true)) => format!(" (was {})", quoted(version)),
        Some((Known::Value(version), false)) => format!(" (was {})", short(version)),
        _ => String::new(),
    };
    if let trifles @ [_, ..] = status.needless() {
        let what = format!("only {} changed", self::trifles(trifles));
        return vec![format!("{what} since {since}{was}"), format!("{what}{was}"), what];
    }
    let what = match status.changed.as_slice() {
        [] => "version changed".to_owned(),
        [Change::ImagePython, ..] => {
            let what = "Python in the parent's image changed";
            return vec![format!("{what} since {since}"), what.to_owned()];
        }
        changed if changed.contains(&Change::PinnedVersion) => {
            let now =
                if status.pinned { format!("pinned {}", version_name(status)) } else { "no longer pinned".to_owned() };
            return vec![format!("{now} since {since}{was}"), format!("{now}{was}"), now];
        }
        [Change::Python] => {
            let now = status.here.python.map_or("another Python".to_owned(), |now| format!("Python {now}"));
            let then = before.and_then(|before| before.computed.python);
            let Some(then) = then else { return vec![format!("{now} now, another one at {since}"), now] };
            return vec![format!("{now} now, {then} at {since}"), format!("{now}, was {then}")];
        }
        [one] => format!("{} changed", one.word()),
        [one, two] => format!("{} and {} changed", one.word(), two.word()),
        // The body is what readers look for first.
        many => {
            let first = if many.contains(&Change::Body) { Change::Body } else { many[0] };
            format!("{} and {} more changed", first.word(), many.len() - 1)
        }
    };
    vec![format!("{what} since {since}{was}"), format!("{what}{was}"), what]
}

/// Why the version, or what became of it, is not known: in full.
pub fn unknown(status: &TaskStatus) -> String {
    match (&status.here.version, status.before.as_ref().map(|before| &before.computed.version)) {
        (Known::Unknown(reason), _) => reason.clone(),
        (_, Some(Known::Unknown(reason))) => format!("in the baseline: {reason}"),
        _ => "nothing to compare it with".to_owned(),
    }
}

fn differs(status: &TaskStatus) -> Vec<String> {
    let here = python_name(status.here.python);
    let others: Vec<_> = status.in_images.iter().map(|computed| python_name(computed.python)).collect();
    let images = if others.len() == 1 { "the image" } else { "images" };
    vec![
        format!("{here} here, {} in {images}", others.join(" and ")),
        format!("{here} here, {} others in {images}", others.len()),
    ]
}

/// `3.12`, or a question mark where it isn't known.
pub fn python_name(python: Option<PythonVersion>) -> String {
    python.map_or("?".to_owned(), |python| python.to_string())
}

/// The first 7 digits of a hash; what isn't one is clipped.
pub fn short(version: &str) -> String {
    if is_hash(version) { version.chars().take(7).collect() } else { clip(version, 12) }
}

/// A SHA-256 in hex, or the name of a commit.
pub fn is_hash(version: &str) -> bool {
    matches!(version.len(), 40 | 64) && version.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A given version as texts write it: in quotes, unless it is a hash that was pinned.
pub fn quoted(version: &str) -> String {
    if is_hash(version) {
        short(version)
    } else {
        format!("\"{}\"", clip(&version.replace(['\n', '\r', '\t'], " "), 12))
    }
}

/// The first text that fits into `room` characters, or the last one, clipped.
fn fitting(texts: &[String], room: usize) -> String {
    let fits = texts.iter().find(|text| text.chars().count() <= room);
    fits.or(texts.last()).map_or(String::new(), |text| clip(text, room))
}

/// The text on one line, cut to `room` characters with an ellipsis.
pub fn clip(text: &str, room: usize) -> String {
    let text = text.replace('\n', " ");
    if text.chars().count() <= room {
        return text;
    }
    text.chars().take(room.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn every_kind_of_news_has_its_sentence() {
        let sentences: Vec<_> =
            samples::every_kind().iter().map(|task| sentence(task, Some("main")).to_string()).collect();
        insta::assert_snapshot!(sentences.join("\n"), @r#"
        cache kept · auto 9f3a2c1, same as main
        version unknown · DatasetVersionPolicy runs Python
        new task · auto 9f3a2c1 · first run computes
        cached now · auto 9f3a2c1 · first run computes
        will recompute · body changed since main (was 3f2a91c)
        will recompute · only the docstring changed (was 3f2a91c)
        will recompute · decorator and body changed (was 3f2a91c)
        will recompute · body and 2 more changed (was 3f2a91c)
        will recompute · version changed since main (was 3f2a91c)
        will recompute · Python 3.12 now, 3.11 at main
        will recompute · pinned "1.1" since main (was "1.0")
        cache kept · pinned "1.0", same as main · local runs compute
        cache kept · pinned abcdef0 · code edits do not count
        stale risk · body changed, version still "1.0" · bump?
        version differs · 3.12 here, 3.13 in the image
        cache kept · auto 9f3a2c1, same as main
        will recompute · Python in the parent's image changed
        not cached · turned off since main
        not cached · caching is disabled
        may recompute · signature changed, the version did not
        may recompute · signature and ignored inputs changed
        "#);
    }

    #[test]
    fn a_call_with_a_spec_of_its_own_has_its_sentence() {
        let task = samples::every_kind().remove(0);
        let sentences: Vec<_> = task.overridden.iter().map(call).collect();
        insta::assert_snapshot!(sentences.join("\n"), @r#"
        this call skips the cache · override(cache="disable")
        this call has auto 55aa55a · override(cache=…)
        this call has version "2.0" · override(cache=…)
        this call: version unknown · `salt()` runs Python
        "#);
    }

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said: Vec<String> =
            [0.0, 0.04, 4.25, 9.96, 45.0, 59.6, 61.0, 599.7, 754.0, 3599.0, 11_520.4, 86_400.0, 183_600.0]
                .map(duration)
                .to_vec();
        let expected = [
            "0.1 s",
            "0.1 s",
            "4.2 s",
            "10 s",
            "45 s",
            "1 min",
            "1 min 1 s",
            "10 min",
            "13 min",
            "1 h",
            "3 h 12 min",
            "1 d",
            "2 d 3 h",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn what_entries_say_has_its_sentence() {
        let sentences: Vec<_> =
            samples::with_entries().iter().map(|task| sentence(task, Some("main")).to_string()).collect();
        insta::assert_snapshot!(sentences.join("\n"), @r#"
        hit in the local cache for x=1 · saves 3 h 12 min
        hit in the local cache for x='a long text … · auto 9f3a2c1
        hit in the local cache for 2 known inputs · saves 3 h 13 min
        hit for 2 of 3 known inputs · not in the local cache for x=2
        not in the local cache for x=1 · costs about 3 h 12 min
        not in the local cache for x=1 · auto 9f3a2c1, same as main
        will recompute · body changed · costs about 3 h 12 min
        hit in the local cache for x=1 · saves 3 h 12 min
        does not run · ml.pipeline is a hit
        hit in the local cache for x=1 · saves 3 h 12 min
        hit in the local cache for x=[[1], [2]] · auto 9f3a2c1
        cache kept · pinned "1.0", same as main · local runs compute
        will recompute · body changed · costs about 3 h 12 min
        "#);
    }

    #[test]
    fn no_sentence_is_longer_than_a_lens_can_show() {
        let long = "feature/".to_owned() + &"x".repeat(300);
        for mut task in samples::every_kind().into_iter().chain(samples::with_entries()) {
            if let Known::Unknown(reason) = &mut task.here.version {
                *reason = "a\n".repeat(200);
            }
            for pinned in [None, Some("1\n".repeat(100))] {
                let mut task = task.clone();
                if let Some(version) = pinned {
                    task = samples::pinned(task, &version, cache_core::policy::Behavior::Auto);
                }
                let text = sentence(&task, Some(&long)).to_string();
                assert!(text.chars().count() <= LONGEST, "{} characters: {text}", text.chars().count());
                assert!(!text.contains('\n'), "{text}");
            }
        }
    }
}
