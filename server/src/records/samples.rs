//! Records for tests.

use super::{CacheStatus, Record};

/// An attempt that stored an entry; runs are told apart by their names and the second that they ended in.
pub fn record(run: &str, at: i64) -> Record {
    Record {
        org: String::new(),
        project: "ml".to_owned(),
        domain: "development".to_owned(),
        run: run.to_owned(),
        action: "a0".to_owned(),
        attempt: 1,
        task: "ml.train".to_owned(),
        version: Some("v".to_owned()),
        key: None,
        cache: CacheStatus::Populated,
        succeeded: true,
        at: Some(at),
        seconds: Some(3.5),
    }
}
