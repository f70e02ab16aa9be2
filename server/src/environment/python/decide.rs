//! From ranked evidence to one answer. Pure, so that each rule is a line of a test.

use cache_core::python::{Minor, PythonVersion};

use super::{Certainty, Clue, Origin, Says, Submitting};

/// Decides: `told` by the user; `named` by the project's files, the most telling first; `on_path`, which is only assumed.
pub(super) fn submitting(told: Option<&Clue>, named: &[&Clue], on_path: Option<&Clue>) -> Submitting {
    // What the user says is not held against the files: saying it is how one overrules them.
    let named = if told.is_some() { &[] } else { named };
    let mut ruled = Vec::new();
    for clue in told.iter().chain(named).copied() {
        let (version, decider) = match &clue.says {
            Says::Version(version) if permits(&ruled, *version) => refined(*version, clue, named),
            Says::Allows(allowed) if allowed.minors.is_empty() && ruled.is_empty() => {
                return unsupported(clue, format!("`{}` leaves no supported Python (3.10 to 3.14)", allowed.text));
            }
            Says::Allows(allowed) => {
                ruled.push(clue);
                match allowed.only().filter(|only| permits(&ruled, *only)) {
                    Some(only) => (only, clue),
                    None => continue,
                }
            }
            Says::Unsupported(reason) => return unsupported(clue, reason.clone()),
            Says::Version(_) | Says::Unclear(_) => continue,
        };
        return Submitting {
            version: Some(version),
            certainty: Certainty::Named,
            origin: Some(decider.origin.clone()),
            possible: vec![version.minor],
            differing: differing(named, version),
        };
    }
    assumed(&ruled, named, on_path)
}

/// No file names a version: the search path's interpreter, if the specifiers allow it.
fn assumed(ruled: &[&Clue], named: &[&Clue], on_path: Option<&Clue>) -> Submitting {
    let possible: Vec<Minor> =
        Minor::ALL.into_iter().filter(|minor| permits(ruled, PythonVersion::minor(*minor))).collect();
    let unknown = |reason: String| Submitting {
        version: None,
        certainty: Certainty::Unknown(reason),
        origin: ruled.first().map(|clue| clue.origin.clone()),
        possible: possible.clone(),
        differing: Vec::new(),
    };
    let reason = match on_path.map(|clue| (clue, &clue.says)) {
        Some((clue, Says::Version(version))) if permits(ruled, *version) => {
            return Submitting {
                version: Some(*version),
                certainty: Certainty::Assumed,
                origin: Some(clue.origin.clone()),
                possible,
                differing: differing(named, *version),
            };
        }
        Some((clue, Says::Version(version))) => {
            let program = program(clue);
            format!("{program} on PATH is {version}, which `{}` rules out", specifiers(ruled))
        }
        Some((clue, Says::Unsupported(why))) => format!("{} on PATH: {why}", program(clue)),
        Some((_, Says::Unclear(why))) => why.clone(),
        Some((_, Says::Allows(_))) | None => "nothing says which Python submits".to_owned(),
    };
    let example = possible.last().map_or("3.12".to_owned(), |minor| PythonVersion::minor(*minor).to_string());
    unknown(format!("{reason}: name it, as in --python {example}"))
}

fn unsupported(clue: &Clue, reason: String) -> Submitting {
    Submitting {
        version: None,
        certainty: Certainty::Unknown(reason),
        origin: Some(clue.origin.clone()),
        possible: Vec::new(),
        differing: Vec::new(),
    }
}

/// Whether every specifier so far allows the version.
fn permits(ruled: &[&Clue], version: PythonVersion) -> bool {
    ruled.iter().all(|clue| !matches!(&clue.says, Says::Allows(allowed) if !allowed.permits(version)))
}

/// The version with the patch release that weaker evidence knows, and what decided then: `.python-version` says 3.12, and
/// the environment made for it is 3.12.7.
fn refined<'c>(version: PythonVersion, decider: &'c Clue, named: &[&'c Clue]) -> (PythonVersion, &'c Clue) {
    let exact = named.iter().find_map(|clue| match &clue.says {
        Says::Version(found) if found.minor == version.minor && found.patch.is_some() => Some((*found, *clue)),
        _ => None,
    });
    if version.patch.is_some() { (version, decider) } else { exact.unwrap_or((version, decider)) }
}

/// The evidence that contradicts the version.
fn differing(named: &[&Clue], version: PythonVersion) -> Vec<Clue> {
    named.iter().filter(|clue| differs(&clue.says, version)).map(|clue| (*clue).clone()).collect()
}

fn differs(says: &Says, version: PythonVersion) -> bool {
    match says {
        Says::Version(other) => {
            other.minor != version.minor
                || matches!((other.patch, version.patch), (Some(other), Some(patch)) if other != patch)
        }
        Says::Allows(allowed) => !allowed.permits(version),
        Says::Unsupported(_) => true,
        Says::Unclear(_) => false,
    }
}

fn program(clue: &Clue) -> &str {
    match &clue.origin {
        Origin::OnPath { program, .. } => program,
        _ => "python",
    }
}

fn specifiers(ruled: &[&Clue]) -> String {
    let texts = ruled.iter().filter_map(|clue| match &clue.says {
        Says::Allows(allowed) => Some(allowed.text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("`, `")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Allowed;
    use super::*;

    fn clue(text: &str) -> Clue {
        let says = match text.starts_with(['<', '>', '=', '~', '!']) {
            true => Says::Allows(Allowed::parse(text).unwrap()),
            false => Says::spelled(text),
        };
        Clue { says, origin: Origin::File { file: text.into(), line: None } }
    }

    /// The answer to a row of evidence: "version by origin", or the reason; then what differs.
    fn decide(named: &[&str], on_path: &str) -> (String, Vec<String>) {
        let clues: Vec<Clue> = named.iter().map(|text| clue(text)).collect();
        let on_path = (!on_path.is_empty()).then(|| Clue {
            says: Says::spelled(on_path),
            origin: Origin::OnPath { program: "python3", file: "/bin/python3".into() },
        });
        let answer = submitting(None, &clues.iter().collect::<Vec<_>>(), on_path.as_ref());
        let words = |origin: &Origin| origin.words("".as_ref());
        let text = match (&answer.certainty, answer.version) {
            (Certainty::Named, Some(version)) => format!("{version} by {}", words(&answer.origin.unwrap())),
            (Certainty::Assumed, Some(version)) => format!("perhaps {version} by {}", words(&answer.origin.unwrap())),
            (Certainty::Unknown(reason), None) => reason.clone(),
            odd => panic!("{odd:?}"),
        };
        (text, answer.differing.iter().map(|clue| words(&clue.origin)).collect())
    }

    #[test]
    fn the_most_telling_evidence_decides_and_the_rest_is_held_against_it() {
        for (named, on_path, expected, differing) in [
            (&["3.12", "3.11.4"][..], "3.13", "3.12 by 3.12", &["3.11.4"][..]),
            (&["3.12", "3.12.7", ">=3.10"], "3.13", "3.12.7 by 3.12.7", &[]),
            (&["3.12.1", "3.12.7"], "", "3.12.1 by 3.12.1", &["3.12.7"]),
            (&["3.12", ">=3.13"], "", "3.12 by 3.12", &[">=3.13"]),
            (&["my-env", "3.12.7"], "", "3.12.7 by 3.12.7", &[]),
            (&["3.12", "pypy3.10"], "", "3.12 by 3.12", &["pypy3.10"]),
            // A specifier rules out; it tells only where one minor is left.
            (&["==3.12.*", "3.11.4"], "", "3.12 by ==3.12.*", &["3.11.4"]),
            (&["==3.12.*", "3.12.7"], "", "3.12 by ==3.12.*", &[]),
            (&["==3.12.4"], "3.12.7", "3.12.4 by ==3.12.4", &[]),
            (&[">=3.12", "3.11.4"], "3.13", "perhaps 3.13 by python3 on PATH", &["3.11.4"]),
            (&[">=3.12", "3.13.2"], "3.12", "3.13.2 by 3.13.2", &[]),
            (&[">=3.12"], "3.12.3", "perhaps 3.12.3 by python3 on PATH", &[]),
            (&[], "3.11", "perhaps 3.11 by python3 on PATH", &[]),
        ] {
            let differing = differing.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(decide(named, on_path), (expected.to_owned(), differing), "{named:?} {on_path}");
        }
    }

    #[test]
    fn what_is_not_known_says_why_and_what_to_do() {
        for (named, on_path, expected) in [
            (&[][..], "", "nothing says which Python submits: name it, as in --python 3.14"),
            (
                &[">=3.12,<3.14"],
                "3.11",
                "python3 on PATH is 3.11, which `>=3.12,<3.14` rules out: name it, as in --python 3.13",
            ),
            (&["3.9"], "3.11", "Python 3.9 is not supported: the supported versions are 3.10 to 3.14"),
            (&["pypy3.10"], "3.11", "PyPy is not supported: versions are known for CPython"),
            (&[">=3.15"], "3.11", "`>=3.15` leaves no supported Python (3.10 to 3.14)"),
        ] {
            assert_eq!(decide(named, on_path), (expected.to_owned(), vec![]), "{named:?}");
        }
    }

    #[test]
    fn what_can_be_is_what_the_specifiers_leave() {
        let answer = submitting(None, &[&clue(">=3.11"), &clue("<3.13")], None);
        assert_eq!(answer.possible, [Minor::Py311, Minor::Py312]);
        assert_eq!(submitting(None, &[&clue("3.9")], None).possible, [], "no supported one");
        assert_eq!(submitting(None, &[], None).possible, Minor::ALL);
    }

    #[test]
    fn what_the_user_says_overrules_everything() {
        let told = Clue { says: Says::spelled("3.10"), origin: Origin::Option("--python") };
        let answer = submitting(Some(&told), &[&clue("3.12"), &clue("3.12.7")], None);
        assert_eq!(answer.version.unwrap().to_string(), "3.10");
        assert_eq!((answer.origin.unwrap(), answer.differing), (Origin::Option("--python"), vec![]));
    }
}
