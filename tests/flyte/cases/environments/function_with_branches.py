"""An environment from a function whose branches agree, and one whose branches differ in the name only."""

import flyte


def agree(gpu: bool):
    if gpu:
        return flyte.TaskEnvironment("agree", resources=flyte.Resources(gpu=1), cache="auto")
    return flyte.TaskEnvironment("agree", cache="auto")


env = agree(False)


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
