"""The command line of scripts that write random projects: a seed names a project for ever."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def main(about: str, write: Callable[[Path, int], None]) -> None:
    """Writes projects below a folder, each by `write`, which is given its folder and its seed."""
    arguments = argparse.ArgumentParser(description=about.split("\n", 1)[0])
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    for index in range(given.count):
        write(given.folder / f"p{index:05}", given.seed * 1_000_000 + index)
