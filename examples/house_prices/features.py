"""Feature tasks: cached by their environment."""

import csv
import io
from dataclasses import dataclass

from envs import features


@dataclass
class Split:
    """Rows of numbers, the target last."""

    train: list[list[float]]
    test: list[list[float]]


COLUMNS = ("rooms", "area", "year", "price")


@features.task
async def parse(table: str) -> list[list[float]]:
    """Reads the columns that the model uses.

    `COLUMNS` is a constant outside of the function: to add a column leaves the version as it is, and the old rows are served.
    """
    return [[float(row[column]) for column in COLUMNS] for row in csv.DictReader(io.StringIO(table))]


@features.task
async def normalise(rows: list[list[float]]) -> list[list[float]]:
    columns = list(zip(*rows))
    lows = [min(column) for column in columns]
    spans = [(max(column) - low) or 1.0 for column, low in zip(columns, lows)]
    return [[(value - low) / span for value, low, span in zip(row, lows, spans)] for row in rows]


@features.task(cache="disable")  # shuffles anew each time, on purpose
async def split(rows: list[list[float]], fraction: float = 0.8) -> Split:
    import random

    shuffled = random.sample(rows, len(rows))
    cut = int(len(shuffled) * fraction)
    return Split(train=shuffled[:cut], test=shuffled[cut:])


# A cached parent: as long as `table` and this function stay the same, none of the three tasks is called, so that the
# shuffle of the first run is the shuffle of every run.
@features.task
async def prepare(table: str, fraction: float = 0.8) -> Split:
    rows = await parse(table)
    return await split(await normalise(rows), fraction)
