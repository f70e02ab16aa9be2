//! What a key is made of, kept with every entry so that it can be explained.

use std::collections::BTreeMap;

use super::digest::{Digest, Key};
use super::value::{Value, framed, length};

/// The context of keys, in BLAKE3's sense. Another encoding has another context.
pub const KEY_CONTEXT: &str = "tasklens cache-core 2026-11 native key v1";

/// The context of inputs' digests.
pub const INPUT_CONTEXT: &str = "tasklens cache-core 2026-11 native input v1";

/// Everything that the result of a call depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Whose entry it is; entries of one scope are not served in another.
    pub scope: Scope,
    /// The task's name, unique in its scope.
    pub task: String,
    /// The names and types of what goes in and comes out.
    pub interface: Interface,
    /// The version of the code: what [`policy::version`](crate::policy::version()) makes, or any text of the program's.
    pub version: String,
    /// Sets entries apart that would be the same, for an experiment, say.
    pub salt: String,
    /// The inputs that count, by name.
    pub inputs: BTreeMap<String, Input>,
    /// The inputs that don't, by name: kept to explain an entry.
    pub ignored: BTreeMap<String, Input>,
}

/// Whose entries they are. Empty texts are a scope like any other: what is common to all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The organisation.
    pub org: String,
    /// The project.
    pub project: String,
    /// The domain: `development`, `production`.
    pub domain: String,
}

/// Names and types of a task's inputs and outputs. A type is any text that changes when values of it can't be taken for each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// The inputs' types, by name.
    pub inputs: BTreeMap<String, String>,
    /// The outputs' types, by name.
    pub outputs: BTreeMap<String, String>,
}

/// An input of a call, as entries keep it: enough to compare and to show, never the value itself where that is large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The digest of the value's bytes, under [`INPUT_CONTEXT`].
    pub digest: Digest,
    /// The value for people, cut where it is long; empty if it is not to be shown.
    pub shown: String,
}

impl Scope {
    /// The scope of a domain in a project of an organisation.
    pub fn new(org: &str, project: &str, domain: &str) -> Self {
        Self { org: org.to_owned(), project: project.to_owned(), domain: domain.to_owned() }
    }
}

impl Interface {
    /// With one more input.
    pub fn input(mut self, name: &str, of: &str) -> Self {
        self.inputs.insert(name.to_owned(), of.to_owned());
        self
    }

    /// With one more output.
    pub fn output(mut self, name: &str, of: &str) -> Self {
        self.outputs.insert(name.to_owned(), of.to_owned());
        self
    }
}

impl Input {
    /// What is kept of a value.
    pub fn new(value: &Value) -> Self {
        Self { shown: cut(&value.to_string(), MOST_SHOWN), ..Self::secret(value) }
    }

    /// The same of a value that no store may hold, not even in part: its digest alone.
    pub fn secret(value: &Value) -> Self {
        let digest = blake3::derive_key(INPUT_CONTEXT, &value.bytes());
        Self { digest: Digest::from_bytes(digest), shown: String::new() }
    }
}

/// How many bytes of a value are kept to be shown.
const MOST_SHOWN: usize = 160;

/// A text of at most as many bytes and a sign that there was more.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}…", &text[..end])
}

impl Parts {
    /// With one more input that counts.
    pub fn input(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.ignored.remove(name);
        self.inputs.insert(name.to_owned(), Input::new(&value.into()));
        self
    }

    /// With one more input that counts, of which no store keeps more than the digest.
    pub fn secret_input(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.ignored.remove(name);
        self.inputs.insert(name.to_owned(), Input::secret(&value.into()));
        self
    }

    /// With one more input that does not count.
    pub fn ignored_input(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.inputs.remove(name);
        self.ignored.insert(name.to_owned(), Input::new(&value.into()));
        self
    }

    /// The key.
    pub fn key(&self) -> Key {
        Key::from_bytes(blake3::derive_key(KEY_CONTEXT, &self.bytes()))
    }

    /// The bytes that the key is the hash of.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        let text = |text: &str, bytes: &mut Vec<u8>| framed(text.as_bytes(), bytes);
        bytes.push(0x01);
        text(&self.scope.org, &mut bytes);
        text(&self.scope.project, &mut bytes);
        text(&self.scope.domain, &mut bytes);
        bytes.push(0x02);
        text(&self.task, &mut bytes);
        bytes.push(0x03);
        for side in [&self.interface.inputs, &self.interface.outputs] {
            length(side.len(), &mut bytes);
            for (name, of) in side {
                text(name, &mut bytes);
                text(of, &mut bytes);
            }
        }
        bytes.push(0x04);
        text(&self.version, &mut bytes);
        bytes.push(0x05);
        text(&self.salt, &mut bytes);
        bytes.push(0x06);
        length(self.inputs.len(), &mut bytes);
        for (name, input) in &self.inputs {
            text(name, &mut bytes);
            bytes.extend(input.digest.as_bytes());
        }
        bytes
    }
}
