//! What `diff` costs where the base is 1,000 commits away in a repository of 10,000 files, beside `git diff --stat` of the same range
//! and the analysis of the files that it is about.
//!
//! Prints the best of several rounds of each, and `diff`, for the first time and again, when what the first run saw of the files is
//! remembered, as a multiple of what it may take: twice `git diff --stat`, and the analysis.
//! Run it with `cargo bench -p tasklens --bench diff`; names of cases behind `--` run only those.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tasklens::analysis::{Disk, Roots, analyze};
use tasklens::baseline::{Git, Repository};
use tasklens::environment::Outside;
use tasklens::status::Question;
use tasklens::status::diff::{Wanted, diff};

/// The shipped binary's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FILES: usize = 10_000;
const COMMITS: usize = 1_000;
const ROUNDS: usize = 9;

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    // How many files the commits touch in all.
    for (name, touched) in [("each another file", COMMITS), ("100 files", 100), ("10 files", 10)] {
        if !chosen.is_empty() && !chosen.iter().any(|one| name.contains(one.as_str())) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        write_repository(&root, touched);
        let base = format!("HEAD~{COMMITS}");
        let range = |head: &str| Wanted::Between(base.clone(), head.to_owned());
        compare(&format!("{name}, to HEAD"), &root, &base, "HEAD", &range("HEAD"));
        compare(&format!("{name}, to the working tree"), &root, &base, "HEAD", &Wanted::Since(base.clone()));
        git(&root, &["checkout", "-q", &base]);
        rest(&root);
        compare(
            &format!("{name}, nothing of it checked out"),
            &root,
            "main~1000",
            "main",
            &Wanted::Between("main~1000".to_owned(), "main".to_owned()),
        );
    }
}

fn compare(name: &str, root: &Path, base: &str, head: &str, wanted: &Wanted) {
    let stat = best(|| drop(git(root, &["diff", "--stat", base, head])));
    let names = git(root, &["diff", "--name-only", base, head]);
    let files: Vec<PathBuf> = names.lines().filter(|name| name.ends_with(".py")).map(|name| root.join(name)).collect();
    let roots = Roots { project: root.to_owned(), imports: vec![root.to_owned()] };
    let program = Outside::of_process().program("git").unwrap();
    let analysis = best(|| {
        let repository = Repository::open(Git::new(program.clone()), root).unwrap();
        let tree = repository.tree(&repository.revision(base).unwrap().revision).unwrap();
        tree.fetch(&files).unwrap();
        let then = analyze(&tree, &roots, &files);
        let now = analyze(&Disk, &roots, &files);
        assert_eq!(then.tasks.len(), now.tasks.len());
    });
    let question = Question { python: Some("3.12".parse().unwrap()), ..Question::at(root) };
    let memory = tempfile::tempdir().unwrap();
    let variables = ["PATH"].into_iter().filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
    let outside = Outside::new(variables, Some(memory.path().to_owned()));
    let mut found = (0, 0, 0);
    let mut work = |is_first: bool| {
        if is_first {
            fs::remove_dir_all(memory.path()).unwrap();
        }
        let answer = diff(&question, wanted, &[], &outside).unwrap();
        found = (answer.files_changed, answer.files_analysed, answer.tasks.len());
    };
    let (first, again) = (best(|| work(true)), best(|| work(false)));
    let (changed, analysed, tasks) = found;
    let allowed = 2 * stat + analysis;
    let part = |took: Duration| took.as_secs_f64() / allowed.as_secs_f64();
    println!("{name}: {changed} changed, {analysed} analysed, {tasks} tasks");
    println!(
        "    git diff --stat {:.1} ms, analysis {:.1} ms; first {:.1} ms, {:.2} of what it may take; again {:.1} ms, {:.2}",
        milliseconds(stat),
        milliseconds(analysis),
        milliseconds(first),
        part(first),
        milliseconds(again),
        part(again),
    );
}

/// The best of several rounds, after one that warms up.
fn best(mut work: impl FnMut()) -> Duration {
    work();
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    rounds.min().unwrap()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn git(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Writes a project of which every hundredth file holds tasks, and a thousand commits on top that touch so many files in all.
fn write_repository(root: &Path, touched: usize) {
    let mut stream = String::from("reset refs/heads/main\n");
    let mut commit = |message: &str, files: &mut dyn Iterator<Item = (PathBuf, String)>| {
        write!(
            stream,
            "commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata {}\n{message}\n",
            message.len()
        )
        .unwrap();
        for (path, text) in files {
            write!(stream, "M 100644 inline {}\ndata {}\n{text}\n", path.display(), text.len()).unwrap();
        }
    };
    commit("base", &mut (0..FILES).map(|number| (path(number), text(number, 0))));
    for round in 1..=COMMITS {
        // Spread over the folders; of those with tasks as many as of all files.
        let number = (round % touched) * (FILES / touched.max(1)) + (round % touched) % 7 * 13 % (FILES / touched);
        commit("edit", &mut std::iter::once((path(number), text(number, round))));
    }
    git(root, &["init", "-q", "-b", "main"]);
    let mut import =
        Command::new("git").arg("-C").arg(root).args(["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    git(root, &["reset", "-q", "--hard", "main"]);
    git(root, &["repack", "-q", "-a", "-d"]);
    rest(root);
    fs::write(root.join(".git/info/exclude"), "").unwrap();
}

/// Waits until no file is young: such files are looked into by git and by us, and not remembered.
fn rest(root: &Path) {
    std::thread::sleep(Duration::from_secs(4));
    git(root, &["update-index", "-q", "--refresh"]);
}

fn path(number: usize) -> PathBuf {
    PathBuf::from(format!("pkg_{}/sub_{}/module_{number}.py", number % 40, number % 7))
}

/// A module of a few kilobytes; every hundredth holds tasks, and one in ten of the others imports a neighbour.
fn text(number: usize, round: usize) -> String {
    let mut text = String::new();
    if number.is_multiple_of(100) {
        text.push_str("import flyte\n\n");
        writeln!(text, "env = flyte.TaskEnvironment(name=\"env_{number}\", cache=\"auto\")\n\n").unwrap();
        for task in ["load", "train"] {
            writeln!(
                text,
                "@env.task\nasync def {task}(x: int) -> int:\n    \"\"\"A task.\"\"\"\n    return x + {round}\n\n"
            )
            .unwrap();
        }
        return text;
    }
    text.push_str("\"\"\"A module.\"\"\"\n\nimport json\nimport logging\n");
    if number % 10 == 1 {
        let neighbour = number + 280;
        writeln!(text, "from pkg_{}.sub_{} import module_{neighbour}", neighbour % 40, neighbour % 7).unwrap();
    }
    text.push_str("\nlog = logging.getLogger(__name__)\n");
    for class in 0..8 {
        writeln!(
            text,
            "\n\nclass Part{class}:\n    \"\"\"A part.\"\"\"\n\n    def __init__(self, name, size={round}):\n        self.name = name\n        self.size = size\n\n    def describe(self):\n        return json.dumps({{\"name\": self.name, \"size\": self.size, \"number\": {number}}})"
        )
        .unwrap();
    }
    text
}
