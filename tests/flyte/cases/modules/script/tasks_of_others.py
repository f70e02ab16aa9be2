"""A task that is imported and used is not defined here."""

from by_alias import a, shared


@shared.task
def parent(x: int) -> int:
    return a(x)


again = a.override(cache="disable")
