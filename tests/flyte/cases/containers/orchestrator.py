"""Sandboxed orchestrators are functions like others; one from a string has no source of its own."""

import flyte

env = flyte.TaskEnvironment("orchestrators", cache="auto")


@env.task
def add(x: int, y: int) -> int:
    return x + y


@env.sandbox.orchestrator
def bare(x: int, y: int) -> int:
    return add(x, y)


@env.sandbox.orchestrator(timeout_ms=5000, cache=flyte.Cache("auto", salt="s"))
def called(x: int, y: int) -> int:
    return add(x, y)


@env.sandbox.orchestrator(name="own-name", cache="disable")
def named(x: int) -> int:
    return x


from_string = env.sandbox.orchestrator(  # tasklens: unknown ok
    "add(x, y) * 2", tasks=[add], inputs={"x": int, "y": int}, output=int, name="text"
)
