//! Sixteen processes ask for one key: one computes; it is killed, and one more does.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cache_core::engine::{Engine, RunOptions, Task};
use cache_core::policy::CacheArguments;
use cache_core::store::local::LocalStore;

use super::child::Start;
use super::{long, values};

const PROCESSES: usize = 16;

/// A child: runs each call that it is told, tells when it waits and when it computes, and computes until it is told to end.
pub fn worker(folder: &Path, _: u64) {
    let engine = Engine::new(Arc::new(LocalStore::open(folder).unwrap())).producer("worker");
    let arguments =
        CacheArguments { version_override: Some("1".to_owned()), serialize: true, ..CacheArguments::new("auto") };
    let task = Task::new("round", arguments.check().unwrap()).unwrap();
    let say = |text: &str| println!("= {text}");
    let line = || {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).unwrap();
        line.trim().to_owned()
    };
    say("ready");
    loop {
        let round = line();
        let Ok(round) = round.parse::<u64>() else { return };
        let told = AtomicBool::new(false);
        let on_wait = move |_: &cache_core::engine::Waiting| {
            if !told.swap(true, Ordering::Relaxed) {
                println!("= waiting");
            }
        };
        let options = RunOptions { on_wait: Some(Arc::new(on_wait)), ..RunOptions::default() };
        let outcome = engine.run_bytes(&task.call().input("round", round), &options, |_| {
            // When, by the clock of the machine: how long the words take to those who listen is not the store's matter.
            say(&format!("computing {}", now().as_nanos()));
            assert_eq!(line(), "go");
            Ok::<_, std::io::Error>(values::value(round, 1))
        });
        let outcome = outcome.unwrap();
        assert_eq!(values::version(round, &outcome.value), 1);
        say(if outcome.report.is_hit() { "hit" } else { "computed" });
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
}

/// The moment at which a worker says that it computes, if it says that.
fn computing(said: &str) -> Option<Duration> {
    said.strip_prefix("computing ").map(|moment| Duration::from_nanos(moment.parse().unwrap()))
}

struct Worker {
    child: Child,
    stdin: ChildStdin,
}

impl Worker {
    fn start(slot: usize, folder: &Path, events: &Sender<(usize, String)>) -> Self {
        let start = Start { scenario: "serialize", folder, fault: None, seed: 0, piped: true };
        let mut child = start.spawn();
        let (stdin, stdout, events) = (child.stdin.take().unwrap(), child.stdout.take().unwrap(), events.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // The harness of the child writes its own words before the first of ours, without a line's end.
                if let Some((_, said)) = line.split_once("= ") {
                    let _ = events.send((slot, said.to_owned()));
                }
            }
            let _ = events.send((slot, "gone".to_owned()));
        });
        Self { child, stdin }
    }

    fn tell(&mut self, text: &str) {
        writeln!(self.stdin, "{text}").and_then(|()| self.stdin.flush()).unwrap();
    }
}

/// The next event, which has to come.
fn next(events: &Receiver<(usize, String)>) -> (usize, String) {
    events.recv_timeout(Duration::from_secs(60)).unwrap()
}

#[test]
fn one_computes_and_when_it_is_killed_exactly_one_more() {
    let folder = tempfile::tempdir().unwrap();
    let (send, events) = channel();
    let mut workers: Vec<Worker> = (0..PROCESSES).map(|slot| Worker::start(slot, folder.path(), &send)).collect();
    for _ in 0..PROCESSES {
        assert_eq!(next(&events).1, "ready");
    }
    let rounds = if long() { 2_000 } else { 25 };
    let mut taken = Vec::new();
    for round in 0..rounds {
        workers.iter_mut().for_each(|worker| worker.tell(&round.to_string()));
        let (mut first, mut waiting) = (None, 0);
        while first.is_none() || waiting < PROCESSES - 1 {
            match next(&events) {
                (slot, said) if computing(&said).is_some() => assert_eq!(first.replace(slot), None, "two compute"),
                (_, said) if said == "waiting" => waiting += 1,
                other => panic!("{other:?}"),
            }
        }
        let first = first.unwrap();
        let start = now();
        workers[first].child.kill().unwrap();
        let mut second = None;
        let mut gone = false;
        while second.is_none() || !gone {
            let (slot, said) = next(&events);
            match computing(&said) {
                Some(moment) => {
                    taken.push(moment.saturating_sub(start));
                    assert_eq!(second.replace(slot), None, "two take over");
                }
                None => {
                    assert_eq!((slot, said.as_str()), (first, "gone"));
                    gone = true;
                }
            }
        }
        workers[second.unwrap()].tell("go");
        let (mut computed, mut hits) = (0, 0);
        while computed + hits < PROCESSES - 1 {
            match next(&events).1.as_str() {
                "computed" => computed += 1,
                "hit" => hits += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!((computed, hits), (1, PROCESSES - 2), "round {round}");
        workers[first].child.wait().unwrap();
        workers[first] = Worker::start(first, folder.path(), &send);
        assert_eq!(next(&events), (first, "ready".to_owned()));
    }
    for worker in &mut workers {
        worker.tell("end");
        worker.child.wait().unwrap();
    }
    taken.sort();
    let (median, nearly, most) = (taken[taken.len() / 2], taken[taken.len() * 99 / 100], taken[taken.len() - 1]);
    let late = taken.iter().filter(|time| **time > Duration::from_millis(100)).count();
    println!(
        "{rounds} rounds: taken over after {median:?} (median), {nearly:?} (99 of 100), {most:?} (all), {late} later than 100 ms"
    );
    assert!(median < Duration::from_millis(100), "taken over after {median:?}");
    // A machine that is busy with other work may let one wait, of many.
    assert!(!long() || late <= taken.len() / 100, "{late} of {rounds} later than 100 ms, the longest {most:?}");
}
