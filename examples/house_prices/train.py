"""The script to run: features from the module beside it, training here.

    python train.py
"""

import asyncio
from dataclasses import dataclass

import flyte
from envs import publishing, training
from features import Split, prepare

TABLE = """rooms,area,year,price
2,48,1964,210
3,75,1988,330
3,81,2004,395
4,102,1999,450
5,140,2016,720
"""


@dataclass
class Model:
    weights: list[float]
    loss: float


@training.task
async def fit(split: Split, ridge: float) -> Model:
    """Ridge regression by gradient descent. Cached with `serialize` by its environment: one cluster run per key at a time."""
    weights = [0.0] * len(split.train[0])
    for _ in range(500):
        gradient = [ridge * weight for weight in weights]
        for *inputs, target in split.train:
            row = [*inputs, 1.0]
            error = sum(weight * value for weight, value in zip(weights, row)) - target
            gradient = [slope + error * value for slope, value in zip(gradient, row)]
        weights = [weight - 0.05 * slope for weight, slope in zip(weights, gradient)]
    return Model(weights=weights, loss=sum(abs(slope) for slope in gradient))


# `retries` stands in the decorator, and the decorator is part of the version: `retries=3` would recompute every score.
@training.task(retries=2)
async def score(model: Model, split: Split) -> float:
    errors = []
    for *inputs, target in split.test:
        row = [*inputs, 1.0]
        errors.append(abs(sum(weight * value for weight, value in zip(model.weights, row)) - target))
    return sum(errors) / max(len(errors), 1)


@training.task
async def search(split: Split, candidates: list[float]) -> Model:
    """Cached, with cached children: a new candidate recomputes this task, and in it only the new candidate's fit."""
    models = await asyncio.gather(*(fit(split, ridge) for ridge in candidates))
    scores = await asyncio.gather(*(score(model, split) for model in models))
    return min(zip(scores, models), key=lambda pair: pair[0])[1]


@publishing.task
async def publish(model: Model, channel: str) -> str:
    return f"{channel}: {len(model.weights)} weights, loss {model.loss:.4f}"


@publishing.task
async def main(channel: str = "staging") -> str:
    split = await prepare(TABLE)
    model = await search(split, [0.0, 0.01, 0.1])
    return await publish(model, channel)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
