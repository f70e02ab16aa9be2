//! The protocol's types, from one place: what `lsp` knows of the crates behind it, beside the shell.

pub use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
pub use tower_lsp::lsp_types::*;
