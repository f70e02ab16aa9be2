"""Training on images: a driver, cached parents with cached children, environments cloned in place."""

import asyncio

import flyte
from augment import crops, histogram
from envs import cpu, driver, gpu


@cpu.task
async def tile(photo: list[int], size: int) -> list[list[int]]:
    return crops(photo, size)


@cpu.task
async def features(tiles: list[list[int]]) -> list[list[float]]:
    return [histogram(pixels) for pixels in tiles]


@cpu.task
async def embed(photo: list[int], size: int = 16) -> list[list[float]]:
    """A cached parent: on a hit neither `tile` nor `features` is called. On a miss, both get their version in this image."""
    return await features(await tile(photo, size))


# Cloned where it is used: an environment of its own, with its own name.
@gpu.clone_with(name="vision_finetune", cache=flyte.Cache("auto", serialize=True)).task
async def finetune(embeddings: list[list[float]], epochs: int, seed: int = 7) -> list[float]:
    centre = [sum(column) / len(column) for column in zip(*embeddings)]
    for epoch in range(epochs):
        rate = 1.0 / (epoch + 2 + seed)
        centre = [value + rate * (embeddings[epoch % len(embeddings)][i] - value) for i, value in enumerate(centre)]
    return centre


@gpu.task
async def evaluate(centre: list[float], embeddings: list[list[float]]) -> float:
    distances = [sum((a - b) ** 2 for a, b in zip(centre, row)) ** 0.5 for row in embeddings]
    return sum(distances) / len(distances)


@driver.task
async def main(photos: list[list[int]], epochs: int = 3) -> float:
    """Not cached, submitted by 3.13, and run in an image with the submitting Python: its children's versions are 3.13's."""
    embedded = await asyncio.gather(*(embed(photo) for photo in photos))
    flat = [row for rows in embedded for row in rows]
    return await evaluate(await finetune(flat, epochs), flat)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main, photos=[[value % 251 for value in range(256)]]).url)
