//! What `status` costs beside only reading the files: 10,000 files of which 100 hold tasks, with and without a baseline; for the first time,
//! and again, when what the first run saw is remembered.
//!
//! Prints the best of several rounds, and the ratio to the same walk that only reads: of wall-clock time, and (on Linux) of
//! processor time, git's included, which other work on the machine disturbs less. Run it with
//! `cargo bench -p tasklens --bench status`; names of cases behind `--` run only those.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tasklens::analysis::{parallel, read};
use tasklens::environment::Outside;
use tasklens::status::walk::walk;
use tasklens::status::{Against, Question, ask};

/// The shipped binary's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FILES: usize = 10_000;
const WITH_TASKS: usize = 100;
const ROUNDS: usize = 21;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let bytes = write_project(&root);
    println!("{FILES} files, {:.1} MB, {WITH_TASKS} with tasks", bytes as f64 / 1e6);
    let reading = || {
        let walked = walk(&[PathBuf::from(".")], &root, &|_| {});
        assert!(parallel::map(&walked.files, |file| read(file).unwrap().len()).into_iter().sum::<usize>() >= bytes);
    };
    // Arguments choose cases, for a profiler; cargo adds a flag of its own.
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let memory = tempfile::tempdir().unwrap();
    let variables = ["PATH"].into_iter().filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
    let outside = Outside::new(variables, Some(memory.path().to_owned()));
    let case = |name: &str, against: Against<'_>, tasks: usize| {
        if chosen.is_empty() || chosen.iter().any(|one| one == name) {
            let status = || assert_eq!(status(&root, against, &outside), tasks);
            let (only_reading, took) = best_of_two(reading, || {
                fs::remove_dir_all(memory.path()).unwrap();
                status();
            });
            report(&format!("{name}, first"), only_reading, took);
            let (only_reading, took) = best_of_two(reading, status);
            report(&format!("{name}, again"), only_reading, took);
        }
    };
    // What was written just now is not remembered.
    std::thread::sleep(Duration::from_secs(4));
    case("no baseline", Against::Nothing, 2 * WITH_TASKS);
    case("nothing changed", Against::Usual, 2 * WITH_TASKS);
    // Two with tasks, two without.
    for number in [0, 1, 2, FILES / WITH_TASKS] {
        let mut file = File::options().append(true).open(path(&root, number)).unwrap();
        file.write_all(b"\n\ndef added():\n    return 1\n").unwrap();
    }
    case("a few edited", Against::Usual, 2 * WITH_TASKS);
    fs::write(root.join("pkg_0/new.py"), task_file("fresh", 1)).unwrap();
    case("a new task", Against::Usual, 2 * WITH_TASKS + 2);
    fs::remove_dir_all(root.join(".git")).unwrap();
    case("no git", Against::Usual, 2 * WITH_TASKS + 2);
}

/// The tasks that `status` finds.
fn status(root: &Path, against: Against<'_>, outside: &Outside) -> usize {
    let walked = walk(&[PathBuf::from(".")], root, &|_| {});
    let question = Question { python: Some("3.12".parse().unwrap()), against, entries: true, ..Question::at(root) };
    let report = black_box(ask(&question, walked, outside).unwrap());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report.tasks.len()
}

/// What a round took.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    /// Of all rounds, in clock ticks; `None` where the system does not tell.
    processor: Option<u64>,
}

fn report(name: &str, reading: Took, took: Took) {
    let wall = took.wall.as_secs_f64() / reading.wall.as_secs_f64();
    let processor = reading
        .processor
        .zip(took.processor)
        .map_or("?".to_owned(), |(reading, took)| format!("{:.2}", took as f64 / reading.max(1) as f64));
    println!(
        "{name:25} {:7.1} ms, only reading {:.1} ms: {wall:.2} times reading, {processor} in processor time",
        milliseconds(took.wall),
        milliseconds(reading.wall),
    );
}

/// The best of several rounds of both, in turn, so that a machine that slows down or speeds up does so for both; after one that warms up.
fn best_of_two(one: impl Fn(), two: impl Fn()) -> (Took, Took) {
    let mut best = [Took { wall: Duration::MAX, processor: Some(0) }; 2];
    for round in 0..=ROUNDS {
        for (best, work) in best.iter_mut().zip([&one as &dyn Fn(), &two]) {
            let (start, before) = (Instant::now(), processor_ticks());
            work();
            if round > 0 {
                best.wall = best.wall.min(start.elapsed());
                let ticks = processor_ticks().zip(before).map(|(after, before)| after - before);
                best.processor = best.processor.zip(ticks).map(|(sum, ticks)| sum + ticks);
            }
        }
    }
    best.into()
}

/// User and system time of this process and of the children that it waited for.
fn processor_ticks() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Fields 14 to 17, counted behind the name in brackets, which is field 2.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().skip(11).take(4).map(|field| field.parse::<u64>().ok()).sum()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Writes a committed project and returns how many bytes of Python it has.
fn write_project(root: &Path) -> usize {
    let mut bytes = 0;
    for number in 0..FILES {
        let with_tasks = number % (FILES / WITH_TASKS) == 0;
        let text = if with_tasks { task_file(&format!("env_{number}"), number) } else { plain_file(number) };
        let path = path(root, number);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        bytes += text.len();
        fs::write(path, text).unwrap();
    }
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-C"];
        let status = Command::new("git").args(identity).arg(root).args(arguments).status().unwrap();
        assert!(status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "base"]);
    bytes
}

fn path(root: &Path, number: usize) -> PathBuf {
    root.join(format!("pkg_{}/sub_{}/module_{number}.py", number % 40, number % 7))
}

/// A module as most are: classes and functions, a few kilobytes, no tasks.
fn plain_file(number: usize) -> String {
    let head = "\"\"\"A module.\"\"\"\n\nimport json\nimport logging\n\nlog = logging.getLogger(__name__)\n";
    head.to_owned() + &parts(number, 12 + number % 24)
}

/// Classes of two methods each.
fn parts(number: usize, count: usize) -> String {
    let mut text = String::new();
    for part in 0..count {
        write!(
            text,
            "\n\nclass Part{part}:\n    \"\"\"Holds values of part {part}.\"\"\"\n\n    def __init__(self, values: list[int]) -> None:\n        \
             self.values = values\n\n    def total(self, scale: float = {number}.5) -> float:\n        if not self.values:\n            \
             log.warning(\"nothing in part {part}\")\n            return 0.0\n        return scale * sum(value * value for value in self.values)\n"
        )
        .unwrap();
    }
    text
}

/// A module with two tasks and what they use: some hundred lines, as such modules have.
fn task_file(environment: &str, number: usize) -> String {
    let tasks = format!(
        "import flyte\n\nenv = flyte.TaskEnvironment(name=\"{environment}\", cache=\"auto\")\n\n\n@env.task\nasync def load(path: str) -> \
         list[int]:\n    \"\"\"Loads.\"\"\"\n    return [len(path), {number}]\n\n\n@env.task(retries=2)\nasync def train(path: str, rate: float = \
         0.1) -> float:\n    values = await load(path)\n    return rate * sum(values)\n\n\n"
    );
    tasks + &parts(number, 6)
}
