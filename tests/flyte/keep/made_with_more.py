from flyte import Cache, TaskEnvironment

RAN = []
env = TaskEnvironment("made_with_more")


@env.task(
    cache=Cache(
        behavior="auto",  # for now
        salt="s",
        ignored_inputs=("x",),
        serialize=True,
    ),
)
def f(x: int) -> int:
    """Old."""
    RAN.append("f")
    return x
