"""Annotations as strings change nothing of the source."""

from __future__ import annotations

import flyte

env = flyte.TaskEnvironment(name="future", cache="auto")


@env.task
def task(x: int, y: list[int] | None = None) -> dict[str, int]:
    return {}
