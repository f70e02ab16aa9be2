"""A script beside `src`: what it imports is found only where the package is installed or on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from app.envs import training  # noqa: E402


@training.task
async def main(verbose: bool) -> int:  # tasklens: unknown ok
    return 1
