"""Names of environments, by position, keyword, and from constants."""

import flyte

PROJECT = "shop"
STAGE = "dev"
NAME: str = "typed"
VERSION = 3

by_position = flyte.TaskEnvironment("by-position", cache="auto")
by_keyword = flyte.TaskEnvironment(cache="auto", name="by_keyword")
constant = flyte.TaskEnvironment(PROJECT, cache="auto")
f_string = flyte.TaskEnvironment(f"{PROJECT}-{STAGE}", cache="auto")
f_string_number = flyte.TaskEnvironment(f"v{VERSION}", cache="auto")
concatenated = flyte.TaskEnvironment(PROJECT + "_" + STAGE, cache="auto")
implicit = flyte.TaskEnvironment("im" "plicit", cache="auto")
annotated = flyte.TaskEnvironment(NAME, cache="auto")
typed: flyte.TaskEnvironment = flyte.TaskEnvironment("typed-env", cache="auto")


@by_position.task
def a(x: int) -> int:
    return x


@by_keyword.task
def b(x: int) -> int:
    return x


@constant.task
def c(x: int) -> int:
    return x


@f_string.task
def d(x: int) -> int:
    return x


@f_string_number.task
def e(x: int) -> int:
    return x


@concatenated.task
def f(x: int) -> int:
    return x


@implicit.task
def g(x: int) -> int:
    return x


@annotated.task
def h(x: int) -> int:
    return x


@typed.task
def i(x: int) -> int:
    return x
