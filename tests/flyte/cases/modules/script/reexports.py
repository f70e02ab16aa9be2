from envs import env, other as renamed  # noqa: F401
