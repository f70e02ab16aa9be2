//! Container images by the URI that the SDK gives them (`flyte/_image.py`, `Image.uri`): how `ContainerBodyPolicy` tells
//! images apart.
//!
//! An image that was changed in any way is named by the MD5 of its base and layers. Layers of which the hash reads files
//! (`with_requirements`, `with_source_folder`, `with_uv_project`, …) are not modelled: their URI is unknown.

use md5::{Digest, Md5};

use super::unknown::Unknown;

/// A `flyte.Image`, built up as in Python.
///
/// ```
/// use cache_core::policy::{Image, ImageContext, Layer};
///
/// let context = ImageContext { python: Some((3, 12)), sdk: "2.12.1", ..ImageContext::default() };
/// assert_eq!(Image::auto().uri(&context).unwrap(), "ghcr.io/flyteorg/flyte:py3.12-v2.12.1");
/// let layered = Image::auto().with_layer(Layer::Apt { packages: vec!["curl".to_owned()] });
/// assert_eq!(layered.uri(&context).unwrap(), "flyte:ab82bd6475da40f753f6c6d0531af298");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    base: Base,
    registry: Option<String>,
    name: Option<String>,
    layers: Vec<Layer>,
    cloned: bool,
}

/// `Image.from_debian_base(...)`: the arguments that count for the URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebianBase {
    /// `python_version`; `None` is the submitting interpreter's.
    pub python: Option<(u8, u8)>,
    /// `flyte_version`; `None` is the SDK's own.
    pub flyte_version: Option<String>,
    /// `install_flyte`.
    pub install_flyte: bool,
    /// `registry`.
    pub registry: Option<String>,
    /// `name`.
    pub name: Option<String>,
}

/// A layer on top of an image, one for each `with_…` method of which the hash needs no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// `with_pip_packages(...)`
    Pip {
        /// The packages, in order.
        packages: Vec<String>,
        /// `index_url`
        index_url: Option<String>,
        /// `extra_index_urls`, a single string being a list of one.
        extra_index_urls: Vec<String>,
        /// `pre`
        pre: bool,
        /// `extra_args`
        extra_args: Option<String>,
    },
    /// `with_apt_packages(...)`
    Apt {
        /// The packages, in order.
        packages: Vec<String>,
    },
    /// `with_commands([...])`
    Commands(Vec<String>),
    /// `with_workdir(...)`
    WorkDir(String),
    /// `with_env_vars({...})`, in the dictionary's order.
    EnvVars(Vec<(String, String)>),
    /// A layer that can't be hashed statically: why, in words for the user.
    Unknown(String),
}

/// What an image's URI depends on beside the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageContext<'a> {
    /// Major and minor of the interpreter that computes the version.
    pub python: Option<(u8, u8)>,
    /// The SDK's version, `2.12.1`; empty if it isn't known.
    pub sdk: &'a str,
    /// The registry that the SDK is configured to use.
    pub registry: Registry<'a>,
}

/// The registry that the SDK is configured to use for images of its own base (`image.registry` of its configuration,
/// `FLYTE_IMAGE_REGISTRY`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registry<'a> {
    /// None is configured.
    #[default]
    None,
    /// This one.
    Named(&'a str),
    /// Not known: why, in words for the user.
    Unknown(&'a str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Base {
    Uri(String),
    Debian(DebianBase),
    Unknown(String),
}

impl Default for DebianBase {
    fn default() -> Self {
        Self { python: None, flyte_version: None, install_flyte: true, registry: None, name: None }
    }
}

impl Image {
    /// `"auto"`: `Image.from_debian_base()`.
    pub fn auto() -> Self {
        Self::from_debian_base(DebianBase::default())
    }

    /// `Image.from_debian_base(...)`.
    pub fn from_debian_base(base: DebianBase) -> Self {
        Self {
            registry: given(&base.registry),
            name: given(&base.name),
            cloned: given(&base.registry).is_some() || given(&base.name).is_some(),
            layers: Vec::new(),
            base: Base::Debian(base),
        }
    }

    /// `Image.from_base(uri)`.
    pub fn from_base(uri: &str) -> Self {
        Self { base: Base::Uri(uri.to_owned()), registry: None, name: None, layers: Vec::new(), cloned: false }
    }

    /// An image that can't be known statically (`from_dockerfile`, `from_ref_name`, `from_uv_script`, …): why, in words
    /// for the user.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self { base: Base::Unknown(reason.into()), registry: None, name: None, layers: Vec::new(), cloned: false }
    }

    /// `image.clone(registry=…, name=…)`; what is `None` or empty stays as it is. A clone is no longer the released image,
    /// even if nothing is given.
    #[must_use]
    pub fn clone_with(mut self, registry: Option<&str>, name: Option<&str>) -> Self {
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        self.registry = given(registry).or(self.registry);
        self.name = given(name).or(self.name);
        self.cloned = true;
        self
    }

    /// `image.with_…(…)`: another layer on top.
    #[must_use]
    pub fn with_layer(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self.cloned = true;
        self
    }

    /// The URI: the base's own for an image as it was released, else `<registry>/<name>:<MD5 of base and layers>`.
    ///
    /// # Errors
    ///
    /// If a layer is [`Layer::Unknown`], the image [`Image::unknown`], or Python's or the SDK's version counts and isn't
    /// known, and where the SDK itself finds no URI (then it hashes Python's `repr` of the image).
    pub fn uri(&self, context: &ImageContext) -> Result<String, Unknown> {
        let base = self.base.resolve(context)?;
        if !self.cloned && !base.uri.is_empty() {
            return Ok(match base.tag {
                Some(tag) => located(context.registry.name()?, DEFAULT_NAME, &tag),
                None => base.uri,
            });
        }
        let default_name = matches!(self.base, Base::Debian(_)).then_some(DEFAULT_NAME);
        let Some(name) = self.name.as_deref().or(default_name) else {
            return Err(Unknown::Image("an image without a name has no URI to hash".to_owned()));
        };
        let registry = match &self.registry {
            Some(registry) => Some(registry.as_str()),
            None if default_name.is_some() => context.registry.name()?,
            None => None,
        };
        let mut hasher = Md5::new();
        hasher.update(&base.uri);
        for layer in base.layers.iter().chain(&self.layers) {
            hasher.update(layer.hashed()?);
        }
        Ok(located(registry, name, &hex(&hasher.finalize())))
    }
}

impl<'a> Registry<'a> {
    fn name(self) -> Result<Option<&'a str>, Unknown> {
        match self {
            Self::None => Ok(None),
            Self::Named(name) => Ok(Some(name)),
            Self::Unknown(reason) => Err(Unknown::Image(reason.to_owned())),
        }
    }
}

/// `_DEFAULT_IMAGE_NAME` of the SDK.
const DEFAULT_NAME: &str = "flyte";

/// The image below all layers that the code adds.
struct ResolvedBase {
    uri: String,
    layers: Vec<Layer>,
    /// The tag of the image as it is, where it is not the base's own URI.
    tag: Option<String>,
}

impl Base {
    fn resolve(&self, context: &ImageContext) -> Result<ResolvedBase, Unknown> {
        match self {
            Self::Uri(uri) => Ok(ResolvedBase { uri: uri.clone(), layers: Vec::new(), tag: None }),
            Self::Debian(debian) => debian.resolve(context),
            Self::Unknown(reason) => Err(Unknown::Image(reason.clone())),
        }
    }
}

impl DebianBase {
    /// `Image._get_default_image_for`.
    fn resolve(&self, context: &ImageContext) -> Result<ResolvedBase, Unknown> {
        let (major, minor) = self
            .python
            .or(context.python)
            .ok_or_else(|| Unknown::Image("the image follows the Python version, which is not known".to_owned()))?;
        if !self.install_flyte {
            return Ok(ResolvedBase {
                uri: format!("python:{major}.{minor}-slim-bookworm"),
                layers: plain_debian_layers(),
                tag: Some(format!("py{major}.{minor}")),
            });
        }
        let flyte = match self.flyte_version.as_deref() {
            Some(version) => version.to_owned(),
            None if context.sdk.is_empty() => {
                return Err(Unknown::Image("the image follows the version of flyte, which is not known".to_owned()));
            }
            // A development version of the SDK builds its own image, of files that are not the project's.
            None if context.sdk.contains("dev") => {
                return Err(Unknown::Image("a development version of flyte builds its own image".to_owned()));
            }
            None => context.sdk.replace('+', "-"),
        };
        let v = if flyte.starts_with('v') { "" } else { "v" };
        Ok(ResolvedBase {
            uri: format!("ghcr.io/flyteorg/{DEFAULT_NAME}:py{major}.{minor}-{v}{flyte}"),
            layers: Vec::new(),
            tag: None,
        })
    }
}

impl Layer {
    /// What the layer adds to the hash: `update_hash` of the SDK's layer.
    fn hashed(&self) -> Result<String, Unknown> {
        Ok(match self {
            Self::Pip { packages, index_url, extra_index_urls, pre, extra_args } => {
                let pre = if *pre { "True" } else { "" };
                let option = |text: &Option<String>| text.clone().unwrap_or_default();
                [option(index_url), extra_index_urls.concat(), pre.to_owned(), option(extra_args), packages.concat()]
                    .concat()
            }
            Self::Apt { packages } => packages.concat(),
            Self::Commands(commands) => commands.concat(),
            Self::WorkDir(directory) => directory.clone(),
            Self::EnvVars(variables) => {
                variables.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
            }
            Self::Unknown(reason) => return Err(Unknown::Image(reason.clone())),
        })
    }
}

/// The layers that the SDK puts on a Debian image without flyte.
fn plain_debian_layers() -> Vec<Layer> {
    let text = |text: &str| text.to_owned();
    vec![
        Layer::Commands(vec![
            text("LABEL org.opencontainers.image.authors='Union.AI <info@union.ai>'"),
            text("LABEL org.opencontainers.image.source=https://github.com/flyteorg/flyte"),
        ]),
        Layer::Commands(vec![text(concat!(
            "if ! id -u flyte >/dev/null 2>&1; then useradd --create-home --shell /bin/bash flyte; fi &&",
            " mkdir -p /home/flyte && chown -R flyte:flyte /home/flyte && chown -R flyte:flyte /root"
        ))]),
        Layer::WorkDir(text("/home/flyte")),
        Layer::EnvVars(
            [
                ("VIRTUAL_ENV", "/opt/venv"),
                ("PATH", "/opt/venv/bin:$PATH"),
                ("PYTHONPATH", "/root"),
                ("UV_LINK_MODE", "copy"),
            ]
            .map(|(name, value)| (text(name), text(value)))
            .to_vec(),
        ),
        Layer::Apt { packages: vec![text("build-essential"), text("ca-certificates")] },
    ]
}

fn located(registry: Option<&str>, name: &str, tag: &str) -> String {
    match registry {
        Some(registry) => format!("{registry}/{name}:{tag}"),
        None => format!("{name}:{tag}"),
    }
}

/// A text that Python's `or` takes for given.
fn given(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.is_empty())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(image: Image) -> String {
        let context = ImageContext { python: Some((3, 12)), sdk: "2.12.1", ..ImageContext::default() };
        image.uri(&context).unwrap_or_else(|unknown| format!("unknown: {unknown}"))
    }

    fn debian(base: DebianBase) -> Image {
        Image::from_debian_base(base)
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    /// Each answer is `Image.uri` of flyte 2.12.1 under Python 3.12.
    #[test]
    fn uris_are_those_of_the_sdk() {
        let pip = Layer::Pip {
            packages: texts(&["numpy", "pandas==2"]),
            index_url: Some("https://a".to_owned()),
            extra_index_urls: texts(&["https://b"]),
            pre: true,
            extra_args: Some("--x".to_owned()),
        };
        let plain_pip = |packages: &[&str]| Layer::Pip {
            packages: texts(packages),
            index_url: None,
            extra_index_urls: Vec::new(),
            pre: false,
            extra_args: None,
        };
        let bare = DebianBase { install_flyte: false, ..DebianBase::default() };
        let pairs = vec![("B".to_owned(), "1".to_owned()), ("A".to_owned(), "é".to_owned())];
        let named = DebianBase { registry: Some("r".to_owned()), name: Some("n".to_owned()), ..DebianBase::default() };
        let released = |version: &str| DebianBase { flyte_version: Some(version.to_owned()), ..DebianBase::default() };
        for (image, answer) in [
            (Image::auto(), "ghcr.io/flyteorg/flyte:py3.12-v2.12.1"),
            (
                Image::auto().with_layer(Layer::Apt { packages: texts(&["curl"]) }),
                "flyte:ab82bd6475da40f753f6c6d0531af298",
            ),
            (
                debian(DebianBase { python: Some((3, 11)), ..DebianBase::default() }),
                "ghcr.io/flyteorg/flyte:py3.11-v2.12.1",
            ),
            (debian(bare.clone()), "flyte:py3.12"),
            (
                debian(DebianBase { python: Some((3, 11)), ..bare.clone() }).with_layer(pip),
                "flyte:2fcdd156d172179ca5f70f52d194af46",
            ),
            (
                debian(DebianBase { name: Some("n".to_owned()), ..DebianBase::default() }),
                "n:88f328ba250b083b2586b3a0a0e956e3",
            ),
            (debian(named).with_layer(Layer::Commands(texts(&["a", "b"]))), "r/n:54fc87adc13312c5600b8b84da3bdb4e"),
            (debian(released("2.0.0")), "ghcr.io/flyteorg/flyte:py3.12-v2.0.0"),
            (
                debian(released("v2.0.0")).with_layer(Layer::WorkDir("/w".to_owned())),
                "flyte:6dc6f8f3584f64881bfe1d9965a54b7b",
            ),
            (Image::auto().with_layer(Layer::EnvVars(pairs)), "flyte:fa8a7c2a57514651babffbbda8f6d659"),
            (Image::auto().clone_with(None, None), "flyte:88f328ba250b083b2586b3a0a0e956e3"),
            (Image::auto().clone_with(Some("r"), None), "r/flyte:88f328ba250b083b2586b3a0a0e956e3"),
            (debian(bare).clone_with(None, None), "flyte:a64f64f9cf6fe257cbcce44d41eb3574"),
            (Image::from_base("alpine:3"), "alpine:3"),
            (
                Image::from_base("alpine:3").clone_with(Some("reg.io/x"), Some("n")),
                "reg.io/x/n:49915e62f4c9bd54d9f132d08e98403b",
            ),
            (
                Image::from_base("alpine:3")
                    .clone_with(None, Some("n"))
                    .with_layer(plain_pip(&["x"]))
                    .with_layer(plain_pip(&[])),
                "n:0deddc05e8e3b70d65c5df131a8de1c5",
            ),
            (Image::from_base("").clone_with(None, Some("n")), "n:d41d8cd98f00b204e9800998ecf8427e"),
            (
                Image::from_base("alpine:3").clone_with(None, None),
                "unknown: an image without a name has no URI to hash",
            ),
            (Image::from_base(""), "unknown: an image without a name has no URI to hash"),
        ] {
            assert_eq!(uri(image.clone()), answer, "{image:?}");
        }
    }

    #[test]
    fn a_configured_registry_counts_for_what_is_built_on_the_sdks_own_base() {
        let context = |registry| ImageContext { python: Some((3, 12)), sdk: "2.12.1", registry };
        let uri = |image: &Image, registry| image.uri(&context(registry)).map_err(|unknown| unknown.to_string());
        let cloned = Image::auto().clone_with(None, None);
        let digest = "88f328ba250b083b2586b3a0a0e956e3";
        assert_eq!(uri(&cloned, Registry::Named("reg")), Ok(format!("reg/flyte:{digest}")));
        assert_eq!(uri(&cloned, Registry::Unknown("why")), Err("why".to_owned()));
        let own = cloned.clone_with(Some("own"), None);
        assert_eq!(uri(&own, Registry::Unknown("why")), Ok(format!("own/flyte:{digest}")));
        let released = "ghcr.io/flyteorg/flyte:py3.12-v2.12.1".to_owned();
        assert_eq!(uri(&Image::auto(), Registry::Unknown("why")), Ok(released));
        let bare = debian(DebianBase { install_flyte: false, ..DebianBase::default() });
        assert_eq!(uri(&bare, Registry::Named("reg")), Ok("reg/flyte:py3.12".to_owned()));
    }
}
