from .envs import env as envs  # noqa: F401
