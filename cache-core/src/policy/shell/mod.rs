//! Shell tasks: the container that `flyte.extras.shell.create(...)` makes of a script
//! (`flyte/extras/shell/_render.py` and `_runtime.py`), so that its version can be told like any container's.

mod render;

use self::render::{Script, quote};
use super::container::{ContainerBody, ContainerImage};
use super::unknown::Unknown;

/// `flyte.extras.shell.create(...)`: the arguments that count for the version.
///
/// ```
/// use cache_core::policy::{ContainerImage, ShellInput, ShellInputKind, ShellTask};
///
/// let mut task = ShellTask::new("count", ContainerImage::from_text("debian:12-slim"), "wc -l {inputs.a} {flags.words}");
/// task.inputs.push(ShellInput::new("a", ShellInputKind::File));
/// task.inputs.push(ShellInput::new("words", ShellInputKind::Bool));
/// let body = task.body().unwrap();
/// assert_eq!(body.command[..2], ["/bin/bash", "-c"]);
/// assert_eq!(body.command[4], "{{.inputs.words}}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellTask {
    /// `name`.
    pub name: String,
    /// `image`.
    pub image: ContainerImage,
    /// `inputs`, in order.
    pub inputs: Vec<ShellInput>,
    /// `outputs`, in order.
    pub outputs: Vec<(String, ShellOutput)>,
    /// `script`.
    pub script: String,
    /// `shell`.
    pub shell: String,
    /// `debug`.
    pub debug: bool,
}

/// An input of a shell task, with what `flag_aliases` says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellInput {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ShellInputKind,
    /// Whether the type is `T | None`.
    pub optional: bool,
    /// The flag; by default `-` and the name.
    pub flag: String,
    /// How a list becomes flags.
    pub list_mode: ListMode,
    /// How a dictionary becomes flags.
    pub dict_mode: DictMode,
    /// `FlagSpec(separator=…)`: what stands between the flag and its value.
    pub separator: String,
}

/// The types that an input of a shell task can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellInputKind {
    /// `bool`
    Bool,
    /// `int`, `float` or `str`
    Scalar,
    /// `flyte.io.File`
    File,
    /// `flyte.io.Dir`
    Dir,
    /// `list[File]`
    Files,
    /// `dict[str, str]`
    Dict,
}

/// An output of a shell task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellOutput {
    /// `Glob(...)` or `flyte.io.Dir`: a folder that is made before the script runs.
    Folder,
    /// `Stdout(...)`
    Stdout,
    /// `Stderr(...)`
    Stderr,
    /// `flyte.io.File` or a scalar: a file that the script writes.
    File,
}

/// `list_mode` of a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListMode {
    /// The flag once, then every file.
    #[default]
    Join,
    /// The flag before each file.
    Repeat,
    /// The flag once, then the files with commas between them.
    Comma,
}

/// `dict_mode` of a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DictMode {
    /// Keys and values as words.
    #[default]
    Pairs,
    /// The flag and `key=value`, as one word.
    Equals,
}

const INPUTS: &str = "/var/inputs";
const OUTPUTS: &str = "/var/outputs";

impl ShellInput {
    /// An input without an entry in `flag_aliases`.
    pub fn new(name: &str, kind: ShellInputKind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            optional: false,
            flag: format!("-{name}"),
            list_mode: ListMode::default(),
            dict_mode: DictMode::default(),
            separator: " ".to_owned(),
        }
    }
}

impl ShellTask {
    /// A task without inputs and outputs, everything else as the SDK defaults it.
    pub fn new(name: &str, image: ContainerImage, script: &str) -> Self {
        Self {
            name: name.to_owned(),
            image,
            inputs: Vec::new(),
            outputs: Vec::new(),
            script: script.to_owned(),
            shell: "/bin/bash".to_owned(),
            debug: false,
        }
    }

    /// The container that the SDK makes of it (`_Shell._build_command`, `_ShellContainerTask`).
    ///
    /// # Errors
    ///
    /// [`Unknown::Raises`] if the script names something that isn't declared, where the SDK raises as well;
    /// [`Unknown::Construct`] if the script is traced (`debug=True`) under a name that Python would escape.
    pub fn body(&self) -> Result<ContainerBody, Unknown> {
        let (body, slots) = Script::of(self).render()?;
        let slots = slots.iter().map(|name| format!("{{{{.inputs.{name}}}}}"));
        let command = [self.shell.clone(), "-c".to_owned(), self.wrapped(&body)?, "_shell_task".to_owned()];
        Ok(ContainerBody {
            image: self.image.clone(),
            command: command.into_iter().chain(slots).collect(),
            file_input_layout: "NAMED_DIR".to_owned(),
            ..ContainerBody::new("", [""; 0])
        })
    }

    /// The script with what goes before and after it.
    fn wrapped(&self, body: &str) -> Result<String, Unknown> {
        let stream = |kind, default| {
            let named = self.outputs.iter().rev().find(|(_, output)| *output == kind);
            format!("{OUTPUTS}/{}", named.map_or(default, |(name, _)| name.as_str()))
        };
        let (stdout, stderr) = (stream(ShellOutput::Stdout, "_stdout"), stream(ShellOutput::Stderr, "_stderr"));
        let folders: Vec<String> = self
            .outputs
            .iter()
            .filter(|(_, output)| *output == ShellOutput::Folder)
            .map(|(name, _)| format!("mkdir -p {}", quote(&format!("{OUTPUTS}/{name}"))))
            .collect();
        let folders = if folders.is_empty() { String::new() } else { folders.join("; ") + ";" };
        let (before, after) = if self.debug { self.trace(body, &stdout, &stderr)? } else { Default::default() };
        Ok(format!(
            "{folders} {before}set -o pipefail; ( {body} ) > {stdout} 2> {stderr}; _rc=$?; {after}\
             echo $_rc > {OUTPUTS}/_returncode; exit $_rc"
        ))
    }

    /// What `debug=True` adds before and after the script.
    fn trace(&self, body: &str, stdout: &str, stderr: &str) -> Result<(String, String), Unknown> {
        let is_plain = |character: char| matches!(character, ' '..='~') && !matches!(character, '\'' | '\\');
        if !self.name.chars().all(is_plain) {
            return Err(Unknown::Construct("the name of a shell task with debug=True".to_owned()));
        }
        let say = |what: &str| format!("echo \"--- shell task '{}': {what} ---\" >&2; ", self.name);
        let before = format!(
            "{}ls -la {INPUTS} >&2 || true; {}cat <<'_FLYTE_SHELL_DEBUG_' >&2\n{body}\n_FLYTE_SHELL_DEBUG_\n",
            say(&format!("staged inputs ({INPUTS})")),
            say("rendered command"),
        );
        let after = format!(
            "{}cat {stdout} >&2 || true; {}cat {stderr} >&2 || true; ",
            say("captured stdout"),
            say("captured stderr"),
        );
        Ok((before, after))
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use crate::policy::{CacheArguments, ImageContext, Subject, version};

    fn task(script: &str) -> ShellTask {
        ShellTask::new("streams", ContainerImage::from_text("debian:12-slim"), script)
    }

    fn version_of(task: &ShellTask) -> String {
        let body = task.body().expect("the script names nothing unknown");
        let spec = CacheArguments::new("auto").check().expect("a word of the SDK");
        let subject = Subject::Container { body: &body, context: ImageContext::default() };
        version(&spec, &subject).expect("the image is a plain URI").text
    }

    /// Each answer is `task.cache.get_version(...)` of the same task of flyte 2.12.1 (`tests/flyte/cases/containers/shell.py`).
    #[test]
    fn shell_tasks_have_the_versions_of_the_sdk() {
        assert_eq!(version_of(&task("echo hello")), "355c83a745e54434b91b9dc9922cac63723e01137b250a7fa03c6a9b58364b49");

        let mut streams = task("ls");
        streams.debug = true;
        streams.outputs = vec![("log".to_owned(), ShellOutput::Stderr), ("text".to_owned(), ShellOutput::Stdout)];
        assert_eq!(version_of(&streams), "be3427f9e6537e5c38fda455a935ba3395d0cc5f198d685bcd0a637ce89cc105");

        let mut inputs = task(concat!(
            "\n        tool {flags.wa} -a {inputs.a} -b {inputs.b} {flags.f} {flags.x} {flags.d} {flags.n} {inputs.d} \\",
            "\n            > {outputs.bed}/out.bed\n    ",
        ));
        inputs.inputs = [
            ("a", ShellInputKind::File),
            ("b", ShellInputKind::Files),
            ("wa", ShellInputKind::Bool),
            ("f", ShellInputKind::Scalar),
            ("d", ShellInputKind::Dir),
            ("x", ShellInputKind::Dict),
            ("n", ShellInputKind::Scalar),
        ]
        .map(|(name, kind)| ShellInput::new(name, kind))
        .to_vec();
        inputs.inputs[3].flag = "--fraction".to_owned();
        inputs.inputs[5].flag = "--x".to_owned();
        inputs.inputs[5].dict_mode = DictMode::Equals;
        let folder = |name: &str| (name.to_owned(), ShellOutput::Folder);
        inputs.outputs = vec![folder("bed"), folder("dir"), ("count".to_owned(), ShellOutput::File)];
        assert_eq!(version_of(&inputs), "b47c0aeb6901eb36316a789d334cb531e31e130c05d9afa31aa09d3adc89c7cd");
    }

    #[test]
    fn what_is_not_declared_raises_as_in_the_sdk() {
        let error = |script| task(script).body().map_err(|unknown| unknown.to_string());
        assert!(matches!(error("{inputs.a}"), Err(message) if message.contains("KeyError: {inputs.a}")));
        assert!(
            matches!(error("{foo.bar}"), Err(message) if message.contains("Unrecognized placeholder in script: {foo.bar}"))
        );
        // What isn't a placeholder of Python's stays as it is.
        assert!(error("${HOME} {a b} { {1.2} {{x}}").is_ok());
    }
}
