//! The key of a run: what the code says of a task, handed to `cache_core::key::flyte` together with what the run is given.
//!
//! Everyone who needs a key (entries, explanations, the listing of a cache) makes it here, so that they can't disagree.

use cache_core::key::flyte::{Argument, Collision, Interface, Value, key};
use cache_core::python::PythonVersion;

use crate::analysis::{Known, Passed, Spec, Task};

use super::Runtime;

/// A task's interface, under each Python that may compute it.
#[derive(Clone, Debug)]
pub struct Interfaces {
    by_python: Vec<(PythonVersion, Result<Interface, String>)>,
    /// Why the Python isn't known, where it isn't.
    unknown: String,
}

/// The inputs of a run, as far as its key is made of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Every input with its value in the order of the signature, defaults filled in, without what only Python knows and what isn't
    /// passed at all.
    pub values: Vec<(String, Value)>,
    /// The hash of what isn't ignored, in base64; empty if there is nothing. Or why it can't be known.
    pub hash: Known<String>,
    /// Other values that Flyte takes for these.
    pub collisions: Vec<Collision>,
}

impl Interfaces {
    /// The interfaces of a task for the Pythons of a runtime.
    pub fn of(task: &Task, runtime: &Runtime) -> Self {
        let interface = |python: PythonVersion| {
            let signature = task.signature.known()?;
            Interface::of(signature, (3, python.minor.number())).map_err(|unknown| unknown.to_string())
        };
        let possible = || runtime.python.possible.iter().map(|minor| PythonVersion::minor(*minor)).collect();
        let pythons: Vec<PythonVersion> = runtime.python.version.map_or_else(possible, |version| vec![version]);
        let by_python = pythons.into_iter().map(|python| (python, interface(python))).collect();
        Self { by_python, unknown: runtime.python.unknown.clone() }
    }

    /// The hash of the interface, in base64.
    pub fn hash(&self) -> Known<String> {
        self.agree(|interface| Ok(interface.hash().to_owned()))
    }

    /// What a run is given, bound to the inputs; `ignored` are the names in `ignored_inputs`.
    ///
    /// # Errors
    ///
    /// Why the arguments don't fit, in words. A value that doesn't fit its type is told in [`Bound::hash`].
    pub fn bind(&self, passed: &Passed, ignored: &[String]) -> Result<Bound, String> {
        let bound = self.agree(|interface| {
            let inputs = interface.bind(&passed.positional, &passed.keywords).map_err(|unknown| unknown.to_string())?;
            let value = |(name, value): (&str, Option<&Value>)| Some((name.to_owned(), value?.clone()));
            Ok(Bound {
                values: inputs.values().filter_map(value).collect(),
                hash: inputs.hash(ignored).map_or_else(|unknown| Known::Unknown(unknown.to_string()), Known::Value),
                collisions: inputs.collisions(ignored),
            })
        });
        match bound {
            Known::Value(bound) => Ok(bound),
            Known::Unknown(reason) => Err(reason),
        }
    }

    /// What `ask` answers for every interface, if that is one answer.
    fn agree<T: PartialEq>(&self, ask: impl Fn(&Interface) -> Result<T, String>) -> Known<T> {
        let answer = |(_, interface): &(PythonVersion, Result<Interface, String>)| {
            interface.as_ref().map_err(String::clone).and_then(&ask)
        };
        let mut answers = self.by_python.iter().map(answer);
        let Some(first) = answers.next() else { return Known::Unknown(self.unknown.clone()) };
        let first = match first {
            Ok(first) => first,
            Err(reason) => return Known::Unknown(reason),
        };
        for answer in answers {
            match answer {
                Ok(answer) if answer == first => {}
                Ok(_) => return Known::Unknown(self.unknown.clone()),
                Err(reason) => return Known::Unknown(reason),
            }
        }
        Known::Value(first)
    }
}

/// The key of a run of `task` under `version`, in base64, or what of it isn't known.
///
/// `inputs_hash` is [`Bound::hash`], `version` the version under the spec that holds for this run.
pub fn key_of(
    task: &Task,
    version: &Known<String>,
    interfaces: &Interfaces,
    inputs_hash: &Known<String>,
) -> Known<String> {
    let made = || -> Result<String, String> {
        let version = version.known().map_err(|reason| format!("version unknown: {reason}"))?;
        let name = task.name.known().map_err(|reason| format!("name unknown: {reason}"))?;
        let interface = interfaces.hash();
        Ok(key(name, inputs_hash.known()?, interface.known()?, version))
    };
    made().map_or_else(Known::Unknown, Known::Value)
}

/// The names in `ignored_inputs` of a spec.
///
/// # Errors
///
/// Why they aren't known.
pub fn ignored(spec: &Spec) -> Result<&[String], String> {
    spec.ignored_inputs.value.known().map(Vec::as_slice)
}

/// The reason why what is passed for an input that counts isn't known, if there is such an input: such inputs are not known.
pub fn unknown_argument<'p>(task: &Task, passed: &'p Passed, ignored: &[String]) -> Option<&'p str> {
    let names = task.inputs.iter().map(|input| input.name.as_str());
    let positional = passed.positional.iter().enumerate();
    let positional = positional.map(|(at, argument)| (names.clone().nth(at).unwrap_or_default(), argument));
    let keywords = passed.keywords.iter().map(|(name, argument)| (name.as_str(), argument));
    positional.chain(keywords).find_map(|(name, argument)| match argument {
        Argument::Unknown(reason) if !ignored.iter().any(|ignored| ignored == name) => Some(reason.as_str()),
        _ => None,
    })
}
