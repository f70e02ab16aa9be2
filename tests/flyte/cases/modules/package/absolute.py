import package.envs
from package.envs import env as env_by_name


@package.envs.env.task
def a(x: int) -> int:
    return x


@env_by_name.task
def b(x: int) -> int:
    return x
