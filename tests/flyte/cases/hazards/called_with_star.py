import flyte

ARGUMENTS = ("star", None)

env = flyte.TaskEnvironment(*ARGUMENTS[:1], cache="auto")


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
