from lazy import env


@env.task
def task(x: int) -> int:  # tasklens: unknown ok
    return x
