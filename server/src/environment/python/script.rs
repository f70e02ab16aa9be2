//! PEP 723: the metadata block at the top of a script that `uv run` and others read.

use pep440_rs::VersionSpecifiers;
use toml::de::DeTable;

use super::super::toml_file::{get, line_of, text};
use super::requires::Allowed;

/// What a script says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// `requires-python`, and its 1-based line.
    pub requires_python: Option<(Allowed, u32)>,
    /// `dependencies`, each with its 1-based line.
    pub dependencies: Vec<(String, u32)>,
}

impl Script {
    /// Reads the block out of a script's text; `None` if there is none, or none that is valid.
    pub fn read(source: &str) -> Option<Self> {
        let (block, lines) = block(source)?;
        let document = DeTable::parse(&block).ok()?;
        let table = document.get_ref();
        let line = |offset: usize| {
            let index = usize::try_from(line_of(&block, offset)).unwrap_or(usize::MAX) - 1;
            lines.get(index).copied().unwrap_or_default()
        };
        let requires_python = text(table, &["requires-python"])
            .and_then(|(specifier, span)| Some((Allowed::parse(specifier)?, line(span.start))));
        let dependencies = get(table, &["dependencies"])
            .and_then(|value| value.get_ref().as_array())
            .into_iter()
            .flat_map(|array| array.iter())
            .filter_map(|element| Some((element.get_ref().as_str()?.to_owned(), line(element.span().start))))
            .collect();
        Some(Self { requires_python, dependencies })
    }
}

/// The content of the block `# /// script … # ///`, and the script's line of each of its lines.
///
/// As PEP 723's regular expression reads it: the last `# ///` of the comment lines that follow closes the block.
fn block(source: &str) -> Option<(String, Vec<u32>)> {
    const START: &str = "# /// script";
    // Few files have one, and they are asked with every keystroke.
    memchr::memmem::find(source.as_bytes(), START.as_bytes())?;
    let mut lines = (1..).zip(source.lines());
    lines.find(|(_, line)| line.trim_end_matches('\r') == START)?;
    let mut content = Vec::new();
    let mut closed = None;
    for (number, line) in lines {
        match line {
            "# ///" => closed = Some(content.len()),
            _ if line == "#" || line.starts_with("# ") => {}
            _ => break,
        }
        content.push((number, line.get(2..).unwrap_or_default()));
    }
    content.truncate(closed?);
    let text = content.iter().map(|(_, line)| format!("{line}\n")).collect();
    Some((text, content.into_iter().map(|(number, _)| number).collect()))
}

/// A requirement of PEP 508 of the form `name[extras] specifiers ; marker`: the specifiers, if it is `name`'s.
pub(in super::super) fn specifiers_of(requirement: &str, name: &str) -> Option<VersionSpecifiers> {
    let requirement = requirement.split([';', '#']).next()?.trim();
    let end = requirement.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(requirement.len());
    let (found, mut rest) = requirement.split_at(end);
    if !found.eq_ignore_ascii_case(name) {
        return None;
    }
    rest = rest.trim_start();
    if rest.starts_with('[') {
        rest = rest.split_once(']')?.1.trim_start();
    }
    // Options of pip follow: `--hash=…`.
    let rest = rest.split(" --").next()?.trim_end_matches('\\').trim();
    rest.trim_start_matches('(').trim_end_matches(')').parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_block_is_read_with_the_script_s_lines() {
        let script = Script::read(concat!(
            "#!/usr/bin/env -S uv run --script\n#\n# /// script\r\n# requires-python = \">=3.12,<3.13\"\n",
            "# dependencies = [\n#    \"flyte==2.12.1\",\n#    \"pandas\",\n# ]\n# ///\n\nimport flyte\n",
        ))
        .unwrap();
        let (allowed, line) = script.requires_python.unwrap();
        assert_eq!((allowed.only().unwrap().to_string().as_str(), line), ("3.12", 4));
        assert_eq!(script.dependencies, [("flyte==2.12.1".to_owned(), 6), ("pandas".to_owned(), 7)]);
    }

    #[test]
    fn only_the_block_s_own_key_names_a_python() {
        let named = |source: &str| Script::read(source).unwrap().requires_python.map(|(allowed, _)| allowed.only());
        let header =
            "# /// script\n# requires-python = \"==3.13\"\n# dependencies = [\"flyte\"]\n# ///\nimport flyte\n";
        assert_eq!(named(header).unwrap().unwrap().to_string(), "3.13.0");
        assert!(named("# /// script\n# dependencies = []\n# ///\n").is_none());
        assert!(named("# /// script\n# [tool.uv]\n# requires-python = '3.12'\n# ///\n").is_none());
    }

    #[test]
    fn what_is_no_block_is_none() {
        for source in [
            "",
            "# /// script\n# requires-python = '>=3.12'\nimport flyte\n# ///\n",
            "# /// pyproject\n# requires-python = '>=3.12'\n# ///\n",
            "    # /// script\n# requires-python = '>=3.12'\n# ///\n",
            "# /// script\n# requires-python = \n# ///\n",
        ] {
            assert_eq!(Script::read(source), None, "{source}");
        }
    }

    #[test]
    fn the_last_fence_of_the_comment_closes_the_block() {
        let source = "# /// script\n# dependencies = ['''\n# ///\n# ''']\n# ///\n# more\n";
        assert_eq!(Script::read(source).unwrap().dependencies, [("///\n".to_owned(), 2)]);
    }

    #[test]
    fn requirements_of_one_package() {
        let pins = |text| specifiers_of(text, "flyte").map(|specifiers| specifiers.to_string());
        assert_eq!(pins("flyte==2.12.1").as_deref(), Some("==2.12.1"));
        assert_eq!(pins("Flyte[sandbox, x] >=2.9 ; python_version > '3'").as_deref(), Some(">=2.9"));
        assert_eq!(pins("flyte==2.12.1 --hash=sha256:00 \\").as_deref(), Some("==2.12.1"));
        assert_eq!(pins("flyte (>=2,<3)").as_deref(), Some(">=2, <3"));
        assert_eq!(pins("flyte").as_deref(), Some(""));
        assert_eq!(pins("flyte-plugins==1"), None);
        assert_eq!(pins("flyte @ git+https://example.org/flyte"), None);
    }
}
