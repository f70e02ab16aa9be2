//! Answers that were given before, by interpreter build and file digest, so that a second run takes seconds.

use crate::oracle::{self, Answer, File};
use crate::setup::{self, Interpreter, Setup};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// How many files are asked about before their answers are written down.
const BATCH: usize = 500;

#[derive(Serialize, Deserialize)]
struct Entry {
    digest: String,
    answer: Answer,
}

/// What the interpreter says about every file, in order. `suite` names the file in which answers are kept: no two
/// tests that run at once may share it.
pub fn answers(setup: &Setup, interpreter: &Interpreter, suite: &str, files: &[File]) -> Vec<Answer> {
    let path = book(interpreter, suite);
    let mut known = read(&path);
    let digests: Vec<String> = files.iter().map(|file| digest(&file.bytes)).collect();
    let asked: Vec<usize> = (0..files.len()).filter(|&index| !known.contains_key(&digests[index])).collect();
    for batch in asked.chunks(BATCH) {
        let unknown: Vec<&File> = batch.iter().map(|&index| &files[index]).collect();
        let given = oracle::ask(setup, interpreter, &unknown);
        append(&path, batch.iter().map(|&index| &digests[index]).zip(&given));
        known.extend(batch.iter().map(|&index| digests[index].clone()).zip(given));
    }
    // Equal files share an answer.
    digests.iter().map(|digest| known[digest].clone()).collect()
}

/// A build and the oracle itself decide which answers count.
fn book(interpreter: &Interpreter, suite: &str) -> PathBuf {
    let mut build = interpreter.build.clone().into_bytes();
    build.extend(std::fs::read(oracle::scripts().join("oracle.py")).expect("the oracle is part of the repository"));
    let folder = setup::home().join("answers").join(format!("{}-{}", interpreter.name(), &digest(&build)[..12]));
    std::fs::create_dir_all(&folder).expect("target/ can be written");
    folder.join(format!("{suite}.jsonl"))
}

fn read(path: &PathBuf) -> HashMap<String, Answer> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // A line that was cut off by an interruption is asked again.
    text.lines()
        .filter_map(|line| serde_json::from_str::<Entry>(line).ok())
        .map(|entry| (entry.digest, entry.answer))
        .collect()
}

fn append<'a>(path: &PathBuf, entries: impl Iterator<Item = (&'a String, &'a Answer)>) {
    let file = OpenOptions::new().create(true).append(true).open(path).expect("target/ can be written");
    let mut file = BufWriter::new(file);
    for (digest, answer) in entries {
        let line =
            serde_json::to_string(&Entry { digest: digest.clone(), answer: answer.clone() }).expect("plain data");
        // The newline in front ends a line that was cut off.
        write!(file, "\n{line}").expect("target/ can be written");
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
