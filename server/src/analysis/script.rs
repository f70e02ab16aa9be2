//! The PEP 723 header of a script: `# /// script` … `# ///`.

/// `requires-python` of the header, which is TOML behind `# `.
///
/// Only this one key is read, and only where it stands before the header's first table, as PEP 723 has it.
pub fn requires_python(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| line.trim_end() != "# /// script").skip(1);
    let mut found = None;
    let mut in_table = false;
    for line in &mut lines {
        let line = line.trim_end();
        if line == "# ///" {
            return found;
        }
        let toml = match line {
            "#" => "",
            _ => line.strip_prefix("# ")?,
        };
        in_table |= toml.trim_start().starts_with('[');
        if !in_table && found.is_none() {
            found = assigned(toml);
        }
    }
    // A header that is not closed is none.
    None
}

/// The string of `requires-python = "…"`.
fn assigned(toml: &str) -> Option<String> {
    let rest = toml.trim_start().strip_prefix("requires-python")?.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let value = rest.strip_prefix(quote)?;
    Some(value.get(..value.find(quote)?)?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let header = "#!/usr/bin/env -S uv run\n# /// script\n# requires-python = \">=3.12\"\n# dependencies = [\"flyte\"]\n# ///\nimport flyte\n";
        assert_eq!(requires_python(header).as_deref(), Some(">=3.12"));
        assert_eq!(requires_python("# /// script\n# dependencies = []\n# ///\n"), None);
        // Not closed, another block, another table.
        assert_eq!(requires_python("# /// script\n# requires-python = '3.12'\nimport x\n"), None);
        assert_eq!(requires_python("# /// other\n# requires-python = '3.12'\n# ///\n"), None);
        assert_eq!(requires_python("# /// script\n# [tool.uv]\n# requires-python = '3.12'\n# ///\n"), None);
    }
}
