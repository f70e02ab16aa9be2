"""Names that Python computes: the version is known all the same."""

import os

import flyte


def name() -> str:
    return "computed"


one = flyte.TaskEnvironment(name(), cache="auto")
two = flyte.TaskEnvironment("-".join(["a", "b"]), cache="auto")
three = flyte.TaskEnvironment(os.environ.get("NOT_SET_ANYWHERE", "fallback"), cache="auto")
four = flyte.TaskEnvironment("{}-{}".format("c", "d"), cache="auto")
five = flyte.TaskEnvironment("UPPER".lower(), cache="auto")
six = flyte.TaskEnvironment(f"{'short':>8}".strip(), cache="auto")
seven = flyte.TaskEnvironment(f"{1 / 4}".replace(".", "-"), cache="auto")


@one.task
def a(x: int) -> int:  # tasklens: unknown ok
    return x


@two.task
def b(x: int) -> int:  # tasklens: unknown ok
    return x


@three.task
def c(x: int) -> int:  # tasklens: unknown ok
    return x


@four.task
def d(x: int) -> int:  # tasklens: unknown ok
    return x


@five.task
def e(x: int) -> int:  # tasklens: unknown ok
    return x


@six.task
def f(x: int) -> int:  # tasklens: unknown ok
    return x


@seven.task
def g(x: int) -> int:  # tasklens: unknown ok
    return x
