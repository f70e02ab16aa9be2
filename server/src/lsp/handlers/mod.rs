//! One request a file: what is asked, over a snapshot, and the answer in the protocol's terms.

pub mod code_lens;
pub mod execute_command;
