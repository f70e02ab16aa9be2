"""Dates, durations, zones."""

import datetime
import datetime as dt
from datetime import date, datetime as moment, timedelta, timezone
from typing import Optional

import flyte

env = flyte.TaskEnvironment("moments", cache="auto")

START = moment(2024, 1, 1)
PLUS_TWO = timezone(timedelta(hours=2))
WEEK = timedelta(weeks=1)


@env.task
async def at(x: datetime.datetime) -> int:
    return 0


@env.task
async def day(x: date) -> int:
    return 0


@env.task
async def lasting(x: timedelta) -> int:
    return 0


@env.task
async def maybe(x: Optional[moment] = None, y: Optional[timedelta] = None) -> int:
    return 0


@env.task
async def days(x: list[date]) -> int:
    return 0


@env.task
async def since(x: moment = moment(2020, 2, 29, tzinfo=timezone.utc), every: timedelta = timedelta(hours=1)) -> int:
    return 0


@env.task(cache="disable")
async def main() -> int:
    await at(moment(2024, 1, 1))
    await at(START)
    await at(datetime.datetime(2024, 2, 29, 23, 59, 59, 999999))
    await at(dt.datetime(1969, 12, 31, 23, 59, 59, 1))
    await at(moment(1, 1, 1))
    await at(moment(9999, 12, 31, 23, 59, 59))
    await at(moment(2024, 1, 1, tzinfo=timezone.utc))
    await at(moment(2024, 1, 1, 12, tzinfo=datetime.timezone.utc))
    await at(moment(2024, 1, 1, 12, tzinfo=PLUS_TWO))
    await at(moment(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=-5, minutes=-30))))
    await at(moment(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=1), "CET")))
    await at(moment(2024, month=6, day=30, hour=1, microsecond=5))
    await at(moment(year=2024, month=6, day=30, minute=1, tzinfo=None))
    await at(moment.now())  # tasklens: unknown ok
    await day(date(2024, 2, 29))
    await day(datetime.date(1970, 1, 1))
    await day(date(1, 1, 1))
    await day(date(year=2030, month=12, day=1))
    await lasting(timedelta())
    await lasting(timedelta(1))
    await lasting(timedelta(days=1, seconds=2, microseconds=3))
    await lasting(timedelta(milliseconds=1500))
    await lasting(timedelta(hours=1.5))
    await lasting(timedelta(weeks=-1))
    await lasting(-timedelta(seconds=1))
    await lasting(WEEK)
    await lasting(WEEK * 2)
    await lasting(WEEK + timedelta(days=1))
    await lasting(2 * timedelta(minutes=5))
    await lasting(timedelta(days=0.1))  # tasklens: unknown ok
    await maybe()
    await maybe(START)
    await maybe(None, timedelta(days=2))
    await maybe(y=timedelta(seconds=0.25))
    await days([date(2024, 1, 1), date(2024, 1, 2)])
    await days([date(2024, 1, d) for d in range(1, 4)])
    await since()
    await since(every=WEEK)
    await since(moment(2021, 1, 1))
    return 0


if __name__ == "__main__":
    flyte.run(main)
    flyte.run(at, START)
