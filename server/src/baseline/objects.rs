//! Contents of git objects, through one `git cat-file --batch` that lives as long as its reader.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread;

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
        self.answer(id)
    }

    /// The contents of objects, `None` for those that are missing. All are asked for at once, while the answers are read.
    pub(super) fn contents(&mut self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>, BaselineError> {
        let mut questions = self.questions.take().ok_or_else(|| broken("it has ended"))?;
        let list: String = ids.iter().flat_map(|id| [id.as_str(), "\n"]).collect();
        thread::scope(|scope| {
            let ask = || questions.write_all(list.as_bytes()).and_then(|()| questions.flush());
            let asking = thread::Builder::new().spawn_scoped(scope, ask).map_err(|error| broken(&error.to_string()))?;
            let read = ids.iter().map(|id| match self.answer(id) {
                Ok(content) => Ok(Some(content)),
                Err(BaselineError::MissingObject { .. }) => Ok(None),
                Err(error) => Err(error),
            });
            let read: Result<Vec<_>, _> = read.collect();
            if read.is_err() {
                // Nobody reads on, so that whoever still writes would wait forever.
                let _ = self.child.kill();
            }
            match asking.join() {
                Ok(asked) => asked.map_err(|error| broken(&error.to_string())).and(read),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
        .inspect(|_| self.questions = Some(questions))
    }

    /// Reads the answer to a question.
    fn answer(&mut self, id: &str) -> Result<Vec<u8>, BaselineError> {
        let io = |error: std::io::Error| broken(&error.to_string());
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
