"""Runs files of task calls with the real SDK and prints the key that it computes for each call.

    target/tasklens-tests/flyte/3.12/bin/python tests/flyte/calls.py FILE...

Only for files of this project: it runs them, as scripts, in local mode; call it with a home of its own. Prints one JSON object: for each
file a list of `{"task", "line", "key"}`, with `line` that of the call, or null where a thread of the SDK's has no frame of the file.
A call that the SDK refuses has `key` null and an `error`. Tasks that aren't cached are left out.
"""

import contextvars
import json
import logging
import os
import runpy
import sys
import threading
import warnings

import flyte
from flyte._cache.cache import cache_from_request
from flyte._context import internal_ctx
from flyte._internal.controllers import _local_controller as controller
from flyte._internal.runtime import convert

LINE = contextvars.ContextVar("line", default=None)
calls: list[dict] = []
file = ""


def line_of(frame) -> int | None:
    while frame and frame.f_code.co_filename != file:
        frame = frame.f_back
    return frame and frame.f_lineno


def line_of_call() -> int | None:
    line = line_of(sys._getframe(2))
    context = internal_ctx().data.task_context
    # Of a run that the main thread waits for; a loop waits for many.
    if line is None and context and str(context.output_path).endswith("/a0"):
        frame = sys._current_frames()[threading.main_thread().ident]
        line = line_of(frame)
        while frame and frame.f_code.co_filename != file:
            if f"{os.sep}asyncio{os.sep}" in frame.f_code.co_filename:
                return None
            frame = frame.f_back
    return line


submit = controller.LocalController.submit
make_key = convert.generate_cache_key_hash


def noted_submit(self, task, *args, **kwargs):
    line = line_of_call()

    async def noted():
        LINE.set(line)
        if not cache_from_request(task.cache).is_enabled():
            return await submit(self, task, *args, **kwargs)
        before = len(calls)
        try:
            return await submit(self, task, *args, **kwargs)
        except Exception as error:
            if len(calls) == before:
                calls.append({"task": task.name, "line": line, "key": None, "error": repr(error)})
            return 0

    return noted()


def noted_key(task_name, inputs_hash, interface, cache_version, *rest):
    key = make_key(task_name, inputs_hash, interface, cache_version, *rest)
    if cache_version:
        calls.append({"task": task_name, "line": LINE.get(), "key": key})
    return key


controller.LocalController.submit = noted_submit
convert.generate_cache_key_hash = noted_key


def main() -> None:
    global file
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    flyte.init()
    found = {}
    # What the files print is none of the answer.
    out, sys.stdout = sys.stdout, sys.stderr
    for file in sys.argv[1:]:
        calls.clear()
        runpy.run_path(file, run_name="__main__")
        found[file] = list(calls)
    json.dump(found, out)


main()
