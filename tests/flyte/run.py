"""Runs a script as `python SCRIPT` does, and records what the SDK's local runs do with its cache.

    target/tasklens-tests/flyte/3.12/bin/python tests/flyte/run.py RECORD SCRIPT [ARGUMENT...]

Only for scripts of this project's tests. `RECORD` becomes one JSON document: `python`, `error` (null or what the script raised),
`cache` (the SDK's cache file after the run, and how many entries it holds; null where nothing used it) and `actions`, one for each submitted task in the order of submission:

- `task`, `version` (the cache version), `key`, `inputs` (by name, defaults filled in, as `repr`), `behavior`;
- `interface` (its hash) and `ignored` (the ignored inputs, sorted), which the key holds beside the version;
- `run_cache`: false in a run with `disable_run_cache=True`;
- `asked`: the SDK looked into its cache; `served`: it found an entry; `executed`: the function was called; `stored`: an
  entry was written; `recorded`: the run is in the SDK's table of runs;
- `seconds` from submission to the end; `action` and `parent`, the SDK's own names.

Nothing that decides about the cache is touched: functions of the SDK are wrapped and called as they are. Only the place of
raw data and metadata, a folder below /tmp for every run, becomes one that the test removes.
"""

from __future__ import annotations

import contextvars
import functools
import json
import os
import platform
import sqlite3
import sys
import time
import types
from pathlib import Path
from typing import Any

current: contextvars.ContextVar[dict] = contextvars.ContextVar("current")
actions: list[dict] = []


def wrap(owner: Any, name: str, around: Any) -> None:
    """Replaces `owner.name` by a function that is given the original first."""
    static = isinstance(owner.__dict__.get(name), staticmethod)
    wrapped = functools.partial(around, getattr(owner, name))
    if isinstance(owner, type) and not static:
        setattr(owner, name, lambda *args, **kwargs: wrapped(*args, **kwargs))
    else:
        setattr(owner, name, staticmethod(wrapped) if static else wrapped)


async def submit(original, controller, task, *args, **kwargs):
    from flyte._context import internal_ctx
    from flyte._initialize import is_persistence_enabled

    passed = task.native_interface.convert_to_kwargs(*args, **kwargs)
    defaults = {name: default for name, (_, default) in task.native_interface.inputs.items()}
    parent = internal_ctx().data.task_context
    record = {
        "task": task.name,
        "behavior": None,
        "version": None,
        "key": None,
        "interface": None,
        "ignored": [],
        "inputs": {name: repr(value) for name, value in {**defaults, **passed}.items()},
        "run_cache": not (parent and parent.disable_run_cache),
        "asked": False,
        "served": False,
        "executed": False,
        "stored": False,
        "recorded": is_persistence_enabled(),
        "seconds": None,
        "action": None,
        "parent": parent.action.name if parent else None,
    }
    actions.append(record)
    token = current.set(record)
    start = time.time()
    try:
        return await original(controller, task, *args, **kwargs)
    finally:
        current.reset(token)
        record["seconds"] = time.time() - start


def get_version(original, cache, *args, **kwargs):
    version = original(cache, *args, **kwargs)
    record = current.get(None)
    if record is not None and record["version"] is None:
        record["behavior"], record["version"] = cache.behavior, version if cache.behavior != "disable" else ""
    return version


def generate_key(original, task_name, inputs_hash, interface, version, ignored, *args, **kwargs):
    from flyte._internal.runtime import convert

    key = original(task_name, inputs_hash, interface, version, ignored, *args, **kwargs)
    record = current.get(None)
    if record is not None:
        record["key"], record["ignored"] = key, sorted(ignored)
        record["interface"] = convert.generate_interface_hash(interface)
    return key


def name_action(original, *args, **kwargs):
    action, path = original(*args, **kwargs)
    record = current.get(None)
    if record is not None:
        record["action"] = action.name
    return action, path


async def get(original, key):
    found = await original(key)
    record = current.get()
    assert record["key"] == key
    record["asked"], record["served"] = True, found is not None
    return found


async def put(original, key, value):
    await original(key, value)
    record = current.get()
    assert record["key"] == key
    record["stored"] = True


async def dispatch(original, *args, **kwargs):
    record = current.get()
    record["executed"] = True
    return await original(*args, **kwargs)


def make_runner(original, runner, *args, **kwargs):
    scratch = os.environ["TASKLENS_SCRATCH"]
    kwargs["raw_data_path"] = kwargs.get("raw_data_path") or f"{scratch}/raw"
    kwargs["metadata_path"] = kwargs.get("metadata_path") or f"{scratch}/metadata"
    return original(runner, *args, **kwargs)


def watch() -> None:
    """Wraps what of the SDK a local run passes through."""
    from flyte import _run
    from flyte._cache.cache import Cache
    from flyte._internal.controllers import _local_controller
    from flyte._internal.runtime import convert
    from flyte._persistence._task_cache import LocalTaskCache

    wrap(_local_controller.LocalController, "submit", submit)
    wrap(_local_controller, "direct_dispatch", dispatch)
    wrap(convert, "generate_cache_key_hash", generate_key)
    wrap(convert, "generate_sub_action_id_and_output_path", name_action)
    wrap(Cache, "get_version", get_version)
    wrap(LocalTaskCache, "get", get)
    wrap(LocalTaskCache, "set", put)
    wrap(_run._Runner, "__init__", make_runner)


def execute(script: str, arguments: list[str]) -> None:
    """What the interpreter does with a script on its command line."""
    sys.argv = [script, *arguments]
    sys.path[0] = str(Path(script).resolve().parent)
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=str(Path(script).absolute()), __builtins__=__builtins__, __cached__=None)
    sys.modules["__main__"] = main
    exec(compile(Path(script).read_bytes(), script, "exec", dont_inherit=True), main.__dict__)


def cache() -> dict | None:
    """The SDK's cache file, as this process has found it."""
    from flyte._persistence._db import LocalDB

    path = (LocalDB._get_cache_dir() / "cache.db").absolute()
    if not path.is_file():
        return None
    with sqlite3.connect(path) as connection:
        entries = connection.execute("SELECT count(*) FROM task_cache").fetchone()[0]
    return {"path": str(path), "entries": entries}


def run(record: str, script: str, arguments: list[str]) -> int:
    watch()
    error = None
    try:
        if script == "flyte":
            # The SDK's own command, `flyte run --local …`.
            from flyte.cli.main import main

            sys.argv = ["flyte", *arguments]
            main(standalone_mode=False)
        else:
            execute(script, arguments)
    except BaseException as raised:
        error = f"{type(raised).__name__}: {raised}"
    answer = {"python": platform.python_version(), "error": error, "cache": cache(), "actions": actions}
    Path(record).write_text(json.dumps(answer), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3:]))
