//! The command line: one command a file.

/// Parses the process's arguments and runs the command.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(2)
}
