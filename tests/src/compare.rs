//! Holds the library's answers against an interpreter's, function by function.

use crate::oracle::{self, Answer, Answered, File, Refused};
use crate::setup::{Interpreter, Setup};
use cache_core::python::{BodyVersion, Function, Module, PythonVersion, Source, Unknown};
use std::collections::{BTreeMap, HashMap};

/// How many findings of a kind are told in full; the rest is only counted.
const TOLD: usize = 60;

/// What was found over a number of files.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files that both accept.
    pub files: usize,
    /// Files that both refuse.
    pub refused: usize,
    /// Functions that CPython has in files that it accepts.
    pub functions: usize,
    /// Functions of equal version.
    pub equal: usize,
    /// Functions for which the policy raises, and the library says so.
    pub raises: usize,
    /// Another version than CPython's, or one where CPython raises: the worst defect.
    pub wrong: Findings,
    /// The same under the minor alone, where patch releases may differ.
    pub wrong_by_minor: Findings,
    /// Functions that CPython has and the library has not, or names otherwise.
    pub missing: Findings,
    /// Functions that have a version and are unknown to the library, by cause.
    pub unknown: Findings,
    /// As `unknown`, only where the minor alone is known.
    pub unknown_by_minor: Findings,
    /// Functions for which the policy raises and the library knows no version for another cause.
    pub other_cause: Findings,
    /// Files that CPython accepts and the library refuses, by cause.
    pub refused_by_us: Findings,
    /// Files that CPython refuses and the library accepts, by CPython's cause.
    pub accepted_by_us: Findings,
    /// Files refused by both, for which the library tells another cause.
    pub other_refusal: Findings,
    /// Files that brought the interpreter down.
    pub crashed: Findings,
}

/// How often something was found, by cause, with a few told in full.
#[derive(Debug, Default)]
pub struct Findings {
    /// How often, over all causes.
    pub count: usize,
    /// How often by cause.
    pub causes: BTreeMap<String, usize>,
    /// Some of them, in full.
    pub told: Vec<String>,
}

impl Findings {
    fn add(&mut self, cause: impl Into<String>, text: impl FnOnce() -> String) {
        self.count += 1;
        let seen = self.causes.entry(cause.into()).or_default();
        *seen += 1;
        // Some of each cause rather than many of the first.
        if *seen <= 12 && self.told.len() < TOLD {
            self.told.push(text());
        }
    }
}

/// The library's view of a file: parsed, or not even text.
pub fn parse(bytes: &[u8]) -> Result<Module, String> {
    Source::decode(bytes).map(Module::parse).map_err(|error| error.to_string())
}

/// Holds the library's answers for the files against an interpreter's.
pub fn compare(setup: &Setup, interpreter: &Interpreter, files: &[File], answers: &[Answer]) -> Tally {
    let mut tally = Tally::default();
    for (file, answer) in files.iter().zip(answers) {
        let parsed = parse(&file.bytes);
        let python = interpreter.python();
        match (answer, &parsed) {
            (Answer::Crashed(words), _) => tally.crashed.add("crash", || words.clone()),
            (Answer::Refused(theirs), Err(ours)) => refused_by_both(&mut tally, file, theirs, ours),
            (Answer::Functions(functions), Err(ours)) => refused_by_us(&mut tally, file, functions, ours),
            (Answer::Refused(theirs), Ok(module)) => match module.refusal(python) {
                Some(ours) => refused_by_both(&mut tally, file, theirs, &ours.to_string()),
                None => tally.accepted_by_us.add(generalise(&theirs.message), || {
                    format!(
                        "{}: {}: {} (line {:?}){}",
                        file.name,
                        theirs.kind,
                        theirs.message,
                        theirs.line,
                        shown(file)
                    )
                }),
            },
            (Answer::Functions(functions), Ok(module)) => match module.refusal(python) {
                Some(ours) => refused_by_us(&mut tally, file, functions, &ours.to_string()),
                None => {
                    tally.files += 1;
                    let dumps = |line: u32| oracle::dump(setup, interpreter, file, line);
                    compare_functions(&mut tally, file, module, python, functions, &dumps);
                }
            },
        }
    }
    tally
}

fn refused_by_both(tally: &mut Tally, file: &File, theirs: &Refused, ours: &str) {
    tally.refused += 1;
    if !ours.contains(&theirs.message) {
        tally.other_refusal.add(format!("{} / {}", generalise(&theirs.message), generalise(ours)), || {
            format!("{}: CPython: line {:?}: {}: {}; ours: {ours}", file.name, theirs.line, theirs.kind, theirs.message)
        });
    }
}

fn refused_by_us(tally: &mut Tally, file: &File, functions: &[Answered], ours: &str) {
    tally.refused_by_us.add(generalise(ours), || format!("{}: {ours}", file.name));
    tally.functions += functions.len();
    for _ in functions.iter().filter(|function| function.version.is_some()) {
        tally.unknown.add(format!("refused: {}", generalise(ours)), || format!("{}: {ours}", file.name));
    }
}

fn compare_functions(
    tally: &mut Tally,
    file: &File,
    module: &Module,
    python: PythonVersion,
    functions: &[Answered],
    dumps: &dyn Fn(u32) -> Result<String, String>,
) {
    let ours: HashMap<u32, &Function> =
        module.functions().iter().map(|function| (function.first_line, function)).collect();
    for theirs in functions {
        tally.functions += 1;
        let place = || format!("{}:{} {}{}", file.name, theirs.line, theirs.qualname, shown(file));
        let Some(function) = ours.get(&theirs.line) else {
            tally.missing.add("no function at this line", place);
            continue;
        };
        if function.qualname != theirs.qualname {
            tally.missing.add("qualname", || format!("{}: ours is {}", place(), function.qualname));
        }
        let version = module.body_version(function, python, "");
        judge(tally, theirs, &version, &place, || first_difference(module, function, python, theirs, dumps));

        match module.body_version(function, PythonVersion::minor(python.minor), "") {
            Ok(general) if Some(general.to_string()) != theirs.version => {
                tally.wrong_by_minor.add("wrong", || format!("{}: {general}", place()));
            }
            Err(cause) if version.is_ok() => tally.unknown_by_minor.add(generalise(&cause.to_string()), place),
            _ => {}
        }
    }
}

fn judge(
    tally: &mut Tally,
    theirs: &Answered,
    ours: &Result<BodyVersion, Unknown>,
    place: &dyn Fn() -> String,
    difference: impl FnOnce() -> String,
) {
    match (&theirs.version, &theirs.raises, ours) {
        (Some(theirs), _, Ok(ours)) if *theirs == ours.to_string() => tally.equal += 1,
        (Some(_), _, Ok(_)) => tally.wrong.add("another version", || format!("{}\n{}", place(), difference())),
        (Some(_), _, Err(cause)) => {
            let cause = cause.to_string();
            tally.unknown.add(generalise(&cause), || format!("{}: {cause}", place()));
        }
        (None, raises, Ok(_)) => {
            let raises = raises.as_deref().unwrap_or_default();
            tally.wrong.add(format!("a version though CPython raises {}", generalise(raises)), || {
                format!("{}: CPython raises {raises}", place())
            });
        }
        (None, raises, Err(cause)) => {
            tally.raises += 1;
            let raises = raises.as_deref().unwrap_or_default();
            let same = match cause {
                Unknown::Raises(text) => text == raises,
                Unknown::TooDeep => raises.starts_with("RecursionError"),
                _ => false,
            };
            if !same {
                tally.other_cause.add(format!("{} / {}", generalise(raises), generalise(&cause.to_string())), || {
                    format!("{}: CPython raises {raises}; ours: {cause}", place())
                });
            }
        }
    }
}

/// The text of a small file, since only this run knows where it came from.
fn shown(file: &File) -> String {
    if file.bytes.len() > 500 { String::new() } else { format!(" in {:?}", String::from_utf8_lossy(&file.bytes)) }
}

/// The first place where two dumps part, with what stands around it.
fn first_difference(
    module: &Module,
    function: &Function,
    python: PythonVersion,
    theirs: &Answered,
    dumps: &dyn Fn(u32) -> Result<String, String>,
) -> String {
    match (dumps(theirs.line), module.dump(function, python)) {
        (Ok(theirs), Ok(ours)) => describe_difference(&theirs, &ours),
        (theirs, ours) => format!("  CPython: {theirs:?}\n  ours:    {ours:?}"),
    }
}

/// Two texts at the first character that differs.
pub fn describe_difference(theirs: &str, ours: &str) -> String {
    let common = theirs.chars().zip(ours.chars()).take_while(|(a, b)| a == b).count();
    let excerpt = |text: &str| -> String { text.chars().skip(common.saturating_sub(70)).take(150).collect() };
    if theirs == ours {
        return "  the dumps are equal, the hashes are not".to_owned();
    }
    format!("  CPython: …{}\n  ours:    …{}", excerpt(theirs), excerpt(ours))
}

/// A message without what is particular to one file, so that equal kinds count together.
pub fn generalise(message: &str) -> String {
    let mut general = String::new();
    let mut quoted: Option<char> = None;
    for character in message.chars() {
        match quoted {
            Some(quote) if character == quote => {
                quoted = None;
                general.push('…');
                general.push(character);
            }
            Some(_) => {}
            // Not the one of "can't".
            None if matches!(character, '\'' | '`' | '"') && !general.ends_with(char::is_alphanumeric) => {
                quoted = Some(character);
                general.push(character);
            }
            None if character.is_ascii_digit() => {
                if !general.ends_with('#') {
                    general.push('#');
                }
            }
            None => general.push(character),
        }
    }
    general.chars().take(160).collect()
}
