//! Which runs may be sent to a cluster though they don't say so, since the code or the SDK's configuration connects to one.

use std::path::Path;
use std::sync::Arc;

use crate::analysis::{Connecting, Connection, Project};
use crate::environment::{Origin, Outside, file_names_a_cluster};

use super::calls::Cluster;
use super::sentence::{call_connects, code_may_be_remote, command_may_be_remote};

/// Those that the code of a project starts in the working directory `cwd`, and those of `flyte run` there; `config` is what names a cluster to
/// the SDK in `cwd`.
pub fn sent_to(config: Option<&Origin>, project: &Project, cwd: &Path, outside: &Outside) -> Cluster {
    let config = config.map(|origin| origin.words(cwd));
    let mut cluster = Cluster { from_command: config.as_deref().map(command_may_be_remote), ..Cluster::default() };
    for connection in &project.connections {
        let Some(why) = why(connection, config.as_deref(), cwd, outside) else { continue };
        let with = |file: &Path| connection.with.binary_search_by(|known| (**known).cmp(file)).is_ok();
        for call in project.calls.iter().filter(|call| with(&call.place.file)) {
            cluster.from_code.entry(Arc::clone(&call.place.file)).or_insert_with(|| why.clone());
        }
    }
    cluster
}

/// Why runs may go to a cluster that a call connects to; `None` if it connects to none.
fn why(connection: &Connection, config: Option<&str>, cwd: &Path, outside: &Outside) -> Option<String> {
    let file = Origin::File { file: connection.file.to_path_buf(), line: None }.words(cwd);
    let (call, is_sure) = match &connection.how {
        Connecting::Configuration => return config.map(code_may_be_remote),
        Connecting::File(path) => {
            // The run's working directory decides; a script is often started where it stands.
            let folders = [Some(cwd), connection.file.parent()];
            let mut says =
                folders.into_iter().flatten().map(|folder| file_names_a_cluster(&folder.join(path), outside));
            match says.find_map(|says| says) {
                Some(false) => return None,
                says => (&format!("flyte.init_from_config(\"{path}\")"), says.is_some()),
            }
        }
        Connecting::Itself(call) => (call, true),
        Connecting::Maybe(call) => (call, false),
    };
    Some(call_connects(call, &file, is_sure))
}
