"""Reading: always fresh."""

from common import env, log

TABLES = {"orders": ["1;ada;30", "2;bob;12", "3;ada;-4"], "users": ["ada;DE", "bob;FR"]}


@env.task(retries=3)
async def orders(day: str) -> list[str]:
    log(f"orders of {day}")
    return TABLES["orders"]


@env.task(retries=3)
async def users(day: str) -> list[str]:
    log(f"users of {day}")
    return TABLES["users"]


@env.task
async def rates(day: str) -> dict[str, float]:
    return {"DE": 1.19, "FR": 1.2}
