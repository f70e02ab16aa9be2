"""Optional and union inputs, defaults, keywords, ignored inputs."""

from typing import List, Optional, Union

import flyte
from flyte import Cache

env = flyte.TaskEnvironment("unions", cache="auto")

DEFAULT = 0.5
SIZES = (1, 2)


@env.task
async def oi(x: Optional[int] = None) -> int:
    return 0


@env.task
async def os_(x: Optional[str]) -> int:
    return 0


@env.task
async def either(x: Union[int, str]) -> int:
    return 0


@env.task
async def three(x: int | str | None) -> int:
    return 0


@env.task
async def floats(x: float | int) -> int:
    return 0


@env.task
async def items(x: List[Optional[int]]) -> int:
    return 0


@env.task
async def table(x: dict[str, int | str]) -> int:
    return 0


@env.task
async def listed(x: list[int] | dict[str, int]) -> int:
    return 0


@env.task
async def defaults(a: int, b: float = DEFAULT, c: str = "c", d: Optional[int] = None, e: bool = False) -> int:
    return 0


@env.task
async def keyword_only(a: int, *, b: int = 2, c: str = "é") -> int:
    return 0


@env.task
async def positional_only(a: int, b: int = 2, /, c: int = 3) -> int:
    return 0


@env.task
async def lists(x: list[str] = ["p", "q"], y: dict[str, int] = {"k": 1}) -> int:
    return 0


@env.task(cache=Cache("auto", ignored_inputs=("stamp",)))
async def ignoring(x: int, stamp: str = "now") -> int:
    return 0


@env.task(cache=Cache("auto", ignored_inputs="a"))
async def ignoring_one(a: str, b: int, c: int = 3) -> int:
    return 0


@env.task(cache=Cache("auto", ignored_inputs=["a", "b", "nothing"]))
async def ignoring_all(a: int, b: str) -> int:
    return 0


@env.task(cache=Cache("override", version_override="1.0"))
async def pinned(x: int) -> int:
    return 0


@env.task(cache=Cache("auto", salt="s"))
async def salted(x: int) -> int:
    return 0


@env.task(cache="disable")
async def main(n: int) -> int:
    await oi()
    await oi(None)
    await oi(4)
    await oi(x=-4)
    await os_("")
    await os_(None)
    await os_("ß")
    await either(1)
    await either("1")
    await either(True if False else 2)
    await three(None)
    await three(3)
    await three("three")
    await floats(1)
    await floats(1.0)
    await floats(-0.0)
    await items([1, None, 3])
    await items([])
    await items([None])
    await table({"a": 1, "b": "x"})
    await table({"b": "x", "a": 1})
    await listed([1])
    await listed({"a": 1})
    await defaults(1)
    await defaults(1, 0.25)
    await defaults(1, c="d")
    await defaults(a=1, e=True)
    await defaults(1, 0.5, "c", 7)
    await defaults(1, 0.5, "c", None, False)
    await defaults(e=True, d=1, c="x", b=1.5, a=2)
    await defaults(1, **{"c": "z", "e": True})
    await defaults(*SIZES[:1]) if False else await defaults(3)
    await defaults(*(4, 1.0), c="star")
    await keyword_only(1)
    await keyword_only(1, b=3)
    await keyword_only(1, c="ü", b=4)
    await keyword_only(1, 5)
    await positional_only(1)
    await positional_only(1, 5)
    await positional_only(1, 5, c=6)
    await lists()
    await lists(["q", "p"])
    await lists(y={"k": 2})
    await lists([], {})
    await ignoring(1)
    await ignoring(1, "later")
    await ignoring(2, stamp=str(n))
    await ignoring(x=3, stamp=f"{n:03}")
    await ignoring_one(str(n), 2)
    await ignoring_one("x", 2, 4)
    await ignoring_one(b=5, a=open(__file__).read())
    await ignoring_all(n, str(n))
    await ignoring_all(1, "a")
    await pinned(1)
    await pinned(2)
    await salted(1)
    await salted(2)
    await salted.override(cache="auto")(3)
    await salted.override(short_name="other")(4)
    await pinned.override(cache=Cache("auto", version_override="2.0"))(5)
    return 0


if __name__ == "__main__":
    flyte.run(main, 1)
    flyte.run(main, n=2)
    flyte.with_runcontext(mode="local").run(defaults, 10, c="run")
    flyte.with_runcontext("local", name="named").run(defaults, a=11)
    flyte.with_runcontext(mode="local", disable_run_cache=True).run(oi, 12)
    flyte.with_runcontext(mode="local", overwrite_cache=True, cache_lookup_scope="global").run(oi, 13)
    runner = flyte.with_runcontext(mode="local")
    runner.run(oi, 14)
    runner.run(either, x="bound")
    flyte.run(ignoring, 15, stamp="x")
    flyte.run(pinned, 16)
