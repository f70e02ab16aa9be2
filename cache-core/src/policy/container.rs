//! Container tasks: what `ContainerBodyPolicy` hashes, as the JSON that Python would write of it.
//!
//! A container task has no Python function; the SDK (`flyte/extras/_container.py`) versions it by what the container
//! runs. The identity of its image is in [`super::image`].

use super::image::{Image, ImageContext};
use super::json;
use super::unknown::Unknown;

/// What `ContainerBodyPolicy` hashes of a `ContainerTask`.
///
/// Strings are as they stand after Python evaluated them. `command` and `arguments` are Python's `list(…)` of what was
/// given: a task with `command="ls"` (a string, which the SDK lets through) has the command `["l", "s"]`.
///
/// ```
/// use cache_core::policy::{ContainerBody, ImageContext};
///
/// let body = ContainerBody::new("alpine:3.19", ["echo", "hé"]);
/// assert_eq!(
///     body.json(&ImageContext::default()).unwrap(),
///     r#"{"args": [], "command": ["echo", "h\u00e9"], "file_input_layout": "DIRECT", "image": "alpine:3.19", "input_data_dir": "/var/inputs", "metadata_format": "JSON", "output_data_dir": "/var/outputs"}"#,
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerBody {
    /// The image, as given to the task.
    pub image: ContainerImage,
    /// `command`.
    pub command: Vec<String>,
    /// `arguments`; none is an empty list.
    pub arguments: Vec<String>,
    /// `input_data_dir`, as written; the SDK takes it through `pathlib.Path`. `None` is written `None`.
    pub input_data_dir: String,
    /// `output_data_dir`, as written; the SDK takes it through `pathlib.Path`.
    pub output_data_dir: String,
    /// `metadata_format`: `JSON`, `YAML` or `PROTO`.
    pub metadata_format: String,
    /// `file_input_layout`: `DIRECT` (the default) or `NAMED_DIR` (which shell tasks set).
    pub file_input_layout: String,
}

/// The `image` of a container task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerImage {
    /// `None`.
    None,
    /// A string other than `"auto"`: `"alpine:3.19"`.
    Uri(String),
    /// A `flyte.Image`; `"auto"` is [`Image::auto`].
    Image(Image),
}

impl ContainerBody {
    /// A task of the given image and command, everything else as the SDK defaults it.
    ///
    /// As everywhere in the SDK, the image `"auto"` is the default image.
    pub fn new<S: Into<String>>(image: &str, command: impl IntoIterator<Item = S>) -> Self {
        Self {
            image: ContainerImage::from_text(image),
            command: command.into_iter().map(Into::into).collect(),
            arguments: Vec::new(),
            input_data_dir: "/var/inputs".to_owned(),
            output_data_dir: "/var/outputs".to_owned(),
            metadata_format: "JSON".to_owned(),
            file_input_layout: "DIRECT".to_owned(),
        }
    }

    /// The JSON that is hashed: Python's `json.dumps({...}, sort_keys=True)`.
    ///
    /// # Errors
    ///
    /// If the image's identity isn't known: see [`Image::uri`].
    pub fn json(&self, context: &ImageContext) -> Result<String, Unknown> {
        let image = self.image.identity(context)?;
        // In the order of the sorted keys.
        Ok(json::object(&[
            ("args", json::list(&self.arguments)),
            ("command", json::list(&self.command)),
            ("file_input_layout", json::string(&self.file_input_layout)),
            ("image", json::string(&image)),
            ("input_data_dir", json::string(&posix_path(&self.input_data_dir))),
            ("metadata_format", json::string(&self.metadata_format)),
            ("output_data_dir", json::string(&posix_path(&self.output_data_dir))),
        ]))
    }
}

impl ContainerImage {
    /// What a string given as `image=` means.
    pub fn from_text(image: &str) -> Self {
        match image {
            "auto" => Self::Image(Image::auto()),
            uri => Self::Uri(uri.to_owned()),
        }
    }

    /// `_image_identity` of the SDK: a string itself, the URI of an image, the empty string for `None`.
    fn identity(&self, context: &ImageContext) -> Result<String, Unknown> {
        match self {
            Self::None => Ok(String::new()),
            Self::Uri(uri) if uri.is_empty() => {
                Err(Unknown::Image("an image without a name has no URI to hash".to_owned()))
            }
            Self::Uri(uri) => Ok(uri.clone()),
            Self::Image(image) => image.uri(context),
        }
    }
}

/// `str(pathlib.PurePosixPath(path))`: no doubled or trailing slashes, no `.` parts; two leading slashes stay two, more become one.
fn posix_path(path: &str) -> String {
    let root = match path.len() - path.trim_start_matches('/').len() {
        0 => "",
        2 => "//",
        _ => "/",
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    match (root, parts.join("/")) {
        ("", parts) if parts.is_empty() => ".".to_owned(),
        (root, parts) => format!("{root}{parts}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_as_pathlib_writes_them() {
        // Each answer is CPython's: str(pathlib.PurePosixPath(given)).
        for (given, answer) in [
            ("/var/inputs", "/var/inputs"),
            ("/var/inputs/", "/var/inputs"),
            ("/var//inputs/./x", "/var/inputs/x"),
            ("//var/inputs", "//var/inputs"),
            ("///var/inputs", "/var/inputs"),
            ("", "."),
            (".", "."),
            ("./a/..", "a/.."),
            ("/", "/"),
            ("//", "//"),
            ("///", "/"),
        ] {
            assert_eq!(posix_path(given), answer, "{given:?}");
        }
    }
}
