"""What a set and a get of 1 KiB cost in other caches: Flyte's LocalTaskCache, diskcache, joblib. Prints JSON, medians in microseconds.

    python store_peers.py FOLDER ROWS
"""

import asyncio
import json
import os
import random
import statistics
import sys
import time

folder, rows = sys.argv[1], int(sys.argv[2])
SETS, GETS = 300, 1000
value = bytes(range(256)) * 4
rng = random.Random(7)


def median(times):
    return statistics.median(times) * 1e6


def timed(calls):
    times = []
    for call in calls:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times


def flyte():
    os.chdir(folder)
    os.environ["HOME"] = folder
    from flyte._internal.runtime import convert
    from flyte._persistence._db import LocalDB
    from flyte._persistence._task_cache import LocalTaskCache
    from flyteidl2.core import literals_pb2
    from flyteidl2.task import common_pb2

    literal = literals_pb2.Literal(scalar=literals_pb2.Scalar(primitive=literals_pb2.Primitive(string_value="x" * 1000)))
    outputs = convert.Outputs(proto_outputs=common_pb2.Outputs(literals=[common_pb2.NamedLiteral(name="o0", value=literal)]))
    payload = outputs.proto_outputs.SerializeToString()

    async def run():
        await LocalTaskCache.initialize()
        connection = LocalDB.get_sync()
        connection.executemany(
            "INSERT OR REPLACE INTO task_cache (key, value) VALUES (?, ?)", ((f"{n:044}", payload) for n in range(rows))
        )
        connection.commit()
        sets, gets = [], []
        for n in range(SETS):
            start = time.perf_counter()
            await LocalTaskCache.set(f"new{n:041}", outputs)
            sets.append(time.perf_counter() - start)
        for _ in range(GETS):
            key = f"{rng.randrange(rows):044}"
            start = time.perf_counter()
            found = await LocalTaskCache.get(key)
            gets.append(time.perf_counter() - start)
            assert found is not None
        await LocalTaskCache.close()
        return sets, gets

    return asyncio.run(run())


def diskcache():
    import diskcache

    with diskcache.Cache(os.path.join(folder, "diskcache")) as cache:
        with cache.transact():
            for n in range(rows):
                cache[f"{n:044}"] = value
        sets = timed(lambda n=n: cache.set(f"new{n:041}", value) for n in range(SETS))
        gets = timed(lambda: cache[f"{rng.randrange(rows):044}"] for _ in range(GETS))
    return sets, gets


def joblib():
    import joblib

    memory = joblib.Memory(os.path.join(folder, "joblib"), verbose=0)

    @memory.cache
    def compute(n):
        return value

    # A call of joblib's is a look-up, the function, and the storing; it has no cheaper way to fill.
    few = min(rows, 1000)
    sets = timed(lambda n=n: compute(n) for n in range(few))[-SETS:]
    gets = timed(lambda: compute(rng.randrange(few)) for _ in range(GETS))
    return sets, gets


report = {}
for peer in (flyte, diskcache, joblib):
    try:
        sets, gets = peer()
        report[peer.__name__] = {"set": median(sets), "get": median(gets)}
    except Exception as error:  # a peer that is not installed is left out, and said so
        report[peer.__name__] = {"error": f"{type(error).__name__}: {error}"}
print(json.dumps(report))
