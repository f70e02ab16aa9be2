//! Objects that are changed after they were made: `env.cache = …`. What is changed in the order that the file is read in
//! is followed; what is changed elsewhere may be changed at any time and isn't known.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::rc::Rc;

use super::cache;
use super::flow::Moment;
use super::ir::*;
use super::link::{Context, File, Linker, shown};
use super::reach::{self, Flood, Reach, Spot};
use super::task::{From, ImagePython, Kind, Known, Part, Place, Task};
use super::value::{CacheArgument, FileId, Origin, TaskValue, Value};
use super::writes::{self, Write};

/// Changed attributes, by the object's origin.
pub type Changes = HashMap<Origin, Vec<Change>>;

/// An attribute that is set again.
#[derive(Debug)]
pub struct Change {
    /// Its name; `None` if it may be any.
    name: Option<String>,
    /// Why its value isn't known.
    reason: String,
    /// Where in the order of a file's own code; `None` if a function or a loop does it.
    at: Option<(FileId, Offset)>,
}

/// Finds the changes that loaded files make.
pub fn find(linker: &Linker<'_>) -> Changes {
    reach::load(linker);
    let files: Vec<Rc<File>> = (0..linker.count()).map(|file| linker.file(file)).collect();
    let mut walk = Walk { linker, files: &files, made: Vec::new(), unsettled: BTreeMap::new() };
    for (file, loaded) in files.iter().enumerate() {
        for scope in reach::scopes(&loaded.summary) {
            walk.block(file, scope, loaded.summary.scope(scope).0, scope == Scope::Module);
        }
    }
    walk.follow();
    walk.changes()
}

struct Walk<'f, 'a> {
    linker: &'f Linker<'a>,
    files: &'f [Rc<File>],
    /// In the order that they are written in.
    made: Vec<Made<'f>>,
    /// Those of them of which it isn't certain what they change, by the attribute and by whether it is of the cache of what they name.
    unsettled: Unsettled<'f>,
}

type Unsettled<'f> = BTreeMap<(Option<&'f str>, bool), Vec<(usize, Spot<'f>)>>;

/// A change that is made, whatever of.
struct Made<'f> {
    write: Write<'f>,
    statement: &'f Stmt,
    file: FileId,
    ordered: bool,
    /// What is changed, and whether it is certain that it is.
    origins: Vec<(Origin, bool)>,
}

impl<'f> Walk<'f, '_> {
    fn block(&mut self, file: FileId, scope: Scope, statements: &'f [Stmt], ordered: bool) {
        for statement in statements {
            for write in writes::of(statement) {
                if is_watched(&write) {
                    self.change(Made { write, statement, file, ordered, origins: Vec::new() }, scope);
                }
            }
            let ordered = ordered && !matches!(statement.kind, StmtKind::Loop { .. });
            for block in statement.blocks() {
                self.block(file, scope, block, ordered);
            }
        }
    }

    fn change(&mut self, mut made: Made<'f>, scope: Scope) {
        let Made { file, write: Write { object, name }, .. } = made;
        let spot = Spot { file, scope, at: made.statement.start, expr: object };
        // `task.cache.salt = …` changes the cache that the task was given, or the one that it made of a word.
        let holder = match &object.kind {
            ExprKind::Attribute(holder, attribute) if attribute == "cache" => Some(Spot { expr: holder, ..spot }),
            _ => None,
        };
        for (is_holder, spot) in holder.map(|spot| (true, spot)).into_iter().chain([(false, spot)]) {
            let context = Context { file, scope, moment: Moment::At(spot.at), frame: None };
            let value = self.linker.value(context, spot.expr);
            let mut objects = Vec::new();
            if reach::collect(&value, &mut objects) {
                let origins = objects.iter().filter_map(|value| self.changed(value, name, is_holder));
                made.origins.extend(origins.map(|origin| (origin, true)));
                if is_holder && !objects.is_empty() {
                    break;
                }
            } else {
                self.unsettled.entry((name, is_holder)).or_default().push((self.made.len(), spot));
            }
        }
        self.made.push(made);
    }

    /// Follows what isn't certain. Of the changes of one attribute that may happen at any time, one is told: the last. So they are asked
    /// in one flood from the last to the first, and what an earlier one has in common with a later one need not be gone through again.
    fn follow(&mut self) {
        let unsettled = std::mem::take(&mut self.unsettled);
        // Few projects change what they can't name.
        if unsettled.is_empty() {
            return;
        }
        let island = self.islands();
        let mut by_island: BTreeMap<usize, Unsettled<'f>> = BTreeMap::new();
        for (what, spots) in unsettled {
            for (number, spot) in spots {
                let of_island = by_island.entry(island.get(spot.file).copied().unwrap_or_default()).or_default();
                of_island.entry(what).or_default().push((number, spot));
            }
        }
        for (number, unsettled) in by_island {
            let ids = island.iter().enumerate().filter(|(_, island)| **island == number).map(|(id, _)| id);
            let reach = Reach::new(self.linker, self.files, ids);
            for ((name, is_holder), spots) in unsettled {
                let mut flood = Flood::new(&reach);
                for (number, spot) in spots.into_iter().rev() {
                    let objects = flood.objects(spot);
                    let origins = objects.iter().filter_map(|value| self.changed(value, name, is_holder));
                    let origins: Vec<_> = origins.map(|origin| (origin, false)).collect();
                    if let Some(made) = self.made.get_mut(number) {
                        made.origins.extend(origins);
                    }
                }
            }
        }
    }

    /// For each file the number of its island: what no import connects, no object flows between.
    fn islands(&self) -> Vec<usize> {
        let together = self.linker.together.borrow();
        // Of a file that was come to on another way nobody knows what it is connected with.
        if !self.files.iter().all(|file| together.knows(&file.path)) {
            return vec![0; self.files.len()];
        }
        let islands = together.islands();
        let numbers: HashMap<&Path, usize> = islands
            .iter()
            .enumerate()
            .flat_map(|(number, files)| files.iter().map(move |file| (&**file, number)))
            .collect();
        self.files.iter().map(|file| numbers.get(&*file.path).copied().unwrap_or_default()).collect()
    }

    /// The changes by what is changed.
    fn changes(self) -> Changes {
        let mut all = Changes::new();
        for Made { write: Write { object, name }, statement, file, ordered, mut origins } in self.made {
            let Some(summary) = self.files.get(file).map(|file| &file.summary).filter(|_| !origins.is_empty()) else {
                continue;
            };
            let place: Place = self.linker.place(file, statement.line);
            let in_file = place.file.file_name().unwrap_or_default().to_string_lossy();
            let object = shown(object, summary);
            let what = match name {
                Some(name) => format!("`{object}.{name}` is set again"),
                None => format!("attributes of `{object}` are set"),
            };
            let reason = format!("{what} on line {} of {in_file}", self.linker.line_in_words(place.line));
            // One object is reached on many ways.
            origins.sort_unstable();
            origins.dedup();
            for (origin, is_settled) in origins {
                let at = (ordered && is_settled).then_some((file, statement.start));
                let changes = all.entry(origin).or_default();
                // Of those that may happen at any time one says as much as many: the last.
                match changes.iter_mut().find(|known| (known.name.as_deref(), known.at, at) == (name, None, None)) {
                    Some(known) => known.reason.clone_from(&reason),
                    None => changes.push(Change { name: name.map(str::to_owned), reason: reason.clone(), at }),
                }
            }
        }
        all
    }

    /// What a write of an attribute changes of an object, or of the cache of one that holds it.
    fn changed(&self, value: &Value, name: Option<&str>, is_holder: bool) -> Option<Origin> {
        if is_holder { cache_of(value) } else { self.origin(value, name) }
    }

    /// What identifies an object, if it can have such an attribute.
    fn origin(&self, value: &Value, name: Option<&str>) -> Option<Origin> {
        let has = |names: &[&str]| name.is_none_or(|name| names.contains(&name));
        match value {
            Value::Environment(environment) if has(&OF_ENVIRONMENT) => environment.origins.first().copied(),
            Value::Cache(cache) if has(&OF_CACHE) => cache.origin,
            Value::Task(task) => Some(task.origin),
            Value::Function(file, id) if has(&OF_FUNCTION) => {
                self.linker.file(*file).summary.functions.get(*id).map(|function| (*file, function.name_offset))
            }
            _ => None,
        }
    }
}

/// The cache of a task or environment.
fn cache_of(holder: &Value) -> Option<Origin> {
    match holder {
        Value::Task(task) => Some(task.cache.unwrap_or(task.origin)),
        Value::Environment(environment) => match &environment.cache {
            CacheArgument::Given(cache) => cache.origin,
            CacheArgument::Absent => None,
        },
        _ => None,
    }
}

/// Whether it matters that an attribute is set, of whatever it may be one.
pub fn is_watched(write: &Write<'_>) -> bool {
    write.name.is_none_or(|name| WATCHED.contains(&name))
}

const OF_ENVIRONMENT: [&str; 3] = ["name", "cache", "image"];
const OF_FUNCTION: [&str; 3] = ["__name__", "__wrapped__", "__code__"];
const OF_CACHE: [&str; 7] =
    ["behavior", "version_override", "serialize", "ignored_inputs", "salt", "policies", "max_age"];

const WATCHED: [&str; 14] = [
    "__name__",
    "__wrapped__",
    "__code__",
    "name",
    "cache",
    "image",
    "func",
    "behavior",
    "version_override",
    "serialize",
    "ignored_inputs",
    "salt",
    "policies",
    "max_age",
];

/// The task with what is changed made unknown.
///
/// A task takes what it needs of its environment when it is made, so a later change of the environment is none of the
/// task's; its cache and the task itself are asked when it runs.
pub fn apply(changes: &Changes, value: &TaskValue, mut task: Task) -> Task {
    let of = |origin: &Origin| changes.get(origin).map(Vec::as_slice).unwrap_or_default();
    let is_later = |change: &Change| {
        value.in_order && change.at.is_some_and(|(file, at)| file == value.origin.0 && at > value.origin.1)
    };
    let origins = value.environment.iter().flat_map(|environment| &environment.origins);
    for Change { name, reason, .. } in origins.flat_map(of).filter(|change| !is_later(change)) {
        let is = |attribute: &str| name.as_deref().is_none_or(|name| name == attribute);
        if is("name") {
            task.name = Known::Unknown(reason.clone());
            task.environment = Known::Unknown(reason.clone());
        }
        if is("cache") && matches!(task.spec.from, From::Environment | From::Default) {
            forget(&mut task, reason);
        }
        if is("image") {
            task.image = ImagePython::Unknown(reason.clone());
        }
    }
    for Change { name, reason, .. } in of(&value.origin) {
        match name.as_deref() {
            Some("name") => task.name = Known::Unknown(reason.clone()),
            Some("func") => task.kind = Kind::Function(Known::Unknown(reason.clone())),
            Some(_) => forget(&mut task, reason),
            None => {
                task.name = Known::Unknown(reason.clone());
                task.kind = Kind::Function(Known::Unknown(reason.clone()));
                forget(&mut task, reason);
            }
        }
    }
    if let (Some((file, _)), Kind::Function(Known::Value(function))) = (value.body, &task.kind) {
        let origin = u32::try_from(function.name_offset).ok().map(|offset| (file, offset));
        if let Some(Change { reason, .. }) = origin.iter().flat_map(of).next() {
            task.name = Known::Unknown(reason.clone());
            task.kind = Kind::Function(Known::Unknown(reason.clone()));
        }
    }
    for Change { name, reason, .. } in value.cache.iter().flat_map(of) {
        let spec = &mut task.spec;
        match name.as_deref() {
            Some("behavior") => lose(&mut spec.behavior, reason),
            Some("version_override") => lose(&mut spec.version_override, reason),
            Some("serialize") => lose(&mut spec.serialize, reason),
            Some("ignored_inputs") => lose(&mut spec.ignored_inputs, reason),
            Some("salt") => lose(&mut spec.salt, reason),
            Some("policies") => lose(&mut spec.policies, reason),
            Some("max_age") => lose(&mut spec.max_age, reason),
            Some(_) => {}
            None => forget(&mut task, reason),
        }
    }
    task
}

fn lose<T>(part: &mut Part<T>, reason: &str) {
    part.value = Known::Unknown(reason.to_owned());
}

fn forget(task: &mut Task, reason: &str) {
    let from = task.spec.from;
    task.spec = cache::unknown(reason, task.spec.place.clone()).spec;
    task.spec.from = from;
}
