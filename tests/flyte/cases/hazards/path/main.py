"""A script that puts another folder before its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "lib"))

from envs import env  # noqa: E402


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
