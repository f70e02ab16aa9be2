//! From a spec to the version of a task: what `Cache.get_version` of the SDK returns, and what a disabled task is known by.

use super::behavior::Behavior;
use super::policies::{CachePolicy, ContainerBodyPolicy, FunctionBodyPolicy, Subject, sha256_hex};
use super::spec::CacheSpec;
use super::unknown::Unknown;

/// The version of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The version; for a disabled task the auto version that the SDK computes as the task's identity.
    pub text: String,
    /// Whether it was given (`version_override`), so that edits of the code don't change it.
    pub pinned: bool,
    /// Whether the task is cached.
    pub enabled: bool,
}

impl Version {
    /// The version that goes into the cache key: the empty string for a disabled task.
    pub fn cache_version(&self) -> &str {
        if self.enabled { &self.text } else { "" }
    }
}

/// The version that the SDK computes (`Cache.get_version`; for a disabled task `flyte/_internal/runtime/task_serde.py`,
/// which falls back to `Cache("auto")`, so without the spec's own salt and policies).
///
/// Code bundles made by pickling replace it; they are not known before a run.
///
/// ```
/// use cache_core::policy::{CacheArguments, ContainerBody, ImageContext, Subject, version};
///
/// let body = ContainerBody::new("alpine:3.19", ["echo", "hello"]);
/// let subject = Subject::Container { body: &body, context: ImageContext::default() };
///
/// let spec = CacheArguments::new("auto").check().unwrap();
/// assert_eq!(version(&spec, &subject).unwrap().text, "d5745f1dadec189887defe51619c5a25d8b49ccdc9d34c47c34ba053ba04d906");
///
/// let pinned = CacheArguments { version_override: Some("1.0".to_owned()), ..CacheArguments::new("auto") };
/// let pinned = version(&pinned.check().unwrap(), &subject).unwrap();
/// assert_eq!((pinned.text.as_str(), pinned.pinned), ("1.0", true));
/// ```
///
/// # Errors
///
/// [`Unknown`] of the first policy that can't tell its version; a given version is never unknown.
pub fn version(spec: &CacheSpec, subject: &Subject<'_>) -> Result<Version, Unknown> {
    if let (true, Some(given)) = (spec.is_pinned(), &spec.version_override) {
        return Ok(Version { text: given.clone(), pinned: true, enabled: true });
    }
    let versions = policy_versions(spec, subject).into_iter().map(|(_, version)| version);
    let text = compose(versions.collect::<Result<Vec<String>, Unknown>>()?);
    Ok(Version { text, pinned: false, enabled: spec.is_enabled() })
}

/// The SHA-256, in hex, of the policies' versions one after the other: how `Cache.get_version` joins them.
pub fn compose<S: AsRef<str>>(versions: impl IntoIterator<Item = S>) -> String {
    let versions: Vec<S> = versions.into_iter().collect();
    let versions: Vec<&str> = versions.iter().map(AsRef::as_ref).collect();
    sha256_hex(&versions)
}

/// What [`version`] composes for a task that isn't pinned: each policy's name with the version that it gives, in order.
///
/// Under auto a container task has its own policy first, in the place of `FunctionBodyPolicy` (`ContainerTask.__init__`);
/// under override it keeps the policies that it was given.
pub fn policy_versions(spec: &CacheSpec, subject: &Subject<'_>) -> Vec<(String, Result<String, Unknown>)> {
    let named = |policy: &dyn CachePolicy, salt| (policy.name().to_owned(), policy.version(salt, subject));
    if spec.behavior == Behavior::Disable {
        return vec![named(&FunctionBodyPolicy, "")];
    }
    let is_container = matches!(subject, Subject::Container { .. }) && spec.behavior == Behavior::Auto;
    let container: Option<&dyn CachePolicy> = is_container.then_some(&ContainerBodyPolicy);
    let given = spec.policies.iter().map(AsRef::as_ref).filter(|policy| !(is_container && policy.is_function_body()));
    container.into_iter().chain(given).map(|policy| named(policy, &spec.salt)).collect()
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::{CacheArguments, ContainerBody, ContainerImage, ImageContext, PythonPolicy, SuppliedPolicy};

    /// The SHA-256 of nothing: what a task has whose policies all answer with the empty string.
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn hello() -> ContainerBody {
        ContainerBody::new("alpine:3.19", ["echo", "hello"])
    }

    fn of(arguments: CacheArguments, body: &ContainerBody) -> Result<Version, Unknown> {
        let spec = arguments.check().expect("a spec that the SDK accepts");
        let context = ImageContext { python: Some((3, 12)), sdk: "2.12.1", ..ImageContext::default() };
        version(&spec, &Subject::Container { body, context })
    }

    fn text(arguments: CacheArguments, body: &ContainerBody) -> String {
        of(arguments, body).map_or_else(|unknown| unknown.to_string(), |version| version.text)
    }

    fn with_policies(behavior: &str, policies: Vec<Arc<dyn CachePolicy>>) -> CacheArguments<'_> {
        CacheArguments { policies: Some(policies), ..CacheArguments::new(behavior) }
    }

    fn supplied(version: &str) -> Arc<dyn CachePolicy> {
        Arc::new(SuppliedPolicy { name: "P".to_owned(), version: version.to_owned() })
    }

    /// Each answer is `task.cache.get_version(VersionParameters(None, task.image))` of flyte 2.12.1 under Python 3.12.
    #[test]
    fn containers_have_the_versions_of_the_sdk() {
        let salted = CacheArguments { salt: "s".to_owned(), ..CacheArguments::new("auto") };
        assert_eq!(text(salted, &hello()), "a0687c2d0af3f18b28f2a478c55d3e348a39c55ca631cd54987e1d0acb94dd1c");
        // A policy of the user's comes after the container's own under auto, and alone under override.
        let custom = CacheArguments { salt: "x".to_owned(), ..with_policies("auto", vec![supplied("v3x")]) };
        assert_eq!(text(custom, &hello()), "31b6588841d9f05993ff82d2bb37cf62eed0b1c39007dff4878ba3f726f65cd9");
        assert_eq!(
            text(with_policies("override", vec![supplied("v3")]), &hello()),
            "e0d2747b9ab7abb6eb65e0373fa1b428a28bd6d8a2380106dcc080f58005ee14"
        );
        let everything = ContainerBody {
            image: ContainerImage::from_text("auto"),
            command: vec!["é😀\u{7f}\n".to_owned()],
            arguments: vec!["{{.inputs.x}}".to_owned()],
            input_data_dir: "/in/".to_owned(),
            output_data_dir: "out//x".to_owned(),
            metadata_format: "YAML".to_owned(),
            file_input_layout: "NAMED_DIR".to_owned(),
        };
        assert_eq!(
            text(CacheArguments::new("auto"), &everything),
            "0563043e581cac94a5657c782a9ef49f51e91a8332d03e1370be276a7bdb319a"
        );
        let nothing = ContainerBody {
            image: ContainerImage::None,
            command: Vec::new(),
            input_data_dir: "None".to_owned(),
            ..hello()
        };
        assert_eq!(
            text(CacheArguments::new("auto"), &nothing),
            "93ed7b4a942ef98b490c3b0508571313286dc56aff57112b70b2d3252f24ff82"
        );
    }

    /// Each answer is the SDK's `get_version`, under Python 3.12.
    #[cfg(feature = "python")]
    #[test]
    fn functions_have_the_versions_of_the_sdk() {
        use crate::python::{Module, Source};

        let module = Module::parse(Source::from_text("def double(x: int) -> int:\n    return 2 * x\n"));
        let function = module.functions().first().expect("the source has one function");
        let python = "3.12".parse().expect("a supported version");
        let of = |arguments: CacheArguments| {
            let spec = arguments.check().expect("a spec that the SDK accepts");
            version(&spec, &Subject::Function { module: &module, function, python }).map(|version| version.text)
        };
        let plain = "8bb497d2a39ff5151d839c4b15073033bc535101f32eab0cc2c4abeff69c0e45".to_owned();
        let salted = "c76d2ee0dc0b2fdc9111b4c24616ccdff8af87b22804d95a28c03f74bbbe148f".to_owned();
        let twice =
            || -> Vec<Arc<dyn CachePolicy>> { vec![Arc::new(FunctionBodyPolicy), Arc::new(FunctionBodyPolicy)] };
        let salt = "salt".to_owned();
        assert_eq!(of(CacheArguments::new("auto")), Ok(plain.clone()));
        assert_eq!(of(CacheArguments::new("override")), Ok(plain.clone()));
        // The identity of a disabled task leaves its salt out.
        assert_eq!(of(CacheArguments { salt: salt.clone(), ..CacheArguments::new("disable") }), Ok(plain));
        assert_eq!(of(CacheArguments { salt, ..with_policies("auto", twice()) }), Ok(salted));
    }

    #[test]
    fn an_unpinned_override_of_a_container_never_changes_its_version() {
        assert_eq!(text(CacheArguments::new("override"), &hello()), NOTHING);
    }

    #[test]
    fn a_disabled_task_keeps_an_identity_without_its_salt() {
        let disabled = CacheArguments {
            salt: "s".to_owned(),
            version_override: Some("1.0".to_owned()),
            ..CacheArguments::new("disable")
        };
        let version = of(disabled, &hello());
        assert_eq!(version, Ok(Version { text: NOTHING.to_owned(), pinned: false, enabled: false }));
        assert!(version.is_ok_and(|version| version.cache_version().is_empty()));
    }

    #[test]
    fn python_policies_are_unknown_by_name_unless_a_version_is_given() {
        let policies = || -> Vec<Arc<dyn CachePolicy>> {
            vec![supplied("v3"), Arc::new(PythonPolicy { name: "DatasetVersionPolicy".to_owned() })]
        };
        assert_eq!(text(with_policies("auto", policies()), &hello()), "DatasetVersionPolicy runs Python");
        let pinned = CacheArguments { version_override: Some("1".to_owned()), ..with_policies("auto", policies()) };
        assert_eq!(text(pinned, &hello()), "1");
    }

    #[test]
    fn versions_are_joined_without_a_separator() {
        assert_eq!(compose(["a", "bc"]), compose(["ab", "c"]));
        assert_eq!(compose::<&str>([]), NOTHING);
    }
}
