//! Where the code connects to a cluster: `flyte.init(endpoint=…)`, `flyte.init_from_config(…)` and the like. Runs that name no mode go there.

use std::path::PathBuf;
use std::sync::Arc;

use memchr::memmem;

use super::arguments::Call;
use super::calls;
use super::ir::*;
use super::link::Linker;
use super::sdk;
use super::task::{Connecting, Connection};
use super::value::{FileId, Value};
use super::visit::{self, Visited};

/// The connections that the files make, in their order.
pub fn find(linker: &Linker<'_>, ids: &[FileId]) -> Vec<Connection> {
    let mut found = Vec::new();
    for file in ids {
        let loaded = linker.file(*file);
        if !may_connect(loaded.summary.text.as_bytes()) {
            continue;
        }
        let mut all: Vec<Connecting> = Vec::new();
        visit::calls(linker, *file, &mut |&Visited { context, expr, callee, arguments, .. }| {
            if calls::can_matter(linker, context, callee)
                && let Some(how) = connecting(linker, &Call { context, expr, arguments }, callee)
                && !all.contains(&how)
            {
                all.push(how);
            }
        });
        if all.is_empty() {
            continue;
        }
        let mut with: Vec<PathBuf> = linker.beside(&loaded.path).into_iter().collect();
        with.sort();
        let with: Arc<[PathBuf]> = with.into();
        let connection = |how| Connection { file: Arc::clone(&loaded.path), how, with: Arc::clone(&with) };
        found.extend(all.into_iter().map(connection));
    }
    found
}

/// Whether a file says `init` other than in `__init__`, as nearly all don't.
fn may_connect(text: &[u8]) -> bool {
    memmem::find_iter(text, b"init").any(|at| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    })
}

/// How a call connects, if it is one that does.
fn connecting(linker: &Linker<'_>, call: &Call<'_>, callee: &Expr) -> Option<Connecting> {
    let Call { context, arguments, .. } = *call;
    let Value::External(path) = linker.value(context, callee) else { return None };
    let connects = sdk::connects(path.strip_suffix(".aio").unwrap_or(&path))?;
    // What is unpacked may be anything.
    let is_unpacked = |argument: &Argument| matches!(argument.kind, ArgumentKind::Star | ArgumentKind::DoubleStar);
    let is_open = arguments.iter().any(is_unpacked);
    let given = |position: usize, name: &str| {
        let value = linker.value(context, call.argument(name, position)?);
        let is_none = matches!(value, Value::None) || matches!(&value, Value::Str(text) if text.is_empty());
        (!is_none).then_some(value)
    };
    match connects {
        sdk::Connects::ByArguments(names) => {
            let named = names.iter().find(|(index, name)| given(*index, name).is_some());
            match named {
                Some((_, name)) => Some(Connecting::Itself(format!("flyte.init({name}=…)"))),
                None => is_open.then(|| Connecting::Maybe("flyte.init(**…)".to_owned())),
            }
        }
        sdk::Connects::ByConfiguration => match (given(0, "path_or_config"), given(1, "root_dir")) {
            _ if is_open => Some(Connecting::Maybe("flyte.init_from_config(**…)".to_owned())),
            (None, _) => Some(Connecting::Configuration),
            (Some(Value::Str(path)), None) => Some(Connecting::File(path.to_string())),
            _ => {
                let text = arguments.first().map(|argument| linker.text(context.file, &argument.value));
                Some(Connecting::Maybe(format!("flyte.init_from_config({})", text.unwrap_or_default())))
            }
        },
        sdk::Connects::Always(name) => Some(Connecting::Itself(format!("flyte.{name}()"))),
    }
}
