//! Dockerfiles that changed. An image that is made from one may hold another Python since, which the code doesn't tell: what is called in
//! it may have another version there.

use std::path::{Path, PathBuf};

use crate::analysis::{Files, parallel};
use crate::status::sentence::unknown_image;

/// How an image is made from a Dockerfile (`flyte/_image.py`).
const FROM_DOCKERFILE: &str = "from_dockerfile";

/// Whether a file is one that images are made from, by its name.
pub fn is_dockerfile(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    ["dockerfile", "containerfile"].iter().any(|word| name.contains(word)) && !name.ends_with(".py")
}

/// The source files that make images from Dockerfiles.
pub fn builders(files: &dyn Files, all: &[PathBuf]) -> Vec<PathBuf> {
    let word = memchr::memmem::Finder::new(FROM_DOCKERFILE);
    let is_one = parallel::map(all, |path| files.read(path).is_ok_and(|bytes| word.find(&bytes).is_some()));
    all.iter().zip(is_one).filter(|(_, is_one)| *is_one).map(|(path, _)| path.clone()).collect()
}

/// That an image of a task's parents may hold another Python, where one of them is made from a Dockerfile that changed. `images` are
/// those that tell no Python, as [`TaskStatus::unknown_images`](crate::status::TaskStatus::unknown_images) has them.
pub fn changed_under(images: &[String], changed: &[PathBuf]) -> Option<String> {
    let under = |image: &String| {
        let (_, call) = image.split_once(FROM_DOCKERFILE)?;
        // What stands in quotes; of a path that is made up otherwise any of them may be meant.
        let named: Vec<&Path> = call.split(['"', '\'']).skip(1).step_by(2).map(Path::new).collect();
        let named: Vec<&Path> = named.into_iter().filter(|path| is_dockerfile(path)).collect();
        let is_meant =
            |file: &&PathBuf| named.is_empty() || named.iter().any(|path| path.file_name() == file.file_name());
        let file = changed.iter().find(is_meant)?.file_name()?.to_string_lossy();
        Some(format!("{file} changed · {}", unknown_image(image)))
    };
    images.iter().find_map(under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_told_by_their_names() {
        for (name, expected) in [
            ("Dockerfile", true),
            ("gpu.Dockerfile", true),
            ("docker/Dockerfile.train", true),
            ("Containerfile", true),
            ("dockerfile.py", false),
            ("docker-compose.yml", false),
        ] {
            assert_eq!(is_dockerfile(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn an_image_is_hit_by_the_dockerfile_that_it_names() {
        let image = |call: &str| vec![format!("p.main: `flyte.Image.{call}` tells no Python")];
        let changed = [PathBuf::from("/p/docker/gpu.Dockerfile")];
        let hit = |call: &str| changed_under(&image(call), &changed).is_some();
        assert!(hit("from_dockerfile(file=Path(\"docker/gpu.Dockerfile\"), registry=\"r\", name=\"n\")"));
        assert!(hit("from_dockerfile(file=HERE, registry='r', name='n')"), "nobody knows which");
        assert!(!hit("from_dockerfile(file=Path('docker/cpu.Dockerfile'), registry='r', name='n')"));
        assert!(!hit("from_base(f'{r}/gpu.Dockerfile')"));
    }
}
