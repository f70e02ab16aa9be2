//! Where a project says which release it uses: pins of the script, lock files, the environment's records, pins.

use std::path::Path;

use super::super::python::{Script, virtualenv};
use super::super::{Disk, Origin, Outside, Project, Texts};
use super::locks::{self, Found};
use super::{Sdk, parse};

/// What the files around a folder say, the most telling first. Worth keeping for all scripts of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    found: Vec<Found>,
}

impl Evidence {
    /// Reads the nearest lock file from a folder up to the project's root, what is installed in its environment, and the
    /// nearest pin, in this order: `uv run` and its like bring an environment up to its lock first.
    pub fn gather(folder: &Path, project: &Project, outside: &Outside) -> Self {
        Self::gather_in(&Disk, folder, project, outside)
    }

    /// Like [`Evidence::gather`], with the project's own files read from elsewhere than the disk.
    pub fn gather_in(texts: &dyn Texts, folder: &Path, project: &Project, outside: &Outside) -> Self {
        let upwards = || folder.ancestors().take_while(|above| above.starts_with(&project.root));
        let locked = upwards().find_map(|folder| locks::in_folder(texts, folder));
        let environments = virtualenv::folders(folder, &project.root, outside);
        let installed = environments.iter().find_map(|environment| installed(environment));
        let pinned = upwards().find_map(|folder| locks::pin_in_folder(texts, folder));
        Self { found: [locked, installed, pinned].into_iter().flatten().collect() }
    }

    /// Decides for one script: what it pins itself (PEP 723), or what `uv lock --script` locked beside it, comes first.
    pub fn sdk(&self, texts: &dyn Texts, script: Option<(&Script, &Path)>) -> Sdk {
        let own = script.and_then(|(script, file)| {
            let mut pins = script.dependencies.iter().filter_map(|(text, line)| Some((locks::pin(text)?, *line)));
            let pin = pins.next().map(|(pin, line)| (pin, Origin::File { file: file.to_owned(), line: Some(line) }));
            pin.or_else(|| locked_beside(texts, file))
        });
        let mut all = own.into_iter().chain(self.found.iter().cloned());
        let Some((version, origin)) = all.next() else { return Sdk::default() };
        let differing = all.filter(|(other, _)| parse(other) != parse(&version)).collect();
        Sdk { version: Some(version), origin: Some(origin), differing }
    }
}

/// What `uv lock --script` locked for a script.
fn locked_beside(texts: &dyn Texts, script: &Path) -> Option<Found> {
    let mut lock = script.as_os_str().to_owned();
    lock.push(".lock");
    locks::toml_lock(texts, Path::new(&lock), "package")
}

/// The release that an environment holds: the name of `site-packages/flyte-2.12.1.dist-info`. Two of them don't tell.
fn installed(environment: &Path) -> Option<Found> {
    let libraries = ["lib", "lib64"].into_iter().filter_map(|lib| environment.join(lib).read_dir().ok());
    let unix = libraries.flat_map(|folder| folder.flatten().map(|entry| entry.path().join("site-packages")));
    let windows = environment.join("Lib").join("site-packages");
    let mut found: Vec<Found> = unix
        .chain([windows])
        .filter_map(|packages| packages.read_dir().ok())
        .flat_map(|packages| packages.flatten())
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_suffix(".dist-info")?.strip_prefix("flyte-")?;
            parse(version)?;
            Some((version.to_owned(), Origin::File { file: entry.path(), line: None }))
        })
        .collect();
    // `lib64` is often a link to `lib`, and Windows finds `lib` for `Lib`.
    found.sort_by(|(one, at), (other, there)| (one, at.file()).cmp(&(other, there.file())));
    found.dedup_by(|(one, _), (other, _)| one == other);
    found.pop().filter(|_| found.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::super::super::discover;
    use super::*;

    #[test]
    fn the_lock_then_the_environment_then_the_pin() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path();
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let sdk = |script: Option<&str>| {
            let folder = root.join("pkg");
            let script = script.map(|text| Script::read(text).unwrap());
            let file = folder.join("pipe.py");
            let evidence = Evidence::gather(&folder, &discover(root), &Outside::default());
            let sdk = evidence.sdk(&Disk, script.as_ref().map(|script| (script, file.as_path())));
            let words = |origin: &Origin| origin.words(root);
            let differing: Vec<String> =
                sdk.differing.iter().map(|(version, origin)| format!("{version} {}", words(origin))).collect();
            (sdk.version.unwrap_or_default(), sdk.origin.as_ref().map(words).unwrap_or_default(), differing)
        };
        write("tasklens.toml", "");
        write("pkg/pipe.py", "");
        assert_eq!(sdk(None), (String::new(), String::new(), vec![]));
        write("requirements.txt", "flyte==2.10.0\n");
        assert_eq!(sdk(None).1, "requirements.txt:1");
        write(".venv/pyvenv.cfg", "version = 3.12.7\n");
        write(".venv/lib/python3.12/site-packages/flyte-2.11.4.dist-info/METADATA", "");
        write(".venv/lib/python3.12/site-packages/flyte_plugins-1.0.dist-info/METADATA", "");
        let (version, origin, differing) = sdk(None);
        assert_eq!((version.as_str(), differing), ("2.11.4", vec!["2.10.0 requirements.txt:1".to_owned()]));
        assert_eq!(origin, ".venv/lib/python3.12/site-packages/flyte-2.11.4.dist-info");
        write("uv.lock", "[[package]]\nname = 'flyte'\nversion = '2.12.1'\n");
        assert_eq!(sdk(None).0, "2.12.1");
        let pinned = sdk(Some("# /// script\n# dependencies = ['flyte==2.9.0']\n# ///\n"));
        assert_eq!((pinned.0.as_str(), pinned.1.as_str()), ("2.9.0", "pkg/pipe.py:2"));
        write("pkg/pipe.py.lock", "[[package]]\nname = 'flyte'\nversion = '2.9.1'\n");
        assert_eq!(sdk(Some("# /// script\n# dependencies = ['flyte']\n# ///\n")).1, "pkg/pipe.py.lock:3");
    }

    #[test]
    fn windows_layout_and_two_installations() {
        let temp = tempfile::tempdir().unwrap();
        let packages = temp.path().join("Lib/site-packages");
        fs::create_dir_all(packages.join("flyte-2.12.1.dist-info")).unwrap();
        assert_eq!(installed(temp.path()).map(|(version, _)| version).as_deref(), Some("2.12.1"));
        fs::create_dir_all(packages.join("flyte-2.12.0.dist-info")).unwrap();
        assert_eq!(installed(temp.path()), None);
    }
}
