"""The pipeline, and what it tells: not cached."""

import flyte

from .. import reporting
from ..types import ModelCard, Profile
from . import load
from .fit import fit

LINES = ["ada,1,30", "ada,9,12.5", "bob,2,45", "cy,10,3", "cy,11,8"]


@reporting.task
async def summary(card: ModelCard, people: list[Profile], today: int) -> str:
    leaving = [person.user for person in people if person.idle(today) >= card.threshold]
    return f"{len(leaving)} of {card.trained_on} may leave: {', '.join(leaving)}"


@reporting.task(entrypoint=True)
async def main(today: int = 12) -> str:
    people = await load.profiles(await load.events(LINES))
    card = await fit(people, today)
    return await summary(card, people, today)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
