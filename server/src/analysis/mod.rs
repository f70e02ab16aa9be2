//! Files to tasks: imports, environments, cache specs, calls. Knows neither the editor protocol nor the command line.

mod task;

pub use task::*;
