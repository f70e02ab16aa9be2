//! Contents of git objects, through one `git cat-file --batch` that lives as long as its reader.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{BaselineError, Git};

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub(super) struct Objects {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Starts git in a repository.
    pub(super) fn open(git: &Git, folder: &Path) -> Result<Self, BaselineError> {
        let mut command = git.command(folder);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| git.not_started(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(questions), Some(answers)) => {
                Ok(Self { child, questions: Some(questions), answers: BufReader::new(answers) })
            }
            _ => Err(broken("it has no pipes")),
        }
    }

    /// The content of an object. Asked for by id, so no path can be misread.
    pub(super) fn content(&mut self, id: &str) -> Result<Vec<u8>, BaselineError> {
        let io = |error: std::io::Error| broken(&error.to_string());
        let questions = self.questions.as_mut().ok_or_else(|| broken("it has ended"))?;
        writeln!(questions, "{id}").and_then(|()| questions.flush()).map_err(io)?;
        let mut header = String::new();
        self.answers.read_line(&mut header).map_err(io)?;
        let fields: Vec<&str> = header.split_whitespace().collect();
        let size: usize = match fields.as_slice() {
            [_, "missing"] => return Err(BaselineError::MissingObject { object: id.to_owned() }),
            [_, _, size] => size.parse().map_err(|_| broken(&header))?,
            _ => return Err(broken(&header)),
        };
        let mut content = Vec::new();
        // Not allocated ahead: a damaged object may claim any size.
        let read = (&mut self.answers).take(size as u64).read_to_end(&mut content).map_err(io)?;
        self.answers.read_exact(&mut [0]).map_err(io)?;
        if read == size { Ok(content) } else { Err(broken("it ended in the middle of an object")) }
    }
}

impl Drop for Objects {
    /// Ends git: it stops at the end of its input.
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn broken(message: &str) -> BaselineError {
    BaselineError::Failed { command: "cat-file".to_owned(), message: message.trim().to_owned() }
}
