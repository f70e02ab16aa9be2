//! `keep` shows an edit, and makes it only when told to.

use std::fs;

use crate::project::{Folder, script};

/// A committed task, with its docstring edited.
fn edited() -> Folder {
    let folder = Folder::new(&[("pipe.py", &script("good"))]);
    folder.commit();
    folder.edit("pipe.py", "Says", "Tells");
    folder
}

fn text(folder: &Folder) -> String {
    fs::read_to_string(folder.path("pipe.py")).unwrap()
}

#[test]
fn the_edit_is_shown_and_made_only_with_a_yes() {
    let folder = edited();
    let before = text(&folder);
    let old = folder.status_of("e.good")["baseline_version"].as_str().unwrap().to_owned();
    let shown = folder.run(&["keep", "e.good"]);
    assert_eq!(shown.code, 1, "{}", shown.err);
    let diff = format!(
        "--- a/pipe.py\n+++ b/pipe.py\n@@ -3,7 +3,7 @@\n env = flyte.TaskEnvironment(name=\"e\", cache=\"auto\")\n \n \n\
         -@env.task\n+@env.task(cache=flyte.Cache(\"auto\", version_override=\"{old}\"))\n \
         def good(x: int) -> int:\n     \"\"\"Tells good.\"\"\"\n     return x + 1\n"
    );
    assert_eq!(shown.out, diff);
    assert!(shown.err.contains("--yes"), "{}", shown.err);
    assert_eq!(text(&folder), before);
    let dry = folder.run(&["keep", "good", "--dry-run"]);
    assert_eq!((dry.code, dry.out), (0, diff.clone()));
    assert_eq!(text(&folder), before);

    let kept = folder.run(&["keep", "e.good", "--yes"]);
    assert_eq!((kept.code, kept.out), (0, diff), "{}", kept.err);
    let status = folder.status_of("e.good");
    assert_eq!((status["status"].as_str(), status["version"].as_str()), (Some("unchanged"), Some(old.as_str())));
    let again = folder.run(&["keep", "e.good", "--yes"]);
    assert_eq!((again.code, again.out.as_str()), (1, ""));
    assert!(again.err.contains("nothing to keep"), "{}", again.err);
    // A body that changes later is a risk, and the pin is taken back.
    folder.edit("pipe.py", "x + 1", "x + 2");
    assert_eq!(folder.status_of("e.good")["stale_risk"], true);
    assert_eq!(folder.run(&["keep", "e.good", "--undo", "--yes"]).code, 0);
    assert_eq!(text(&folder), before.replace("x + 1", "x + 2"));
    assert_eq!(folder.status_of("e.good")["status"], "invalidated");
}

#[test]
fn a_patch_of_a_dry_run_can_be_applied() {
    let folder = edited();
    let dry = folder.run(&["keep", "e.good", "--dry-run"]);
    folder.write("keep.patch", &dry.out);
    folder.git(&["apply", "keep.patch"]);
    assert_eq!(folder.status_of("e.good")["status"], "unchanged");
}

#[test]
fn what_can_not_be_written_stays_as_it_was() {
    let folder = edited();
    let before = text(&folder);
    let missing = folder.run(&["keep", "e.bad", "--yes"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("there is no task `e.bad`"), "{}", missing.err);
    let mut permissions = fs::metadata(folder.path("pipe.py")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path("pipe.py"), permissions).unwrap();
    let refused = folder.run(&["keep", "e.good", "--yes"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("pipe.py: it is read-only"), "{}", refused.err);
    assert_eq!(text(&folder), before);
}

#[test]
fn without_a_repository_there_is_nothing_to_keep() {
    let folder = Folder::new(&[("pipe.py", &script("good"))]);
    let run = folder.run(&["keep", "e.good", "--yes"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("there is no baseline whose version could be kept"), "{}", run.err);
    let run = folder.run(&["keep", "e.good", "--baseline", "nowhere"]);
    assert_eq!(run.code, 2, "{}", run.err);
}
