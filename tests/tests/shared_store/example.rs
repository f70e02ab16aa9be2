//! The example of processes that share a store, on a folder, on Azure's protocol and on S3's: each result is computed once between them.

use std::collections::BTreeSet;
use std::process::Command;

use super::s3::{self, Faults, Server};
use super::{Settings, azure_url, servers};

#[path = "../../../cache-core/examples/team.rs"]
#[allow(dead_code, missing_docs, reason = "an example has its own entry")]
mod team;

const PLACE: &str = "TEAM_PLACE";
const WORKER: &str = "TEAM_WORKER";

/// Not a test of its own: what the workers do. They are this program again.
#[test]
fn worker() {
    let (Ok(place), Ok(number)) = (std::env::var(PLACE), std::env::var(WORKER)) else { return };
    for line in team::work(&place, number.parse().unwrap()).unwrap() {
        // The harness has words of its own on the line before.
        println!("\n= {line}");
    }
}

fn computes_each_once(place: &str, settings: &Settings) {
    let run = || -> Vec<String> {
        let lines = team::team(|worker| {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["example::worker", "--exact", "--nocapture", "--test-threads=1"]);
            command.env(PLACE, place).env(WORKER, worker.to_string());
            command.envs(settings.iter().map(|(name, value)| (name, value)));
            Ok(command)
        });
        lines.unwrap().iter().filter_map(|line| line.strip_prefix("= ")).map(str::to_owned).collect()
    };
    let first = run();
    assert_eq!(first.len(), team::WORKERS * team::NUMBERS as usize, "{first:#?}");
    let computed: Vec<&String> = first.iter().filter(|line| line.contains("computed here")).collect();
    assert_eq!(computed.len(), team::NUMBERS as usize, "{first:#?}");
    let squares: BTreeSet<&str> = first.iter().filter_map(|line| line.split(": ").nth(1)?.split(',').next()).collect();
    let expected = ["the square of 0 is 0", "the square of 1 is 1", "the square of 2 is 4"];
    assert_eq!(squares, BTreeSet::from(expected));
    assert!(run().iter().all(|line| line.contains("computed by worker")), "they are there for those who come later");
}

#[test]
fn a_team_shares_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    computes_each_once(folder.path().to_str().unwrap(), &Settings::new());
}

#[test]
fn a_team_shares_a_bucket() {
    let server = Server::start(Faults::default(), 1);
    computes_each_once(&format!("s3://{}/team", s3::BUCKET), &server.settings());
    if let Some(azurite) = servers::azurite() {
        computes_each_once(&azure_url("team"), &azurite.azure_settings());
    }
}
