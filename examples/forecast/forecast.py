#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.12,<3.13"
# dependencies = [
#     "flyte>=2.12",
#     "statsmodels",
# ]
# ///
"""One file with a PEP 723 header, run by `uv run forecast.py`: uv takes Python 3.12, so the versions are those of 3.12.

A fan-out over shops with `asyncio.gather` and a second one with `flyte.map`; the dataclass inputs are in `shops.py`.
"""

import asyncio
from functools import partial

import flyte
from shops import Forecast, Shop, smooth

env = flyte.TaskEnvironment(
    name="forecast",
    image=flyte.Image.from_uv_script(__file__, name="forecast", python_version=(3, 12)),
    cache="auto",
)


@env.task
async def history(shop: Shop) -> list[float]:
    """A pure function of the shop: its entries stay valid until this function changes."""
    base = 100.0 + 7.0 * len(shop.name)
    return [base * (1.0 + shop.trend * week) * (1.3 if week % 52 > 48 else 1.0) for week in range(104)]


@env.task(cache=flyte.Cache("auto", ignored_inputs=("batch",)))
async def forecast(shop: Shop, horizon: int, batch: str) -> Forecast:
    """`batch` is written to the log only, so it is no part of the key."""
    print(f"batch {batch}: {shop.name}")
    level = smooth(await history(shop), 0.3)
    return Forecast(shop=shop.name, weeks=[level * (1.0 + shop.trend * week) for week in range(1, horizon + 1)])


@env.task
async def total(result: Forecast) -> float:
    return sum(result.weeks)


@env.task(cache="disable")
async def main(shops: list[Shop], horizon: int = 8) -> dict[str, float]:
    # One action per shop; those that were forecast before, are hits.
    results = await asyncio.gather(*(forecast(shop, horizon, batch="nightly") for shop in shops))
    totals = [value async for value in flyte.map.aio(total, results, concurrency=10)]
    return {result.shop: value for result, value in zip(results, totals)}


@env.task(cache="disable")
def backtest(shops: list[Shop]) -> list[str]:
    """The synchronous twin: `flyte.map` over a partial."""
    fixed = partial(forecast, horizon=4, batch="backtest")
    return [repr(result) for result in flyte.map(fixed, shops)]


if __name__ == "__main__":
    flyte.init_from_config()
    run = flyte.run(main, shops=[Shop("north", 0.002), Shop("harbour", -0.001), Shop("old town", 0.0)])
    print(run.url)
