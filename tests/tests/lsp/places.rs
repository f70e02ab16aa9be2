//! Where files are: several folders, none, links, odd names, a home that can't be written to.

use std::path::Path;

use serde_json::{Value, json};

use super::client::{self, Client};
use super::lenses::lenses;
use super::project::{PIPE, Project};

fn folder(uri: &str) -> Value {
    json!({"uri": uri, "name": "a"})
}

#[test]
fn each_folder_of_a_workspace_has_its_own_baseline_and_python() {
    let (kept, other) = (Project::new(), Project::new());
    other.write(".python-version", "3.13\n");
    other.write("pipe.py", &PIPE.replace("x + 1", "x + 2"));
    let mut client = Client::start(&kept.root());
    let folders = json!([folder(&kept.uri("")), folder(&other.uri(""))]);
    client.request("initialize", json!({"capabilities": {}, "workspaceFolders": folders})).unwrap();
    client.notify("initialized", json!({}));
    client.open(&kept.uri("pipe.py"), PIPE);
    client.open(&other.uri("pipe.py"), &PIPE.replace("x + 1", "x + 2"));
    assert!(lenses(&mut client, &kept.uri("pipe.py"))[0].contains("cache kept"));
    assert!(lenses(&mut client, &other.uri("pipe.py"))[0].contains("will recompute"));
    // A folder leaves, and its documents are still understood; one that was never there leaves as well.
    for gone in [&other, &other, &kept] {
        let event = json!({"added": [], "removed": [folder(&gone.uri(""))]});
        client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
        assert!(lenses(&mut client, &kept.uri("pipe.py"))[0].contains("cache kept"));
    }
    let event = json!({"added": [folder(&kept.uri("")), folder(&kept.uri("")), folder("untitled:a")], "removed": []});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert!(lenses(&mut client, &kept.uri("pipe.py"))[0].contains("cache kept"));
}

#[test]
fn a_file_outside_of_all_folders_is_of_its_own_repository() {
    let (workspace, elsewhere) = (Project::new(), Project::new());
    let mut client = Client::initialized(&workspace.root(), json!({}));
    client.open(&elsewhere.uri("pipe.py"), PIPE);
    assert!(lenses(&mut client, &elsewhere.uri("pipe.py"))[0].contains("cache kept"));
}

/// An editor that opens single files names no folder at all.
#[test]
fn without_a_folder_a_file_is_of_its_own_repository() {
    let project = Project::new();
    for folders in [Value::Null, json!([])] {
        let mut client = Client::start(Path::new("/"));
        let params = json!({"capabilities": {}, "rootUri": null, "workspaceFolders": folders});
        client.request("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        client.open(&project.uri("pipe.py"), PIPE);
        assert!(lenses(&mut client, &project.uri("pipe.py"))[0].contains("cache kept"));
    }
}

#[test]
fn an_old_editor_names_its_folder_by_a_path() {
    let project = Project::new();
    let mut client = Client::start(Path::new("/"));
    client.request("initialize", json!({"capabilities": {}, "rootPath": project.root()})).unwrap();
    client.notify("initialized", json!({}));
    let known = client.request("tasklens/debugInformation", Value::Null).unwrap();
    assert_eq!(known["folders"], json!([project.root()]));
}

/// The file system as a workspace, as some plugins send it for a single file.
#[test]
fn the_root_as_a_workspace_is_not_searched() {
    let project = Project::new();
    let mut client = Client::initialized(Path::new("/"), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    assert!(lenses(&mut client, &project.uri("pipe.py"))[0].contains("cache kept"));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_project_is_the_project() {
    let project = Project::new();
    let other = tempfile::tempdir().unwrap();
    let link = other.path().canonicalize().unwrap().join("a link");
    std::os::unix::fs::symlink(project.root(), &link).unwrap();
    let mut client = Client::initialized(&link, json!({}));
    let uri = format!("file://{}/pipe.py", link.display().to_string().replace(' ', "%20"));
    client.open(&uri, PIPE);
    assert!(lenses(&mut client, &uri)[0].contains("cache kept"), "{:?}", lenses(&mut client, &uri));
}

#[test]
fn names_are_escaped_in_any_way() {
    let project = Project::new();
    for name in ["a b.py", "é😀.py", "a#b.py", "100%.py", "a?b.py", "[x].py", "a+b&c.py"] {
        project.write(name, PIPE);
        project.commit();
        let escaped: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let small: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mut client = Client::initialized(&project.root(), json!({}));
        for uri in [project.uri(&escaped), project.uri(&small)] {
            client.open(&uri, PIPE);
            let found = lenses(&mut client, &uri);
            assert!(found[0].contains("cache kept"), "{name} {uri}: {found:?}");
            client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
        }
        std::fs::remove_file(project.root().join(name)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_home_that_can_not_be_written_to_or_is_missing_is_none() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new();
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
    for home in [home.path(), Path::new("/no/such/home"), Path::new("/dev/null"), Path::new("")] {
        let mut command = client::server(&project.root());
        command.env("HOME", home).env("XDG_CACHE_HOME", home).env("XDG_DATA_HOME", home).env("TMPDIR", home);
        let mut client = Client::talking_to(command.spawn().unwrap());
        client.initialize(&project.root(), json!({}));
        client.open(&project.uri("pipe.py"), PIPE);
        assert!(lenses(&mut client, &project.uri("pipe.py"))[0].contains("cache kept"), "{}", home.display());
    }
}

#[test]
fn without_git_there_is_a_version_and_no_baseline() {
    let project = Project::new();
    let mut command = client::server(&project.root());
    command.env("PATH", "/no/such/folder");
    let mut client = Client::talking_to(command.spawn().unwrap());
    client.initialize(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    let found = lenses(&mut client, &project.uri("pipe.py"));
    assert!(found[0].contains("version known · auto "), "{found:?}");
}

/// The folder goes away under the server's feet.
#[test]
fn a_project_that_is_deleted_is_no_end() {
    let project = Project::new();
    let uri = project.uri("pipe.py");
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&uri, PIPE);
    assert_eq!(lenses(&mut client, &uri).len(), 2);
    drop(project);
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    assert_eq!(lenses(&mut client, &uri).len(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_nobody_talks_to_does_nothing() {
    let project = Project::new();
    let mut client = Client::initialized(&project.root(), json!({}));
    client.open(&project.uri("pipe.py"), PIPE);
    assert_eq!(lenses(&mut client, &project.uri("pipe.py")).len(), 2);
    // In ticks of a hundredth of a second, of the user's and the system's.
    let stat = format!("/proc/{}/stat", client.process.id());
    let ticks = || -> u64 {
        let line = std::fs::read_to_string(&stat).unwrap();
        let fields: Vec<&str> = line.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    std::thread::park_timeout(std::time::Duration::from_millis(300));
    let before = ticks();
    std::thread::park_timeout(std::time::Duration::from_millis(1500));
    assert!(ticks() <= before + 1, "{} ticks in 1.5 s", ticks() - before);
}
