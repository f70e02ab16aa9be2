//! `tasklens/debugInformation`: what a user is asked for when something is wrong.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::log::Log;
use super::snapshot::Snapshot;
use super::view::View;
use super::worker::Indexed;

/// What is served, over which text and with which configuration, and what it takes. `view` is what was found out last, `indexed` what came
/// of reading the workspace.
pub fn information(now: &Snapshot, view: &View, indexed: Option<Indexed>, log: &Log) -> Value {
    let documents = now.documents.all().map(|document| {
        json!({"uri": document.uri, "version": document.version, "bytes": document.text.len_bytes(),
               "sha256": digest(&document.text)})
    });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": log.uptime(),
        "folders": now.folders,
        "position_encoding": format!("{:?}", now.abilities.encoding),
        "documents": documents.collect::<Vec<_>>(),
        "configuration": view.configuration(),
        "files_indexed": indexed.map(|indexed| indexed.files),
        "index_seconds": indexed.map(|indexed| indexed.seconds),
        "resident_bytes": resident(),
        "last_answer_seconds": view.seconds,
    })
}

/// The memory that the process holds, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// What an editor's text can be compared with.
fn digest(text: &ropey::Rope) -> String {
    let mut hash = Sha256::new();
    text.chunks().for_each(|chunk| hash.update(chunk));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
