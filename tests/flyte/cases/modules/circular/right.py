import left


def helper(x: int) -> int:
    return x


@left.env.task
def task(x: int) -> int:
    return x
