//! What a command writes: findings through one buffered writer to standard output, everything else to standard error.

use std::env;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use terminal_size::{Width, terminal_size};

use crate::render::paint::Paint;
use crate::render::table::Look;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was read.
    Clean,
    /// Something was found, or could not be read.
    Findings,
    /// Nothing could be read.
    Nothing,
}

/// Why a command gave up.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The reader of our output went away, which is no failure: `tasklens hash … | head`.
    #[error("the output was closed")]
    Closed,
    /// The output could not be written.
    #[error("the output could not be written: {0}")]
    Output(io::Error),
    /// An argument that can't be used.
    #[error("{0}")]
    Usage(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Self::Closed } else { Self::Output(error) }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}

/// When to write colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Even into a file or a pipe.
    Always,
    /// Not at all.
    Never,
}

/// Standard output.
pub struct Output {
    writer: BufWriter<io::StdoutLock<'static>>,
    /// How tables are written there.
    pub look: Look,
}

impl Output {
    /// Standard output, in colours as `color` says.
    pub fn new(color: Color) -> Self {
        let stdout = io::stdout();
        let on_terminal = stdout.is_terminal();
        let look = Look {
            width: on_terminal.then(|| terminal_size().map_or(80, |(Width(width), _)| usize::from(width))),
            paint: Paint { enabled: wanted(color, on_terminal) },
            all: false,
        };
        Self { writer: BufWriter::with_capacity(1 << 16, stdout.lock()), look }
    }

    /// Writes a text as it is.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.writer.write_all(text.as_bytes())?)
    }

    /// Writes a value as JSON for people's eyes as well: indented, with a line end.
    pub fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.writer, value)?;
        self.text("\n")
    }

    /// Writes a value as JSON on one line.
    pub fn line(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.writer, value)?;
        self.text("\n")
    }

    /// Writes what is buffered.
    pub fn finish(mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

/// `NO_COLOR` (any text but the empty one, no-color.org) and `TERM=dumb` speak against colours.
fn wanted(color: Color, on_terminal: bool) -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => on_terminal && !set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Says something beside the findings.
pub fn say(text: &str) {
    // There is nowhere left to tell that standard error is closed.
    let _ = writeln!(io::stderr(), "tasklens: {text}");
}

/// The exit code of a command, after its failure was told.
pub fn exit_code(result: Result<Outcome, Failure>) -> ExitCode {
    match result {
        Ok(Outcome::Clean) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Nothing) => ExitCode::from(2),
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::from(2)
        }
    }
}
