"""Names that are bound again in other ways than by an assignment."""

import flyte

SALT = "a"
SALT += "b"

for LOOPED in ("x", "y"):
    pass

with open(__file__) as OPENED:
    pass
OPENED = "opened"

try:
    raise ValueError
except ValueError:
    CAUGHT = "caught"
else:
    CAUGHT = "not"

COUNTED = "0"
while COUNTED != "2":
    COUNTED = str(int(COUNTED) + 1)

[WALRUS := letter for letter in "pq"]

FIRST, *REST = ("f", "r")

match {"key": "matched"}:
    case {"key": MATCHED}:
        pass

env = flyte.TaskEnvironment("rebound")


@env.task(cache=flyte.Cache("override", SALT))
def added(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", LOOPED))
def looped(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", OPENED))
def opened(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", CAUGHT))
def caught(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", COUNTED))
def counted(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", WALRUS))
def walrus(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", FIRST + REST[0]))
def unpacked(x: int) -> int:  # tasklens: unknown ok
    return x


@env.task(cache=flyte.Cache("override", MATCHED))
def matched(x: int) -> int:  # tasklens: unknown ok
    return x
