"""Through the package's own `__init__`, absolute, and relative."""

import app
from app import training
from app.envs import serving as serving_env

from ..envs import base


@app.training.task
async def one(verbose: bool) -> int:
    return 1


@training.task(retries=2)
async def two(verbose: bool) -> int:
    return 2


@serving_env.task
async def three(verbose: bool) -> int:
    return 3


@base.task(cache="disable")
async def four(verbose: bool) -> int:
    return 4
