//! Tasks that go by another name: an environment or a function was renamed. The name is in the key, so that entries are lost, but the
//! author should read one line and not two that seem to have nothing to do with each other.

use crate::analysis::{Known, Task};
use crate::status::parts::changed_parts;
use crate::status::{Change, Side};

/// Pairs of tasks by their places in `gone` and `new` that are the same but for the name. A pair is only made where no other fits as
/// well.
pub fn renamed(gone: &[(&Side<'_>, &Task)], new: &[(&Side<'_>, &Task)]) -> Vec<(usize, usize)> {
    let mut likely: Vec<(Likeness, usize, usize)> = Vec::new();
    for (at, old) in gone.iter().enumerate() {
        let fits = new.iter().enumerate().filter_map(|(to, now)| Some((likeness(*old, *now)?, at, to)));
        likely.extend(fits);
    }
    // The likest first.
    likely.sort_by(|one, other| other.cmp(one));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut unsure: Vec<(usize, usize)> = Vec::new();
    for (likeness, old, now) in &likely {
        let touches = |pair: &(usize, usize)| pair.0 == *old || pair.1 == *now;
        if pairs.iter().any(touches) || unsure.iter().any(touches) {
            continue;
        }
        let is_free = |at: &usize, to: &usize| !pairs.iter().any(|pair| pair.0 == *at || pair.1 == *to);
        let is_rival = |(other, at, to): &(Likeness, usize, usize)| {
            other == likeness && (at == old) != (to == now) && is_free(at, to)
        };
        // Of several that fit alike nobody knows which it is.
        let is_one_of_several = likely.iter().any(is_rival);
        if is_one_of_several { &mut unsure } else { &mut pairs }.push((*old, *now));
    }
    pairs
}

/// How much two tasks have in common: whether nothing but the name differs, the function's name, the file, the environment.
type Likeness = (bool, bool, bool, bool);

fn likeness((then, old): (&Side<'_>, &Task), (now, new): (&Side<'_>, &Task)) -> Option<Likeness> {
    let python = (now.runtime)(new).python.any()?;
    let same_file = old.place.file == new.place.file;
    let same_function = old.function == new.function;
    let same_environment = match (&old.environment, &new.environment) {
        (Known::Value(one), Known::Value(other)) => one == other,
        _ => false,
    };
    let parts = match (then.versions.dump(old, python), now.versions.dump(new, python)) {
        (Some(old), Some(new)) => changed_parts(&old, &new),
        // Containers and the like have no code to tell them by.
        _ => return (same_file && same_function).then_some((false, true, true, same_environment)),
    };
    let is_same = parts.iter().all(|part| matches!(part, Change::Name | Change::Decorator));
    let is_alike = !parts.contains(&Change::Body) && !parts.contains(&Change::Signature);
    let fits = if same_function { same_file || is_alike } else { is_alike && (same_file || same_environment) };
    fits.then_some((is_same, same_function, same_file, same_environment))
}
