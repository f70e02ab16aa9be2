"""Decorators above the task's: they get the task, and are hashed with it."""

import flyte

env = flyte.TaskEnvironment(name="outer", cache="auto")


def register(task):
    return task


def option(name):
    return register


@register
@env.task
def one(x: int) -> int:
    return x


@option(name="two")
@register
@env.task(cache="override")
def two(x: int) -> int:
    return x


@env.task
@option("below")
def below(x: int) -> int:
    return x
