//! The code that is typed in, and what is typed: edits that leave it whole, of every kind of place.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tasklens_tests::rng::Rng;

/// Where something is typed, and so who else can hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the body of a function that calls no task.
    Body,
    /// In the body of a task that calls another one.
    Caller,
    /// In a method of a class.
    Method,
    /// In the arguments of a task's decorator.
    Decorator,
    /// In a constant of the file's top level.
    Constant,
    /// In a task's parameters: a default, another parameter.
    Signature,
    /// An import comes or goes.
    Import,
    /// In the name of the environment of all tasks.
    Environment,
}

impl Place {
    /// Of which a part of the file can hear.
    pub const NEAR: [Self; 6] =
        [Self::Body, Self::Caller, Self::Method, Self::Decorator, Self::Constant, Self::Signature];
    /// Of which all of it can hear.
    pub const FAR: [Self; 2] = [Self::Import, Self::Environment];

    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Caller => "caller",
            Self::Method => "method",
            Self::Decorator => "decorator",
            Self::Constant => "constant",
            Self::Signature => "signature",
            Self::Import => "import",
            Self::Environment => "environment",
        }
    }

    /// What is found only in lines of that kind, and what stands before a number in them.
    fn line(self) -> (&'static str, &'static str) {
        match self {
            Self::Body => ("total += ", "* "),
            Self::Caller => ("first = await step_", "[x, "),
            Self::Method => ("return self.rows", "* "),
            Self::Decorator => ("@env.task(retries", "="),
            Self::Constant => ("LIMIT_", "= "),
            Self::Signature => ("async def step_", "scale: float = "),
            Self::Import => ("import json", "import json"),
            Self::Environment => ("env = flyte", "name=\"bench"),
        }
    }

    /// Whether it is within a function: there people write comments too.
    fn is_inside(self) -> bool {
        matches!(self, Self::Body | Self::Caller | Self::Method)
    }
}

/// A change that leaves the code whole.
pub fn keystroke(lines: &mut Vec<String>, place: Place, rng: &mut Rng) -> Value {
    let (marker, before) = place.line();
    let is_of_kind = |line: &str| line.trim_start().starts_with(marker);
    let within: Vec<usize> = (0..lines.len()).filter(|at| is_of_kind(&lines[*at])).collect();
    let at = within[rng.below(within.len())];
    let end = lines[at].len();
    let choice = if place.is_inside() { rng.below(20) } else { 4 + rng.below(16) };
    let (from, to, new) = match choice {
        // A line of its own, one in twenty.
        0 => (end, end, "\n        # why".to_owned()),
        1..4 if lines[at].contains('#') => (end, end, "y".to_owned()),
        1..4 => (end, end, "  # wh".to_owned()),
        _ if place == Place::Import && lines[at + 1] == "import os" => {
            lines.remove(at + 1);
            let range = json!({"start": {"line": at, "character": end}, "end": {"line": at + 1, "character": 9}});
            return json!({"range": range, "text": ""});
        }
        _ if place == Place::Import => (end, end, "\nimport os".to_owned()),
        // Another number, as often longer as shorter; and a parameter more or less.
        _ => {
            let start = lines[at].find(before).unwrap() + before.len();
            let until = if place == Place::Signature { ")" } else { "" };
            let length = match lines[at][start..].find(until).filter(|_| !until.is_empty()) {
                Some(length) => length,
                None => lines[at][start..].bytes().take_while(u8::is_ascii_digit).count(),
            };
            let number = 1 + rng.below(5000);
            let new = match (place, rng.below(4)) {
                (Place::Signature, 0) => format!("{number}.5, more: int = {number}"),
                (Place::Signature, _) => format!("{number}.5"),
                _ => number.to_string(),
            };
            (start, start + length, new)
        }
    };
    let range = json!({"start": {"line": at, "character": from}, "end": {"line": at, "character": to}});
    let line = format!("{}{new}{}", &lines[at][..from], &lines[at][to..]);
    lines.splice(at..=at, line.split('\n').map(str::to_owned));
    json!({"range": range, "text": new})
}

/// A module of tasks and of functions, classes and constants that they use.
pub fn document(lines: usize) -> String {
    let mut text = "import json\nimport logging\n\nimport flyte\n\nlog = logging.getLogger(__name__)\n\nenv = flyte.TaskEnvironment(name=\"bench\", cache=\"auto\")\n"
        .to_owned();
    let mut number = 0;
    while text.matches('\n').count() + 70 < lines {
        write!(
            text,
            "\n\n@env.task{}\nasync def step_{number}(values: list[int], scale: float = {number}.5) -> float:\n    \"\"\"Step {number}.\"\"\"\n    \
             total = 0.0\n    for index, value in enumerate(values):\n        if value < 0:\n            log.warning(\"negative: %s\", \
             value)\n            continue\n        total += scale * {number} * value * index\n    return total + {number}\n",
            if number % 3 == 0 { "(retries=2)" } else { "" }
        )
        .unwrap();
        for helper in 0..2 {
            write!(
                text,
                "\n\ndef helper_{number}_{helper}(rows: list[dict[str, int]]) -> dict[str, int]:\n    result: dict[str, int] = {{}}\n    \
                 for row in rows:\n        for key, value in row.items():\n            result[key] = result.get(key, 0) + value\n    \
                 log.info(\"merged %d rows\", len(rows))\n    return json.loads(json.dumps(result))\n"
            )
            .unwrap();
        }
        if number % 5 == 0 {
            write!(
                text,
                "\n\nLIMIT_{number} = {number}\n\n\nclass Part{number}:\n    \"\"\"Counts rows.\"\"\"\n\n    def __init__(self, rows: int) -> None:\n        \
                 self.rows = rows\n\n    def total(self) -> int:\n        return self.rows * {number}\n\n\n@env.task\nasync def run_{number}(x: int) \
                 -> float:\n    first = await step_{number}([x, {number}, 3])\n    return first + LIMIT_{number} + Part{number}(x).total()\n"
            )
            .unwrap();
        }
        number += 1;
    }
    text + "\n\n@env.task\nasync def main(x: int) -> float:\n    return await step_0([x, 2, 3])\n"
}
