"""A tuple, a list, or one string that is one name."""

import flyte

env = flyte.TaskEnvironment(name="ignored")


@env.task(cache=flyte.Cache("auto", ignored_inputs=("a", "b")))
def tuple_of_two(a: int, b: int, c: int) -> int:
    return c


@env.task(cache=flyte.Cache("auto", ignored_inputs=["a"]))
def list_of_one(a: int, c: int) -> int:
    return c


@env.task(cache=flyte.Cache("auto", ignored_inputs="abc"))
def string(abc: int, c: int) -> int:
    return c


@env.task(cache=flyte.Cache("auto", ignored_inputs="a,b"))
def not_split(a: int, b: int) -> int:
    return b


@env.task(cache=flyte.Cache("auto", ignored_inputs=("a")))
def parentheses(a: int, c: int) -> int:
    return c


@env.task(cache=flyte.Cache("auto", ignored_inputs=()))
def empty(a: int) -> int:
    return a


@env.task(cache=flyte.Cache("auto", ignored_inputs=("no_such_input",)))
def unknown_name(a: int) -> int:
    return a


@env.task(cache=flyte.Cache("auto", ignored_inputs=""))
def empty_string(a: int) -> int:
    return a


@env.task(cache=flyte.Cache("disable", ignored_inputs=("a",)))
def disabled(a: int) -> int:
    return a


@env.task(cache=flyte.Cache("auto", ignored_inputs=("a",) + ("b",)))  # tasklens: unknown ok
def added(a: int, b: int) -> int:
    return b


@env.task(cache=flyte.Cache("auto", ignored_inputs=tuple(["a"])))  # tasklens: unknown ok
def called(a: int) -> int:
    return a


@env.task(cache=flyte.Cache("auto", ignored_inputs=("a", *["b"])))  # tasklens: unknown ok
def starred(a: int, b: int) -> int:
    return b
