//! What calls and triggers pass.

use std::fmt::Write as _;

use cache_core::key::flyte::Argument;

use super::{Memory, place, roots};
use crate::analysis::*;

/// Asserts what the calls of a snippet pass: a line a call, with its runs behind it.
#[track_caller]
fn check(snippet: &str, expected: &str) {
    let files = Memory::new(snippet);
    let project = analyze(&files, &roots(), &files.paths());
    let mut found = Vec::new();
    for call in &project.calls {
        let name = super::known(&project.tasks[call.callee].name);
        let mut line = format!("{} {name}", place(&call.place));
        match &call.passed {
            Known::Value(runs) => runs.iter().for_each(|run| write!(line, " {}", shown(run)).unwrap()),
            Known::Unknown(reason) => write!(line, " ?{reason}").unwrap(),
        }
        if call.options != RunOptions::default() {
            let options = &call.options;
            for (name, option) in [("mode", &options.mode), ("scope", &options.cache_lookup_scope)] {
                match option {
                    Known::Value(None) => {}
                    Known::Value(Some(word)) => write!(line, " {name}={word}").unwrap(),
                    Known::Unknown(reason) => write!(line, " {name}=?{reason}").unwrap(),
                }
            }
            for (name, option) in [("overwrite", &options.overwrite_cache), ("disable", &options.disable_run_cache)] {
                match option {
                    Known::Value(false) => {}
                    Known::Value(true) => write!(line, " {name}").unwrap(),
                    Known::Unknown(reason) => write!(line, " {name}=?{reason}").unwrap(),
                }
            }
        }
        found.push(line);
    }
    for trigger in &project.triggers {
        let passed = match &trigger.passed {
            Known::Value(passed) => shown(passed),
            Known::Unknown(reason) => format!("?{reason}"),
        };
        found.push(format!("trigger {} {passed}", place(&trigger.place)));
    }
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(found == expected, "\nfound:\n{}\nexpected:\n{}\n", found.join("\n"), expected.join("\n"));
}

fn shown(run: &Passed) -> String {
    let argument = |argument: &Argument| match argument {
        Argument::Value(value) => value.to_string(),
        Argument::Unknown(reason) => format!("?{reason}"),
    };
    let keywords = run.keywords.iter().map(|(name, value)| format!("{name}={}", argument(value)));
    let all: Vec<String> = run.positional.iter().map(argument).chain(keywords).collect();
    format!("({})", all.join(", "))
}

/// The arguments of one call `flyte.run(t, …)` behind a prelude.
#[track_caller]
fn check_values(rows: &[(&str, &str)]) {
    let mut snippet = String::from(
        "import datetime, enum, flyte, math, os\nfrom datetime import timedelta, timezone\nfrom functools import partial\n\
         env = flyte.TaskEnvironment('e')\n@env.task\ndef t(x): ...\nONE = 1\nNAMES = ['a', 'b']\n\
         class Color(enum.Enum):\n    RED = 'r'\n    BLUE = 'b'\nclass Settings:\n    RATE = 0.1\n",
    );
    let start = snippet.lines().count();
    for (text, _) in rows {
        writeln!(snippet, "flyte.run(t, {text})").unwrap();
    }
    let expected: String =
        rows.iter().enumerate().map(|(at, (_, value))| format!("a.py:{} e.t ({value})\n", start + at + 1)).collect();
    check(&snippet, &expected);
}

#[test]
fn literals_are_read_exactly() {
    check_values(&[
        ("3", "3"),
        ("-3", "-3"),
        ("1_000", "1000"),
        ("0x10", "16"),
        ("2 ** 100", "1267650600228229401496703205376"),
        ("1e309", "inf"),
        ("-0.0", "-0.0"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("float('nan')", "nan"),
        ("math.inf", "inf"),
        ("-math.inf", "-inf"),
        ("7 // -2", "-4"),
        ("1 / 3", "0.3333333333333333"),
        ("2 ^ 3 & 1", "3"),
        ("'a' 'b'", "'ab'"),
        ("'\\x41\\N{BULLET}'", "'A•'"),
        ("f'{ONE}-{1.5}'", "'1-1.5'"),
        ("b'\\x00a'", "b'\\x00a'"),
        ("None", "None"),
        ("not True", "False"),
        ("[1, (2, {'a': {3}})]", "[1, (2, {'a': {3}})]"),
        ("{**{'a': 1}, 'b': 2, 'a': 3}", "{'a': 3, 'b': 2}"),
        ("[*NAMES, 'c']", "['a', 'b', 'c']"),
        ("dict(a=1, b=[2])", "{'a': 1, 'b': [2]}"),
        ("list((1, 2))", "[1, 2]"),
        ("[i * 2 for i in range(3) if i]", "[2, 4]"),
        ("{k: v for k, v in zip(NAMES, (1, 2))}", "{'a': 1, 'b': 2}"),
        ("1 if ONE > 0 else 2", "1"),
        ("NAMES[-1]", "'b'"),
        ("Color.RED", "Color.RED"),
        ("Color.RED.value", "'r'"),
        ("Settings.RATE", "0.1"),
        ("datetime.date(2024, 2, 29)", "datetime.date(2024, 2, 29)"),
        ("datetime.datetime(2024, 1, 1, 12)", "datetime.datetime(2024, 1, 1, 12, 0)"),
        (
            "datetime.datetime(2024, 1, 1, tzinfo=timezone.utc)",
            "datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)",
        ),
        (
            "datetime.datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=-3)))",
            "datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=75600)))",
        ),
        ("timedelta(days=1, hours=1.5)", "datetime.timedelta(days=1, seconds=5400)"),
        ("timedelta(hours=1) * 2", "datetime.timedelta(seconds=7200)"),
    ]);
}

#[test]
fn what_only_a_run_tells_is_named() {
    check_values(&[
        ("os.environ['A']", "?`os.environ` is not known without running Python"),
        ("open('x').read()", "?`open('x')` runs Python"),
        ("missing", "?`missing` is not defined"),
        ("f'{1.5:.3f}'", "?`f'{1.5:.3f}'` is not known without running Python"),
        ("0.1 ** 2", "?`0.1 ** 2` is not known without running Python"),
        ("1 << 500", "?`1 << 500` is not known without running Python"),
        ("lambda: 1", "?`lambda: 1` is not known without running Python"),
        ("timedelta(days=0.1)", "?`timedelta(days=0.1)` runs Python"),
        ("datetime.datetime.now()", "?`datetime.datetime.now()` runs Python"),
        ("{1.5: 1, float('nan'): 2}", "?`{1.5: 1, float('nan'): 2}` is not known without running Python"),
    ]);
}

#[test]
fn every_way_to_call() {
    check(
        r#"
import asyncio, flyte
from functools import partial
env = flyte.TaskEnvironment("e")
@env.task
async def t(a: int, b: int = 0): ...
@env.task
async def main(n: int):
    await t(1, b=2)
    await t.aio(*[1, 2])
    await t(**{"a": n, "b": 3})
    await asyncio.gather(t(1), t(2))
    await asyncio.gather(*[t(i) for i in range(3)])
    await asyncio.gather(*(t(i, j) for i in [1, 2] for j in "ab" if i > 1))
    for i, x in enumerate([5, 6]):
        await t(i, x)
    for i in range(n):
        await t(i, 7)
    list(flyte.map(t, [1, 2], [3, 4, 5]))
    list(flyte.map(partial(t, b=1), [1, n], group_name="g"))
    p = partial(t, 4)
    flyte.map(p, [1])
    await p(b=2)
    flyte.map(partial(t, 1, b=1), [1])
    flyte.map(t, unknown(), [1])
    await t.override(retries=3)(9)
    [(lambda z: t(z))(1)]
    await t(*n)
t(1)
flyte.run(main, n=3)
flyte.run.aio(t, 1, 2)
runner = flyte.with_runcontext("local", disable_run_cache=True)
runner.run(t, 1)
flyte.with_runcontext(mode=MODE, overwrite_cache=True, cache_lookup_scope="global").run.aio(t, a=1)
flyte.run(partial(t, 1))
if __name__ == "__main__":
    x = 5
    flyte.run(t, x)
"#,
        "
        a.py:8 e.t (1, b=2)
        a.py:9 e.t (1, 2)
        a.py:10 e.t (a=?`n` is a parameter of `main`, b=3)
        a.py:11 e.t (1)
        a.py:11 e.t (2)
        a.py:12 e.t (0) (1) (2)
        a.py:13 e.t (2, 'a') (2, 'b')
        a.py:15 e.t (0, 5) (1, 6)
        a.py:17 e.t (?`i` is set by a loop, 7)
        a.py:18 e.t (1, 3) (2, 4)
        a.py:19 e.t (1, b=1) (?`n` is a parameter of `main`, b=1)
        a.py:21 e.t (4, 1)
        a.py:22 e.t (4, b=2)
        a.py:23 e.t ?Flyte itself fails here: TypeError: Partial function must leave exactly one parameter unspecified for mapping.
        a.py:24 e.t ?`unknown` is not defined
        a.py:25 e.t (9)
        a.py:26 e.t (?`z` is a parameter of a lambda)
        a.py:27 e.t ?`n` is a parameter of `main`
        a.py:28 e.t ?outside of a run this calls the function itself: no cache is asked
        a.py:29 e.main (n=3)
        a.py:30 e.t (1, 2)
        a.py:32 e.t (1) mode=local disable
        a.py:33 e.t (a=1) mode=?`MODE` is not defined scope=global overwrite
        a.py:34 e.t ?Flyte itself fails here: TypeError: On Flyte tasks can be run, not generic functions or methods '<class 'functools.partial'>'.
        a.py:37 e.t (5)
        ",
    );
}

#[test]
fn names_stand_for_what_is_certain() {
    check(
        r#"
# file: consts.py
LEARNING_RATE = 0.1
LISTED = [1, 2]
CHANGED = [1]
NESTED = {"a": {"b": 1}}
def change():
    CHANGED.append(2)
# file: other.py
import consts
consts.LISTED[0] = 5
# file: run.py
import flyte; from dataclasses import dataclass
import consts, other
from consts import LEARNING_RATE as rate, CHANGED, NESTED
env = flyte.TaskEnvironment("e")
@env.task
def t(x): ...
flyte.run(t, rate)
flyte.run(t, consts.LEARNING_RATE)
flyte.run(t, consts.LISTED)
flyte.run(t, CHANGED)
flyte.run(t, NESTED["a"])
A = [1, 2]
B = A
flyte.run(t, A)
C = {"x": 1}
print(len(C), C)
flyte.run(t, C)
D = 1
if rate:
    D = 2
flyte.run(t, D)
E = 1
E = 2
flyte.run(t, E)
F = [[1], [2]]
flyte.run(t, F[0])
for g in F:
    flyte.run(t, g)
def helper():
    items = [1]
    h = items
    flyte.run(t, items)
if (w := 5) > 3:
    flyte.run(t, w)
flyte.run(t, (v := 1) + v)
for i in [1, 2]:
    if i > 1:
        flyte.run(t, late)
    late = i
for k in [1, 2]:
    k = 7
    flyte.run(t, k)
class Base:
    def get(self):
        self.x = 2
@dataclass
class Point(Base):
    x: int = 1
p = Point()
flyte.run(t, p)
q = Point()
q.get()
flyte.run(t, q)
r = [[1]]
for s in r:
    s.append(2)
    flyte.run(t, s)
"#,
        "
        run.py:7 e.t (0.1)
        run.py:8 e.t (0.1)
        run.py:9 e.t (?`LISTED` may be changed by what is done with it on line 2 of other.py)
        run.py:10 e.t (?`CHANGED` is changed by `change`)
        run.py:11 e.t ({'b': 1})
        run.py:14 e.t (?`A` may be changed by what is done with it on line 13 of run.py)
        run.py:17 e.t ({'x': 1})
        run.py:21 e.t (?`D` is one of several values at run time)
        run.py:24 e.t (2)
        run.py:26 e.t ([1])
        run.py:28 e.t ([1]) ([2])
        run.py:32 e.t (?`items` may be changed by what is done with it on line 31 of run.py)
        run.py:34 e.t (?`w` is set inside an expression)
        run.py:35 e.t (?`v := 1` is not known without running Python)
        run.py:38 e.t (?`i` is set by a loop)
        run.py:42 e.t (7)
        run.py:50 e.t (Point(x=1))
        run.py:53 e.t (?`q` may be changed by what is done with it on line 52 of run.py)
        run.py:57 e.t (?`s` is changed in place)
        ",
    );
}

#[test]
fn triggers_and_what_they_pass() {
    check(
        r#"
import flyte
from flyte import Trigger
env = flyte.TaskEnvironment("e")
SHARED = {"x": 3}
nightly = flyte.Trigger("nightly", flyte.Cron("0 0 * * *"), inputs=SHARED)
@env.task(triggers=(flyte.Trigger("a", flyte.FixedRate(60), inputs={"at": flyte.TriggerTime, "x": 1}), nightly))
def t(at, x=0): ...
@env.task(triggers=Trigger.daily("at", inputs={"x": 2}))
def u(at, x=0): ...
@env.task(triggers=[Trigger.hourly(), make()])
def v(): ...
"#,
        "
        trigger a.py:6 (at=?the time when the trigger fires is known then, x=1)
        trigger a.py:5 ?`SHARED` may be changed by what is done with it on line 5 of a.py
        trigger a.py:8 (at=?the time when the trigger fires is known then, x=2)
        trigger a.py:10 ()
        trigger a.py:10 ?`make()` runs Python
        ",
    );
}

/// Only Python knows which rounds such a loop goes through; a call without its names is made or not, but passes what it says.
#[test]
fn a_loop_that_may_be_left_has_no_known_rounds() {
    for exit in ["continue", "break", "return", "raise ValueError(i)"] {
        let snippet = format!(
            "import flyte\nenv = flyte.TaskEnvironment(\"e\")\n@env.task\nasync def t(a: int) -> int: ...\n\
             @env.task\nasync def main():\n    for i in range(3):\n        if i == 1:\n            {exit}\n        await t(i)\n        await t(9)\n"
        );
        let files = Memory::new(&snippet);
        let project = analyze(&files, &roots(), &files.paths());
        let passed: Vec<String> = project.calls.iter().map(|call| format!("{:?}", call.passed)).collect();
        let [first, second] = &passed[..] else { panic!("{passed:?}") };
        assert!(!first.contains("Int(") && second.contains("Int(9)"), "{exit}: {passed:#?}");
    }
}
