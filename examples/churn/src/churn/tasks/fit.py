"""Training. Both tasks inherit the nightly cache through `clone_with`."""

from ..envs import model_env
from ..types import ModelCard, Profile


@model_env.task
def threshold(people: list[Profile], today: int, quantile: float = 0.8) -> float:
    """A plain function is a task as well. The call of `idle` counts, what `idle` does, does not."""
    idle = sorted(person.idle(today) for person in people)
    return float(idle[int(quantile * (len(idle) - 1))])


@model_env.task
async def fit(people: list[Profile], today: int, note: str = "") -> ModelCard:
    limit = await threshold.aio(people, today)  # how async code calls a plain task
    return ModelCard(threshold=limit, trained_on=len(people), note=note)
