//! Pipelines, edits and runs at random: a seed names a scenario for ever.
//!
//! Everything in them can be known before a run, so that no key may be missing.

use std::fmt::Write as _;

use tasklens_tests::rng::Rng;

use super::scenario::{Check, Scenario, Step};

/// How many edits, each with a run, a scenario has.
const EDITS: usize = 10;

/// A type of inputs, how it may be spelled, and values of it.
struct Kind {
    spellings: &'static [&'static str],
    values: &'static [&'static str],
}

const KINDS: [Kind; 8] = [
    Kind { spellings: &["int", "\"int\""], values: &["0", "-1", "7", "2**40", "0x10"] },
    Kind { spellings: &["str"], values: &["''", "\"a\"", "'zwölf'", "'it\\'s'", "\"\"\"b\nc\"\"\""] },
    Kind { spellings: &["float"], values: &["0.1", "-0.0", "1e300", "2.0"] },
    Kind { spellings: &["bool"], values: &["True", "False"] },
    Kind { spellings: &["list[int]", "List[int]"], values: &["[]", "[1, 2]", "[3, 2, 1]"] },
    Kind { spellings: &["Optional[int]", "int | None", "Union[int, None]"], values: &["None", "5"] },
    Kind { spellings: &["dict[str, int]", "Dict[str, int]"], values: &["{}", "{\"b\": 1, \"a\": 2}"] },
    Kind { spellings: &["str | int", "Union[str, int]"], values: &["'5'", "5"] },
];

const CACHES: [&str; 9] = [
    "",
    "",
    "",
    "cache=\"auto\"",
    "cache=flyte.Cache(\"auto\", salt=\"s\")",
    "cache=flyte.Cache(behavior=\"auto\", version_override=\"1\")",
    "cache=flyte.Cache(\"auto\", ignored_inputs=\"a\")",
    "cache=flyte.Cache(\"override\", version_override=\"2\")",
    "cache=\"disable\"",
];

const DEFAULTS: [&str; 4] = [
    "cache=\"auto\"",
    "cache=flyte.Cache(\"auto\", salt=\"env\")",
    "cache=flyte.Cache(\"auto\", ignored_inputs=(\"b\",))",
    "cache=\"enabled\"",
];

#[derive(Clone)]
struct Parameter {
    kind: usize,
    spelling: usize,
    default: Option<&'static str>,
}

#[derive(Clone)]
struct Task {
    parameters: Vec<Parameter>,
    cache: &'static str,
    retries: usize,
    body: usize,
    docstring: usize,
    comment: usize,
    calls: Vec<CallOf>,
}

#[derive(Clone)]
struct CallOf {
    task: usize,
    arguments: String,
    /// Beside which other call at once.
    beside: Option<String>,
}

#[derive(Clone)]
struct Pipeline {
    default: &'static str,
    tasks: Vec<Task>,
    /// Tasks from this one on stand in a module of their own.
    split: usize,
    runs: Vec<(String, CallOf)>,
}

/// The scenario of a seed.
pub fn scenario(seed: u64) -> Scenario {
    let mut rng = Rng::new(seed);
    let mut steps = Vec::new();
    if rng.below(2) == 0 {
        let text = "local:\n  persistence: true\n".to_owned();
        steps.push(Step::File { path: "config.yaml".to_owned(), text });
    }
    let mut states = vec![Pipeline::new(&mut rng)];
    steps.extend(states[0].files());
    steps.push(Step::Commit);
    let run = Step::Run { arguments: vec!["pipe.py".to_owned()], check: Check::default() };
    steps.push(run.clone());
    for _ in 0..EDITS {
        let mut now = states[states.len() - 1].clone();
        if rng.below(6) == 0 {
            now = rng.pick(&states).clone();
        } else {
            for _ in 0..=rng.below(2) {
                now.edit(&mut rng);
            }
        }
        steps.extend(now.files());
        states.push(now);
        if rng.below(8) == 0 {
            steps.push(Step::Commit);
        }
        steps.push(run.clone());
    }
    Scenario { name: format!("seed {seed}"), steps: (1..).zip(steps).collect() }
}

impl Pipeline {
    fn new(rng: &mut Rng) -> Self {
        let count = 3 + rng.below(4);
        let tasks = (0..count).map(|_| Task::new(rng)).collect();
        let mut pipeline = Self { default: one(&DEFAULTS, rng), tasks, split: 1 + rng.below(count), runs: Vec::new() };
        for caller in 0..count - 1 {
            for _ in 0..rng.below(3) {
                let call = pipeline.call(caller + 1 + rng.below(count - caller - 1), rng);
                pipeline.tasks[caller].calls.push(call);
            }
        }
        for _ in 0..=rng.below(3) {
            let run = pipeline.run(rng);
            pipeline.runs.push(run);
        }
        pipeline
    }

    /// A call of a task; every third one beside another.
    fn call(&self, task: usize, rng: &mut Rng) -> CallOf {
        let arguments = self.arguments(task, rng);
        let beside = (rng.below(3) == 0).then(|| self.arguments(task, rng));
        CallOf { task, arguments, beside }
    }

    fn run(&self, rng: &mut Rng) -> (String, CallOf) {
        let options = ["", "", "", "mode=\"local\"", "overwrite_cache=True", "disable_run_cache=True"];
        let task = rng.below(self.split);
        (one(&options, rng).to_owned(), CallOf { task, arguments: self.arguments(task, rng), beside: None })
    }

    /// Some by position, the others by name; those with a default perhaps not at all.
    fn arguments(&self, task: usize, rng: &mut Rng) -> String {
        let parameters = &self.tasks[task].parameters;
        let positional = rng.below(parameters.len() + 1);
        let mut given = Vec::new();
        for (number, parameter) in parameters.iter().enumerate() {
            let value = one(KINDS[parameter.kind].values, rng);
            if number < positional {
                given.push(value.to_owned());
            } else if parameter.default.is_none() || rng.below(2) == 0 {
                given.push(format!("{}={value}", name(number)));
            }
        }
        given.join(", ")
    }

    fn edit(&mut self, rng: &mut Rng) {
        let number = rng.below(self.tasks.len());
        match rng.below(12) {
            0 | 1 => self.tasks[number].body += 1,
            2 => self.tasks[number].docstring = rng.below(3),
            3 => self.tasks[number].comment += 1,
            4 => self.tasks[number].retries = rng.below(3),
            5 => self.tasks[number].cache = one(&CACHES, rng),
            6 => self.default = one(&DEFAULTS, rng),
            7 => {
                let run = self.run(rng);
                self.runs = vec![run];
            }
            8 => self.split = 1 + rng.below(self.tasks.len()),
            9 => {
                if let Some(parameter) = self.tasks[number].parameters.last_mut() {
                    parameter.spelling = rng.below(8);
                }
            }
            10 => {
                if let Some(parameter) = self.tasks[number].parameters.last_mut() {
                    parameter.default = parameter.default.map(|_| one(KINDS[parameter.kind].values, rng));
                }
            }
            _ if number + 1 < self.tasks.len() => {
                let call = self.call(number + 1 + rng.below(self.tasks.len() - number - 1), rng);
                self.tasks[number].calls = vec![call];
            }
            _ => {}
        }
        // Only tasks of the script itself can be run by it: the others it doesn't import.
        let split = self.split;
        for (_, call) in &mut self.runs {
            if call.task >= split {
                *call = CallOf { task: 0, arguments: String::new(), beside: None };
            }
        }
        for run in 0..self.runs.len() {
            if self.runs[run].1.arguments.is_empty() {
                self.runs[run].1.arguments = self.arguments(self.runs[run].1.task, rng);
            }
        }
    }

    /// The project's files.
    fn files(&self) -> Vec<Step> {
        let envs = format!("import flyte\n\nenv = flyte.TaskEnvironment(name=\"ml\", {})\n", self.default);
        let head =
            "import asyncio\nfrom typing import Dict, List, Optional, Union\n\nimport flyte\nfrom envs import env\n";
        let mut pipe = head.to_owned();
        let mut steps = head.to_owned();
        let imported: Vec<String> = (self.split..self.tasks.len()).map(|task| format!("t{task}")).collect();
        if !imported.is_empty() {
            writeln!(pipe, "from steps import {}", imported.join(", ")).expect("a string takes any text");
        }
        for (number, task) in self.tasks.iter().enumerate() {
            let file = if number < self.split { &mut pipe } else { &mut steps };
            file.push_str(&task.source(number));
        }
        pipe.push_str("\n\nif __name__ == \"__main__\":\n    flyte.init_from_config()\n");
        for (options, call) in &self.runs {
            let start =
                if options.is_empty() { "flyte".to_owned() } else { format!("flyte.with_runcontext({options})") };
            let comma = if call.arguments.is_empty() { "" } else { ", " };
            writeln!(pipe, "    {start}.run(t{}{comma}{})", call.task, call.arguments)
                .expect("a string takes any text");
        }
        let file = |path: &str, text| Step::File { path: path.to_owned(), text };
        vec![file("envs.py", envs), file("steps.py", steps), file("pipe.py", pipe)]
    }
}

impl Task {
    fn new(rng: &mut Rng) -> Self {
        let mut parameters = Vec::new();
        for _ in 0..rng.below(4) {
            let kind = rng.below(KINDS.len());
            let spelling = rng.below(8);
            // A default must be followed by defaults; mutable ones are rare in tasks, and legal.
            let after: bool = parameters.last().is_some_and(|last: &Parameter| last.default.is_some());
            let default = (after || rng.below(3) == 0).then(|| one(KINDS[kind].values, rng));
            parameters.push(Parameter { kind, spelling, default });
        }
        Self {
            parameters,
            cache: one(&CACHES, rng),
            retries: 0,
            body: rng.below(100),
            docstring: rng.below(3),
            comment: 0,
            calls: Vec::new(),
        }
    }

    fn source(&self, number: usize) -> String {
        let retries = if self.retries > 0 { format!("retries={}", self.retries) } else { String::new() };
        let options: Vec<&str> = [self.cache, &retries].into_iter().filter(|option| !option.is_empty()).collect();
        let options = if options.is_empty() { String::new() } else { format!("({})", options.join(", ")) };
        let parameters: Vec<String> = self.parameters.iter().enumerate().map(|(at, one)| one.source(at)).collect();
        let mut text = format!("\n\n@env.task{options}\nasync def t{number}({}) -> int:\n", parameters.join(", "));
        let mut line = |line: String| writeln!(text, "    {line}").expect("a string takes any text");
        if self.docstring > 0 {
            line(format!("\"\"\"Says {}.\"\"\"", self.docstring));
        }
        (0..self.comment).for_each(|comment| line(format!("# Remark {comment}.")));
        line(format!("value = {}", self.body));
        for CallOf { task, arguments, beside } in &self.calls {
            line(match beside {
                None => format!("value += await t{task}({arguments})"),
                Some(other) => format!("value += sum(await asyncio.gather(t{task}({arguments}), t{task}({other})))"),
            });
        }
        line("return value".to_owned());
        text
    }
}

impl Parameter {
    fn source(&self, number: usize) -> String {
        let spellings = KINDS[self.kind].spellings;
        let spelling = spellings[self.spelling % spellings.len()];
        let default = self.default.map_or(String::new(), |default| format!(" = {default}"));
        format!("{}: {spelling}{default}", name(number))
    }
}

fn one(texts: &[&'static str], rng: &mut Rng) -> &'static str {
    texts[rng.below(texts.len())]
}

fn name(number: usize) -> char {
    ['a', 'b', 'c', 'd'][number]
}
