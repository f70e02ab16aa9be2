//! What an editor says of the word that its user points at: the explanation in short.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use cache_core::policy::Behavior;

use crate::analysis::cursor::{Holder, Meaning, Pointed, TaskName};
use crate::analysis::{From, Known, Place, Span, Spec};
use crate::status::explain::{SpecPart, spec_parts};
use crate::status::sentence::{clip, duration, inputs, python_name, sentence, unknown, unknown_image};
use crate::status::{Entry, InputsFrom, KnownInputs, Outlook, Report, Status, TaskStatus};

use super::cache_words;
use super::markup::Markup;

/// More than that is no explanation in short.
const MOST: usize = 5;

/// What there is to say; `None` where that is nothing. Of tasks it says what the report knows.
pub fn hover(pointed: &Pointed, report: &Report, markup: Markup<'_>) -> Option<String> {
    let page = Page { pointed, report, markup };
    let paragraphs = match &pointed.meaning {
        Meaning::Task { tasks, call } => page.tasks(tasks, call.as_ref()),
        Meaning::Trace => {
            let mut said = vec![format!("{} · a checkpoint, not a cache", markup.strong("flyte.trace"))];
            said.extend(cache_words::TRACE.map(|words| markup.text(words)));
            said
        }
        Meaning::Cache { .. } => page.cache(),
        Meaning::Argument { name, value } => page.argument(name, value),
        Meaning::Given { to, .. } => page.given(to),
        Meaning::Behavior { word, read, .. } => page.behavior(word, read.as_ref()),
        Meaning::Ignored { name, .. } => page.ignored(name),
        Meaning::Input { name, task } => page.input(name, task),
    };
    (!paragraphs.is_empty()).then(|| markup.paragraphs(&paragraphs))
}

/// The files of the tasks that are told of, as far as the code of a report has them: the report that is told from should be about these.
pub fn files(pointed: &Pointed, report: &Report) -> BTreeSet<Arc<Path>> {
    let of = |task: &TaskName| Arc::clone(&task.place.file);
    match &pointed.meaning {
        Meaning::Task { tasks, .. } => tasks.iter().map(of).collect(),
        Meaning::Given { to: Holder::Task(task) | Holder::Call(task, _), .. } | Meaning::Input { task, .. } => {
            BTreeSet::from([of(task)])
        }
        _ => {
            let tasks = report.code.iter().flat_map(|code| &code.tasks);
            tasks.filter(|task| has(&task.spec, pointed)).map(|task| Arc::clone(&task.place.file)).collect()
        }
    }
}

/// Whether a task's cache is the one that is pointed at, or has the part that is.
fn has(spec: &Spec, pointed: &Pointed) -> bool {
    // Two may stand on one line.
    let is_other = |cache: &Span| spec.written.as_ref().is_some_and(|written| written.at != *cache);
    if pointed.cache.as_ref().is_some_and(is_other) {
        return false;
    }
    match &pointed.meaning {
        Meaning::Cache { made: Some((made, last)) } => {
            let is_within = |place: &Place| place.file == made.file && (made.line..=*last).contains(&place.line);
            spec_parts(spec).iter().filter_map(|part| part.place.as_ref()).any(is_within)
        }
        Meaning::Argument { name, value } => {
            spec_parts(spec).iter().any(|part| part.name == *name && part.place.as_ref() == Some(value))
        }
        Meaning::Given { value, .. } => spec.place.as_ref() == Some(value),
        Meaning::Behavior { place, .. } => spec.behavior.place.as_ref() == Some(place),
        Meaning::Ignored { place, .. } => spec.ignored_inputs.place.as_ref() == Some(place),
        Meaning::Cache { made: None } | Meaning::Task { .. } | Meaning::Trace | Meaning::Input { .. } => false,
    }
}

struct Page<'p> {
    pointed: &'p Pointed,
    report: &'p Report,
    markup: Markup<'p>,
}

impl<'p> Page<'p> {
    fn all(&self, is_it: impl Fn(&TaskStatus) -> bool) -> Vec<&'p TaskStatus> {
        self.report.tasks.iter().filter(|status| is_it(status)).collect()
    }

    fn of(&self, names: &[TaskName]) -> Vec<&'p TaskStatus> {
        let found = self.all(|status| names.iter().any(|name| name.is(&status.task)));
        // The definition that is pointed at goes before others of its line.
        let exact = |status: &&TaskStatus| names.iter().any(|name| name.branch == status.task.branch);
        if found.iter().any(exact) { found.into_iter().filter(exact).collect() } else { found }
    }

    fn tasks(&self, names: &[TaskName], call: Option<&Place>) -> Vec<String> {
        let found = self.of(names);
        let mut said: Vec<String> = found.iter().take(MOST).flat_map(|status| self.task(status, call)).collect();
        if found.iter().any(|status| is_cached(status)) {
            said.push(self.asked(&found));
        }
        said
    }

    /// A task: what its next run does, and what that rests on.
    fn task(&self, status: &TaskStatus, call: Option<&Place>) -> Vec<String> {
        let markup = self.markup;
        let mut said = vec![self.headline(status)];
        let reason = unknown(status);
        if status.status == Status::Unknown && !sentence(status, self.report.since()).why.contains(&reason) {
            let reason = if status.before.is_some() || matches!(status.here.version, Known::Unknown(_)) {
                Some(reason)
            } else {
                self.report.baseline.as_ref().err().map(|reason| format!("nothing to compare it with: {reason}"))
            };
            said.extend(reason.map(|reason| markup.text(&reason)));
        }
        let mut facts = Vec::new();
        if let Some(refused) = &status.task.refused {
            facts.push(format!("{} {}", markup.text("Flyte itself fails here:"), markup.code(refused)));
        }
        if is_cached(status) {
            facts.extend(call.into_iter().flat_map(|call| self.call(status, call)));
            facts.push(self.version(status));
            facts.extend(self.changed(status));
            facts.extend(status.in_images.iter().filter(|_| status.differs()).map(|other| {
                let version = known(markup, &other.version, false);
                format!("{} {version}", markup.text(&format!("In an image with Python {}:", python_name(other.python))))
            }));
            facts.extend(status.unknown_images.iter().map(|parent| markup.text(&unknown_image(parent))));
        }
        facts.push(format!("{} {}", markup.text("Cache:"), self.spec(&status.task.spec, status)));
        if is_cached(status) && call.is_none() {
            facts.extend(self.entries(status));
        }
        said.push(markup.list(&facts));
        said
    }

    fn headline(&self, status: &TaskStatus) -> String {
        let branch = status.task.branch.as_ref().map_or(String::new(), |branch| format!(" ({branch})"));
        let said = format!("{branch} · {}", sentence(status, self.report.since()));
        format!("{}{}", self.markup.strong(status.task.shown_name()), self.markup.text(&said))
    }

    fn version(&self, status: &TaskStatus) -> String {
        let markup = self.markup;
        let python = match (status.pinned, &status.here.version, status.here.python) {
            (true, ..) => " (given by `version_override`)".to_owned(),
            (false, Known::Value(_), Some(python)) => format!(" (Python {python})"),
            _ => String::new(),
        };
        let now = known(markup, &status.here.version, status.pinned);
        let mut said = format!("{} {now}{}", markup.text("Version:"), markup.text(&python));
        if let (Some(before), Some(since)) = (&status.before, self.report.since())
            && before.computed.version != status.here.version
        {
            let was = if before.cached { "was" } else { "not cached, was" };
            said.push_str(&markup.text(&format!("; at {since} it {was} ")));
            said.push_str(&known(markup, &before.computed.version, before.pinned));
        }
        said
    }

    /// All that changed, where a sentence has no room for it.
    fn changed(&self, status: &TaskStatus) -> Option<String> {
        let since = self.report.since().filter(|_| status.changed.len() > 1)?;
        let changed: Vec<&str> = status.changed.iter().map(|change| change.word()).collect();
        Some(self.markup.text(&format!("Changed since {since}: {}", changed.join(", "))))
    }

    /// The cache that counts, with where each part of it is written.
    fn spec(&self, spec: &Spec, status: &TaskStatus) -> String {
        let markup = self.markup;
        let environment = status.task.environment.value().filter(|name| !name.is_empty());
        let environment = environment.map_or("the environment".to_owned(), |name| format!("the environment `{name}`"));
        let from = match spec.from {
            From::Task => "given to the task".to_owned(),
            From::Environment => format!("inherited from {environment}"),
            From::Default => "the SDK's default: nothing is given".to_owned(),
            From::Override => "given by `override(cache=…)`".to_owned(),
        };
        let place = spec.place.as_ref().map_or(String::new(), |place| format!(", {}", markup.place(place)));
        format!("{}, {}{place}", self.parts(spec), markup.text(&from))
    }

    /// What is given of a cache.
    fn parts(&self, spec: &Spec) -> String {
        let is_off = spec.behavior.value == Known::Value(Behavior::Disable);
        let parts = spec_parts(spec);
        let told = parts.iter().filter(|part| part.name == "behavior" || (part.place.is_some() && !is_off));
        told.map(|part| self.part(part, spec.place.as_ref())).collect::<Vec<_>>().join(", ")
    }

    /// `salt="s"`, with its place if that is another than the whole's.
    fn part(&self, part: &SpecPart, whole: Option<&Place>) -> String {
        let markup = self.markup;
        let text = match &part.value {
            Known::Value(value) if part.name == "behavior" => markup.code(value),
            Known::Value(value) => markup.code(&format!("{}={value}", part.name)),
            Known::Unknown(reason) => {
                format!("{} {}", markup.code(part.name), markup.text(&format!("(unknown: {reason})")))
            }
        };
        match part.place.as_ref().filter(|place| Some(*place) != whole) {
            Some(place) => format!("{text} ({})", markup.place(place)),
            None => text,
        }
    }

    /// What is known of the inputs of a call.
    fn call(&self, status: &TaskStatus, call: &Place) -> Vec<String> {
        let over = status.overridden.iter().filter(|over| over.place == *call);
        let mut said: Vec<String> = over.map(|over| self.markup.text(&crate::status::sentence::call(over))).collect();
        let passed =
            status.known_inputs.iter().filter(|known| known.from == InputsFrom::Call && known.places.contains(call));
        said.extend(passed.take(MOST).map(|known| format!("{} {}", self.markup.text("This call:"), self.known(known))));
        said
    }

    /// What is known of entries.
    fn entries(&self, status: &TaskStatus) -> Vec<String> {
        let mut said = Vec::new();
        if status.outlook() == Outlook::Skipped {
            let callers: Vec<String> = status.skipped_by.iter().map(|name| self.markup.code(name)).collect();
            let words = self.markup.text("Does not run: its callers are hits:");
            said.push(format!("{words} {}", callers.join(", ")));
        }
        said.extend(status.known_inputs.iter().take(MOST).map(|known| self.known(known)));
        if status.known_inputs.len() > MOST {
            said.push(format!("and {} more known inputs", status.known_inputs.len() - MOST));
        }
        said
    }

    fn known(&self, known: &KnownInputs) -> String {
        let markup = self.markup;
        let named =
            if known.inputs.is_empty() { "no inputs".to_owned() } else { markup.code(&clip(&inputs(known), 60)) };
        let took = known.seconds.map(duration);
        let found = match (known.entry, took) {
            (Entry::Hit, Some(took)) => format!("hit in the local cache, saves {took}"),
            (Entry::Hit, None) => "hit in the local cache".to_owned(),
            (Entry::Lost, Some(took)) => format!("lost: the local cache has the baseline's result, which took {took}"),
            (Entry::Lost, None) => "lost: the local cache has the baseline's result".to_owned(),
            (Entry::Miss, Some(took)) => format!("not in the local cache, the last run took {took}"),
            (Entry::Miss, None) => "not in the local cache".to_owned(),
            (Entry::NotAsked, _) => {
                let why = known.why.clone().or_else(|| known.key.known().err());
                why.map_or("not asked".to_owned(), |why| format!("not asked: {why}"))
            }
        };
        let place = known.places.first().filter(|_| known.places.len() == 1);
        let place = place.map_or(String::new(), |place| format!(" ({})", markup.place(place)));
        let more = known.collisions.first().map_or(String::new(), |other| format!("; has the key of `{other}` too"));
        format!("{named}{place}: {}", markup.text(&format!("{found}{more}")))
    }

    /// Which stores were asked, and which not.
    fn asked(&self, tasks: &[&TaskStatus]) -> String {
        let markup = self.markup;
        let mut known = tasks.iter().flat_map(|status| &status.known_inputs);
        let was_asked = known.any(|known| known.entry != Entry::NotAsked);
        match &self.report.store {
            Some(store) => {
                let entries = match store.entries {
                    1 => "1 entry".to_owned(),
                    count => format!("{count} entries"),
                };
                let path = markup.code(&store.path.display().to_string());
                let asked = match was_asked {
                    true => "Asked: the local cache",
                    false => "No inputs are known that could be looked up in the local cache",
                };
                format!("{} ({path}, {entries}). {}", markup.text(asked), markup.text("Not asked: any cluster."))
            }
            None => {
                markup.text("Nothing was asked for entries: there is no local cache here, and clusters are not asked.")
            }
        }
    }

    fn cache(&self) -> Vec<String> {
        let mut said = vec![
            self.markup.strong("Cache"),
            self.markup.text("How a task is cached. Counts where it is given: to a task, else to its environment."),
        ];
        said.extend(self.told_users());
        said
    }

    fn argument(&self, name: &str, value: &Place) -> Vec<String> {
        let Some(words) = cache_words::keyword(name) else { return Vec::new() };
        let markup = self.markup;
        let mut said = vec![markup.strong(name), markup.text(words)];
        let is_it = |part: &SpecPart| part.name == name;
        // The values that are no literals are worth telling.
        let mut told = BTreeSet::new();
        for part in self.users().iter().flat_map(|status| spec_parts(&status.task.spec)).filter(is_it) {
            if told.insert(format!("{:?}", part.value)) {
                said.push(self.part(&part, Some(value)));
            }
        }
        said.extend(self.told_users());
        said
    }

    fn given(&self, to: &Holder) -> Vec<String> {
        let markup = self.markup;
        match to {
            Holder::Task(name) | Holder::Call(name, _) => {
                let call = match to {
                    Holder::Call(_, call) => Some(call),
                    _ => None,
                };
                let whole = self.tasks(std::slice::from_ref(name), call);
                if whole.is_empty() {
                    return whole;
                }
                let words = match to {
                    Holder::Call(..) => "Counts for this call, in the place of the task's own.",
                    _ => "Counts for this task, in the place of the environment's.",
                };
                let mut said = vec![format!("{} · {}", markup.strong("cache"), markup.text(words))];
                said.extend(whole);
                said
            }
            Holder::Environment(_) | Holder::Maker => {
                let words = match to {
                    Holder::Environment(Known::Value(name)) => {
                        format!("Counts for the tasks of the environment `{name}` that are given none of their own.")
                    }
                    Holder::Environment(Known::Unknown(_)) => {
                        "Counts for the tasks of this environment that are given none of their own.".to_owned()
                    }
                    _ => "Counts for the tasks that are made with this.".to_owned(),
                };
                let mut said = vec![format!("{} · {}", markup.strong("cache"), markup.text(&words))];
                said.extend(self.users().first().map(|status| self.parts(&status.task.spec)));
                said.extend(self.told_users());
                said
            }
        }
    }

    fn behavior(&self, word: &str, read: Result<&Behavior, &String>) -> Vec<String> {
        let markup = self.markup;
        let mut said = vec![markup.strong(&format!("\"{word}\""))];
        match read {
            Err(error) => {
                said.push(format!("{} {}", markup.text("Flyte fails when it reads this:"), markup.code(error)))
            }
            Ok(behavior) => {
                if behavior.word() != word {
                    said.push(format!(
                        "{} {}.",
                        markup.text("Means"),
                        markup.code(&format!("\"{}\"", behavior.word()))
                    ));
                }
                said.push(markup.text(cache_words::behavior(*behavior)));
            }
        }
        said.extend(self.told_users());
        said
    }

    fn ignored(&self, name: &str) -> Vec<String> {
        let markup = self.markup;
        let (with, without): (Vec<&TaskStatus>, Vec<&TaskStatus>) =
            self.users().into_iter().partition(|status| status.task.inputs.iter().any(|input| input.name == name));
        let names = |tasks: &[&TaskStatus]| {
            tasks.iter().map(|status| self.markup.code(status.task.shown_name())).collect::<Vec<_>>().join(", ")
        };
        let mut said = vec![format!("{} · {}", markup.strong(name), markup.text("ignored input"))];
        let shared = "runs that differ in nothing else share their result.";
        if !with.is_empty() {
            said.push(format!(
                "{} {}{}",
                markup.text("Left out of the cache key of"),
                names(&with),
                markup.text(&format!(": {shared}"))
            ));
        } else if without.is_empty() {
            said.push(markup.text(&format!("Left out of the cache key: {shared}")));
        }
        if !without.is_empty() {
            let words = match without.as_slice() {
                [_] => "has no input of that name: it leaves nothing out, and Flyte does not say so.",
                _ => "have no input of that name: it leaves nothing out, and Flyte does not say so.",
            };
            said.push(format!("{} {}", names(&without), markup.text(words)));
        }
        said
    }

    fn input(&self, name: &str, task: &TaskName) -> Vec<String> {
        let markup = self.markup;
        let found = self.of(std::slice::from_ref(task));
        let ignoring = found.into_iter().find_map(|status| {
            let part = &status.task.spec.ignored_inputs;
            let is_named = part.value.value().is_some_and(|names| names.iter().any(|ignored| ignored == name));
            (is_named && is_cached(status)).then_some((status, part.place.as_ref()))
        });
        let Some((status, place)) = ignoring else { return Vec::new() };
        let place = place.map_or(String::new(), |place| format!(", {}", markup.place(place)));
        let words = format!("Left out of the cache key of `{}` by `ignored_inputs`", status.task.shown_name());
        vec![format!("{} · {}{place}", markup.strong(name), markup.text(&words))]
    }

    /// The tasks whose cache this is.
    fn users(&self) -> Vec<&'p TaskStatus> {
        self.all(|status| has(&status.task.spec, self.pointed))
    }

    /// A line for each of them.
    fn told_users(&self) -> Option<String> {
        let users = self.users();
        let mut lines: Vec<String> = users.iter().take(MOST).map(|status| self.headline(status)).collect();
        if users.len() > MOST {
            lines.push(self.markup.text(&format!("and {} more", users.len() - MOST)));
        }
        (!lines.is_empty()).then(|| self.markup.list(&lines))
    }
}

fn is_cached(status: &TaskStatus) -> bool {
    status.task.spec.behavior.value != Known::Value(Behavior::Disable)
}

/// A version; one that was given in quotes, as it is written.
fn known(markup: Markup<'_>, version: &Known<String>, given: bool) -> String {
    match version {
        Known::Value(version) if given => markup.code(&format!("\"{version}\"")),
        Known::Value(version) => markup.code(version),
        Known::Unknown(reason) => markup.text(&format!("unknown: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::status::samples;
    use crate::status::{StoreName, TaskStatus};

    fn report(tasks: Vec<TaskStatus>) -> Report {
        let store = StoreName { path: "/home/u/.flyte/local-cache/cache.db".into(), entries: 12 };
        Report { store: Some(store), ..samples::report(tasks) }
    }

    fn told(meaning: &Meaning, report: &Report, markdown: bool) -> Option<String> {
        let name = |place: &Place| format!("{}:{}", place.file.file_name().unwrap().display(), place.line);
        let address = |place: &Place| Some(format!("file://{}#L{}", place.file.display(), place.line));
        let pointed = Pointed { range: 0..0, meaning: meaning.clone(), cache: None };
        hover(&pointed, report, Markup { markdown, name: &name, address: &address })
    }

    fn of_task(status: &TaskStatus, call: Option<Place>) -> Meaning {
        let task = &status.task;
        let name = TaskName { place: task.place.clone(), function: task.function.clone(), branch: task.branch.clone() };
        Meaning::Task { tasks: vec![name], call }
    }

    /// What is said of all kinds of tasks, as its users read it.
    #[test]
    fn every_kind_of_task_is_explained_in_short() {
        let tasks: Vec<TaskStatus> = samples::every_kind().into_iter().chain(samples::with_entries()).collect();
        let report = report(tasks.clone());
        let said: Vec<String> =
            tasks.iter().map(|status| told(&of_task(status, None), &report, true).unwrap()).collect();
        insta::assert_snapshot!(said.join("\n\n---\n\n"));
    }

    #[test]
    fn a_call_is_explained_by_what_it_passes() {
        let tasks = [samples::every_kind().remove(0), samples::with_entries().remove(4)];
        let report = report(tasks.to_vec());
        let place = |line| Place { file: std::path::Path::new("/p/ml/run.py").into(), line };
        let said: Vec<String> = [(&tasks[0], 7), (&tasks[1], 30), (&tasks[1], 31)]
            .map(|(status, line)| told(&of_task(status, Some(place(line))), &report, false).unwrap())
            .to_vec();
        insta::assert_snapshot!(said.join("\n\n---\n\n"));
    }

    #[test]
    fn the_parts_of_a_cache_are_explained() {
        let mut status = samples::kept("load", 10);
        let place = |line| Place { line, ..status.task.place.clone() };
        let (behavior, ignored, value) = (place(3), place(4), place(2));
        let task = TaskName { place: status.task.place.clone(), function: "load".to_owned(), branch: None };
        status.task.spec.place = Some(value.clone());
        status.task.spec.behavior.place = Some(behavior.clone());
        status.task.spec.ignored_inputs.place = Some(ignored.clone());
        status.task.spec.ignored_inputs.value = Known::Value(vec!["x".to_owned(), "gone".to_owned()]);
        let report = report(vec![status]);
        let read = |word: &str| Behavior::parse(word).map_err(|error| error.to_string());
        let word = |word: &str, place: &Place| Meaning::Behavior {
            word: word.to_owned(),
            read: read(word),
            place: place.clone(),
        };
        let name = |name: &str| Meaning::Ignored { name: name.to_owned(), place: ignored.clone() };
        let meanings = [
            Meaning::Trace,
            Meaning::Cache { made: Some((value.clone(), 4)) },
            Meaning::Argument { name: "ignored_inputs", value: ignored.clone() },
            Meaning::Argument { name: "salt", value: value.clone() },
            Meaning::Given { to: Holder::Task(task.clone()), value: value.clone() },
            Meaning::Given { to: Holder::Environment(Known::Value("ml".to_owned())), value: value.clone() },
            word("auto", &behavior),
            word("off", &value),
            word("Auto", &value),
            name("x"),
            name("gone"),
            Meaning::Input { name: "x".to_owned(), task: task.clone() },
        ];
        let said: Vec<String> = meanings.iter().map(|meaning| told(meaning, &report, true).unwrap()).collect();
        insta::assert_snapshot!(said.join("\n\n---\n\n"));
        assert_eq!(told(&Meaning::Input { name: "y".to_owned(), task }, &report, true), None);
    }

    #[test]
    fn without_a_store_nothing_is_claimed_of_entries() {
        let status = samples::kept("load", 10);
        let report = Report { store: None, ..samples::report(vec![status.clone()]) };
        let said = told(&of_task(&status, None), &report, false).unwrap();
        assert!(said.ends_with("there is no local cache here, and clusters are not asked."), "{said}");
    }
}
