//! Entries of known inputs: a cache file of the SDK's shape, filled with the keys that `status` itself makes. That these are the
//! SDK's is tested elsewhere, with the SDK.

use rusqlite::Connection;
use serde_json::Value;

use crate::project::Folder;

const PIPE: &str = "\
import flyte

env = flyte.TaskEnvironment(name=\"ml\", cache=\"auto\")


@env.task
async def load(x: int, name: str = \"a\") -> list[int]:
    return [x]


@env.task(cache=\"disable\")
async def report(n: list[int]) -> str:
    return str(n)


@env.task
async def pipeline(x: int) -> str:
    return await report(await load(x))


@env.task(cache=flyte.Cache(\"override\", version_override=\"1.0\"))
async def stored(x: int) -> int:
    return x


if __name__ == \"__main__\":
    flyte.run(pipeline, 1)
    flyte.run(pipeline, x=2)
    flyte.run(stored, 3)
";

/// The tables that are asked, as the SDK makes them.
const TABLES: &str = "CREATE TABLE task_cache (key TEXT PRIMARY KEY, value BLOB);
    CREATE TABLE runs (run_name TEXT NOT NULL, action_name TEXT NOT NULL, task_name TEXT, status TEXT, inputs TEXT,
        start_time REAL, end_time REAL, parent_id TEXT, cache_enabled INTEGER, cache_hit INTEGER,
        disable_run_cache INTEGER, PRIMARY KEY (run_name, action_name));";

/// The pipeline, committed, in a folder that is its own home.
fn folder() -> Folder {
    let folder = Folder::new(&[("pipe.py", PIPE)]);
    folder.commit();
    folder
}

fn cache(folder: &Folder) -> Connection {
    folder.write(".flyte/local-cache/.keep", "");
    let path = folder.path(".flyte/local-cache/cache.db");
    let is_new = !path.exists();
    let cache = Connection::open(path).unwrap();
    if is_new {
        cache.execute_batch(TABLES).unwrap();
    }
    cache
}

/// Stores entries under the keys of a task's known inputs, those of which `is_wanted` holds.
fn store(folder: &Folder, task: &str, is_wanted: impl Fn(&Value) -> bool) {
    let cache = cache(folder);
    for known in folder.status_of(task)["known_inputs"].as_array().unwrap().iter().filter(|known| is_wanted(known)) {
        let key = known["key"].as_str().unwrap();
        cache.execute("INSERT OR REPLACE INTO task_cache VALUES (?1, x'')", [key]).unwrap();
    }
}

/// A recorded run of a task.
fn record(folder: &Folder, run: &str, task: &str, inputs: &str, start: f64, seconds: f64) {
    let insert = "INSERT INTO runs VALUES (?1, ?2, ?3, 'succeeded', ?4, ?5, ?6, 'a0', 1, 0, 0)";
    let action = format!("{task}{inputs}");
    cache(folder).execute(insert, rusqlite::params![run, action, task, inputs, start, start + seconds]).unwrap();
}

/// The words for the entries of a task's known inputs, each with where they come from.
fn entries(folder: &Folder, task: &str) -> Vec<String> {
    let status = folder.status_of(task);
    let word = |known: &Value| {
        let inputs = known["inputs"].as_object().unwrap().iter();
        let inputs: Vec<_> = inputs.map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
        format!("{} {}: {}", known["from"].as_str().unwrap(), inputs.join(" "), known["entry"].as_str().unwrap())
    };
    status["known_inputs"].as_array().unwrap().iter().map(word).collect()
}

#[test]
fn each_call_has_its_own_entry() {
    let folder = folder();
    assert_eq!(folder.json(&["status"])["store"], Value::Null, "before the first local run");
    assert_eq!(entries(&folder, "ml.pipeline"), ["call x=1: not asked", "call x=2: not asked"]);

    store(&folder, "ml.pipeline", |known| known["inputs"]["x"] == "2");
    assert_eq!(entries(&folder, "ml.pipeline"), ["call x=1: miss", "call x=2: hit"], "the worst comes first");
    assert_eq!(entries(&folder, "ml.stored"), ["call x=3: not asked"], "override is never read locally");
    let status = folder.status_of("ml.pipeline");
    assert_eq!(status["reason"], "hit for 1 of 2 known inputs · not in the local cache for x=1");
    assert_eq!(status["status"], "unchanged", "an entry is another question than a version");

    store(&folder, "ml.pipeline", |_| true);
    assert_eq!(entries(&folder, "ml.pipeline"), ["call x=1: hit", "call x=2: hit"]);
    folder.edit("pipe.py", "return await report(", "return 1 and await report(");
    assert_eq!(entries(&folder, "ml.pipeline"), ["call x=1: lost", "call x=2: lost"]);
    store(&folder, "ml.pipeline", |known| known["inputs"]["x"] == "1");
    assert_eq!(entries(&folder, "ml.pipeline"), ["call x=2: lost", "call x=1: hit"], "this version ran before");
    let report = folder.json(&["status"]);
    assert_eq!(report["store"]["entries"], 3);
}

#[test]
fn runs_that_do_not_read_the_cache_are_not_asked_for() {
    let folder = folder();
    store(&folder, "ml.pipeline", |_| true);
    for (options, expected) in [
        ("mode=\"remote\"", "not asked"),
        ("disable_run_cache=True", "not asked"),
        ("overwrite_cache=True", "hit"),
        ("mode=\"local\"", "hit"),
    ] {
        let call = format!("flyte.with_runcontext({options}).run(pipeline, 1)");
        folder.write(
            "pipe.py",
            PIPE.replace("flyte.run(pipeline, 1)", &call).replace("    flyte.run(pipeline, x=2)\n", ""),
        );
        assert_eq!(entries(&folder, "ml.pipeline"), [format!("call x=1: {expected}")], "{options}");
        let skips = expected == "hit";
        let by = folder.status_of("ml.load")["skipped_by"].as_array().unwrap().len();
        assert_eq!(by == 1, skips, "{options}: children run with their parent");
    }
}

#[test]
fn a_task_whose_callers_are_hits_does_not_run() {
    let folder = folder();
    let skipped = |task: &str| folder.status_of(task)["skipped_by"].clone();
    let by_pipeline = serde_json::json!(["ml.pipeline"]);
    store(&folder, "ml.pipeline", |known| known["inputs"]["x"] == "2");
    assert_eq!(skipped("ml.load"), serde_json::json!([]), "one call computes");
    store(&folder, "ml.pipeline", |_| true);
    assert_eq!((skipped("ml.load"), skipped("ml.report")), (by_pipeline.clone(), by_pipeline.clone()));
    folder.edit("pipe.py", "    return [x]", "    return [x, x]");
    let load = folder.status_of("ml.load");
    assert_eq!(load["reason"], "does not run · ml.pipeline is a hit");
    assert_eq!((&load["status"], &load["skipped_by"]), (&serde_json::json!("invalidated"), &by_pipeline));
    let table = folder.run(&["status"]).out;
    assert!(table.lines().any(|line| line.starts_with("– report") && line.contains("does not run")), "{table}");

    // A caller in a file that was not asked about counts too.
    folder.write("other.py", "import flyte\nfrom pipe import load, env\n\n\n@env.task\nasync def other() -> list[int]:\n    return await load(5)\n");
    assert_eq!(folder.json(&["status", "pipe.py"])["tasks"][0]["skipped_by"], serde_json::json!([]));
    store(&folder, "ml.other", |_| true);
    let report = folder.json(&["status", "pipe.py"]);
    assert_eq!(report["tasks"][0]["skipped_by"], serde_json::json!(["ml.other", "ml.pipeline"]));

    // A run that doesn't look into the cache calls its children, whatever the others do.
    let uncached = "    flyte.with_runcontext(disable_run_cache=True).run(other)\n";
    folder
        .write("run.py", format!("import flyte\nfrom other import other\n\nif __name__ == \"__main__\":\n{uncached}"));
    assert_eq!(skipped("ml.load"), serde_json::json!([]));
    folder.write("run.py", "");

    // So does a call of which the inputs are not known.
    folder.edit("pipe.py", "    flyte.run(stored, 3)", "    flyte.run(pipeline, int(input()))");
    assert_eq!(skipped("ml.load"), serde_json::json!([]));
}

/// The calls know how they are run; that there are other ways to run the task doesn't matter to them.
#[test]
fn what_calls_pass_is_not_told_again_as_defaults() {
    let folder = Folder::new(&[(
        "pipe.py",
        "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n\
         @env.task\nasync def fit(x: int = 1) -> int:\n    return x\n\n\n@env.task\nasync def load() -> int:\n    return 1\n\n\n\
         flyte.run(fit, 1)\nflyte.with_runcontext(disable_run_cache=True).run(fit, 2)\n\
         flyte.run(load)\nflyte.with_runcontext(mode=\"remote\").run(load)\n",
    )]);
    folder.commit();
    store(&folder, "ml.fit", |_| true);
    store(&folder, "ml.load", |_| true);
    assert_eq!(entries(&folder, "ml.fit"), ["call x=2: not asked", "call x=1: hit"]);
    assert_eq!(entries(&folder, "ml.load"), ["none : not asked", "none : hit"]);
}

/// What a served task would call says nothing of the next run.
#[test]
fn calls_in_tasks_that_are_served_do_not_count() {
    let head = "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n@env.task\nasync def step(x: int) -> int:\n    return x\n";
    let caller = |name: &str, cache: &str, x: u8| {
        format!("\n\n@env.task({cache})\nasync def {name}() -> int:\n    return await step({x})\n")
    };
    let runs = "\n\nif __name__ == \"__main__\":\n    flyte.run(cached)\n    flyte.run(plain)\n";
    let folder = Folder::new(&[(
        "pipe.py",
        &[head, &caller("cached", "", 1), &caller("plain", "cache=\"disable\"", 2), runs].concat(),
    )]);
    folder.commit();
    store(&folder, "ml.step", |known| known["inputs"]["x"] == "2");
    assert_eq!(folder.status_of("ml.step")["reason"], "hit for 1 of 2 known inputs · not in the local cache for x=1");
    store(&folder, "ml.cached", |_| true);
    let step = folder.status_of("ml.step");
    assert!(step["reason"].as_str().unwrap().starts_with("hit in the local cache for x=2"), "{step}");
    assert_eq!(step["skipped_by"], serde_json::json!([]));
    let known = &step["known_inputs"];
    assert_eq!((&known[0]["inputs"]["x"], &known[0]["entry"]), (&"1".into(), &"miss".into()));
    assert_eq!(known[0]["skipped_by"], serde_json::json!(["ml.cached"]));
    assert_eq!(known[1]["skipped_by"], serde_json::json!([]));
}

/// A record doesn't tell which call it is of, so that it may have run under the call's own cache.
#[test]
fn recorded_runs_of_calls_with_a_cache_of_their_own_are_not_asked_for() {
    let folder = folder();
    record(&folder, "r1", "ml.load", "{\"x\": 7}", 1000.0, 3600.0);
    assert_eq!(entries(&folder, "ml.load"), ["run x=7 name='a': miss"]);
    folder.edit("pipe.py", "await load(x)", "await load.override(cache=flyte.Cache(\"auto\", salt=\"s\"))(x)");
    assert_eq!(entries(&folder, "ml.load"), ["run x=7 name='a': not asked"]);
    let load = folder.status_of("ml.load");
    let why = load["known_inputs"][0]["unknown"].as_str().unwrap();
    assert!(why.contains("a call of it has a cache of its own"), "{why}");
}

#[test]
fn a_function_s_name_is_enough_where_one_task_has_it() {
    let folder = folder();
    let given = ["status", "--task", "load", "--input", "x=7"];
    let report = folder.json(&given);
    let load = report["tasks"].as_array().unwrap().iter().find(|task| task["task"] == "ml.load").unwrap();
    assert_eq!(load["known_inputs"][0]["from"], "given");
    let other = PIPE.replace("\"ml\"", "\"eval\"");
    folder.write("other.py", other);
    let run = folder.run(&given);
    let message = "several tasks have a function load: name one of them in full: eval.load, ml.load";
    assert!(run.code == 2 && run.err.contains(message), "{}", run.err);
    assert_eq!(folder.run(&["status", "--task", "ml.load", "--input", "x=7"]).code, 0);
}

/// One line a task, not one an input.
#[test]
fn collisions_of_many_inputs_are_told_once() {
    let calls: String = (0..5).map(|n| format!("    flyte.run(flat, [[{n}], [1]])\n")).collect();
    let folder = Folder::new(&[(
        "pipe.py",
        &format!(
            "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n@env.task\n\
             async def flat(x: list[list[int]]) -> int:\n    return 1\n\n\nif __name__ == \"__main__\":\n{calls}"
        ),
    )]);
    store(&folder, "ml.flat", |_| true);
    let table = folder.run(&["status"]).out;
    let told: Vec<&str> = table.lines().filter(|line| line.contains("takes one for the other")).collect();
    assert!(
        matches!(told.as_slice(), [one] if one.contains("x=[[0], [1]] has the key of x=[[0, 1]] too") && one.contains("4 more like it")),
        "{table}"
    );
}

#[test]
fn recorded_runs_tell_inputs_and_what_they_cost() {
    let folder = folder();
    record(&folder, "r1", "ml.load", "{\"x\": 7}", 1000.0, 3600.0);
    record(&folder, "r2", "ml.load", "{\"x\": 8, \"name\": \"b\"}", 5000.0, 11520.4);
    record(&folder, "r0", "ml.load", "{\"y\": 8}", 1.0, 2.0);
    assert_eq!(entries(&folder, "ml.load"), ["run x=8 name='b': miss", "run x=7 name='a': miss"]);
    let load = folder.status_of("ml.load");
    assert_eq!((load["known_inputs"][0]["seconds"].as_f64(), load["seconds"].as_f64()), (Some(11520.4), Some(11520.4)));
    assert_eq!(load["reason"], "not in the local cache for x=8, name='b' · about 3 h 12 min");
    store(&folder, "ml.load", |known| known["inputs"]["x"] == "8");
    assert_eq!(folder.status_of("ml.load")["reason"], "hit in the local cache for x=8, name='b' · saves 3 h 12 min");
    folder.edit("pipe.py", "    return [x]", "    return [x, x]");
    assert_eq!(folder.status_of("ml.load")["reason"], "will recompute · body changed · costs about 3 h 12 min");
}

#[test]
fn inputs_that_the_user_gives_are_checked_and_looked_up() {
    let folder = folder();
    let given = ["status", "--task", "ml.load", "--input", "x=7", "--input", "name=b c"];
    let of_load = |report: Value| {
        let tasks = report["tasks"].as_array().unwrap();
        tasks.iter().find(|task| task["task"] == "ml.load").unwrap()["known_inputs"][0].clone()
    };
    let known = of_load(folder.json(&given));
    assert_eq!((&known["from"], &known["inputs"]["name"]), (&serde_json::json!("given"), &serde_json::json!("'b c'")));
    cache(&folder).execute("INSERT INTO task_cache VALUES (?1, x'')", [known["key"].as_str().unwrap()]).unwrap();
    assert_eq!(of_load(folder.json(&given))["entry"], "hit");
    // The SDK raises on what is no message, and on text.
    for damaged in ["x'ffff'", "'text'", "NULL"] {
        cache(&folder).execute(&format!("UPDATE task_cache SET value = {damaged}"), []).unwrap();
        let report = folder.json(&given);
        assert!(report["notes"].to_string().contains("local-cache verify"), "{report}");
        let known = of_load(report);
        assert_eq!(
            (&known["entry"], &known["why"]),
            (&"not asked".into(), &"its entry is damaged, a run that meets it raises".into())
        );
    }

    for (arguments, message) in [
        (&["--task", "ml.laod"] as &[&str], "there is no task ml.laod: did you mean ml.load?"),
        (&["--task", "loads"], "there is no task loads: did you mean ml.load?"),
        (&["--task", "load"], "load needs the input x too: add --input x=…"),
        (&["--task", "ml.load"], "ml.load needs the input x too: add --input x=…"),
        (&["--task", "ml.load", "--input", "nmae=1"], "ml.load has no input nmae: did you mean name?"),
        (&["--task", "ml.load", "--input", "x=1.5"], "--input x=1.5: 1.5 is no int: write it as 3"),
        (&["--task", "ml.load", "--input", "x=true"], "--input x=true: True is no int: write it as 3"),
        (&["--task", "ml.load", "--input", "x=f()"], "f() is no literal"),
        (&["--task", "ml.load", "--input", "x"], "write it as --input NAME=VALUE"),
    ] {
        let run = folder.run(&[&["status"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_store_that_can_not_be_read_is_told_and_fails_nothing() {
    let folder = folder();
    folder.write(".flyte/local-cache/cache.db", "not a database ".repeat(100));
    let run = folder.run(&["status"]);
    assert_eq!(run.code, 1, "a file that could not be read is a finding: {}", run.err);
    assert!(run.out.contains("note: entries are not known:"), "{}", run.out);
    assert_eq!(folder.run(&["explain", "load"]).code, 1);
    assert_eq!(folder.run(&["hash"]).code, 0, "versions need no store");
    let report = folder.json(&["status"]);
    assert_eq!(report["store"], Value::Null);
    assert_eq!(entries(&folder, "ml.pipeline"), ["call x=1: not asked", "call x=2: not asked"]);
    let why = folder.status_of("ml.pipeline")["known_inputs"][0]["why"].as_str().unwrap().to_owned();
    assert!(why.contains("is damaged or no cache of Flyte"), "{why}");
}

#[test]
fn fields_that_an_object_lacks_are_named() {
    let folder = Folder::new(&[(
        "pipe.py",
        "from dataclasses import dataclass, field\nimport flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n\
         @dataclass\nclass Cfg:\n    lr: float\n    n: int = 3\n    tags: list[str] = field(default_factory=list)\n\n\n\
         @env.task\nasync def train(c: Cfg) -> float:\n    return c.lr\n",
    )]);
    folder.commit();
    for (given, message) in [
        (r#"c={"lr": 1}"#, "give Cfg.tags too: its default is known to Python only"),
        (r#"c={"tags": []}"#, "Cfg needs the field lr too"),
        (r#"c={"lr": 1, "tgas": []}"#, "Cfg has no field 'tgas'"),
        (r#"c={"lr": "x", "tags": []}"#, "'x' does not fit Cfg.lr"),
    ] {
        let run = folder.run(&["status", "--task", "ml.train", "--input", given]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{given}");
        assert!(run.err.contains(message), "{given}: {}", run.err);
    }
    let whole = ["status", "--task", "ml.train", "--input", r#"c={"lr": 1, "tags": []}"#];
    assert_eq!(folder.run(&whole).code, 0);
}

/// Where the SDK's configuration names a cluster, a run that names no mode goes there, if the code takes the configuration up.
#[test]
fn runs_that_go_to_a_cluster_are_not_asked_about() {
    let folder = folder();
    store(&folder, "ml.load", |_| true);
    let note = |folder: &Folder| folder.json(&["status"])["notes"].to_string().contains("names a cluster");
    let called = |folder: &Folder| -> Vec<String> {
        let tasks = folder.json(&["status", "--all"])["tasks"].as_array().unwrap().clone();
        let known = tasks.iter().flat_map(|task| task["known_inputs"].as_array().unwrap());
        known.filter(|known| known["from"] == "call").map(|known| known["entry"].as_str().unwrap().to_owned()).collect()
    };
    folder.write(".flyte/config.yaml", "admin:\n  endpoint: dns:///flyte.example.com\n");
    assert!(!note(&folder));
    assert!(called(&folder).iter().any(|entry| entry != "not asked"));
    folder.write("pipe.py", format!("{PIPE}\nflyte.init_from_config()\n"));
    assert!(note(&folder));
    assert!(called(&folder).iter().all(|entry| entry == "not asked"));
}

/// What needs nothing to be passed is asked for only where runs of it read the local cache: as the code starts it, else as
/// `flyte run` does.
#[test]
fn a_task_without_inputs_is_asked_for_as_its_runs_would() {
    const HEAD: &str = "import flyte\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n\
        @env.task\nasync def load() -> int:\n    return 1\n\n\n@env.task\nasync def fit(x: int = 1) -> int:\n    return x\n\n\n";
    let remote = "flyte.with_runcontext(mode=\"remote\")";
    let run = |starts: &[&str]| {
        starts.iter().map(|start| format!("{start}.run(load)\n{start}.run(fit)\n")).collect::<String>()
    };
    for (code, without, with_cluster) in [
        (String::new(), "hit", "not asked"),
        (run(&["flyte"]), "hit", "hit"),
        (format!("flyte.init_from_config()\n{}", run(&["flyte"])), "hit", "not asked"),
        (format!("flyte.init_from_config()\n{}", run(&["flyte.with_runcontext(mode=\"local\")"])), "hit", "hit"),
        (run(&[remote]), "not asked", "not asked"),
        (run(&["flyte.with_runcontext(disable_run_cache=True)"]), "not asked", "not asked"),
        (
            run(&["flyte.with_runcontext(mode=\"remote\")", "flyte.with_runcontext(mode=MODE)"]),
            "not asked",
            "not asked",
        ),
        // Called by a task that nobody calls: the command starts that.
        (
            "@env.task(cache=\"disable\")\nasync def all() -> int:\n    return await load() + await fit()\n".to_owned(),
            "hit",
            "not asked",
        ),
    ] {
        let folder = Folder::new(&[("pipe.py", &format!("{HEAD}{code}"))]);
        folder.commit();
        store(&folder, "ml.load", |_| true);
        store(&folder, "ml.fit", |_| true);
        let words = || {
            let words = ["ml.load", "ml.fit"].map(|task| {
                let known = folder.status_of(task)["known_inputs"].as_array().unwrap().clone();
                let mut words: Vec<String> =
                    known.iter().map(|known| known["entry"].as_str().unwrap().to_owned()).collect();
                words.dedup();
                words.join(", ")
            });
            assert_eq!(words[0], words[1], "{code}");
            words[0].clone()
        };
        assert_eq!(words(), without, "{code}");
        folder.write(".flyte/config.yaml", "admin:\n  endpoint: dns:///flyte.example.com\n");
        assert_eq!(words(), with_cluster, "{code}");
        let note = folder.json(&["status"])["notes"].to_string().contains("names a cluster");
        assert_eq!(note, without != with_cluster, "a note where it makes a difference: {code}");
    }
}

/// What the code itself connects to, and by which file.
#[test]
fn code_that_connects_by_itself_is_believed() {
    const HEAD: &str = "import os\nimport flyte\nimport started\n\nenv = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n\n\n\
        @env.task\nasync def load() -> int:\n    return 1\n\n\n";
    let sure = "connects to a cluster, where runs without mode=\"local\" go";
    let maybe = "may connect to a cluster, where runs without mode=\"local\" go";
    for (code, start, said) in [
        ("flyte.init()", "", None),
        ("flyte.init(project=\"p\", domain=\"d\")", "", None),
        ("flyte.init(endpoint=None)", "", None),
        (
            "flyte.init(endpoint=\"dns:///flyte.example.com\")",
            "",
            Some(format!("`flyte.init(endpoint=…)` in pipe.py {sure}")),
        ),
        ("flyte.init(api_key=os.environ[\"KEY\"])", "", Some(format!("`flyte.init(api_key=…)` in pipe.py {sure}"))),
        ("flyte.init(**vars(os))", "", Some(format!("`flyte.init(**…)` in pipe.py {maybe}"))),
        ("flyte.init_from_api_key()", "", Some(format!("`flyte.init_from_api_key()` in pipe.py {sure}"))),
        ("flyte.init_from_config()", "", None),
        ("flyte.init_from_config(\"local.yaml\")", "", None),
        (
            "flyte.init_from_config(\"far.yaml\")",
            "",
            Some(format!("`flyte.init_from_config(\"far.yaml\")` in pipe.py {sure}")),
        ),
        (
            "flyte.init_from_config(\"gone.yaml\")",
            "",
            Some(format!("`flyte.init_from_config(\"gone.yaml\")` in pipe.py {maybe}")),
        ),
        ("flyte.init_from_config(os.sep)", "", Some(format!("`flyte.init_from_config(os.sep)` in pipe.py {maybe}"))),
        // By way of another file.
        (
            "started.up()",
            "from flyte import init\n\n\ndef up():\n    init(endpoint=\"x\")\n",
            Some(format!("`flyte.init(endpoint=…)` in started.py {sure}")),
        ),
        ("other.init(endpoint=\"x\")", "", None),
    ] {
        let pipe = format!("{HEAD}{code}\nflyte.run(load)\n");
        let folder = Folder::new(&[("pipe.py", &pipe), ("started.py", start)]);
        folder.write("local.yaml", "image:\n  builder: local\n");
        folder.write("far.yaml", "admin:\n  endpoint: dns:///flyte.example.com\n");
        // It runs together with nothing of that.
        folder.write("apart.py", "import flyte\n\n\nflyte.init(endpoint=\"y\")\n");
        folder.commit();
        store(&folder, "ml.load", |_| true);
        let known = folder.status_of("ml.load")["known_inputs"][0].clone();
        let notes = folder.json(&["status"])["notes"].clone();
        match said {
            None => assert_eq!((known["entry"].as_str(), notes), (Some("hit"), serde_json::json!([])), "{code}"),
            Some(said) => {
                assert_eq!(known["entry"], "not asked", "{code}");
                assert!(known["why"].as_str().unwrap().ends_with(&said), "{code}: {known}");
                assert_eq!(notes, serde_json::json!([said]), "{code}");
            }
        }
    }
}
