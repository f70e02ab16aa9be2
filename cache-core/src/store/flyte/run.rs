//! Recorded runs: what the SDK writes of each action where local persistence is on.

use rusqlite::{Connection, Row};

/// An action of a local run (`flyte/_persistence/_run_store.py`). Older files lack newer columns, which are then `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The run's name.
    pub run: String,
    /// The action's name within the run; `a0` is the root.
    pub action: String,
    /// The task's full name, `<environment>.<function>`.
    pub task: Option<String>,
    /// `running`, `succeeded`, `failed`.
    pub status: String,
    /// The inputs as JSON text.
    pub inputs: Option<String>,
    /// When it started, in seconds since the epoch.
    pub started: Option<f64>,
    /// When it ended, in seconds since the epoch.
    pub ended: Option<f64>,
    /// The action that called it.
    pub parent: Option<String>,
    /// Whether the task's cache was on.
    pub cache_enabled: bool,
    /// Whether the result came from the cache.
    pub cache_hit: bool,
    /// Whether the run was started with `disable_run_cache=True`.
    pub cache_disabled_for_run: bool,
}

impl Run {
    /// How long it took, in seconds, if it has ended.
    pub fn seconds(&self) -> Option<f64> {
        Some(self.ended? - self.started?).filter(|seconds| *seconds >= 0.0)
    }
}

/// All recorded runs, oldest first. A file without the table has none.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Vec<Run>> {
    let mut columns = connection.prepare_cached("SELECT name FROM pragma_table_info('runs')")?;
    let columns: Vec<String> = columns.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = |name: &'static str| if columns.iter().any(|column| column == name) { name } else { "NULL" };
    let query = format!(
        "SELECT {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {} FROM runs ORDER BY {}, rowid",
        wanted("run_name"),
        wanted("action_name"),
        wanted("task_name"),
        wanted("status"),
        wanted("inputs"),
        wanted("start_time"),
        wanted("end_time"),
        wanted("parent_id"),
        wanted("cache_enabled"),
        wanted("cache_hit"),
        wanted("disable_run_cache"),
        wanted("start_time"),
    );
    let mut statement = connection.prepare_cached(&query)?;
    let runs = statement.query_map([], run)?;
    runs.collect()
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let flag = |index: usize| row.get::<_, Option<i64>>(index).map(|value| value.unwrap_or_default() != 0);
    Ok(Run {
        run: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
        action: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
        task: row.get(2)?,
        status: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        inputs: row.get(4)?,
        started: row.get(5)?,
        ended: row.get(6)?,
        parent: row.get(7)?,
        cache_enabled: flag(8)?,
        cache_hit: flag(9)?,
        cache_disabled_for_run: flag(10)?,
    })
}
