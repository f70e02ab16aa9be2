//! Stored outputs as people read them: names, values in Python's spelling, and the files that they lie in.
//!
//! An entry's value is a `flyteidl2.task.Outputs`, which says of a value what carries it and little of its type: an enum's
//! member is its name, a dataclass a `dict`, a `date` a moment at midnight. Shown is what is there. The task's signature,
//! where it is known, says more.
//!
//! Nothing is trusted: the time taken is that of reading the bytes, texts are bounded, and what the SDK could not read is
//! [`Garbage`].

mod packed;
mod text;
mod walk;
mod wire;

use text::Text;
use walk::Walk;
use wire::{Part, fields};

/// The outputs of an entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outputs {
    /// The outputs in the order of the return annotation, `o0`, `o1`, …; none for a task that returns nothing.
    pub values: Vec<Output>,
    /// How many more there are, for which there was no room.
    pub more: usize,
    /// The files and folders that values lie in, in the order in which they are named. Without them a hit is of no use.
    pub files: Vec<File>,
}

/// An output.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// `o0`.
    pub name: String,
    /// The value in Python's spelling, or what it is in words.
    pub text: String,
    /// Whether the text is all of the value; where it isn't, `…` stands for the rest.
    pub whole: bool,
    /// Whether the value says itself to be in a format that it isn't in, so that the SDK fails to read it.
    pub broken: bool,
}

/// Where a value lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct File {
    /// What lies there.
    pub kind: FileKind,
    /// Where: of a local run mostly a path.
    pub uri: String,
}

/// What lies where a value is said to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A `flyte.io.File`.
    File,
    /// A `flyte.io.Dir`.
    Folder,
    /// One of both: inside of other values they look the same.
    FileOrFolder,
    /// A `flyte.io.DataFrame`.
    Table,
    /// An object that was pickled because of its type, and is too large to be kept in the entry.
    Pickle,
    /// A value that is too large to be kept in the entry.
    Offloaded,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Characters of an output.
    pub characters: usize,
    /// Levels of nesting.
    pub depth: usize,
    /// Outputs.
    pub outputs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { characters: 2_000, depth: 12, outputs: 100 }
    }
}

/// The bytes are no `Outputs`: the SDK raises `DecodeError` where it meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not outputs of Flyte, or damaged")]
pub struct Garbage;

/// Characters of an output's name: the SDK's have two, or are those of a `NamedTuple`'s fields.
const NAME: usize = 200;

/// Reads the value of an entry.
///
/// # Errors
///
/// [`Garbage`], for what the SDK could not read either.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Outputs, Garbage> {
    let mut outputs = Outputs::default();
    for field in fields(bytes) {
        let (1, Part::Bytes(named)) = field? else { continue };
        let shown = outputs.values.len() < limits.outputs;
        let room = if shown { limits.characters } else { 0 };
        let (mut name, mut value) = ("", None);
        for field in fields(named) {
            match field? {
                (1, Part::Bytes(bytes)) => name = wire::text(bytes)?,
                (2, Part::Bytes(bytes)) => value = Some(bytes),
                _ => {}
            }
        }
        let text = Text::with_room(room);
        let mut walk = Walk { text, files: &mut outputs.files, shown: limits.depth, broken: false };
        walk.literal(value.unwrap_or_default(), 2, 0)?;
        let broken = walk.broken;
        let (text, whole) = walk.text.finish();
        if shown {
            let name = name.chars().take(NAME).collect();
            outputs.values.push(Output { name, text, whole, broken });
        } else {
            outputs.more += 1;
        }
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests;
