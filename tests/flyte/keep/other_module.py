"""A pipeline."""

import os

from keep_shared import env

RAN = []


@env.task
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
