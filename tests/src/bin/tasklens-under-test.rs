//! The command line as this build of the workspace has it: a test of another package can't name the `tasklens` binary
//! itself, and would run a stale one.

/// As the binary that ships: a benchmark measures it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    tasklens::main()
}
