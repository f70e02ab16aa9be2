"""From the raw table to one profile a user."""

from churn import base_env

from ..types import Event, Profile


@base_env.task
async def events(lines: list[str]) -> list[Event]:
    """Parses `user,day,minutes` lines."""
    parsed = []
    for line in lines:
        user, day, minutes = line.split(",")
        parsed.append(Event(user=user.strip(), day=int(day), minutes=float(minutes)))
    return parsed


@base_env.task
async def profiles(table: list[Event]) -> list[Profile]:
    by_user: dict[str, list[Event]] = {}
    for event in table:
        by_user.setdefault(event.user, []).append(event)
    return [
        Profile(
            user=user,
            active_days=len({event.day for event in own}),
            minutes=sum(event.minutes for event in own),
            last_day=max(event.day for event in own),
        )
        for user, own in sorted(by_user.items())
    ]
