try:
    from envs import env
except ImportError:
    env = None


@env.task
def a(x: int) -> int:
    return x
