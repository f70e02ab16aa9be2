from envs import CACHE as PINNED
from envs import env as shared

here = shared


@shared.task
def a(x: int) -> int:
    return x


@here.task(cache=PINNED)
def b(x: int) -> int:
    return x
