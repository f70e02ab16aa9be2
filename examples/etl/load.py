"""Writing, and the pipeline. Ten tasks in this project, one of them cached: the usual share."""

import flyte
from common import env, log
from extract import orders, rates, users
from transform import geocode, gross, outliers, valid


@env.task
async def write(totals: dict[str, float]) -> int:
    for user, total in sorted(totals.items()):
        log(f"{user}: {total:.2f}")
    return len(totals)


@env.task
async def alert(names: list[str]) -> None:
    if names:
        log(f"outliers: {', '.join(names)}")


@env.task(report=True)
async def main(day: str = "2025-02-01") -> int:
    rows = await valid(await orders(day))
    countries = await geocode(await users(day))
    totals = await gross(rows, countries, await rates(day))
    await alert(await outliers(totals))
    return await write(totals)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
