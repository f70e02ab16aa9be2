//! One request a file: what is asked, over a state of the code, and the answer in the protocol's terms.

pub mod baselines;
pub mod bump;
pub mod code_action;
pub mod code_lens;
pub mod completion;
pub mod definition;
pub mod diagnostic;
pub mod document_symbol;
pub mod execute_command;
pub mod explain;
pub mod graph;
pub mod hover;
pub mod inlay_hint;
pub mod inputs;
pub mod references;
pub mod rename;
pub mod stored;
pub mod tasks;
pub mod workspace_symbol;
