//! Tasklens: know what Flyte's task cache will do before you run.

pub mod analysis;
pub mod baseline;
pub mod cli;
pub mod edit;
pub mod environment;
pub mod lsp;
pub mod records;
pub mod render;
pub mod rules;
pub mod status;

/// Runs the command line with the process's own arguments.
pub fn main() -> std::process::ExitCode {
    cli::main()
}
