//! Settings from the editor: asked for where it can be asked, taken from what it says otherwise. They go before those of files,
//! setting by setting.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::environment::{Complaint, Settings, discover, is_on};
use crate::render::lens::Kind;

use super::client::Client;
use super::protocol::request::{RegisterCapability, WorkspaceConfiguration};
use super::protocol::{ConfigurationItem, ConfigurationParams, Registration, RegistrationParams, Url};

/// The section of an editor's settings that is ours.
const SECTION: &str = "tasklens";

/// What the editor said, for the workspace and for those of its folders that it has settings for.
#[derive(Clone, Debug, Default)]
pub struct EditorSettings {
    workspace: Settings,
    folders: BTreeMap<PathBuf, Settings>,
}

impl EditorSettings {
    /// Reads what `initializationOptions` or `didChangeConfiguration` brought: the section, or an object that has it. `None`
    /// if it says nothing of ours.
    pub fn brought(value: &Value) -> Option<(Self, Vec<Complaint>)> {
        let section = [SECTION, "settings"].into_iter().find_map(|name| value.get(name)).unwrap_or(value);
        let section = section.get(SECTION).unwrap_or(section);
        section.is_object().then(|| {
            let (workspace, complaints) = Settings::of_editor(section);
            (Self { workspace, folders: BTreeMap::new() }, complaints)
        })
    }

    /// Reads the answer to [`ask`].
    pub fn answered(folders: &[PathBuf], answer: &[Value]) -> (Self, Vec<Complaint>) {
        let mut read = answer.iter().map(Settings::of_editor);
        let (workspace, mut complaints) = read.next().unwrap_or_default();
        let folders = folders.iter().cloned().zip(read).map(|(folder, (settings, more))| {
            complaints.extend(more);
            (folder, settings)
        });
        (Self { workspace, folders: folders.collect() }, complaints)
    }

    /// What it said for a folder of the workspace, or a file that is in none.
    pub fn of(&self, folder: &Path) -> &Settings {
        self.folders.get(folder).unwrap_or(&self.workspace)
    }
}

/// The settings in force for a file (absolute) of a folder of the workspace: its project's below the editor's.
pub fn in_force(editor: &EditorSettings, folder: &Path, file: &Path) -> Settings {
    discover(file).settings.under(editor.of(folder))
}

/// Whether a kind of lens is shown.
pub fn shows(settings: &Settings, kind: Kind) -> bool {
    let lenses = &settings.lenses;
    is_on(match kind {
        Kind::Task => &lenses.tasks,
        Kind::Call => &lenses.calls,
        Kind::Uncached => &lenses.uncached,
    })
}

/// Asks for the settings of the workspace and of each of its folders; `then` hears them in this order.
pub fn ask(client: &Client, folders: &[PathBuf], then: impl FnOnce(Option<Vec<Value>>) + Send + 'static) {
    let item = |scope_uri| ConfigurationItem { scope_uri, section: Some(SECTION.to_owned()) };
    let scopes = folders.iter().map(|folder| Url::from_directory_path(folder).ok());
    let items = std::iter::once(None).chain(scopes).map(item).collect();
    client.request::<WorkspaceConfiguration>(ConfigurationParams { items }, then);
}

/// Asks to be told of changes.
pub fn watch(client: &Client) {
    let registration = Registration {
        id: "tasklens.settings".to_owned(),
        method: "workspace/didChangeConfiguration".to_owned(),
        register_options: Some(serde_json::json!({ "section": SECTION })),
    };
    client.request::<RegisterCapability>(RegistrationParams { registrations: vec![registration] }, |_| {});
}
