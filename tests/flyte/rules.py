"""What the rules of `tasklens check` claim of the SDK, asserted with it: a claim is a function, told by its docstring."""

import asyncio
import inspect
import os
import subprocess
import sys
import time
import warnings
from typing import Annotated, List, Optional

warnings.simplefilter("ignore")
# Behind the pandas of the set-up, if it has one.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "standin"))

import cloudpickle  # noqa: E402
import flyte  # noqa: E402
import pandas  # noqa: E402
from flyte._cache.cache import VersionParameters  # noqa: E402
from flyte._internal.runtime import convert  # noqa: E402
from flyte.io import File, HashFunction  # noqa: E402

ran = []


def local(task, **inputs):
    run = flyte.with_runcontext(mode="local").run(task, **inputs)
    run.wait()


def runs(task, *all_inputs):
    """How often the bodies run when a task is run with these inputs, one after the other."""
    ran.clear()
    for inputs in all_inputs:
        local(task, **inputs)
    return list(ran)


def version(task):
    return task.cache.get_version(VersionParameters(func=task.func))


env = flyte.TaskEnvironment("claims")


@env.task(cache=flyte.Cache("auto", ignored_inputs=("runid",)))
def misspelled(x: int, run_id: str) -> int:
    ran.append("misspelled")
    return x


def ignored_input_unknown():
    """a name that is no parameter ignores nothing"""
    assert len(runs(misspelled, {"x": 1, "run_id": "a"}, {"x": 1, "run_id": "b"})) == 2


@env.task(cache=flyte.Cache("auto", ignored_inputs="run_id,now"))
def one_text(x: int, run_id: str, now: str) -> int:
    ran.append("one_text")
    return x


def ignored_input_unknown_text():
    """a text is one name, not split at commas"""
    assert len(runs(one_text, {"x": 1, "run_id": "a", "now": "a"}, {"x": 1, "run_id": "b", "now": "a"})) == 2


@env.task(cache=flyte.Cache("auto", ignored_inputs=("run_id", "run_id")))
def twice(x: int, run_id: str) -> int:
    ran.append("twice")
    return x


def ignored_input_twice():
    """a name that is ignored twice is ignored as if it were once"""
    assert len(runs(twice, {"x": 1, "run_id": "a"}, {"x": 1, "run_id": "b"})) == 1


@env.task(cache=flyte.Cache("auto", ignored_inputs=("x", "y")))
def all_ignored(x: int, y: int) -> int:
    ran.append("all_ignored")
    return x


def all_inputs_ignored():
    """one entry is served to all calls where every input is ignored"""
    assert len(runs(all_ignored, {"x": 1, "y": 1}, {"x": 2, "y": 2}, {"x": 3, "y": 3})) == 1


cached = flyte.TaskEnvironment("cached", cache="auto")


@cached.task(cache=False)
def said_false(x: int) -> int:
    ran.append("said_false")
    return x


def flyte1_cache():
    """`cache=False` counts as not given: the environment's cache holds"""
    assert said_false.cache.behavior == "auto"
    assert len(runs(said_false, {"x": 1}, {"x": 1})) == 1


@env.task(cache=flyte.Cache("auto", "1.0"))
def pinned(x: int) -> int:
    ran.append("pinned")
    return x


@env.task(cache=flyte.Cache("override", "1.0", salt="a"))
def salted(x: int) -> int:
    return x


def pinned_auto():
    """a given version counts under auto as it is"""
    assert version(pinned) == "1.0"


def unused_salt():
    """neither salt nor policies count beside a version"""
    assert version(salted) == "1.0"
    assert flyte.Cache("auto", "1.0", policies=[]).get_version(VersionParameters(func=None)) == "1.0"


@env.task(cache="override")
def overridden(x: int) -> int:
    ran.append("overridden")
    return x


def override_without_version():
    """override without a version has auto's version, and local runs never read its entries"""
    assert version(overridden) == flyte.Cache("auto").get_version(VersionParameters(func=overridden.func))
    assert len(runs(overridden, {"x": 1}, {"x": 1})) == 2


def disabled_cache_settings():
    """nothing of a disabled cache counts: its version is empty"""
    cache = flyte.Cache("disable", "1.0", salt="s", serialize=True, ignored_inputs=("x",), max_age=3)
    assert not cache.is_enabled() and cache.get_version(None) == ""


@cached.task(cache="disable")
def child(x: int) -> int:
    ran.append("child")
    return x


@cached.task
def parent(x: int) -> int:
    ran.append("parent")
    return child(x)


def parent_hides_child():
    """on a hit of a parent its children don't run, although their cache is disabled"""
    assert runs(parent, {"x": 7}, {"x": 7}) == ["parent", "child"]


def plain(f):
    def wrapper(x: int) -> int:
        return f(x)

    return wrapper


@cached.task
@plain
def hidden(x: int) -> int:
    return x


@cached.task
@plain
def hidden_too(x: int) -> int:
    return x * 1000


def hidden_body():
    """tasks behind a decorator without `functools.wraps` have the name and the version of its wrapper"""
    assert version(hidden) == version(hidden_too)
    assert hidden.name == hidden_too.name == "cached.wrapper"


@cached.task(report=True)
def reporting(x: int) -> int:
    ran.append("reporting")
    return x


def cached_report():
    """on a hit a task that writes a report does not run"""
    assert len(runs(reporting, {"x": 1}, {"x": 1})) == 1


@cached.task
def local_run(x: int) -> int:
    ran.append("local_run")
    return x


def local_run_cache():
    """`overwrite_cache=True` does nothing in a local run, `disable_run_cache=True` does"""
    assert len(runs(local_run, {"x": 1})) == 1
    flyte.with_runcontext(mode="local", overwrite_cache=True).run(local_run, x=1).wait()
    assert len(ran) == 1
    flyte.with_runcontext(mode="local", disable_run_cache=True).run(local_run, x=1).wait()
    assert len(ran) == 2


class Config:
    def __init__(self, *parts):
        self.parts = parts


@cached.task
def pickled(config: Config) -> int:
    ran.append("pickled")
    return 1


@cached.task
def pickled_within(config: Optional[List[Config]]) -> int:
    ran.append("pickled_within")
    return 1


def runs_pickled():
    return len(runs(pickled, {"config": Config(1)}, {"config": Config(1)})) + len(
        runs(pickled_within, {"config": [Config(1)]}, {"config": [Config(1)]})
    )


def pickled_input():
    """an object of a class of the script is not found by another process; equal ones that share parts are others"""
    # Under 3.13 the first run adds to the class, which is pickled along.
    assert runs_pickled() >= 2
    again = subprocess.run([sys.executable, __file__, "pickled"], capture_output=True, text=True)
    assert again.stdout and int(again.stdout.split()[-1]) >= 2, again.stdout + again.stderr
    part = ["one"]
    assert len(runs(pickled, {"config": Config(part, part)}, {"config": Config(part, list(part))})) == 2


def pickled_function():
    """a function of a module is pickled by its name"""
    assert b"getsource" in cloudpickle.dumps(inspect.getsource)
    assert len(cloudpickle.dumps(inspect.getsource)) < 100


@cached.task
def nested(rows: list[list[int]]) -> int:
    ran.append("nested")
    return len(rows)


def colliding_input():
    """different nested lists have one key: the result of one is served for the other"""
    assert len(runs(nested, {"rows": [[1], [2]]}, {"rows": [[1, 2]]}, {"rows": [[1, 2], []]})) == 1


def duplicate_task_name():
    """the SDK takes two tasks of one name, and both have it"""
    env = flyte.TaskEnvironment("doubled", cache="auto")

    @env.task
    def f(x: int) -> int:
        return x

    first = f

    @env.task
    def f(x: int) -> int:
        return x

    assert first.name == f.name == "doubled.f"


def one_key_for_one_version():
    """tasks of one name, version and interface share entries, whatever they compute"""

    def made(sign):
        env = flyte.TaskEnvironment("shared", cache=flyte.Cache("auto", "1.0"))

        @env.task
        def f(x: int) -> int:
            ran.append(sign)
            return sign * x

        return f

    ran.clear()
    local(made(1), x=1)
    local(made(-1), x=1)
    assert ran == [1]


def needless_recompute():
    """settings, docstrings and other words for the same types make another version, `.override(retries=…)` does not"""
    env = flyte.TaskEnvironment("trifles", cache="auto")

    def before():
        @env.task(retries=1)
        def f(x: List[int], y: Optional[int] = None) -> int:
            """Adds."""
            return len(x)

        return f

    def settings():
        @env.task(retries=3, timeout=60, short_name="f")
        def f(x: List[int], y: Optional[int] = None) -> int:
            """Adds."""
            return len(x)

        return f

    def docstring():
        @env.task(retries=1)
        def f(x: List[int], y: Optional[int] = None) -> int:
            """Add."""
            return len(x)

        return f

    def words():
        @env.task(retries=1)
        def f(x: list[int], y: int | None = None) -> int:
            """Adds."""
            return len(x)

        return f

    versions = {version(make()) for make in (before, settings, docstring, words)}
    assert len(versions) == 4

    def interface(task):
        return convert.generate_interface_hash(convert_interface(task))

    assert interface(before()) == interface(words())
    assert version(before().override(retries=3)) == version(before())


def convert_interface(task):
    from flyte._internal.runtime.types_serde import transform_native_to_typed_interface

    return transform_native_to_typed_interface(task.native_interface)


@cached.task
def inner(x: int) -> int:
    ran.append("inner")
    return x


def edited(x: int) -> int:
    ran.append("edited")
    return -x


@cached.task
def outer(x: int) -> int:
    return inner(x)


def parent_hides_edit():
    """a parent's version does not cover its children: it is served although a child was edited"""
    global inner
    before = version(outer)
    assert runs(outer, {"x": 11}) == ["inner"]
    inner = cached.task(edited)
    assert version(outer) == before
    assert runs(outer, {"x": 11}) == []
    assert runs(outer, {"x": 12}) == ["edited"]


@env.task
async def writes_anew(x: int) -> File:
    file = File.new_remote()
    async with file.open("wb") as out:
        await out.write(b"the same")
    return file


@env.task
async def writes_hashed(x: int) -> File:
    file = File.new_remote(hash_method="the same")
    async with file.open("wb") as out:
        await out.write(b"the same")
    return file


@cached.task
async def reads(data: File) -> int:
    ran.append("reads")
    return 1


@env.task
async def unhashed(x: int) -> int:
    return await reads(await writes_anew(x))


@env.task
async def hashed(x: int) -> int:
    return await reads(await writes_hashed(x))


def located_input():
    """a file of the same content at a new place is not found, unless it carries a hash"""
    assert len(runs(unhashed, {"x": 1}, {"x": 1})) == 2
    assert len(runs(hashed, {"x": 1}, {"x": 1})) == 1


Hashed = Annotated[pandas.DataFrame, HashFunction.from_fn(lambda frame: "one")]


@env.task(cache="auto")
async def framed(x: int) -> pandas.DataFrame:
    return pandas.DataFrame({"x": [x]})


@env.task
async def framed_hashed(x: int) -> Hashed:
    return pandas.DataFrame({"x": [x]})


@env.task(cache="auto")
async def takes_frame(frame: pandas.DataFrame) -> int:
    ran.append("takes_frame")
    return 1


@env.task(cache="auto")
async def takes_hashed(frame: Hashed) -> int:
    ran.append("takes_hashed")
    return 1


@env.task
async def of_frame(x: int) -> int:
    return await takes_frame(await framed(x))


@env.task
async def of_hashed(x: int) -> int:
    return await takes_frame(await framed_hashed(x))


@env.task
async def to_hashed(x: int) -> int:
    return await takes_hashed(await framed(x))


def located_frame():
    """a data frame of pandas is not found, even of a task that is served, unless its type or its input's says how to hash it"""
    assert len(runs(of_frame, {"x": 1}, {"x": 1})) == 2
    assert len(runs(of_hashed, {"x": 1}, {"x": 1})) == 1
    assert len(runs(to_hashed, {"x": 1}, {"x": 1})) == 1


@env.task(cache=flyte.Cache("auto", max_age=1))
async def aged() -> int:
    ran.append("aged")
    return 1


def cached_fetch():
    """without inputs there is one key; local runs don't look at `max_age`"""
    ran.clear()
    local(aged)
    time.sleep(1.5)
    local(aged)
    assert len(ran) == 1


@env.task(cache=flyte.Cache("auto", serialize=True))
async def serialized(x: int) -> int:
    ran.append("serialized")
    await asyncio.sleep(0.5)
    return x


@env.task
async def both(x: int) -> int:
    await asyncio.gather(serialized(x), serialized(x))
    return x


def local_run_serialize():
    """`serialize=True` keeps no local run of the same key from computing at the same time"""
    assert len(runs(both, {"x": 1})) == 2


def global_scope():
    """runs look entries up among those of all projects unless they say otherwise"""
    assert inspect.signature(flyte.with_runcontext).parameters["cache_lookup_scope"].default == "global"


def unknown_behavior():
    """three words in this spelling, and nine more in any"""
    behaviors = {word: flyte.Cache(word).behavior for word in ["auto", "override", "disable"]}
    assert all(word == behavior for word, behavior in behaviors.items())
    for word in ["enable", "Enabled", "ON", "true", "Yes"]:
        assert flyte.Cache(word).behavior == "auto"
    for word in ["off", "False", "NO", "none"]:
        assert flyte.Cache(word).behavior == "disable"
    for word in ["Auto", "Override", "Disable", "enforce"]:
        try:
            flyte.Cache(word)
        except ValueError:
            continue
        raise AssertionError(word)


if __name__ == "__main__":
    flyte.init()
    if sys.argv[1:] == ["pickled"]:
        print(runs_pickled())
        sys.exit()
    claims = [
        ignored_input_unknown,
        ignored_input_unknown_text,
        ignored_input_twice,
        all_inputs_ignored,
        flyte1_cache,
        pinned_auto,
        unused_salt,
        override_without_version,
        disabled_cache_settings,
        parent_hides_child,
        hidden_body,
        cached_report,
        local_run_cache,
        pickled_input,
        pickled_function,
        colliding_input,
        duplicate_task_name,
        one_key_for_one_version,
        needless_recompute,
        parent_hides_edit,
        located_input,
        located_frame,
        cached_fetch,
        local_run_serialize,
        global_scope,
        unknown_behavior,
    ]
    failed = False
    for claim in claims:
        try:
            claim()
            print(f"so: {claim.__name__}: {claim.__doc__}")
        except Exception as error:
            failed = True
            print(f"NOT so: {claim.__name__}: {claim.__doc__}: {error!r}")
    sys.exit(failed)
