//! `tasklens check`: mistakes in cache configuration, and their fixes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cache_core::python::Source;
use clap::{Args, ValueEnum};

use crate::analysis::{Buffers, Disk, Files, Problem};
use crate::edit;
use crate::environment::{Origin, Outside, discover};
use crate::render::check::{Texts, github, gitlab, json, sarif, text};
use crate::render::diff;
use crate::render::text::relative;
use crate::rules::{self, Finding, Selection, Severity, fixed};
use crate::status::walk::Walked;
use crate::status::{Question, Report, Session, ask_in};

use super::VersionArgs;
use super::inputs::{files, outcome_of, working_directory};
use super::output::{Color, Failure, Outcome, Output, say};
use super::progress::Progress;

/// Find mistakes in cache configuration before the run
#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 where there are errors or warnings; remarks and hints alone end with 0.

Examples:
  tasklens check                                 files below the working directory
  tasklens check --select pinned-auto            one rule
  tasklens check --fix                           make the fixes that change nothing that works
  tasklens check --fix --unsafe-fixes --diff     show all fixes, make none
  tasklens check --format sarif                  for code hosts")]
pub struct CheckArgs {
    /// Files and folders; `-` reads a list from standard input, one a line [default: .]
    paths: Vec<PathBuf>,
    /// The rules to ask, by id, with commas between; `default` and `all` stand for several
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Rules not to ask
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Make the fixes after which everything that worked works as before
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: the fixes too that change what a cache does
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what --fix would do, and do nothing
    #[arg(long)]
    diff: bool,
    /// How to print
    #[arg(long, default_value = "text")]
    format: Format,
    /// The git revision to compare with [default: the merge-base with the upstream's default branch]
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    #[command(flatten)]
    versions: VersionArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the source
    Text,
    /// One document, for programs
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// GitLab's code quality report
    Gitlab,
}

/// Fixes touch each other, and uncover others: they are made again and again, as often as this.
const ROUNDS: usize = 10;

/// Runs the command.
pub fn run(arguments: &CheckArgs, color: Color) -> Result<Outcome, Failure> {
    let cwd = working_directory()?;
    let words: Vec<String> = arguments.select.iter().chain(&arguments.ignore).cloned().collect();
    if let Some(unknown) = Selection::unknown(&crate::environment::Settings::default(), &words).into_iter().next() {
        return Err(Failure::Usage(unknown.to_string()));
    }
    let progress = Progress::start();
    let walked = files(&arguments.paths, &cwd, &progress)?;
    let mut edited = Edited::default();
    let mut count = 0;
    let is_fixing = arguments.fix || arguments.diff;
    // Who fixes looks again and again, each time at the few files that were fixed anew.
    let mut session = if is_fixing { Session::live() } else { Session::default() };
    let mut look = |edited: &Edited| look(arguments, &cwd, &walked, edited, &mut session, &progress);
    let (mut report, mut findings) = look(&edited)?;
    if is_fixing {
        for _ in 0..ROUNDS {
            let made = edited.fix(&findings, arguments.unsafe_fixes);
            if made == 0 {
                break;
            }
            count += made;
            (report, findings) = look(&edited)?;
        }
    }
    session.let_go();
    drop(progress);
    if arguments.diff {
        return show(&edited, &cwd, color);
    }
    let unwritten = edited.write(&cwd);
    if count > 0 {
        say(&format!("{count} fixed"));
    }
    report.problems.extend(unwritten);
    let disk: &dyn Files = &Disk;
    let mut texts = Texts::new(disk);
    let mut output = Output::new(color);
    match arguments.format {
        Format::Text => {
            output.text(&text(&findings, &mut texts, &cwd, output.look))?;
            say_problems(&report, &cwd);
        }
        Format::Json => output.json(&json(&findings, &report.problems, &mut texts, &cwd))?,
        Format::Sarif => output.json(&sarif(&findings, &report.problems, &mut texts, &cwd))?,
        Format::Github => output.text(&github(&findings, &report.problems, &mut texts, &cwd))?,
        Format::Gitlab => {
            output.json(&gitlab(&findings, &mut texts, &cwd))?;
            // The report knows findings only.
            say_problems(&report, &cwd);
        }
    }
    output.finish()?;
    let is_bad = findings.iter().any(|finding| finding.severity <= Severity::Warning);
    Ok(match outcome_of(&report) {
        Outcome::Clean if is_bad => Outcome::Findings,
        outcome => outcome,
    })
}

/// Says what could not be read, and why.
fn say_problems(report: &Report, cwd: &Path) {
    for problem in &report.problems {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        say(&format!("{}{line}: {}", relative(&problem.file, cwd), problem.message));
    }
}

/// What the rules find in the files as they are, or as fixes left them.
fn look(
    arguments: &CheckArgs,
    cwd: &Path,
    walked: &Walked,
    edited: &Edited,
    session: &mut Session,
    progress: &Progress,
) -> Result<(Report, Vec<Finding>), Failure> {
    let question = Question {
        files: &edited.files,
        progress: &|text| progress.say(|| text.to_owned()),
        ..arguments.versions.question(cwd, arguments.baseline.as_deref())
    };
    let again = Walked { files: walked.files.clone(), named: walked.named.clone(), problems: walked.problems.clone() };
    let wanted: BTreeSet<&Path> = walked.files.iter().map(PathBuf::as_path).collect();
    let report = ask_in(session, &question, again, &Outside::of_process());
    let mut report = report.map_err(|error| Failure::Usage(error.to_string()))?;
    let selection = |file: &Path| Selection::of(&discover(file).settings, file, &arguments.select, &arguments.ignore);
    let findings = rules::check(&report, &edited.files, &selection, &|file| wanted.contains(file));
    for config in report.configs.clone() {
        for unknown in Selection::unknown(&discover(&config).settings, &[]) {
            if let Some(Origin::File { file, line }) = &unknown.origin {
                report.problems.push(Problem {
                    file: file.as_path().into(),
                    line: *line,
                    message: unknown.to_string(),
                });
            }
        }
    }
    Ok((report, findings))
}

/// Prints what fixes would change.
fn show(edited: &Edited, cwd: &Path, color: Color) -> Result<Outcome, Failure> {
    let mut output = Output::new(color);
    for (path, before, after) in edited.changes() {
        let text = |bytes: &[u8]| Source::decode(bytes).map(|source| source.text().to_owned()).unwrap_or_default();
        output.text(&diff::unified(&relative(path, cwd), &text(before), &text(after), output.look))?;
    }
    output.finish()?;
    Ok(if edited.before.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// The disk, with files as fixes make them.
#[derive(Default)]
struct Edited {
    files: Buffers,
    /// What those held that are other now.
    before: BTreeMap<PathBuf, Arc<[u8]>>,
}

impl Edited {
    /// Each file that is other now: what it held, and what it will.
    fn changes(&self) -> impl Iterator<Item = (&Path, &[u8], &[u8])> {
        self.before.iter().filter_map(|(path, before)| Some((path.as_path(), &**before, &**self.files.get(path)?)))
    }

    /// Makes the fixes of findings: how many.
    fn fix(&mut self, findings: &[Finding], is_unsafe_too: bool) -> usize {
        let mut by_file: BTreeMap<&Path, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            by_file.entry(&finding.at.file).or_default().push(finding);
        }
        let mut count = 0;
        for (file, findings) in by_file {
            let fixes = fixed(findings, is_unsafe_too);
            let Ok(now) = self.files.read(file) else { continue };
            // What can't be edited stays a finding.
            let Ok(after) = edit::edited(&now, &fixes.edits) else { continue };
            if *after != *now {
                self.before.entry(file.to_owned()).or_insert(now);
                self.files.put(file.to_owned(), Arc::from(after));
                count += fixes.count;
            }
        }
        count
    }

    /// Writes all files; what could not be written.
    fn write(&self, cwd: &Path) -> Vec<Problem> {
        let written = self.changes().filter_map(|(path, before, after)| {
            let root = discover(path).root;
            let root = if path.starts_with(&root) { root } else { cwd.to_owned() };
            let problem = |error: edit::WriteError| Problem {
                file: Arc::from(path),
                line: None,
                message: format!("not fixed: {error}"),
            };
            edit::replace(path, &root, before, after).err().map(problem)
        });
        written.collect()
    }
}
