//! A project of thousands of files, for benchmarks: a few of them hold tasks.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Files by name, of which as many hold two tasks each.
pub fn files(count: usize, with_tasks: usize) -> Vec<(String, String)> {
    let file = |number: usize| {
        let text = if number.is_multiple_of(count / with_tasks) { tasks(number) } else { plain(number) };
        (format!("pkg_{}/sub_{}/module_{number}.py", number % 40, number % 7), text)
    };
    (0..count).map(file).collect()
}

/// Writes and commits a project.
pub fn project(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files.iter().chain(&[(".python-version", "3.12\n")]) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
    for arguments in [&["init", "-q", "-b", "main"][..], &["add", "."], &["commit", "-q", "-m", "base"]] {
        let status = Command::new("git").args(identity).arg("-C").arg(root).args(arguments).status().unwrap();
        assert!(status.success());
    }
}

fn tasks(number: usize) -> String {
    let head = format!(
        "import flyte\n\nenv = flyte.TaskEnvironment(name=\"env_{number}\", cache=\"auto\")\n\n\n@env.task\nasync def load(path: str) -> \
         list[int]:\n    return [len(path), {number}]\n\n\n@env.task(retries=2)\nasync def train(path: str, rate: float = 0.1) -> \
         float:\n    values = await load(path)\n    return rate * sum(values)\n"
    );
    head + &classes(number, 6)
}

fn plain(number: usize) -> String {
    "\"\"\"A module.\"\"\"\n\nimport json\nimport logging\n\nlog = logging.getLogger(__name__)\n".to_owned()
        + &classes(number, 12 + number % 24)
}

fn classes(number: usize, count: usize) -> String {
    let mut text = String::new();
    for part in 0..count {
        write!(
            text,
            "\n\nclass Part{part}:\n    \"\"\"Holds values of part {part}.\"\"\"\n\n    def __init__(self, values: list[int]) -> None:\n        \
             self.values = values\n\n    def total(self, scale: float = {number}.5) -> float:\n        if not self.values:\n            \
             return 0.0\n        return scale * sum(value * value for value in self.values)\n"
        )
        .unwrap();
    }
    text
}
