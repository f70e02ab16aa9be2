"""Click models: pinned versions, and a call that differs from its task's spec."""

import flyte
from envs import FROZEN, LOOSE, PINNED, RELEASE, TYPED, env
from flyte import Cache
from metrics import ndcg


# Frozen: an edit of the weights below is served the old counts until RELEASE moves on.
@env.task(cache=FROZEN)
async def clicks(lines: list[str]) -> dict[str, float]:
    """Clicks by document, weighted by position."""
    weighted: dict[str, float] = {}
    for line in lines:
        document, position = line.rsplit(":", 1)
        weighted[document] = weighted.get(document, 0.0) + 1.0 / (1 + int(position))
    return weighted


# Pinned: edited twice since "1.0", and still "1.0" for the cache.
@env.task(cache=PINNED)
async def popularity(weighted: dict[str, float], floor: float = 0.0) -> dict[str, float]:
    total = sum(weighted.values()) or 1.0
    return {document: max(weight / total, floor) for document, weight in weighted.items()}


@env.task(cache=LOOSE)
async def order(scores: dict[str, float]) -> list[str]:
    return [document for document, _ in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))]


@env.task(cache=TYPED)
# tasklens: unknown ok
async def relevance(ranked: list[str], judged: dict[str, int], k: int = 10) -> float:
    return ndcg([judged.get(document, 0) for document in ranked[:k]])


# Two arms of a test with the same code: the salt keeps their entries apart.
@env.task(cache=Cache(behavior="auto", salt="arm-b", ignored_inputs=["trace_id"]))
async def blend(scores: dict[str, float], prior: dict[str, float], trace_id: str, weight: float = 0.5) -> dict[str, float]:
    return {document: weight * score + (1 - weight) * prior.get(document, 0.0) for document, score in scores.items()}


@env.task
async def main(refresh: bool = False) -> float:
    lines = ["a:0", "b:1", "a:2", "c:0", "b:0"]
    weighted = await clicks(lines)
    # A call may differ from its task: this one skips the cache when asked to, and bumps the pin otherwise.
    fresh = popularity.override(cache="disable") if refresh else popularity.override(cache=Cache("auto", "1.1"))
    scores = await blend(await fresh(weighted), {"c": 0.4}, trace_id=f"run-{RELEASE}")
    # `override` without `cache=` changes nothing of the cache.
    ranked = await order.override(short_name="final order")(scores)
    return await relevance(ranked, {"a": 3, "b": 1, "c": 2})


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
