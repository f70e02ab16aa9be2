//! A shell task's script, with its placeholders replaced and what they need set before it.

use std::collections::HashSet;

use super::{DictMode, INPUTS, ListMode, OUTPUTS, ShellInput, ShellInputKind, ShellOutput, ShellTask};
use crate::policy::unknown::Unknown;

/// A script while its placeholders are replaced (`_render_command`).
pub(super) struct Script<'a> {
    task: &'a ShellTask,
    /// Lines that set the variables which the script uses.
    preamble: Vec<String>,
    /// The inputs that are passed as positional arguments, in the order of their first use.
    slots: Vec<String>,
    /// What the preamble has already, by variable.
    done: HashSet<String>,
}

impl<'a> Script<'a> {
    pub(super) fn of(task: &'a ShellTask) -> Self {
        Self { task, preamble: Vec::new(), slots: Vec::new(), done: HashSet::new() }
    }

    /// The script, and the inputs that it wants as positional arguments.
    pub(super) fn render(mut self) -> Result<(String, Vec<String>), Unknown> {
        let mut body = String::new();
        let mut rest = self.task.script.as_str();
        while let Some(start) = rest.find('{') {
            let (text, tail) = rest.split_at(start);
            body.push_str(text);
            match placeholder(tail) {
                Some((space, name, length)) => {
                    body.push_str(&self.replace(space, name)?);
                    rest = &tail[length..];
                }
                None => {
                    body.push('{');
                    rest = &tail[1..];
                }
            }
        }
        body.push_str(rest);
        if let Some(left) = leftover(&body) {
            return Err(raises(format!(
                "ValueError: Unrecognized placeholder in script: {left}. Use {{inputs.<name>}}, {{flags.<name>}}, or \
                 {{outputs.<name>}}."
            )));
        }
        self.preamble.push(body);
        Ok((self.preamble.join("\n"), self.slots))
    }

    fn replace(&mut self, space: &str, name: &str) -> Result<String, Unknown> {
        let task = self.task;
        if space == "outputs" {
            return match task.outputs.iter().find(|(output, _)| output == name) {
                Some((_, ShellOutput::Stdout | ShellOutput::Stderr)) => {
                    Err(raises(format!("KeyError: {{outputs.{name}}} is not valid for Stdout/Stderr collectors")))
                }
                Some(_) => Ok(format!("{OUTPUTS}/{name}")),
                None => Err(raises(format!("KeyError: {{outputs.{name}}} references an unknown output"))),
            };
        }
        let Some(input) = task.inputs.iter().find(|input| input.name == name) else {
            return Err(raises(format!("KeyError: {{{space}.{name}}} is not declared in inputs")));
        };
        Ok(if space == "inputs" { self.input(input) } else { self.flag(input) })
    }

    /// `{inputs.name}`
    fn input(&mut self, input: &'a ShellInput) -> String {
        let name = &input.name;
        match input.kind {
            ShellInputKind::Dir => format!("{INPUTS}/{name}"),
            ShellInputKind::File | ShellInputKind::Files => format!("{INPUTS}/{name}/*"),
            ShellInputKind::Scalar | ShellInputKind::Bool => format!("\"${{{}}}\"", self.slot(name)),
            ShellInputKind::Dict => format!("\"${{{}[@]}}\"", self.dictionary(name)),
        }
    }

    /// `{flags.name}`
    fn flag(&mut self, input: &'a ShellInput) -> String {
        let variable = format!("_FLAG_{}", input.name);
        if self.is_first(&variable) {
            let setter = self.flag_setter(input, &variable);
            self.preamble.push(setter);
        }
        match input.kind {
            ShellInputKind::File | ShellInputKind::Files | ShellInputKind::Dict => format!("\"${{{variable}[@]}}\""),
            _ => format!("${{{variable}}}"),
        }
    }

    /// `_emit_flag_setter`
    fn flag_setter(&mut self, input: &'a ShellInput, variable: &str) -> String {
        let flag = quote(&input.flag);
        let with_separator = format!("{}{}", input.flag, input.separator);
        let folder = format!("{INPUTS}/{}", input.name);
        match (input.kind, input.list_mode, input.dict_mode) {
            (ShellInputKind::Bool, ..) => {
                let value = self.slot(&input.name);
                format!("if [ \"${{{value}}}\" = \"true\" ]; then {variable}={flag}; else {variable}=\"\"; fi")
            }
            (ShellInputKind::Scalar, ..) => {
                let value = self.slot(&input.name);
                let flag = quote(&with_separator);
                format!("if [ -n \"${{{value}}}\" ]; then {variable}={flag}\"${{{value}}}\"; else {variable}=\"\"; fi")
            }
            (ShellInputKind::Dir, ..) => {
                let set = format!("{variable}={}", quote(&(with_separator + &folder)));
                if !input.optional {
                    return set;
                }
                let path = quote(&folder);
                format!(
                    "if [ -d {path} ] && [ -n \"$(ls -A {path} 2>/dev/null)\" ]; then {set}; else {variable}=\"\"; fi"
                )
            }
            (ShellInputKind::File | ShellInputKind::Files, ListMode::Join, _) => format!(
                "{variable}=(); shopt -s nullglob; for _f in {folder}/*; do {variable}+=(\"$_f\"); done; shopt -u \
                 nullglob; if [ \"${{#{variable}[@]}}\" -gt 0 ]; then {variable}=({flag} \"${{{variable}[@]}}\"); fi"
            ),
            (ShellInputKind::File | ShellInputKind::Files, ListMode::Repeat, _) => format!(
                "{variable}=(); shopt -s nullglob; for _f in {folder}/*; do {variable}+=({flag} \"$_f\"); done; shopt \
                 -u nullglob"
            ),
            (ShellInputKind::File | ShellInputKind::Files, ListMode::Comma, _) => format!(
                "_joined=\"\"; shopt -s nullglob; for _f in {folder}/*; do _joined=\"${{_joined}}${{_joined:+,}}$_f\"; \
                 done; shopt -u nullglob; {variable}=(); if [ -n \"$_joined\" ]; then {variable}=({flag} \
                 \"$_joined\"); fi"
            ),
            (ShellInputKind::Dict, _, DictMode::Pairs) => {
                let array = self.dictionary(&input.name);
                format!("{variable}=(\"${{{array}[@]}}\")")
            }
            (ShellInputKind::Dict, _, DictMode::Equals) => {
                let array = self.dictionary(&input.name);
                format!(
                    "{variable}=(); for ((_i=0; _i<${{#{array}[@]}}; _i+=2)); do \
                     {variable}+=({flag}\"${{{array}[_i]}}=${{{array}[_i+1]}}\"); done"
                )
            }
        }
    }

    /// The variable that holds an input's value (`alloc_slot`).
    fn slot(&mut self, name: &str) -> String {
        let variable = format!("_VAL_{name}");
        if self.is_first(&variable) {
            self.slots.push(name.to_owned());
            self.preamble.push(format!("{variable}=\"${{{}}}\"", self.slots.len()));
        }
        variable
    }

    /// The variable that holds a dictionary's words (`ensure_dict_decoded`).
    fn dictionary(&mut self, name: &str) -> String {
        let value = self.slot(name);
        let array = format!("_ARR_{name}");
        if self.is_first(&array) {
            self.preamble.push(format!(
                "{array}=(); if [ -n \"${{{value}}}\" ]; then IFS=$'\\x1e' read -ra {array} <<< \"${{{value}}}\"; fi"
            ));
        }
        array
    }

    fn is_first(&mut self, variable: &str) -> bool {
        self.done.insert(variable.to_owned())
    }
}

fn raises(exception: String) -> Unknown {
    Unknown::Raises(exception)
}

/// `\{(inputs|flags|outputs)\.([a-zA-Z_][a-zA-Z0-9_]*)\}` at the start of a text: the two groups and the length.
fn placeholder(text: &str) -> Option<(&str, &str, usize)> {
    let inner = &text[1..text.find('}')?];
    let (space, name) = inner.split_once('.')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    (matches!(space, "inputs" | "flags" | "outputs") && is_name).then_some((space, name, inner.len() + 2))
}

/// The first `\{[a-zA-Z_]\w*\.[a-zA-Z_]\w*\}` in a text.
fn leftover(text: &str) -> Option<&str> {
    let is_word = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    text.match_indices('{').find_map(|(start, _)| {
        let end = start + text[start..].find('}')?;
        let (left, right) = text[start + 1..end].split_once('.')?;
        (is_word(left) && is_word(right)).then(|| &text[start..=end])
    })
}

/// `shlex.quote`
pub(super) fn quote(text: &str) -> String {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_safe) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\"'\"'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_shlex_quotes_them() {
        for (text, answer) in
            [("", "''"), ("--x=1", "--x=1"), ("a b", "'a b'"), ("it's", r#"'it'"'"'s'"#), ("é", "'é'")]
        {
            assert_eq!(quote(text), answer);
        }
    }
}
