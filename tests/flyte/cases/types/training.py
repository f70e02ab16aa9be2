"""A training pipeline as people write it."""

import asyncio
import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import flyte
from flyte.io import DataFrame, Dir, File
from pydantic import BaseModel

env = flyte.TaskEnvironment(name="training", image=flyte.Image.from_debian_base(), cache="auto")

DEFAULT_LR = 1e-3
DEFAULT_TAGS = ("a", "b")
EPOCHS = 3 * 2


class Optimizer(str, enum.Enum):
    ADAM = "adam"
    SGD = "sgd"


@dataclass
class HyperParameters:
    """What is tuned."""

    learning_rate: float = DEFAULT_LR
    batch_size: int = 32
    layers: List[int] = field(default_factory=lambda: [64, 64])
    optimizer: Optimizer = Optimizer.ADAM
    dropout: Optional[float] = None
    extra: Dict[str, Any] = field(default_factory=dict)


@dataclass
class Metrics:
    loss: float
    accuracy: float
    history: list[float] = field(default_factory=list)
    by_class: dict[str, float] = field(default_factory=dict)


class Split(NamedTuple):
    train: List[int]
    test: List[int]


class Row(BaseModel):
    id: int
    name: str
    score: Optional[float] = None
    tags: List[str] = []


class Batch(BaseModel):
    rows: List[Row]
    created: datetime
    source: Union[str, None] = None
    optimizer: Optimizer = Optimizer.SGD


@env.task
async def load(path: str, limit: Optional[int] = None) -> List[Row]:
    return []


@env.task
async def load_file(file: File, folder: Optional[Dir] = None) -> DataFrame:
    ...


@env.task
async def split(rows: List[Row], ratio: float = 0.8, seed: int = 42) -> Split:
    return Split([], [])


@env.task
async def train(data: List[Row], hp: HyperParameters, epochs: int = EPOCHS) -> Tuple[File, Metrics]:
    ...


@env.task
async def evaluate(model: File, data: List[Row], threshold: float = 0.5) -> Metrics:
    ...


@env.task
async def tune(space: Dict[str, List[float]], trials: int = 10) -> Tuple[HyperParameters, float]:
    ...


@env.task
async def batches(rows: List[Row], size: int = 32) -> List[Batch]:
    return []


@env.task
async def summarize(metrics: List[Metrics], names: List[str]) -> Dict[str, Metrics]:
    return {}


@env.task
async def report(metrics: Metrics, when: datetime, took: timedelta = timedelta(minutes=5)) -> str:
    return ""


@env.task
async def export(model: File, formats: List[str], optimizer: Optimizer) -> Dict[str, File]:
    return {}


@env.task
async def notify(message: str, to: Optional[List[str]] = None, urgent: bool = False) -> None:
    pass


@env.task
async def walk(folder: Dir, pattern: str = "*.csv") -> List[File]:
    return []


@env.task
async def merge(frames: List[DataFrame], on: Union[str, List[str]]) -> DataFrame:
    ...


@env.task
async def parse(raw: Dict[str, Any]) -> Optional[Row]:
    return None


@env.task
async def pick(rows: dict[str, Row], key: str) -> Row | None:
    return None


@env.task
async def matrix(n: int) -> List[List[float]]:
    return []


@env.task
async def shapes(a: Tuple[int, int], b: tuple[float, float, float]) -> tuple[int, int, int]:
    ...


@env.task
async def place(path: Path) -> str:
    return ""


@env.task
async def anything(x: Any, y: Dict[str, Dict[str, Any]]) -> Dict[str, Any]:
    return {}


@env.task
async def main(n: int = 3, name: str = "run", hp: Optional[HyperParameters] = None) -> Metrics:
    ...


if __name__ == "__main__":
    asyncio.run(main.aio())
