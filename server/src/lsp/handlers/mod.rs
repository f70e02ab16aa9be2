//! One request a file: what is asked, over a state of the code, and the answer in the protocol's terms.

pub mod code_action;
pub mod code_lens;
pub mod completion;
pub mod definition;
pub mod diagnostic;
pub mod document_symbol;
pub mod execute_command;
pub mod hover;
pub mod inlay_hint;
pub mod references;
pub mod rename;
pub mod workspace_symbol;
