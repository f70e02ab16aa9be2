"""Seconds, `timedelta`, zero and none."""

import datetime
from datetime import timedelta

import flyte

HOUR = 60 * 60
DAY = timedelta(days=1)

env = flyte.TaskEnvironment(name="max-age", cache=flyte.Cache("auto", max_age=30))


@env.task
def environment(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=0))
def zero(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=None))
def none(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=timedelta(hours=1)))
def hours(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=datetime.timedelta(1, 2)))
def positional(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=timedelta(weeks=1, minutes=2)))
def weeks(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=DAY))
def constant(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=24 * HOUR))  # tasklens: unknown ok
def product(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=2 * DAY))  # tasklens: unknown ok
def days(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=timedelta(seconds=1.5)))  # tasklens: unknown ok
def fraction(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("disable", max_age=60))
def disabled(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=1_000))
def underscore(x: int) -> int:
    return x
