//! `check` finds mistakes, prints them for whoever reads, and fixes what it is told to; `rule` says what they are about.

use std::fs;

use serde_json::Value;

use crate::project::Folder;

const PIPE: &str = "import flyte

env = flyte.TaskEnvironment(\"ml\", cache=\"Auto\")


@env.task(cache=flyte.Cache(\"override\", \"1.0\", salt=\"x\"))
def train(x: int) -> int:
    return x


@env.task
def test(x: int) -> int:
    return x


@env.task(cache=flyte.Cache(\"auto\", ignored_inputs=(\"runid\",)))
def late(x: int, run_id: str) -> int:
    return x
";

fn folder() -> Folder {
    Folder::new(&[("pipe.py", PIPE)])
}

/// What is found, as `FILE:LINE RULE`.
fn found(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let report = folder.json(&[&["check"], arguments].concat());
    let told = report["findings"].as_array().unwrap().iter().map(|finding| {
        format!("{}:{} {}", finding["file"].as_str().unwrap(), finding["line"], finding["rule"].as_str().unwrap())
    });
    told.collect()
}

#[test]
fn people_see_the_line_the_place_and_what_to_do() {
    let folder = folder();
    let run = folder.run(&["check", "--select", "unknown-behavior"]);
    let expected = "error[unknown-behavior]: there is no cache behavior 'Auto': the SDK raises at import
 --> pipe.py:3:41
  |
3 | env = flyte.TaskEnvironment(\"ml\", cache=\"Auto\")
  |                                         ^^^^^^
  = help: did you mean \"auto\"?
  = fix: write \"auto\" (--fix)

1 error
";
    assert_eq!((run.out.as_str(), run.err.as_str(), run.code), (expected, "", 1));
    let clean = folder.run(&["check", "--select", "hidden-body"]);
    assert_eq!((clean.out.as_str(), clean.code), ("nothing found\n", 0));
}

#[test]
fn rules_are_chosen_by_options_settings_and_comments() {
    let folder = folder();
    let all = ["pipe.py:3 unknown-behavior", "pipe.py:6 unused-salt", "pipe.py:16 ignored-input-unknown"];
    assert_eq!(found(&folder, &[]), all);
    assert_eq!(found(&folder, &["--ignore", "unused-salt,unknown-behavior"]), all[2..]);
    assert_eq!(found(&folder, &["--select", "unused-salt"]), all[1..2]);
    let unknown = folder.run(&["check", "--select", "unused-sald"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("there is no rule `unused-sald`: did you mean `unused-salt`?"), "{}", unknown.err);

    folder.write(
        "tasklens.toml",
        "[rules]\nignore = ['unused-salt']\nseverity = { unknown-behavior = 'hint', typo = 'error' }\n",
    );
    let run = folder.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&report["findings"][0]["severity"], report["findings"].as_array().unwrap().len()), (&"hint".into(), 2));
    assert!(report["problems"][0]["message"].as_str().unwrap().starts_with("there is no rule `typo`"), "{report:#}");
    folder.write("tasklens.toml", "[rules.per-file-ignores]\n'p*.py' = ['all']\n");
    assert_eq!(found(&folder, &[]), [] as [&str; 0]);
    fs::remove_file(folder.path("tasklens.toml")).unwrap();

    folder.edit("pipe.py", "cache=\"Auto\")", "cache=\"Auto\")  # tasklens: ignore[unknown-behavior]");
    assert_eq!(found(&folder, &[]), all[1..]);
    assert_eq!(found(&folder, &["--ignore", "unknown-behavior"]), all[1..], "of a rule that wasn't asked nobody knows");
    folder.edit("pipe.py", "cache=\"Auto\")", "cache=\"auto\")");
    assert_eq!(found(&folder, &[])[0], "pipe.py:3 unused-ignore");
}

#[test]
fn what_a_release_raises_is_told_only_where_it_is_known() {
    let lock = |version: &str| format!("version = 1\n\n[[package]]\nname = \"flyte\"\nversion = \"{version}\"\n");
    let folder = folder();
    for (version, is_told) in [("2.9.0", true), ("2.12.1", true), ("2.8.1", false), ("2.13.0", false)] {
        folder.write("uv.lock", lock(version));
        assert_eq!(found(&folder, &["--select", "unknown-behavior"]).len(), usize::from(is_told), "{version}");
    }
}

#[test]
fn remarks_alone_end_with_0() {
    let folder = Folder::new(&[("pipe.py", &PIPE.replace("cache=\"Auto\"", "cache=\"auto\""))]);
    let run = folder.run(&["check", "--select", "cached-report"]);
    assert_eq!(run.code, 0);
    folder.edit("pipe.py", "@env.task\n", "@env.task(report=True)\n");
    let run = folder.run(&["check", "--select", "cached-report"]);
    assert_eq!((run.code, run.out.ends_with("\n1 remark\n")), (0, true), "{}", run.out);
}

#[test]
fn fixes_are_shown_or_made_and_the_rest_is_told() {
    let folder = folder();
    let safe = "--- a/pipe.py\n+++ b/pipe.py\n@@ -1,9 +1,9 @@\n import flyte\n \n\
                -env = flyte.TaskEnvironment(\"ml\", cache=\"Auto\")\n+env = flyte.TaskEnvironment(\"ml\", cache=\"auto\")\n \n \n\
                -@env.task(cache=flyte.Cache(\"override\", \"1.0\", salt=\"x\"))\n+@env.task(cache=flyte.Cache(\"override\", \"1.0\"))\n \
                def train(x: int) -> int:\n     return x\n \n";
    let diff = folder.run(&["check", "--diff"]);
    assert_eq!((diff.out.as_str(), diff.code), (safe, 1));
    assert_eq!(fs::read_to_string(folder.path("pipe.py")).unwrap(), PIPE);
    let fixed = folder.run(&["check", "--fix"]);
    assert_eq!((fixed.err.as_str(), fixed.code), ("tasklens: 2 fixed\n", 1));
    assert!(fixed.out.contains("[ignored-input-unknown]") && !fixed.out.contains("unused-salt"), "{}", fixed.out);
    let fixed = folder.run(&["check", "--fix", "--unsafe-fixes"]);
    assert_eq!((fixed.out.as_str(), fixed.code), ("nothing found\n", 0), "{}", fixed.err);
    assert!(fs::read_to_string(folder.path("pipe.py")).unwrap().contains("ignored_inputs=(\"run_id\",)"));
    assert_eq!(folder.run(&["check", "--diff", "--unsafe-fixes"]).code, 0);
}

#[test]
fn all_other_bytes_of_a_fixed_file_stay() {
    let text = format!("# coding: latin-1\r\nNAME = '\u{e9}'\r\n{}", PIPE.replace('\n', "\r\n"));
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let folder = Folder::new(&[]);
    folder.write("pipe.py", &bytes);
    folder.run(&["check", "--fix"]);
    let expected = text.replace("\"Auto\"", "\"auto\"").replace(", salt=\"x\"", "");
    let expected: Vec<u8> = expected.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(fs::read(folder.path("pipe.py")).unwrap(), expected);
}

/// Who sees a failed job has to see why.
#[test]
fn code_hosts_are_told_of_files_that_could_not_be_checked() {
    let folder = Folder::new(&[("broken.py", "import flyte\nenv = flyte.TaskEnvironment(\n")]);
    let github = folder.run(&["check", "--format", "github"]);
    assert!(github.out.starts_with("::warning file=broken.py,line="), "{}", github.out);
    assert!(github.out.contains("title=tasklens (not checked)::"), "{}", github.out);
    let gitlab = folder.run(&["check", "--format", "gitlab"]);
    assert_eq!((gitlab.out.as_str(), gitlab.code), ("[]\n", github.code));
    assert!(gitlab.err.contains("broken.py:"), "{}", gitlab.err);
}

#[test]
fn code_hosts_get_their_own_forms() {
    let folder = folder();
    let github = folder.run(&["check", "--format", "github", "--select", "unused-salt"]);
    let line = "::warning file=pipe.py,line=6,endLine=6,col=48,endColumn=55,title=tasklens (unused-salt)::`salt` does nothing: the version \
                \"1.0\" is taken as it is\n";
    assert_eq!((github.out.as_str(), github.code), (line, 1));
    let gitlab: Value = serde_json::from_str(&folder.run(&["check", "--format", "gitlab"]).out).unwrap();
    assert_eq!((&gitlab[0]["severity"], &gitlab[0]["location"]["lines"]["begin"]), (&"critical".into(), &3.into()));
    let prints: std::collections::BTreeSet<&str> =
        gitlab.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 3);
    let sarif: Value = serde_json::from_str(&folder.run(&["check", "--format", "sarif"]).out).unwrap();
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(*region, serde_json::json!({"startLine": 3, "startColumn": 41, "endLine": 3, "endColumn": 47}));
    assert_eq!((&sarif["version"], &result["level"]), (&"2.1.0".into(), &"error".into()));
}

#[test]
fn a_rule_is_explained() {
    let folder = Folder::new(&[]);
    let page = folder.run(&["rule", "pinned-auto"]);
    assert!(page.out.starts_with("# pinned-auto\n") && page.out.contains("## Why is this bad?"), "{}", page.out);
    let list = folder.run(&["rule"]);
    assert!(list.out.lines().any(|line| line.starts_with("pinned-auto ")), "{}", list.out);
    let unknown = folder.run(&["rule", "pinned"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
}
