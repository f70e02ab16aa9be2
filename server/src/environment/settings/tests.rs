#![allow(clippy::unwrap_used)]

use std::path::Path;

use serde_json::json;

use super::*;

fn read(text: &str) -> (Settings, Vec<(Option<u32>, String)>) {
    let file = TomlFile::of(Path::new("/p/tasklens.toml"), text);
    let table = file.parse().unwrap();
    let (settings, problems) = Settings::read(&file, table.get_ref());
    (settings, problems.into_iter().map(|problem| (problem.line, problem.message)).collect())
}

#[test]
fn every_setting_is_read_with_its_line() {
    let (settings, problems) = read(concat!(
        "python = '3.12.7'\nbaseline = 'release'\nexclude = ['old/',\n 'gen.py']\n",
        "[policy-versions]\nDatasetVersionPolicy = 'v3'\n",
    ));
    assert_eq!(problems, []);
    let line = |line| Origin::File { file: PathBuf::from("/p/tasklens.toml"), line: Some(line) };
    assert_eq!(settings.python, Some(Setting { value: "3.12.7".parse().unwrap(), origin: line(1) }));
    assert_eq!(settings.baseline, Some(Setting { value: "release".to_owned(), origin: line(2) }));
    assert_eq!(settings.exclude[1], Setting { value: "gen.py".to_owned(), origin: line(4) });
    let policy = Setting { value: "v3".to_owned(), origin: line(6) };
    assert_eq!(settings.policy_versions, BTreeMap::from([("DatasetVersionPolicy".to_owned(), policy)]));
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_do() {
    let (settings, problems) = read(concat!(
        "python = 3.12\nbaseline = ['main']\npolicy_versions = {}\nexclude = 'a'\n",
        "src = ['nowhere', 1]\ncolour = true\npolicy-versions = { A = 1, B = 'b' }\n",
    ));
    assert_eq!(settings.policy_versions.keys().collect::<Vec<_>>(), ["B"], "what is right is kept");
    let expected = [
        (1, r#"`python` can't be a TOML float: write it as python = "3.12", in quotes"#),
        (2, r#"`baseline` can't be a TOML array: write it as baseline = "main""#),
        (3, "there is no setting `policy_versions`: write it `policy-versions`"),
        (4, r#"`exclude` can't be a TOML string: write it as exclude = ["folder"]"#),
        (5, r#"`src` can't be a TOML integer: write it as src = ["folder"]"#),
        (5, "`src`: there is no folder `nowhere`: correct it, or take it out"),
        (
            6,
            "there is no setting `colour`: the settings are python, baseline, policy-versions, exclude, src, lenses.tasks, \
             lenses.calls, lenses.uncached, inlay-hints, diagnostics, rules.select, rules.ignore, rules.severity, \
             rules.per-file-ignores",
        ),
        (7, r#"`A` can't be a TOML integer: write it as policy-versions = { DatasetVersionPolicy = "v3" }"#),
    ];
    assert_eq!(problems, expected.map(|(line, message)| (Some(line), message.to_owned())));
}

#[test]
fn an_unsupported_python_is_told() {
    let (settings, problems) = read("python = '3.9'\n");
    assert_eq!(settings.python, None);
    let message = "`python`: Python 3.9 is not supported: the supported versions are 3.10 to 3.14";
    assert_eq!(problems, [(Some(1), message.to_owned())]);
}

#[test]
fn tables_have_settings_of_their_own() {
    let (settings, problems) = read(concat!(
        "inlay-hints = true\ndiagnostics = false\n[lenses]\ncalls = false\n[rules]\nselect = ['all']\nignore = ['a']\n",
        "severity = { b = 'hint', c = 'loud' }\nper-file-ignores = { 'tests/' = ['all'], d = 'e' }\n",
    ));
    assert!(settings.shows_inlay_hints() && !settings.shows_diagnostics());
    assert!(is_on(&settings.lenses.tasks) && !is_on(&settings.lenses.calls));
    let rules = settings.rules;
    assert_eq!(rules.select.unwrap()[0].value, "all");
    assert_eq!(rules.ignore[0].value, "a");
    assert_eq!(rules.severity.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(rules.per_file_ignores.keys().collect::<Vec<_>>(), ["tests/"]);
    let expected = [
        (8, "`c` can't have that severity: it is one of error, warning, information, hint, off"),
        (9, r#"`d` can't be a TOML string: write it as rules.per-file-ignores = { "tests/" = ["all"] }"#),
    ];
    assert_eq!(problems, expected.map(|(line, message)| (Some(line), message.to_owned())));
}

#[test]
fn an_editor_is_read_like_a_file() {
    let (settings, complaints) = Settings::of_editor(&json!({
        "python": "3.11", "baseline": "", "policyVersions": {"P": "v1"}, "inlayHints": true, "trace": {"server": "off"},
        "lenses": {"tasks": false, "calls": null}, "rules": {"severity": {"a": "error"}}, "diagnostics": 3,
        "exclude": ["a"], "policy_versions": {}, "rules.select": ["all"],
    }));
    let editor = |name: &str| Origin::Editor(format!("tasklens.{name}"));
    assert_eq!(settings.python, Some(Setting { value: "3.11".parse().unwrap(), origin: editor("python") }));
    assert_eq!(settings.baseline, None);
    assert_eq!(settings.lenses.tasks, Some(Setting { value: false, origin: editor("lenses.tasks") }));
    assert_eq!(settings.policy_versions["P"].origin, editor("policyVersions.P"));
    assert_eq!(settings.rules.severity["a"].value, "error");
    let told: Vec<(String, &str)> =
        complaints.iter().map(|told| (told.origin.words(Path::new("")), &*told.message)).collect();
    let expected = [
        ("diagnostics", r#"`diagnostics` can't be a number: write it as "tasklens.diagnostics": true"#),
        ("exclude", "`exclude` is set in a file: write it in tasklens.toml or pyproject.toml"),
        ("policy_versions", "there is no setting `policy_versions`: write it `policyVersions`"),
    ];
    let expected = expected.map(|(name, message)| (format!("the editor's setting tasklens.{name}"), message));
    assert_eq!(told, expected);
}

#[test]
fn what_an_editor_says_goes_before_the_file_setting_by_setting() {
    let (file, _) =
        read("python = '3.12'\nbaseline = 'main'\npolicy-versions = { A = '1', B = '1' }\n[lenses]\ntasks = false\n");
    let (editor, _) = Settings::of_editor(&json!({"python": "3.13", "policyVersions": {"B": "2"}}));
    let both = file.clone().under(&editor);
    assert_eq!(both.python, editor.python);
    assert_eq!((both.baseline, both.lenses, both.file), (file.baseline, file.lenses, file.file));
    let versions: Vec<&str> = both.policy_versions.values().map(|version| version.value.as_str()).collect();
    assert_eq!(versions, ["1", "2"]);
}
