"""Says what the real SDK makes of task files: imports each and prints, a line of JSON a file, every task that came to be.

    target/tasklens-tests/flyte/3.12/bin/python tests/flyte/describe.py FILE...

`-` reads a list of files from standard input, one a line. Only for files of this project: importing runs them.
Each file is imported in a process of its own, as the SDK imports a script: from its folder, or as a module of its
package. `tests/setup.py --only flyte` makes the environment.

A line is `{"file", "python", "sdk", "error", "tasks"}`. `error` is null or the `type` and `message` of what the import
raised; `tasks` holds those that were made before that. Of a task: `version` is what `Cache.get_version` gives (for a
disabled task, as when deploying, that of `Cache("auto")`), or null and `version_error`; `interface_hash` is what goes into
the key, or null and `interface_error`; `override` tells that
`.override(...)` made it; `line` is `co_firstlineno` of its function, else where its constructor was called.
"""

from __future__ import annotations

import importlib
import inspect
import json
import multiprocessing
import os
import sys
import sysconfig
import tempfile
import warnings
from pathlib import Path


def import_file(path: Path) -> None:
    """Imports a file by the name that it has for Python: in its package if it is in one, else as a script's module."""
    folder, name = path.parent, path.stem
    while (folder / "__init__.py").is_file():
        folder, name = folder.parent, f"{folder.name}.{name}"
    sys.path.insert(0, str(folder))
    module = importlib.import_module(name.removesuffix(".__init__"))
    if Path(module.__file__ or "") != path:
        raise SystemExit(f"{path} has the name of another module, {module.__file__}: rename it")


def record_tasks() -> list[dict]:
    """Makes the SDK note every task as it is made, with the frame that asked for it."""
    import flyte
    from flyte._task import TaskTemplate

    # The SDK, and what of the standard library stands between it and the file; code made by dataclasses is "<string>".
    library = (str(Path(flyte.__file__).parent), sysconfig.get_path("stdlib"), __file__, "<")
    made: list[dict] = []
    original = TaskTemplate.__post_init__

    def note(task, /, *args, **kwargs):
        original(task, *args, **kwargs)
        frame, override = sys._getframe(1), False
        while frame and frame.f_code.co_filename.startswith(library):
            override |= frame.f_code.co_name == "override"
            frame = frame.f_back
        made.append({"task": task, "file": frame.f_code.co_filename, "line": frame.f_lineno, "override": override})

    TaskTemplate.__post_init__ = note
    return made


def shell_tasks() -> None:
    """Makes the tasks of shell wrappers, which the SDK makes at the first call."""
    from flyte.extras.shell import _runtime

    original = _runtime._Shell.__init__

    def make(shell, /, *args, **kwargs):
        original(shell, *args, **kwargs)
        shell.as_task()

    _runtime._Shell.__init__ = make


def sandbox_tasks() -> None:
    """Makes the tasks of code sandboxes that name an image, which the SDK makes at the first run."""
    from flyte.sandbox import _code_sandbox

    original = _code_sandbox._Sandbox.__init__

    def make(sandbox, /, *args, **kwargs):
        original(sandbox, *args, **kwargs)
        if sandbox.image:
            sandbox._make_container_task(sandbox.image, sandbox._task_name())

    _code_sandbox._Sandbox.__init__ = make


def is_whole(task) -> bool:
    """Whether the constructor of a task came to its end: that of a container checks its command after we noted it."""
    from flyte.extras import ContainerTask

    return not isinstance(task, ContainerTask) or hasattr(task, "_file_input_layout")


def describe_task(made: dict) -> dict:
    """What the SDK would take to the cache for a task (`flyte/_internal/runtime/task_serde.py`, "CACHE HANDLING")."""
    from flyte._cache.cache import VersionParameters, cache_from_request
    from flyte._internal.runtime.convert import generate_interface_hash
    from flyte._internal.runtime.types_serde import transform_native_to_typed_interface
    from flyte._task import AsyncFunctionTaskTemplate

    task = made["task"]
    function = task.func if isinstance(task, AsyncFunctionTaskTemplate) else None
    cache = cache_from_request(task.cache)
    version, version_error = None, None
    try:
        parameters = VersionParameters(func=function, image=task.image)
        version = (cache if cache.is_enabled() else cache_from_request("auto")).get_version(parameters)
    except Exception as error:
        cause = error.__cause__ or error
        version_error = f"{type(cause).__name__}: {cause}"
    interface_hash, interface_error = None, None
    try:
        interface_hash = generate_interface_hash(transform_native_to_typed_interface(task.interface))
    except Exception as error:
        interface_error = f"{type(error).__name__}: {error}"
    policies = cache.policies if isinstance(cache.policies, list) else []
    code = getattr(inspect.unwrap(function), "__code__", None) if function else None
    return {
        "task": task.name,
        "function": getattr(function, "__name__", None) or task.name,
        "environment": task.parent_env_name,
        "file": made["file"],
        "line": code.co_firstlineno if code else made["line"],
        "override": made["override"],
        "behavior": cache.behavior,
        "version": version,
        "version_error": version_error,
        "version_override": cache.version_override,
        "serialize": bool(cache.serialize),
        "salt": cache.salt,
        "ignored_inputs": list(cache.get_ignored_inputs() or ()),
        "max_age_seconds": cache.max_age.total_seconds() if cache.max_age is not None else None,
        "policies": [type(policy).__name__ for policy in policies],
        "inputs": list(task.interface.inputs),
        "interface_hash": interface_hash,
        "interface_error": interface_error,
    }


def describe(path: Path) -> dict:
    """One file, in this process."""
    import flyte

    made, problem = record_tasks(), None
    shell_tasks()
    sandbox_tasks()
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    try:
        import_file(path)
    except BaseException as error:
        problem = {"type": type(error).__name__, "message": str(error)}
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "sdk": flyte.version(),
        "error": problem,
        "tasks": [describe_task(one) for one in made if is_whole(one["task"])],
    }


def worker(path: str, answers) -> None:
    # The SDK and the files may print; only the answers are ours to give.
    os.dup2(2, 1)
    answers.send(describe(Path(path).absolute()))


def main() -> int:
    files = [line.strip() for argument in sys.argv[1:] for line in (sys.stdin if argument == "-" else [argument])]
    # No settings of the machine: they would name other images.
    for name in list(os.environ):
        if name.startswith(("FLYTE", "UCTL", "_F_")):
            del os.environ[name]
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        # A forked child has the SDK imported already; elsewhere each child imports it anew.
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        if method == "fork":
            import flyte.extras.shell
            import flyte.sandbox  # noqa: F401
        for file in filter(None, files):
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=worker, args=(file, sender))
            child.start()
            sender.close()
            try:
                answer = receiver.recv()
            except EOFError:
                answer = {"error": {"type": "Crash", "message": "the process ended without an answer"}, "tasks": []}
            child.join()
            print(json.dumps({"file": file, **answer}, default=repr), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
