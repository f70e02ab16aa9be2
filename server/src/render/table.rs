//! `status` and `hash` for people: by environment, what needs attention first, and nothing about tasks without a cache.

use std::collections::BTreeMap;
use std::path::Path;

use crate::analysis::{From, Known, Place, Problem, Task};
use crate::status::functions::{FileFunctions, FunctionVersion};
use crate::status::sentence::{
    call, cluster, collision, duration, found, head, missing, python_name, quoted, reasons, remark, short, skipped,
    unknown, unknown_image,
};
use crate::status::{Computed, InputsFrom, News, Outlook, Report, Sourced, Status, TaskStatus};

use super::columns::{self, Column, Line, Row};
use super::paint::{Ink, Paint};
use super::text::{relative, tame, width, wrap};

/// How a table is written.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The width of the terminal; `None` for a file or a pipe, which take lines of any length.
    pub width: Option<usize>,
    /// Colours.
    pub paint: Paint,
    /// Tasks without a cache get a row as well.
    pub all: bool,
}

/// The table of `status`, with what it is based on above it, and a count and the problems below.
pub fn status(report: &Report, cwd: &Path, look: Look) -> String {
    let mut out = if report.tasks.is_empty() { String::new() } else { facts(report, true, cwd, look) };
    let shown: Vec<&TaskStatus> = report.tasks.iter().filter(|task| look.all || has_row(task)).collect();
    if !shown.is_empty() {
        let since = report.baseline.as_ref().ok().map(|baseline| tame(&baseline.name));
        let has_next = since.is_some() || shown.iter().any(|task| task.outlook() != Outlook::Unasked);
        let has_cost = shown.iter().any(|task| !cost(task).is_empty());
        let all = [
            (true, "TASK".to_owned(), 0),
            (true, "CACHE".to_owned(), 0),
            (true, "FROM".to_owned(), 1),
            (true, "VERSION".to_owned(), 4),
            (true, "PY".to_owned(), 2),
            (since.is_some(), format!("SINCE {}", since.as_deref().map(short_name).unwrap_or_default()), 3),
            (has_next, "NEXT RUN".to_owned(), 0),
            (has_cost, "COST".to_owned(), 5),
        ];
        let is_shown = all.each_ref().map(|(shown, ..)| *shown);
        let columns = all.into_iter().filter(|(shown, ..)| *shown);
        let columns: Vec<Column> = columns
            .map(|(_, heading, dispensable)| Column { coloured: heading == "NEXT RUN", heading, dispensable })
            .collect();
        let lines = grouped(&shown, cwd, |task| {
            let row = status_row(task, since.as_deref(), &report.problems, cwd);
            let cells = row.cells.into_iter().zip(is_shown).filter_map(|(cell, shown)| shown.then_some(cell)).collect();
            Row { cells, ..row }
        });
        out.push('\n');
        out.push_str(&columns::write(&columns, "WHY", &lines, look.width, look.paint));
    }
    out.push_str(&footer(report, shown.len(), look));
    out.push_str(&gone(report, look));
    out.push_str(&problems(&report.problems, cwd, look));
    out
}

/// Whether there is something to say of a task: it is cached, or was, or some call caches it, or it doesn't run.
fn has_row(task: &TaskStatus) -> bool {
    task.news() != News::Off || !task.overridden.is_empty() || !task.skipped_by.is_empty()
}

/// The table of `hash`: versions, and nothing of a baseline.
pub fn hash(report: &Report, cwd: &Path, look: Look) -> String {
    let mut out = if report.tasks.is_empty() { String::new() } else { facts(report, false, cwd, look) };
    let tasks: Vec<&TaskStatus> = report.tasks.iter().collect();
    if !tasks.is_empty() {
        let columns = [("TASK", 0), ("CACHE", 0), ("FROM", 1), ("PY", 2), ("VERSION", 0)];
        let columns = columns.map(|(heading, dispensable)| Column {
            heading: heading.to_owned(),
            dispensable,
            coloured: heading == "VERSION",
        });
        let lines = grouped(&tasks, cwd, hash_row);
        out.push('\n');
        out.push_str(&columns::write(&columns, "WHY", &lines, look.width, look.paint));
    }
    out.push_str(&footer(report, tasks.len(), look));
    out.push_str(&problems(&report.problems, cwd, look));
    out
}

/// Functions for people and for `grep`: a line each, with the version first.
pub fn functions(found: &FileFunctions, cwd: &Path) -> String {
    let file = tame(&relative(&found.file, cwd));
    let line = |function: &FunctionVersion| match &function.version {
        Ok(version) => format!("{version}  {file}:{} {}\n", function.line, tame(&function.qualname)),
        Err(reason) => {
            format!("{:64}  {file}:{} {}: {}\n", "unknown", function.line, tame(&function.qualname), tame(reason))
        }
    };
    found.functions.iter().map(line).collect()
}

/// What could not be read, and why.
pub fn problems(problems: &[Problem], cwd: &Path, look: Look) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", look.paint.ink(Ink::Strong, &counted(problems.len(), "problem", "problems")));
    for problem in problems {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        let place = format!("{}{line}", tame(&relative(&problem.file, cwd)));
        let message = tame(&problem.message);
        let place_shown = look.paint.ink(Ink::Warning, &place);
        if look.width.is_none_or(|room| 4 + width(&place) + width(&message) <= room) {
            out.push_str(&format!("  {place_shown}  {message}\n"));
        } else {
            out.push_str(&format!("  {place_shown}\n"));
            for line in wrap(&message, look.width.unwrap_or(usize::MAX).saturating_sub(4).max(30)) {
                out.push_str(&format!("    {line}\n"));
            }
        }
    }
    out
}

/// The line above the table: Python, SDK, baseline, configuration, and where each comes from.
fn facts(report: &Report, compared: bool, cwd: &Path, look: Look) -> String {
    let mut facts = Vec::new();
    if !report.pythons.is_empty() {
        let words: Vec<_> = report.pythons.iter().map(|python| python.words.clone()).collect();
        facts.push(format!("Python {}", several(&words)));
    }
    if !report.sdks.is_empty() {
        let source = |sdk: &Sourced| format!("{} ({})", sdk.value, sdk.source.as_deref().unwrap_or("assumed"));
        facts.push(format!("flyte {}", several(&report.sdks.iter().map(source).collect::<Vec<_>>())));
    }
    if compared {
        facts.push(match &report.baseline {
            Ok(baseline) => {
                let revision = baseline.revision.as_deref().map(|revision| format!(" {}", short(revision)));
                format!("since {}{}", baseline.name, revision.unwrap_or_default())
            }
            Err(reason) => format!("no baseline: {reason}"),
        });
    }
    if let Some(store) = &report.store {
        let entries = usize::try_from(store.entries).unwrap_or(usize::MAX);
        facts.push(format!("local cache {} ({})", store.path.display(), counted(entries, "entry", "entries")));
    }
    facts.extend(report.configs.iter().map(|file| format!("settings of {}", relative(file, cwd))));
    facts.extend(report.notes.iter().map(|note| format!("note: {note}")));
    let mut lines: Vec<String> = Vec::new();
    for fact in facts.iter().map(|fact| tame(fact)) {
        match lines.last_mut() {
            Some(line) if look.width.is_none_or(|room| width(line) + 3 + width(&fact) <= room) => {
                line.push_str(" · ");
                line.push_str(&fact);
            }
            // A fact that is longer than a line takes several.
            _ => lines.extend(wrap(&fact, look.width.unwrap_or(usize::MAX))),
        }
    }
    lines.iter().map(|line| format!("{}\n", look.paint.ink(Ink::Faint, line))).collect()
}

/// A few of many: what is left out is in the rows.
fn several(texts: &[String]) -> String {
    match texts {
        [first, second, third, _, ..] => format!("{first}, {second}, {third} and {} more", texts.len() - 3),
        few => few.join(", "),
    }
}

/// Rows under their environment and file, the worst first: within a group, and from group to group.
fn grouped(tasks: &[&TaskStatus], cwd: &Path, row: impl Fn(&TaskStatus) -> Row) -> Vec<Line> {
    let mut groups: BTreeMap<(String, String), Vec<&TaskStatus>> = BTreeMap::new();
    for task in tasks {
        let file = relative(&task.task.place.file, cwd);
        groups.entry((environment(&task.task), tame(&file))).or_default().push(task);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    for (_, tasks) in &mut groups {
        tasks.sort_by_key(|task| (task.urgency(), task.task.place.line));
    }
    groups.sort_by_key(|(_, tasks)| tasks.first().map(|task| task.urgency()));
    let mut lines = Vec::new();
    for ((environment, file), tasks) in groups {
        lines.push(Line::Group(environment, file));
        lines.extend(tasks.into_iter().map(|task| Line::Row(row(task))));
    }
    lines
}

fn environment(task: &Task) -> String {
    match &task.environment {
        Known::Value(name) if name.is_empty() => "no environment".to_owned(),
        Known::Value(name) => tame(name),
        Known::Unknown(reason) => format!("environment unknown ({})", tame(reason)),
    }
}

/// Whether what makes a version unknown is told among the problems: once a file, not once a task.
fn is_told(status: &TaskStatus, problems: &[Problem]) -> bool {
    let Known::Unknown(reason) = &status.here.version else { return false };
    let tells = |problem: &Problem| problem.file == status.task.place.file && reason.contains(&problem.message);
    problems.iter().any(tells)
}

/// A row with a cell for every column that there may be.
fn status_row(status: &TaskStatus, since: Option<&str>, problems: &[Problem], cwd: &Path) -> Row {
    let (mark, ink) = mark(status);
    let note = note(status, since, problems);
    let cells = vec![
        task_name(&status.task),
        cache(status),
        from(status),
        version(status),
        pythons(status),
        status.status.word().to_owned(),
        next_run(status),
        cost(status),
    ];
    let place = |place: &Place| format!("{}:{}", relative(&place.file, cwd), place.line);
    let below = status.overridden.iter().map(|one| format!("{} {}", place(&one.place), call(one)));
    let below = below.chain(status.unknown_images.iter().map(|parent| unknown_image(parent)));
    let of_inputs = status.known_inputs.iter().filter_map(|known| Some((known, remark(known)?)));
    let below = below.chain(of_inputs.chain(collision(&status.known_inputs)).map(|(known, text)| {
        let place = known.places.first().map_or(String::new(), |first| format!("{} ", place(first)));
        format!("{place}{text}")
    }));
    let below = below.chain(status.cluster.iter().map(cluster));
    let below = below.map(|text| tame(&text)).collect();
    Row { mark, ink, cells, note: note.iter().map(|text| tame(text)).collect(), below }
}

/// Why the next run does what it does, said in several ways, the fullest first.
fn note(status: &TaskStatus, since: Option<&str>, problems: &[Problem]) -> Vec<String> {
    let since = since.map(short_name);
    let news = status.news();
    let of_version = || match news {
        News::Kept if !status.pinned || status.read_locally => Vec::new(),
        News::Off | News::Uncompared | News::New => Vec::new(),
        // The version has a column.
        News::TurnedOn => vec!["the baseline did not cache it".to_owned()],
        News::Unknown if is_told(status, problems) => vec!["Python refuses the file: see the problem below".to_owned()],
        News::Unknown => vec![unknown(status)],
        _ => reasons(status, since.as_deref()),
    };
    match status.outlook() {
        Outlook::Skipped => vec![skipped(&status.skipped_by)],
        Outlook::Hit if matches!(news, News::StaleRisk | News::Differs) => of_version(),
        // Not worth a line of its own.
        Outlook::Hit => vec![found(&status.asked()), String::new()],
        Outlook::Partly if news != News::StaleRisk => vec![missing(&status.asked())],
        Outlook::Missing if matches!(news, News::Kept | News::Uncompared | News::New) => {
            vec![missing(&status.asked())]
        }
        _ => of_version(),
    }
}

fn hash_row(status: &TaskStatus) -> Row {
    let (version, note) = match &status.here.version {
        Known::Value(version) => (tame(version), Vec::new()),
        Known::Unknown(reason) => ("unknown".to_owned(), vec![tame(reason)]),
    };
    Row {
        mark: if note.is_empty() { " " } else { mark_of(News::Unknown).0 },
        ink: if note.is_empty() { Ink::Plain } else { mark_of(News::Unknown).1 },
        cells: vec![task_name(&status.task), cache(status), from(status), python_name(status.here.python), version],
        note,
        below: Vec::new(),
    }
}

/// The sign of what the next run does, and its colour.
pub(super) fn mark(status: &TaskStatus) -> (&'static str, Ink) {
    match (status.outlook(), status.urgency()) {
        (Outlook::Skipped, _) => ("–", Ink::Faint),
        (Outlook::Partly | Outlook::Missing, News::Uncompared) => ("○", Ink::News),
        (_, urgency) => mark_of(urgency),
    }
}

fn mark_of(news: News) -> (&'static str, Ink) {
    match news {
        News::StaleRisk => ("!", Ink::Danger),
        News::Recompute | News::OtherKey => ("↻", Ink::Warning),
        News::Unknown => ("?", Ink::Warning),
        News::Differs => ("≠", Ink::Warning),
        News::TurnedOff => ("–", Ink::News),
        News::New | News::TurnedOn => ("+", Ink::News),
        News::Uncompared => (" ", Ink::Plain),
        News::Kept => ("✓", Ink::Good),
        News::Off => ("–", Ink::Faint),
    }
}

fn task_name(task: &Task) -> String {
    let branch = task.branch.as_ref().map_or(String::new(), |branch| format!(" ({branch})"));
    tame(&format!("{}{branch}", task.function))
}

fn cache(status: &TaskStatus) -> String {
    match (&status.task.spec.behavior.value, &status.here.version) {
        (_, Known::Value(version)) if status.pinned => tame(&format!("pinned {}", quoted(version))),
        (Known::Value(cache_core::policy::Behavior::Disable), _) => "disabled".to_owned(),
        (Known::Value(behavior), _) => behavior.word().to_owned(),
        (Known::Unknown(_), _) => "unknown".to_owned(),
    }
}

fn from(status: &TaskStatus) -> String {
    let word = match status.task.spec.from {
        From::Task => "task",
        From::Environment => "env",
        From::Default => "default",
        From::Override => "override",
    };
    word.to_owned()
}

fn version(status: &TaskStatus) -> String {
    match &status.here.version {
        Known::Value(version) if status.status != Status::Disabled => tame(&short(version)),
        _ => "–".to_owned(),
    }
}

fn pythons(status: &TaskStatus) -> String {
    let others = status.in_images.iter().filter(|_| status.differs());
    let all = std::iter::once(&status.here).chain(others);
    all.map(|Computed { python, .. }| python_name(*python)).collect::<Vec<_>>().join(", ")
}

/// What the next run does: the head of the sentence, where that says it.
fn next_run(status: &TaskStatus) -> String {
    let news = status.news();
    let of_version = match news {
        News::StaleRisk => "stale risk",
        News::New | News::TurnedOn => "first run",
        News::Off | News::TurnedOff => "always runs",
        News::Unknown | News::Uncompared => "not known",
        News::Differs => "it depends",
        News::Recompute | News::OtherKey | News::Kept => head(status),
    };
    match status.outlook() {
        Outlook::Skipped => "does not run".to_owned(),
        Outlook::Hit if matches!(news, News::StaleRisk | News::Differs) => of_version.to_owned(),
        // What a run passed it doesn't say what the next one will.
        Outlook::Hit if news == News::Kept && status.asked().iter().all(|known| known.from == InputsFrom::Run) => {
            of_version.to_owned()
        }
        Outlook::Hit => "cache hit".to_owned(),
        Outlook::Partly if news != News::StaleRisk => {
            let (hits, all) = status.hits();
            format!("hit for {hits} of {all}")
        }
        Outlook::Missing if matches!(news, News::Kept | News::Uncompared) => "will compute".to_owned(),
        _ => of_version.to_owned(),
    }
}

/// What the next run costs, or saves.
fn cost(status: &TaskStatus) -> String {
    let Some(cost) = status.cost().map(duration) else { return String::new() };
    let computes = match status.news() {
        News::Unknown | News::Uncompared | News::Differs | News::Kept => status.outlook() != Outlook::Unasked,
        _ => true,
    };
    match status.outlook() {
        Outlook::Hit => format!("saves {cost}"),
        _ if computes => cost,
        _ => String::new(),
    }
}

/// How many tasks there are of what, and how many have no row.
fn footer(report: &Report, shown: usize, look: Look) -> String {
    if report.tasks.is_empty() {
        return format!("No Flyte tasks in {}.\n", counted(report.files, "file", "files"));
    }
    let hidden = report.tasks.len() - shown;
    let (tasks, files) = (counted(report.tasks.len(), "task", "tasks"), counted(report.files, "file", "files"));
    let mut text = format!("{tasks} in {files}");
    if hidden > 0 {
        let verb = if hidden == 1 { "is" } else { "are" };
        text.push_str(&format!(", of which {hidden} {verb} not cached and not shown (--all shows them)"));
    }
    wrap(&text, look.width.unwrap_or(usize::MAX))
        .iter()
        .enumerate()
        .map(|(at, line)| format!("{}{}\n", if at == 0 { "\n" } else { "" }, look.paint.ink(Ink::Faint, line)))
        .collect()
}

/// Which cached tasks the baseline has and the code hasn't.
fn gone(report: &Report, look: Look) -> String {
    let names: Vec<String> = report.gone.iter().map(|gone| tame(&gone.name)).collect();
    let Ok(baseline) = &report.baseline else { return String::new() };
    if names.is_empty() {
        return String::new();
    }
    let (count, verb) = (counted(names.len(), "task", "tasks"), if names.len() == 1 { "is" } else { "are" });
    let text = format!("{count} of {} {verb} gone: {}", tame(&baseline.name), several(&names));
    let lines = wrap(&text, look.width.unwrap_or(usize::MAX));
    lines.iter().map(|line| format!("{}\n", look.paint.ink(Ink::News, line))).collect()
}

/// The name of a baseline in a heading.
fn short_name(name: &str) -> String {
    super::text::clip(name, 20)
}

pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::samples;

    fn look(width: Option<usize>) -> Look {
        Look { width, paint: Paint { enabled: false }, all: true }
    }

    #[test]
    fn the_worst_comes_first_at_every_width() {
        let report = samples::report(samples::every_kind());
        insta::assert_snapshot!("status_80", status(&report, samples::cwd(), look(Some(80))));
        insta::assert_snapshot!("status_120", status(&report, samples::cwd(), look(Some(120))));
        insta::assert_snapshot!("status_pipe", status(&report, samples::cwd(), look(None)));
        insta::assert_snapshot!("hash_pipe", hash(&report, samples::cwd(), look(None)));
    }

    #[test]
    fn entries_and_costs_stand_beside_versions_at_every_width() {
        let mut report = samples::report(samples::with_entries());
        let path = "/home/a/.flyte/local-cache/cache.db".into();
        report.store = Some(crate::status::StoreName { path, entries: 12 });
        report.gone.clear();
        report.problems.clear();
        insta::assert_snapshot!("entries_80", status(&report, samples::cwd(), look(Some(80))));
        insta::assert_snapshot!("entries_100", status(&report, samples::cwd(), look(Some(100))));
        insta::assert_snapshot!("entries_120", status(&report, samples::cwd(), look(Some(120))));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut tasks = samples::every_kind();
        tasks.extend(samples::with_entries());
        tasks[0].task.function = "特征工程_".repeat(12);
        let mut report = samples::report(tasks);
        report.problems[0].message = "too long for one line of any terminal ".repeat(5);
        report.notes.push("flyte 2.99.0 is newer than the newest whose rules are known: update Tasklens ".repeat(3));
        report.baseline = Err("another user owns it: run `git config --global --add safe.directory` ".repeat(2));
        for room in 40..220 {
            for line in status(&report, samples::cwd(), look(Some(room))).lines() {
                assert!(width(line) <= room, "{} of {room}: {line}", width(line));
            }
        }
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let report = samples::report(samples::every_kind());
        let plain = status(&report, samples::cwd(), look(Some(100)));
        let coloured = Look { paint: Paint { enabled: true }, ..look(Some(100)) };
        let coloured = status(&report, samples::cwd(), coloured);
        let mut bare = String::new();
        for (at, piece) in coloured.split("\u{1b}[").enumerate() {
            bare.push_str(if at == 0 { piece } else { piece.split_once('m').map_or("", |(_, text)| text) });
        }
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_ne!(coloured, plain);
        assert_eq!(lines(&bare), lines(&plain));
    }

    #[test]
    fn tasks_without_a_cache_are_only_counted() {
        let report = samples::report(samples::every_kind());
        let text = status(&report, samples::cwd(), Look { all: false, ..look(None) });
        let rows = text.lines().filter(|line| line.contains("always runs")).count();
        assert_eq!(rows, 1, "only the one whose cache was turned off: {text}");
        assert!(text.contains("of which 1 is not cached and not shown (--all shows them)"), "{text}");
    }

    #[test]
    fn nothing_found_says_so() {
        let mut report = samples::report(Vec::new());
        report.problems.clear();
        report.gone.clear();
        report.baseline = Err("not a git repository".to_owned());
        assert_eq!(
            status(&report, samples::cwd(), look(Some(80))),
            "No Flyte tasks in 12 files.
"
        );
    }
}
