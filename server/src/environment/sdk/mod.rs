//! Which release of the `flyte` SDK a project uses, and what of it matters for a version.
//!
//! The only place that knows how releases differ. What was compared, by source without comments and docstrings:
//!
//! - `FunctionBodyPolicy` is the same in every 2.x, from 2.0.0 to 2.12.1;
//! - the rules of a cache spec (`Cache`, where a task takes it from, which words are accepted) are the same from 2.9.0
//!   to 2.12.1; before, some specs that are valid now raised, or were accepted and not understood;
//! - `ContainerBodyPolicy` is there from 2.12.0 on; before, every container task had one and the same auto version.
//!
//! Outside of that range versions are those of the nearest release in it, and [`Sdk::advice`] says so.

mod find;
mod locks;

use pep440_rs::Version;

use super::Origin;

pub use find::Evidence;

/// The oldest release whose rules are the ones of this code.
pub const OLDEST: &str = "2.9.0";
/// The newest release that was compared.
pub const NEWEST: &str = "2.12.1";

/// The SDK of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sdk {
    /// The release, as it was found: `2.12.1`; `None` where nothing says it.
    pub version: Option<String>,
    /// What says it.
    pub origin: Option<Origin>,
    /// What says otherwise, with the release it says.
    pub differing: Vec<(String, Origin)>,
}

/// How a release relates to the ones that were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Its rules are known.
    Supported,
    /// Older than [`OLDEST`].
    Older,
    /// Newer than [`NEWEST`].
    Newer,
    /// Which release it is is not known.
    Unknown,
}

impl Sdk {
    /// How the release relates to the ones that were compared.
    pub fn support(&self) -> Support {
        let (Some(version), Some(oldest), Some(newest)) = (self.parsed(), parse(OLDEST), parse(NEWEST)) else {
            return Support::Unknown;
        };
        if version < oldest {
            Support::Older
        } else if version > newest {
            Support::Newer
        } else {
            Support::Supported
        }
    }

    /// What to tell the user where the release is not one that was compared.
    pub fn advice(&self) -> Option<String> {
        let version = self.version.as_deref().unwrap_or_default();
        match self.support() {
            Support::Supported | Support::Unknown => None,
            Support::Older => Some(format!(
                "flyte {version} is older than {OLDEST}, the oldest whose rules are known: what is shown are the versions \
                 of flyte {OLDEST}; update it to be sure"
            )),
            Support::Newer => Some(format!(
                "flyte {version} is newer than {NEWEST}, the newest whose rules are known: what is shown are the versions \
                 of flyte {NEWEST}; update Tasklens to be sure"
            )),
        }
    }

    /// Whether the auto version of a container task follows its image and command (`ContainerBodyPolicy`). Without it
    /// `FunctionBodyPolicy` gives the empty text, so that the auto version is the SHA-256 of nothing.
    pub fn versions_containers(&self) -> bool {
        match (self.parsed(), parse("2.12.0")) {
            (Some(version), Some(since)) => version >= since,
            _ => true,
        }
    }

    fn parsed(&self) -> Option<Version> {
        parse(self.version.as_deref()?)
    }
}

/// A release's number. What was built locally (`2.12.1+dirty`) is compared by what it was built from.
fn parse(text: &str) -> Option<Version> {
    text.trim().parse::<Version>().ok().map(Version::without_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdk(version: &str) -> Sdk {
        Sdk { version: Some(version.to_owned()), ..Sdk::default() }
    }

    #[test]
    fn the_range_that_was_compared() {
        for (version, support) in [
            ("2.9.0", Support::Supported),
            ("2.12.1", Support::Supported),
            ("2.12.1+local", Support::Supported),
            ("2.10", Support::Supported),
            ("2.8.1", Support::Older),
            ("2.0.0b35", Support::Older),
            ("2.12.2.dev1", Support::Newer),
            ("3.0.0", Support::Newer),
            ("what", Support::Unknown),
        ] {
            assert_eq!(sdk(version).support(), support, "{version}");
            let silent = matches!(support, Support::Supported | Support::Unknown);
            assert_eq!(sdk(version).advice().is_none(), silent, "{version}");
        }
        assert_eq!(Sdk::default().support(), Support::Unknown);
    }

    #[test]
    fn containers_are_versioned_since_2_12() {
        assert!(sdk("2.12.0").versions_containers() && !sdk("2.11.4").versions_containers());
        assert!(Sdk::default().versions_containers(), "without evidence the newest rules");
    }
}
