"""The guide's caching patterns, one task each; the comments say what SDK 2.12.1 does with them."""

import os
from datetime import timedelta

import flyte
from flyte import Cache, CachePolicy
from flyte._cache import FunctionBodyPolicy
from flyte._cache.cache import VersionParameters

env = flyte.TaskEnvironment(name="caching_patterns")
cached_env = flyte.TaskEnvironment(name="caching_patterns_cached", cache="auto")


class DatasetVersionPolicy(CachePolicy):
    """Ties a version to the data's release instead of to the code."""

    def get_version(self, salt: str, params: VersionParameters) -> str:
        return f"{salt}:{os.environ.get('DATASET_RELEASE', 'none')}"


def clean(text: str) -> str:
    return " ".join(text.lower().split())


@env.task(cache=Cache(behavior="auto"))
async def by_source(text: str) -> str:
    return clean(text)


@env.task(cache="auto")  # the same, as a string
async def by_source_short(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="override", version_override="v1.2"))  # local runs write its entries and never read them
async def by_hand(text: str) -> str:
    return clean(text)


@env.task(cache=Cache("disable"))
async def never(text: str) -> str:
    return f"{os.getpid()} {clean(text)}"


@env.task(cache="disable")
async def never_short(text: str) -> str:
    return f"{os.getpid()} {clean(text)}"


@env.task  # no environment default here: not cached
async def never_by_default(text: str) -> str:
    return clean(text)


# One string is one name, not a sequence of letters.
@env.task(cache=Cache(behavior="auto", ignored_inputs="verbose"))
async def ignoring_one(text: str, verbose: bool = False) -> str:
    if verbose:
        print(f"cleaning {len(text)} characters")
    return clean(text)


@env.task(cache=Cache(behavior="auto", ignored_inputs=("verbose", "request_id")))
async def ignoring_two(text: str, request_id: str, verbose: bool = False) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="auto", serialize=True))  # a cluster runs one at a time per key; local runs don't care
async def one_at_a_time(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="auto", salt="experiment_2025_q1"))  # the same code, other entries
async def salted(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="override", version_override="v1", salt="experiment_2025_q1"))  # this salt does nothing
async def salted_in_vain(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="auto", max_age=timedelta(days=7)))  # an entry older than a week is not reused
async def weekly(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="auto", policies=[FunctionBodyPolicy()]))  # the default, written out
async def default_policy(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="auto", policies=[DatasetVersionPolicy()]))  # edits don't count, the release does
# tasklens: unknown ok
async def by_release(text: str) -> str:
    return clean(text)


@env.task(cache=Cache(behavior="auto", policies=[FunctionBodyPolicy(), DatasetVersionPolicy()]))  # both count
# tasklens: unknown ok
async def by_source_and_release(text: str) -> str:
    return clean(text)


@cached_env.task  # auto, from its environment
async def inherits(text: str) -> str:
    return clean(text)


@cached_env.task(cache="disable")  # the task's word counts more than the environment's
async def opts_out(text: str) -> str:
    return clean(text)


@env.task
async def main(text: str = "  The  Quick Brown   Fox ") -> str:
    await inherits(text)
    # Only this call skips the cache.
    return await inherits.override(cache=Cache(behavior="disable"))(text)


if __name__ == "__main__":
    flyte.init_from_config()
    print(flyte.run(main).url)
