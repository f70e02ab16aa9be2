//! A comparison as the comment of a pull request: worst news first, the rest folded away, and a marker by which the comment is found
//! again and brought up to date.

use std::path::Path;

use crate::render::text::{relative, tame};
use crate::status::diff::{Changed, Class, Diff, sentence};
use crate::status::sentence::duration;

use super::{beside, branch, counts, said, states, versions};

/// The first line of every comment; who posts it looks for it, and edits the comment instead of writing another.
pub const MARKER: &str = "<!-- tasklens:diff -->";

/// So many rows stand open.
const OPEN: usize = 10;
/// So many rows are written at most: a comment holds 65,536 characters.
const MOST: usize = 150;

/// The comment, also where nothing changed: then it says so, since an earlier one may have said otherwise.
pub fn markdown(diff: &Diff, cwd: &Path) -> String {
    let mut out = format!("{MARKER}\n");
    if diff.tasks.is_empty() && diff.images.is_empty() {
        out.push_str(&format!("**Task cache**: nothing changes ({}).\n", escaped(&states(diff))));
    } else {
        let cost = diff.cost().map_or(String::new(), |cost| format!(", costs about {}", duration(cost)));
        out.push_str(&format!("**Task cache**: {}{cost}\n", counts_or_images(diff)));
    }
    let rows: Vec<String> = diff.tasks.iter().take(MOST).map(|one| row(one, diff, cwd)).collect();
    let (open, folded) = rows.split_at(rows.len().min(OPEN));
    if !open.is_empty() {
        out.push_str(&format!("\n{HEADING}{}", open.concat()));
    }
    if !folded.is_empty() {
        let left = diff.tasks.len() - open.len();
        out.push_str(&format!("\n<details><summary>{left} more</summary>\n\n{HEADING}{}", folded.concat()));
        if diff.tasks.len() > MOST {
            out.push_str(&format!("\nand {} that have no room here: see `tasklens diff`\n", diff.tasks.len() - MOST));
        }
        out.push_str("\n</details>\n");
    }
    if !diff.images.is_empty() {
        out.push('\n');
    }
    for image in &diff.images {
        let tasks = image.tasks.iter().map(|task| code(task)).collect::<Vec<_>>().join(", ");
        let tasks = if tasks.is_empty() { "no cached task".to_owned() } else { tasks };
        let (was, now) = (escaped(&image.was), escaped(&image.now));
        out.push_str(&format!("- image of {}: Python {was} → {now}, hits {tasks}\n", code(&image.environment)));
    }
    if !diff.problems.is_empty() {
        out.push_str("\n**Not compared**\n\n");
    }
    for problem in diff.problems.iter().take(OPEN) {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        let place = format!("{}{line}", relative(&problem.file, cwd));
        out.push_str(&format!("- {}: {}\n", code(&place), escaped(&problem.message)));
    }
    if diff.problems.len() > OPEN {
        out.push_str(&format!("- and {} more\n", diff.problems.len() - OPEN));
    }
    for note in &diff.notes {
        out.push_str(&format!("\n{}\n", escaped(note)));
    }
    if !diff.tasks.is_empty() {
        out.push_str(&format!("\n<sub>{}{}</sub>\n", escaped(&states(diff)), beside(diff)));
    }
    out
}

const HEADING: &str = "| task | change | version | why |\n| --- | --- | --- | --- |\n";

fn counts_or_images(diff: &Diff) -> String {
    if diff.tasks.is_empty() {
        "another Python in an image, which hits no cached task".to_owned()
    } else {
        counts(diff)
    }
}

fn row(one: &Changed, diff: &Diff, cwd: &Path) -> String {
    let place = one.place().map_or(String::new(), |place| {
        format!(" <sub>{}</sub>", escaped(&format!("{}:{}", relative(&place.file, cwd), place.line)))
    });
    let class = match one.class {
        Class::Stale => format!("**{}**", said(one.class)),
        class => said(class).to_owned(),
    };
    let version = versions(one);
    let version = if version.is_empty() { version } else { code(&version) };
    let why = escaped(&sentence(one, &diff.base).why);
    let name = code(&format!("{}{}", one.name(), branch(one)));
    format!("| {name}{place} | {class} | {version} | {why} |\n")
}

/// A text as code that no content ends early, also in a cell of a table.
fn code(text: &str) -> String {
    let text = tame(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text that means itself in Markdown: no link, mention, tag, image or table of its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in tame(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A name behind it would be told; a number behind the other would be linked.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    // What reads as an address is made a link.
    out.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markdown() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("a``b\n"), "``` a``b\u{fffd} ```");
        assert_eq!(escaped("<img> @me #1 a_b |"), "&lt;img&gt; &#64;me &#35;1 a\\_b \\|");
        assert_eq!(escaped("https://x.y"), "https:&#47;&#47;x.y");
    }
}
