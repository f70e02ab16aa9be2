//! The `tasklens` binary.

fn main() -> std::process::ExitCode {
    tasklens::main()
}
