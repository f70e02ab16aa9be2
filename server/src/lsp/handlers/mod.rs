//! One request a file: what is asked, over a state of the code, and the answer in the protocol's terms.

pub mod code_action;
pub mod code_lens;
pub mod diagnostic;
pub mod execute_command;
pub mod keep;
