//! What an edit changes, as a unified diff.

use similar::TextDiff;

use super::paint::Ink;
use super::table::Look;
use super::text::tame;

/// The diff between two texts of the file `name` (relative, with `/`), as `git diff` and `patch` write it.
pub fn unified(name: &str, before: &str, after: &str, look: Look) -> String {
    let diff = TextDiff::from_lines(before, after);
    let plain = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string();
    plain.split_inclusive('\n').map(|line| painted(line, look)).collect()
}

fn painted(line: &str, look: Look) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    let ink = match text.as_bytes() {
        [b'+', b'+', b'+', b' ', ..] | [b'-', b'-', b'-', b' ', ..] => Ink::Strong,
        [b'+', ..] => Ink::Good,
        [b'-', ..] => Ink::Danger,
        [b'@', ..] => Ink::Faint,
        _ => Ink::Plain,
    };
    // Someone's source must not steer the terminal; a pipe gets it as it is, so that `patch` can read it.
    let tamed = if look.width.is_some() { tame_but_tabs(text) } else { text.to_owned() };
    format!("{}{end}", look.paint.ink(ink, &tamed))
}

fn tame_but_tabs(text: &str) -> String {
    text.split('\t').map(tame).collect::<Vec<_>>().join("\t")
}
