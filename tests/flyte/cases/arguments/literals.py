"""Strings and numbers in every spelling."""

import flyte

env = flyte.TaskEnvironment("literals")


@env.task(cache=flyte.Cache("auto", salt=r"a\b"))
def raw(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt="\u00e9\x41\101\N{BULLET}\
"))
def escapes(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("auto", salt="""two
lines"""))
def triple(x: int) -> int:
    return x


@env.task(cache=flyte.Cache(u"auto", salt=f"a{'b'}{{c}}"))
def prefixes(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", salt=("a" 'b' f"c")))
def joined(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", max_age=0x10))
def hexadecimal(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", serialize=not False))  # tasklens: unknown ok
def negation(x: int) -> int:
    return x


@env.task(cache=flyte.Cache("auto", serialize=1))  # tasklens: unknown ok
def number_for_boolean(x: int) -> int:
    return x


@env.task(
    cache=(
        flyte.Cache(  # a comment
            "auto",
            salt="s",  # another
        )
    ),
)
def parentheses(x: int) -> int:
    return x
