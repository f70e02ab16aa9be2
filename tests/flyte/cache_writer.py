"""Writes to a local cache as the real SDK does, for tests of what reads and clears it meanwhile.

    python cache_writer.py HOME write SECONDS NAME [PAUSE]   entries and recorded runs, one after the other
    python cache_writer.py HOME die NAME             begins a large write, and is killed in the middle of it
    python cache_writer.py HOME count                entries and recorded runs that the SDK itself finds
    python cache_writer.py HOME run                  runs a cached task, and says whether it was computed

Prints the name of a file with the answer as JSON, which may be longer than a pipe takes at once. All writing goes through the SDK's own classes.
"""

import asyncio
import json
import logging
import os
import pathlib
import signal
import sys
import time

home, mode, *rest = sys.argv[1:]
for name in ("UCTL_CONFIG", "FLYTECTL_CONFIG"):
    os.environ.pop(name, None)
os.environ["HOME"] = os.environ["USERPROFILE"] = home
os.chdir(home)

import flyte  # noqa: E402
from flyte._internal.runtime import convert  # noqa: E402
from flyte._persistence import LocalTaskCache, RunStore  # noqa: E402
from flyte._persistence._db import LocalDB  # noqa: E402

logging.disable(logging.CRITICAL)

env = flyte.TaskEnvironment("ml", cache=flyte.Cache("auto", version_override="1"))
computed = []


@env.task
async def double(x: int) -> int:
    computed.append(x)
    return x * 2


async def write(seconds: float, writer: str, pause: str = "0") -> dict:
    """Stores outputs of growing sizes under keys of the SDK's own making."""
    interface = double.native_interface
    stored, recorded, errors = [], 0, []
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        key = convert.generate_cache_key_hash(f"{writer}.{number}", "", double_interface(), "1", [], None)
        outputs = await convert.convert_from_native_to_outputs(number, interface)
        try:
            await LocalTaskCache.set(key, outputs)
            stored.append(key)
            if number % 5 == 0:
                RunStore.record_start_sync(writer, f"a{number}", task_name="ml.double", inputs={"x": number}, cache_enabled=True)
                RunStore.record_complete_sync(writer, f"a{number}", outputs="1")
                recorded += 1
            if await LocalTaskCache.get(stored[-1]) is None:
                errors.append("gone")
            time.sleep(float(pause))
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
    return {"stored": stored, "recorded": recorded, "errors": errors}


def double_interface():
    from flyte._internal.runtime.types_serde import transform_native_to_typed_interface

    return transform_native_to_typed_interface(double.native_interface)


def die(writer: str) -> None:
    """A transaction that is too large for memory is partly in the file when its process ends."""
    connection = LocalDB.get_sync()
    connection.execute("PRAGMA cache_size = 1")
    for number in range(3000):
        connection.execute("INSERT INTO task_cache VALUES (?, zeroblob(300))", (f"{writer} {number}",))
    os.kill(os.getpid(), signal.SIGKILL)


async def count() -> dict:
    connection = LocalDB.get_sync()
    one = lambda query: connection.execute(query).fetchone()[0]
    keys = [key for (key,) in connection.execute("SELECT key FROM task_cache")]
    return {"keys": keys, "runs": one("SELECT count(*) FROM runs"), "check": one("PRAGMA integrity_check")}


def run() -> dict:
    flyte.init()
    result = flyte.with_runcontext(mode="local").run(double, 3)
    return {"computed": computed, "file": str(pathlib.Path(LocalDB._get_db_path())), "outputs": str(result.outputs())}


match mode:
    case "write":
        answer = asyncio.run(write(float(rest[0]), *rest[1:]))
    case "die":
        die(rest[0])
    case "count":
        answer = asyncio.run(count())
    case "run":
        answer = run()
said = pathlib.Path(home, f"answer-{os.getpid()}.json")
said.write_text(json.dumps(answer), "utf-8")
print(said)
