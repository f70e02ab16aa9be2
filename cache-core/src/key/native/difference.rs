//! In what two calls differ: why one is no hit of the other's entry.

use std::collections::BTreeMap;
use std::fmt;

use super::parts::{Input, Parts};

/// One part in which a call differs from an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The scope: the texts of org, project and domain, before and now.
    Scope([String; 3], [String; 3]),
    /// The task's name, before and now.
    Task(String, String),
    /// What goes in or comes out: the names that are new, gone, or of another type.
    Interface(Vec<String>),
    /// The version, before and now.
    Version(String, String),
    /// The salt, before and now.
    Salt(String, String),
    /// An input.
    Input {
        /// Its name.
        name: String,
        /// What it was; `None` if it did not count.
        before: Option<Input>,
        /// What it is; `None` if it does not count any more.
        now: Option<Input>,
    },
}

impl Parts {
    /// In what this call differs from an earlier one; empty exactly where both have one key.
    ///
    /// ```
    /// use cache_core::key::native::Parts;
    ///
    /// let earlier = Parts::default().input("lr", 0.1).input("epochs", 3);
    /// let now = Parts { version: "v2".to_owned(), ..earlier.clone() }.input("lr", 0.2);
    /// let told: Vec<String> = now.differences(&earlier).iter().map(ToString::to_string).collect();
    /// assert_eq!(told, [r#"the version is "v2" (was "")"#, "lr is 0.2 (was 0.1)"]);
    /// ```
    pub fn differences(&self, earlier: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.scope != earlier.scope {
            let texts = |parts: &Self| {
                let scope = &parts.scope;
                [scope.org.clone(), scope.project.clone(), scope.domain.clone()]
            };
            found.push(Difference::Scope(texts(earlier), texts(self)));
        }
        if self.task != earlier.task {
            found.push(Difference::Task(earlier.task.clone(), self.task.clone()));
        }
        if self.interface != earlier.interface {
            let mut names = changed(&earlier.interface.inputs, &self.interface.inputs);
            names.extend(changed(&earlier.interface.outputs, &self.interface.outputs));
            found.push(Difference::Interface(names));
        }
        if self.version != earlier.version {
            found.push(Difference::Version(earlier.version.clone(), self.version.clone()));
        }
        if self.salt != earlier.salt {
            found.push(Difference::Salt(earlier.salt.clone(), self.salt.clone()));
        }
        let digest = |parts: &Self, name: &str| parts.inputs.get(name).map(|input| input.digest);
        for name in union(&earlier.inputs, &self.inputs) {
            if digest(self, &name) != digest(earlier, &name) {
                let before = earlier.inputs.get(&name).cloned();
                let now = self.inputs.get(&name).cloned();
                found.push(Difference::Input { name, before, now });
            }
        }
        found
    }
}

/// All names of two maps, sorted.
fn union<V>(one: &BTreeMap<String, V>, other: &BTreeMap<String, V>) -> Vec<String> {
    let mut names: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names
}

fn changed(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    union(before, now).into_iter().filter(|name| before.get(name) != now.get(name)).collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(before, now) => write!(f, "the scope is {} (was {})", now.join("/"), before.join("/")),
            Self::Task(before, now) => write!(f, "the task is {now} (was {before})"),
            Self::Interface(names) => write!(f, "the interface is another ({})", names.join(", ")),
            Self::Version(before, now) => write!(f, "the version is {now:?} (was {before:?})"),
            Self::Salt(before, now) => write!(f, "the salt is {now:?} (was {before:?})"),
            Self::Input { name, before, now } => match (before, now) {
                (Some(before), Some(now)) if before.shown != now.shown => {
                    write!(f, "{name} is {} (was {})", shown(now), shown(before))
                }
                (Some(_), Some(now)) => write!(f, "{name} is another value ({})", shown(now)),
                (None, Some(now)) => write!(f, "{name} is {} (did not count)", shown(now)),
                (_, None) => write!(f, "{name} does not count any more"),
            },
        }
    }
}

fn shown(input: &Input) -> &str {
    if input.shown.is_empty() { "not shown" } else { &input.shown }
}
