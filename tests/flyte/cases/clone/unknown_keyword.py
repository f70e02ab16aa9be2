import flyte

env = flyte.TaskEnvironment(name="base", cache="auto")
clone = env.clone_with("clone", caches="disable")


@clone.task
def task(x: int) -> int:
    return x
