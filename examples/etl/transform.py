"""The one task of the project that is worth an entry, among those that aren't."""

from common import env, log


@env.task
async def valid(rows: list[str]) -> list[str]:
    kept = [row for row in rows if not row.split(";")[2].startswith("-")]
    log(f"{len(rows) - len(kept)} rows dropped")
    return kept


@env.task
async def gross(rows: list[str], countries: dict[str, str], rates: dict[str, float]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for row in rows:
        _, user, net = row.split(";")
        totals[user] = totals.get(user, 0.0) + float(net) * rates[countries[user]]
    return totals


@env.task(cache="auto")  # slow, and pure: the only cached one here
async def geocode(users: list[str]) -> dict[str, str]:
    return dict(row.split(";") for row in users)


@env.task
async def outliers(totals: dict[str, float], limit: float = 3.0) -> list[str]:
    mean = sum(totals.values()) / max(len(totals), 1)
    return [user for user, total in totals.items() if total > limit * mean]
