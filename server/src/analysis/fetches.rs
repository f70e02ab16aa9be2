//! What a task's body gets from elsewhere: calls of libraries that ask a server, and of readers that are given an address.

use super::flow::Moment;
use super::ir::*;
use super::link::{Context, Linker};
use super::task::Span;
use super::value::{FileId, Value};

/// What asks a server whenever it is called or used.
const CLIENTS: [&str; 36] = [
    "aiohttp.ClientSession",
    "aiohttp.request",
    "boto3.client",
    "boto3.resource",
    "boto3.Session",
    "boto3.session.Session",
    "ftplib.FTP",
    "google.cloud.bigquery.Client",
    "google.cloud.firestore.Client",
    "google.cloud.storage.Client",
    "httpx.AsyncClient",
    "httpx.Client",
    "httpx.get",
    "httpx.post",
    "httpx.request",
    "httpx.stream",
    "mysql.connector.connect",
    "psycopg.connect",
    "psycopg2.connect",
    "pymongo.MongoClient",
    "pymysql.connect",
    "redis.Redis",
    "requests.get",
    "requests.head",
    "requests.post",
    "requests.request",
    "requests.Session",
    "requests.session",
    "snowflake.connector.connect",
    "asyncpg.connect",
    "asyncpg.create_pool",
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "urllib3.PoolManager",
    "urllib3.request",
    "awswrangler.s3.read_parquet",
];

/// Modules of which `read_*` and `scan_*` take addresses as well as files.
const READERS: [&str; 6] = ["pandas.", "polars.", "dask.dataframe.", "pyarrow.parquet.", "geopandas.", "fsspec."];

/// How an address of elsewhere begins.
const ADDRESSES: [&str; 10] =
    ["http://", "https://", "ftp://", "s3://", "s3a://", "gs://", "gcs://", "abfs://", "abfss://", "az://"];

/// The first call in a function's own statements that fetches something, and what is called.
pub fn first(linker: &Linker<'_>, (file, id): (FileId, FunctionId)) -> Option<(Span, String)> {
    let loaded = linker.file(file);
    if let Some(function) = loaded.summary.functions.get(id) {
        linker.notes.borrow_mut().body_of(&loaded.path, function);
    }
    let (statements, _) = loaded.summary.scope(Scope::Function(id));
    let mut found: Option<(Offset, Offset, String)> = None;
    walk_statements(statements, &mut |statement| {
        let context = Context { file, scope: Scope::Function(id), moment: Moment::At(statement.start), frame: None };
        for whole in statement.expressions() {
            whole.walk(&mut |expr| {
                let ExprKind::Call(callee, arguments) = &expr.kind else { return };
                if found.as_ref().is_some_and(|(start, ..)| *start <= expr.start) {
                    return;
                }
                let Some(path) = path(linker, context, callee) else { return };
                if fetches(linker, context, &path, arguments) {
                    found = Some((expr.start, callee.end, path));
                }
            });
        }
    });
    found.map(|(start, end, path)| (linker.span(file, start, end), path))
}

/// The import path of what is called.
fn path(linker: &Linker<'_>, context: Context<'_>, callee: &Expr) -> Option<String> {
    match linker.value(context, callee) {
        Value::External(path) => Some(path.to_string()),
        _ => None,
    }
}

fn fetches(linker: &Linker<'_>, context: Context<'_>, path: &str, arguments: &[Argument]) -> bool {
    if CLIENTS.contains(&path) {
        return true;
    }
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    let is_reader = READERS.iter().any(|reader| format!("{module}.").starts_with(reader))
        && (name.starts_with("read_") || name.starts_with("scan_") || matches!(name, "open" | "read_table"));
    let first =
        arguments.first().filter(|first| matches!(first.kind, ArgumentKind::Positional | ArgumentKind::Keyword(_)));
    is_reader
        && first.is_some_and(|first| match linker.value(context, &first.value) {
            Value::Str(text) => ADDRESSES.iter().any(|address| text.starts_with(address)),
            _ => false,
        })
}
