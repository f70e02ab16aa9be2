//! What the local cache holds, as tables and sentences.

use std::path::Path;

use cache_core::store::flyte::Finding;
use cache_core::store::flyte::outputs::{FileKind, Output};

use crate::render::columns::{self, Column, Line, Row};
use crate::render::paint::Ink;
use crate::render::table::Look;
use crate::render::text::{relative, tame};
use crate::status::InputsFrom;
use crate::status::local_cache::{Inventory, Name, NamedEntry, Shown, Under, Verified, Whereabouts, Wrong};
use crate::status::sentence::duration;

/// What is said where there is no file.
pub const NO_FILE: &str = "there is no local cache yet: the first cached local run makes it";

/// How many characters of a key tell it from others.
const KEY: usize = 8;

/// What `list` prints; `listed` is `None` if there is no file.
pub fn list(found: &Whereabouts, listed: Option<&Inventory>, cwd: &Path, look: Look) -> String {
    let Some(listed) = listed else { return format!("{} · {NO_FILE}\n", place(found, cwd)) };
    let mut out = format!("{} · {}, {}\n", place(found, cwd), entries(listed.entries() as u64), size(listed.bytes()));
    if let Some(remark) = &listed.remark {
        out.push_str(&format!("{}\n", tame(remark)));
    }
    if !listed.named.is_empty() {
        out.push('\n');
        out.push_str(&table(&listed.named, look));
    }
    let others: u64 = listed.others.iter().map(|(_, bytes)| bytes).sum();
    let count = listed.others.len();
    if count > 0 {
        let what = if listed.named.is_empty() { entries(count as u64) } else { format!("{count} more") };
        let line = format!("{what} of other projects, other code or inputs that are not known here, {}", size(others));
        out.push_str(&format!("\n{}\n", look.paint.ink(Ink::Faint, &line)));
    }
    out
}

/// A row an entry.
fn table(named: &[NamedEntry], look: Look) -> String {
    let columns = [("TASK", 0), ("INPUTS", 0), ("CODE", 3), ("SIZE", 2), ("TOOK", 1), ("KEY", 4)];
    let columns =
        columns.map(|(heading, dispensable)| Column { heading: heading.to_owned(), dispensable, coloured: false });
    let row = |entry: &NamedEntry| {
        let name = &entry.name;
        let took = name.seconds.map_or(String::new(), duration);
        let key = entry.key.chars().take(KEY).collect();
        let cells = vec![tame(&name.task), tame(&inputs(name)), code(name.under), size(entry.bytes), took, key];
        Line::Row(Row { mark: " ", ink: Ink::Faint, cells, note: Vec::new(), below: Vec::new() })
    };
    let lines: Vec<Line> = named.iter().map(row).collect();
    columns::write(&columns, "", &lines, look.width, look.paint)
}

/// What `show` prints.
pub fn show(shown: &[Shown], look: Look) -> String {
    let mut out = String::new();
    for (index, entry) in shown.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(&one(entry, look));
    }
    out
}

fn one(entry: &Shown, look: Look) -> String {
    let name = entry.name.as_ref();
    let title = name.map_or("a task that is not known here".to_owned(), |name| tame(&name.task));
    let mut facts = vec![size(entry.bytes)];
    facts.extend(name.and_then(|name| name.seconds).map(|seconds| format!("took {} to compute", duration(seconds))));
    facts.extend(name.map(|name| code_in_words(name.under).to_owned()));
    facts.push(format!("key {}", entry.key));
    let mut out =
        format!("{} · {}\n", look.paint.ink(Ink::Strong, &title), look.paint.ink(Ink::Faint, &facts.join(" · ")));
    if let Some(name) = name {
        out.push_str(&format!("  inputs   {}\n", tame(&inputs_and_source(name))));
    }
    match &entry.outputs {
        Err(garbage) => {
            let what = format!(
                "! {garbage}: a run that meets it raises; `tasklens local-cache clear --key {}`",
                key(&entry.key)
            );
            out.push_str(&format!("  {}\n", look.paint.ink(Ink::Danger, &what)));
        }
        Ok(outputs) if outputs.values.is_empty() => out.push_str("  outputs  none: the task returns nothing\n"),
        Ok(outputs) => {
            for (index, output) in outputs.values.iter().enumerate() {
                let heading = if index == 0 { "outputs" } else { "" };
                out.push_str(&format!("  {heading:<8} {} = {}\n", tame(&output.name), value(output)));
            }
            if outputs.more > 0 {
                out.push_str(&format!("           … and {} more\n", outputs.more));
            }
        }
    }
    out
}

fn value(output: &Output) -> String {
    let remark = if output.broken { " (a run that meets it raises)" } else { "" };
    format!("{}{remark}", tame(&output.text))
}

/// What is said where a task has no entry.
pub fn nothing_stored(what: &str, given: bool) -> String {
    let what = tame(what);
    if given {
        format!("{what} with these inputs is not in the local cache, or its key can't be known: see `tasklens status`")
    } else {
        format!(
            "no entry of {what} is in the local cache, as far as its inputs are known; name some by --input NAME=VALUE"
        )
    }
}

/// What `verify` prints; `verified` is `None` if there is no file.
pub fn verify(found: &Whereabouts, verified: Option<&Verified>, cwd: &Path, look: Look) -> String {
    let Some(verified) = verified else { return format!("{} · {NO_FILE}\n", place(found, cwd)) };
    let mut facts = vec![format!("{} read", entries(verified.entries))];
    if verified.files > 0 {
        facts.push(format!("{} looked for that they name", files(verified.files)));
    }
    if verified.elsewhere > 0 {
        facts.push(format!("{} elsewhere not asked for", files(verified.elsewhere)));
    }
    let mut out = format!("{}\n{}\n", place(found, cwd), facts.join(" · "));
    if let Some(remark) = &verified.remark {
        out.push_str(&format!("{}\n", tame(remark)));
    }
    if verified.structure_unknown {
        out.push_str("the structure of the file was not looked at to the end: it is too large to keep a running SDK waiting for\n");
    }
    if verified.wrong.is_empty() {
        out.push_str(&format!("{} nothing is wrong\n", look.paint.ink(Ink::Good, "✓")));
    }
    for wrong in &verified.wrong {
        out.push_str(&format!("{} {}\n", look.paint.ink(Ink::Danger, "!"), tame(&wrong_in_words(wrong))));
    }
    let entries_to_clear = verified.wrong.iter().any(|wrong| !matches!(wrong, Wrong::Damaged(Finding::Structure(_))));
    if entries_to_clear {
        out.push_str("`tasklens local-cache clear --key KEY` removes an entry; the next run computes it again\n");
    }
    out
}

/// What is wrong, and what comes of it.
pub fn wrong_in_words(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Damaged(Finding::Structure(words)) => {
            format!(
                "the file is damaged ({}): move it away, or remove it by `flyte delete local-cache`",
                words.trim_end()
            )
        }
        Wrong::Damaged(Finding::Key(text)) => format!("{text} is no key of Flyte's: no run asks for it"),
        Wrong::Damaged(Finding::Value(text)) => {
            format!("{} can't be read as outputs: a run that meets it raises", key(text))
        }
        Wrong::Damaged(Finding::Output { key: text, output }) => {
            format!("{} has an output {output} that can't be read: a run that meets it raises", key(text))
        }
        Wrong::Dangling { key: text, kind, path } => {
            format!("{} names {} that is gone: {}", key(text), kind_in_words(*kind), path.display())
        }
    }
}

fn kind_in_words(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "a file",
        FileKind::Folder => "a folder",
        FileKind::FileOrFolder => "a file or folder",
        FileKind::Table => "a table",
        FileKind::Pickle => "a pickled object",
        FileKind::Offloaded => "a stored value",
    }
}

/// What `clear` is about to remove.
pub struct Doomed<'a> {
    /// From which file.
    pub path: &'a Path,
    /// Of which tasks alone.
    pub tasks: &'a [String],
    /// Under which keys; `None` for all.
    pub keys: Option<&'a [String]>,
    /// What the cache holds, where that can be read.
    pub listed: Option<&'a Inventory>,
}

impl Doomed<'_> {
    /// `3 entries of ml.train (12 KiB)`
    fn what(&self) -> String {
        let Some(listed) = self.listed else { return "the entries".to_owned() };
        let bytes: u64 = match self.keys {
            None => listed.bytes(),
            Some(keys) => {
                let named = listed.named.iter().map(|entry| (&entry.key, entry.bytes));
                let all = named.chain(listed.others.iter().map(|(key, bytes)| (key, *bytes)));
                all.filter(|(key, _)| keys.contains(key)).map(|(_, bytes)| bytes).sum()
            }
        };
        let count = self.keys.map_or(listed.entries(), <[String]>::len);
        format!("{}{} ({})", entries(count as u64), self.whose(), size(bytes))
    }

    fn whose(&self) -> String {
        match (self.tasks, self.keys) {
            ([], None) => " of all projects".to_owned(),
            ([], Some(_)) => String::new(),
            (tasks, _) => format!(" of {}", tame(&tasks.join(", "))),
        }
    }

    /// What stays because nobody knows whose it is.
    fn unattributed(&self) -> String {
        match self.listed.map(|listed| listed.others.len()) {
            Some(others) if !self.tasks.is_empty() && others > 0 => {
                let (stay, they) = if others == 1 { ("stays", "it is") } else { ("stay", "they are") };
                format!("; {} {stay} of which it is not known whose {they}", entries(others as u64))
            }
            _ => String::new(),
        }
    }
}

/// What `clear --dry-run` prints, and any `clear` where there is nothing to remove.
pub fn would_remove(doomed: &Doomed<'_>, look: Look) -> String {
    if doomed.keys.is_some_and(<[String]>::is_empty) {
        return format!("no entry{} is known: nothing to remove{}\n", doomed.whose(), doomed.unattributed());
    }
    if doomed.listed.is_some_and(|listed| listed.entries() == 0) {
        return format!("{} holds no entries: nothing to remove\n", doomed.path.display());
    }
    let mut out = format!("would remove {} from {}{}\n", doomed.what(), doomed.path.display(), doomed.unattributed());
    if let (Some(keys), Some(listed)) = (doomed.keys, doomed.listed) {
        let named: Vec<NamedEntry> = listed.named.iter().filter(|entry| keys.contains(&entry.key)).cloned().collect();
        if !named.is_empty() {
            out.push_str(&format!("\n{}", table(&named, look)));
        }
    }
    out
}

/// The question before entries are removed.
pub fn question(doomed: &Doomed<'_>) -> String {
    format!("Remove {} from {}?", doomed.what(), doomed.path.display())
}

/// What was removed.
pub fn removed(doomed: &Doomed<'_>, count: u64) -> String {
    format!("removed {}{} from {}{}\n", entries(count), doomed.whose(), doomed.path.display(), doomed.unattributed())
}

/// `12 entries`
pub fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// `.flyte/local-cache/cache.db · beside .flyte/config.yaml`
fn place(found: &Whereabouts, cwd: &Path) -> String {
    let below = found.path.starts_with(cwd);
    let path = if below { relative(&found.path, cwd) } else { found.path.display().to_string() };
    format!("{} · {}", tame(&path), tame(&found.led_by))
}

fn key(key: &str) -> String {
    key.chars().take(KEY).collect()
}

/// `x=1, y='a'`
fn inputs(name: &Name) -> String {
    let pairs: Vec<String> = name.inputs.iter().map(|(input, value)| format!("{input}={value}")).collect();
    pairs.join(", ")
}

fn inputs_and_source(name: &Name) -> String {
    let source = match name.from {
        InputsFrom::Given => "given",
        InputsFrom::Call => "from a call in the code",
        InputsFrom::Trigger => "from a trigger",
        InputsFrom::Run => "from a recorded run",
        InputsFrom::Defaults => "its defaults",
        InputsFrom::None => return "none".to_owned(),
    };
    format!("{} ({source})", inputs(name))
}

fn code(under: Under) -> String {
    match under {
        Under::Now => "now".to_owned(),
        Under::Image(python) => format!("now, {python}"),
        Under::Baseline => "baseline".to_owned(),
    }
}

fn code_in_words(under: Under) -> &'static str {
    match under {
        Under::Now => "of the code as it is",
        Under::Image(_) => "of the code as it is, run in an image with another Python",
        Under::Baseline => "of the baseline's code",
    }
}

/// `1.2 KiB`
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1_024 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    let mut size = bytes as f64 / 1_024.0;
    let mut unit = 0;
    while size >= 1_023.95 && unit + 1 < UNITS.len() {
        size /= 1_024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::render::paint::Paint;

    const LOOK: Look = Look { width: None, paint: Paint { enabled: false }, all: false };

    fn found() -> Whereabouts {
        Whereabouts { path: PathBuf::from("/p/cache.db"), led_by: "named by --path".to_owned(), switched_off: false }
    }

    fn listed() -> Inventory {
        let name = Name {
            task: "ml.train".to_owned(),
            under: Under::Baseline,
            inputs: vec![("x".to_owned(), "'\u{1b}[2J'".to_owned())],
            from: InputsFrom::Call,
            seconds: Some(11_520.0),
        };
        let named = vec![NamedEntry { key: "V4WJxq0abc=".to_owned(), bytes: 2_048, name }];
        Inventory { named, others: vec![("b=".to_owned(), 10), ("c=".to_owned(), 20)], remark: None }
    }

    #[test]
    fn entries_are_listed_and_the_others_counted() {
        let out = list(&found(), Some(&listed()), Path::new("/q"), LOOK);
        let lines: Vec<&str> = out.lines().map(str::trim).collect();
        assert_eq!(lines[0], "/p/cache.db · named by --path · 3 entries, 2.0 KiB");
        assert_eq!(lines[3], "ml.train  x='\u{fffd}[2J'  baseline  2.0 KiB  3 h 12 min  V4WJxq0a");
        assert_eq!(lines[5], "2 more of other projects, other code or inputs that are not known here, 30 bytes");
    }

    #[test]
    fn what_is_cleared_is_said_with_what_stays() {
        let (tasks, keys, listed) = (["ml.train".to_owned()], ["V4WJxq0abc=".to_owned()], listed());
        let path = Path::new("/p/cache.db");
        let of_task = Doomed { path, tasks: &tasks, keys: Some(&keys), listed: Some(&listed) };
        let unknown = "2 entries stay of which it is not known whose they are";
        assert_eq!(question(&of_task), "Remove 1 entry of ml.train (2.0 KiB) from /p/cache.db?");
        assert_eq!(removed(&of_task, 1), format!("removed 1 entry of ml.train from /p/cache.db; {unknown}\n"));
        let one = Inventory { others: listed.others[..1].to_vec(), ..listed.clone() };
        let of_one = Doomed { listed: Some(&one), ..of_task };
        assert!(removed(&of_one, 1).ends_with("; 1 entry stays of which it is not known whose it is\n"));
        let none = Doomed { keys: Some(&[]), ..of_task };
        assert_eq!(would_remove(&none, LOOK), format!("no entry of ml.train is known: nothing to remove; {unknown}\n"));
        let all = Doomed { path, tasks: &[], keys: None, listed: Some(&listed) };
        assert_eq!(question(&all), "Remove 3 entries of all projects (2.0 KiB) from /p/cache.db?");
        let unreadable = Doomed { path, tasks: &[], keys: None, listed: None };
        assert_eq!(question(&unreadable), "Remove the entries from /p/cache.db?");
    }

    #[test]
    fn what_is_wrong_is_said_with_what_comes_of_it() {
        let key = "V4WJxq0abc=".to_owned();
        let dangling = Wrong::Dangling { key, kind: FileKind::Pickle, path: PathBuf::from("/tmp/a") };
        assert_eq!(wrong_in_words(&dangling), "V4WJxq0a names a pickled object that is gone: /tmp/a");
        let verified = Verified { entries: 1, wrong: vec![dangling], files: 1, ..Verified::default() };
        let out = verify(&found(), Some(&verified), Path::new("/q"), LOOK);
        assert!(out.contains("1 entry read · 1 file looked for that they name\n! V4WJxq0a names"), "{out}");
        assert!(out.ends_with("removes an entry; the next run computes it again\n"), "{out}");
    }

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 1, 1_023, 1_024, 1_048_575, 1_048_576, 5_000_000_000].map(size);
        assert_eq!(sizes, ["0 bytes", "1 byte", "1023 bytes", "1.0 KiB", "1.0 MiB", "1.0 MiB", "4.7 GiB"]);
    }
}
